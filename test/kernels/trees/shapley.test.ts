import assert from 'node:assert/strict';
import { test } from 'node:test';
import { predict, predictScores, shapleyValues } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';
import { conditional, randomEnsemble } from './random-ensemble.ts';

const kernels = await freshKernels();

test('Shapley values of 100 random models are those of the definition over all subsets, to 1e-12, and add up', () => {
  const seed = 4711;
  const draw = uniform(seed);
  let worst = 0;
  for (let model = 0; model < 100; model++) {
    const features = 2 + (model % 5);
    const ensemble = randomEnsemble(draw, features, 3);
    const x = Array.from({ length: 4 }, () => Array.from({ length: features }, () => (draw() < 0.1 ? Number.NaN : draw())));
    const matrix = { values: Float64Array.from(x.flat()), rows: 4, columns: features, order: 'row-major' as const };
    const { values } = shapleyValues(kernels, ensemble, matrix);
    const scores = predictScores(kernels, ensemble, matrix);
    x.forEach((row, i) => {
      const known = Array.from({ length: 2 ** features }, (_, set) => conditional(ensemble, row, set));
      const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
      for (let f = 0; f < features; f++) {
        let phi = 0;
        known.forEach((value, set) => {
          if ((set >> f) & 1) return;
          const size = set.toString(2).replaceAll('0', '').length;
          phi += (factorial(size) * factorial(features - size - 1)) / factorial(features) * ((known[set | (1 << f)] as number) - value);
        });
        worst = Math.max(worst, Math.abs(phi - (values[i * (features + 1) + f] as number)));
      }
      worst = Math.max(worst, Math.abs((known[0] as number) - (values[i * (features + 1) + features] as number)));
      const sum = values.subarray(i * (features + 1), (i + 1) * (features + 1)).reduce((a, b) => a + b, 0);
      worst = Math.max(worst, Math.abs(sum - (scores[i] as number)), Math.abs((scores[i] as number) - (known.at(-1))));
    });
  }
  assert.ok(worst <= 1e-12, `seed ${seed}: differs by ${worst}`);
});

test('a table of other columns is refused', () => {
  const ensemble = randomEnsemble(uniform(1), 3, 1);
  const matrix = { values: new Float64Array(2), rows: 1, columns: 2, order: 'row-major' as const };
  assert.throws(() => predict(kernels, ensemble, matrix), { code: 'kernel_shape', values: { columns: 2, expected: 3 } });
  assert.throws(() => shapleyValues(kernels, ensemble, matrix), { code: 'kernel_shape' });
});
