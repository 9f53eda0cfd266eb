import { randomStream } from '../../../kernels/random/index.ts';

/** Yes inside a ring of a and b, with a few flips; brush is a text; ten conditions are measured twice. */
export function ring({ flips = 0.05, yes = 'OK', no = 'NG', rows = 90 } = {}): string {
  const draw = randomStream(3, 1);
  const lines = ['a,b,brush,removed'];
  for (let i = 0; i < rows; i++) {
    const at = randomStream(5, i % (rows - 10));
    const [a, b] = [at(), at()].map((u) => Math.round(u * 1000) / 1000) as [number, number];
    const inside = (a - 0.5) ** 2 + (b - 0.5) ** 2 < 0.14;
    lines.push(`${a},${b},${i % 2 ? 'A11' : 'A21'},${inside !== draw() < flips ? yes : no}`);
  }
  return `${lines.join('\n')}\n`;
}

export const quick = { target_column: 'removed', models_to_use: ['logistic', 'quadratic_logistic', 'nearest_neighbours'], outer_splits: 4, inner_splits: 4, n_trials_inner: 10, train_test_split: 0, duplicates: 'keep', outputs: [], explanation: { enabled: false } };
