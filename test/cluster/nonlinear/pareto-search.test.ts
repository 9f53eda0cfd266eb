import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proposeExperiments } from '../../../cluster/nonlinear/pareto/proposals.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse, type NonlinearRun } from './run-analysis.ts';

/** p = (a − 0.2)² + shift of the brush, q = (a − 0.7)² + b; n is whole and does nothing. Any a between 0.2 and 0.7 with the least b is on the front. */
function table(): string {
  const draw = randomStream(20261125, 7);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [draw(), draw()] as [number, number];
    const brush = i % 3 === 0 ? 'soft' : 'hard';
    return [a.toFixed(3), b.toFixed(3), 1 + i % 5, brush, ((a - 0.2) ** 2 + (brush === 'soft' ? 0.3 : 0) + 0.001 * draw()).toFixed(5), ((a - 0.7) ** 2 + b + 0.001 * draw()).toFixed(5)].join(',');
  });
  return `a,b,n,brush,p,q\n${rows.join('\n')}\n`;
}

const parameters = { target_columns: ['p', 'q'], models_to_use: ['gaussian_process'], outer_splits: 4, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [], language: 'en', pareto_evaluations: 1000, hyperparams: { gaussian_process: { kernel: 'matern52', linear: true, inputs: 'linear' } } };
const known = new Map<string, Promise<NonlinearRun>>();
const run = (more: Record<string, unknown> = {}, options: Parameters<typeof analyse>[2] = {}): Promise<NonlinearRun> => {
  const key = JSON.stringify([more, options]);
  const found = known.get(key) ?? analyse(table(), { ...parameters, ...more }, options);
  known.set(key, found);
  return found;
};
type Setting = { a: number; b: number; n: number; brush: string };
const settings = ({ result }: NonlinearRun): Setting[] => result.pareto_search!.front.map((point) => point.settings as Setting);
const lowest = Math.min(...table().split('\n').slice(1, -1).map((line) => Number(line.split(',')[1])));
const span = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

test('without a grid a front is found between the rows, inside the data, whole numbers whole; the same bytes on any number of threads', async () => {
  const one = await run({ next_experiments: 4 });
  const found = settings(one);
  const [least, most] = span(found.map(({ a }) => a));
  assert.ok(least > 0.1 && least < 0.3 && most > 0.6 && most < 0.8, `${least} to ${most}`);
  // where the model of p is flat, a little of it is bought with much of b
  assert.ok(found.filter(({ b }) => b < lowest + 0.05).length > found.length / 2);
  for (const { b, n, brush } of found) {
    assert.ok(b >= lowest);
    assert.ok(Number.isInteger(n) && n >= 1 && n <= 5);
    assert.ok(brush === 'hard' || brush === 'soft');
  }
  assert.equal(one.result.pareto_search!.evaluations, 1000);
  const again = await run({ next_experiments: 4 }, { threads: 1 });
  for (const [path, bytes] of one.files) assert.ok(bytes.equals(again.files.get(path)!), path);
  assert.ok(one.files.has('05_パレート解/pareto_search.xlsx'));
});

test('its front is as good as that of a fine grid of the same models', async () => {
  const grid = ['a,b,n,brush', ...Array.from({ length: 51 }, (_, i) => [1, 2, 3, 4, 5].map((n) => `${i / 50},${lowest},${n},hard`)).flat()].join('\n');
  const { result } = await run({ pareto_evaluations: 8000 }, { grid });
  const searched = result.pareto_search!.front.map(({ values }) => values as [number, number]);
  for (const { values: [p = 0, q = 0] } of result.pareto!.front) {
    const slack = Math.min(...searched.map((values) => Math.max(values[0] - p, values[1] - q)));
    assert.ok(slack < 0.004, `(${p}, ${q}) of the grid is ${slack} better than anything found`);
  }
});

test('next experiments are different settings of that search with a gain, as a list of runs', async () => {
  const { result, files } = await run({ next_experiments: 4 });
  assert.equal(result.next_experiments.length, 4);
  assert.equal(new Set(result.next_experiments.map(({ settings: own }) => JSON.stringify(own))).size, 4);
  for (const { gain, expected } of result.next_experiments) assert.ok(gain > 0 && expected.every(({ error }) => error > 0));
  const lines = String(files.get('05_パレート解/next_experiments.csv')).split('\r\n');
  assert.equal(lines[0], '\uFEFFa,b,n,brush');
  assert.equal(lines.length, 1 + 4 + 1);
});

test('limits, steps, constraints and objectives of the search change where it looks', async () => {
  const stepped = settings(await run({ pareto_factors: [{ column: 'a', low: 0.3, high: 0.6, step: 0.1 }] }));
  assert.deepEqual([...new Set(stepped.map(({ a }) => a))].sort(), [0.3, 0.4, 0.5, 0.6]);
  const kept = (await run({ pareto_constraints: [{ column: 'p', high: 0.05 }] })).result.pareto_search!.front;
  for (const { values } of kept) assert.ok(values[0]! <= 0.05);
  const upward = settings(await run({ pareto_objectives: [{ column: 'q', aim: 'min' }, { column: 'a', aim: 'max' }] }));
  assert.ok(upward.every(({ a }) => a > 0.5) && upward.some(({ a }) => a > 0.9));
});

test('a tolerance moves the front away from where the machine would miss, and tells the worst', async () => {
  const { result } = await run({ pareto_tolerances: [{ column: 'a', plus_minus: 0.2 }] });
  for (const { values, worst } of result.pareto_search!.front) {
    worst!.forEach((value, k) => assert.ok(value >= values[k]! - 1e-12));
    assert.ok(worst!.some((value, k) => value > values[k]! + 0.01));
  }
});

test('what cannot be searched is refused before anything is tuned, naming the field', async () => {
  await assert.rejects(run({ pareto_factors: [{ column: 'p' }] }), { code: 'search_not_a_factor', where: { field: 'parameters.pareto_factors.0.column', column: 'p' } });
  await assert.rejects(run({ pareto_factors: [{ column: 'a', low: 1, high: 0 }] }), { code: 'search_limits', where: { field: 'parameters.pareto_factors.0', column: 'a' } });
  await assert.rejects(run({ pareto_factors: [{ column: 'brush' }] }), { code: 'term_not_numeric' });
  await assert.rejects(run({ pareto_tolerances: [{ column: 'brush', plus_minus: 1 }] }), { code: 'search_not_a_factor', where: { field: 'parameters.pareto_tolerances.0.column', column: 'brush' } });
  const { result } = await run({ pareto_constraints: [{ column: 'p', high: -5 }] });
  assert.equal(result.pareto_search, null);
  assert.ok(result.notices.some(({ code }) => code === 'pareto_search_none'));
});

test('the gain is the expected one: a sure improvement counts its own volume, what is dominated nothing; the second proposal is elsewhere', () => {
  const belief = (points: readonly (readonly [number, number])[], error = 0): Parameters<typeof proposeExperiments>[0] => ({
    objectives: [0, 1].map((k) => ({ aim: 'min', mean: Float64Array.from(points, (point) => point[k]!), error: new Float64Array(points.length).fill(error) })), limits: [],
  });
  const box = Float64Array.of(0, 10, 10, 0);
  // the box is 0…11 in both; (5, 5) adds what of [5, 10]² the ends leave open
  const [first, second] = proposeExperiments(belief([[5, 5], [12, 12], [5.1, 5.1], [2, 8]]), box, 3, 1);
  assert.equal(first!.candidate, 0);
  assert.ok(Math.abs(first!.gain - 25 / 121) < 0.02, `${first!.gain}`);
  assert.equal(second!.candidate, 3);
  assert.equal(proposeExperiments(belief([[12, 12]]), box, 1, 1).length, 0);
  const unsure = proposeExperiments(belief([[10.2, 10.2]], 3), box, 1, 1);
  assert.ok(unsure[0]!.gain > 0);
  const forbidden = proposeExperiments({ ...belief([[5, 5]]), limits: [{ low: 0, high: 1, mean: Float64Array.of(2), error: Float64Array.of(0) }] }, box, 1, 1);
  assert.equal(forbidden.length, 0);
});
