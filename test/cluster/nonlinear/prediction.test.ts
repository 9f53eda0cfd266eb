import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

/** p = a + b and q = 1 − a + b, almost without noise; brush shifts p. */
function table(): string {
  const draw = randomStream(21, 1);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [a, b] = [draw(), draw()].map((v) => Math.round(v * 100) / 100) as [number, number];
    const brush = i % 2 ? 'A11' : 'A21';
    return `${a},${b},${brush},${(a + b + (i % 2 ? 0 : 1) + 0.001 * draw()).toFixed(5)},${(1 - a + b + 0.001 * draw()).toFixed(5)}`;
  });
  return `a,b,brush,p,q\n${rows.join('\n')}\n`;
}

const grid = 'a,b,brush\n0.2,0.2,A11\n0.8,0.2,A11\n0.5,0.6,A11\n0.5,0.5,A21\n0.5,3,A11\n0.5,,A11\n0.5,0.5,A32\n';
const parameters = { target_columns: ['p', 'q'], models_to_use: ['ridge', 'gaussian_process'], outer_splits: 5, inner_splits: 3, n_trials: 10, train_test_split: 0, language: 'en', hyperparams: { gaussian_process: { kernel: 'matern52', linear: true } } };

test('every row of a further table is predicted with intervals; what leaves the data is named, what cannot be predicted says why', async () => {
  const { result, files } = await analyse(table(), parameters, { grid });
  const arrow = tableFromIPC(files.get('04_予測/Prediction_output.arrow'));
  const column = (name: string): unknown[] => [...arrow.getChild(name)!];
  const p = column('prediction_p') as (number | null)[];
  [0.4, 1, 1.1, 2].forEach((truth, row) => assert.ok(Math.abs(p[row]! - truth) < 0.02, `${row} ${p[row]}`));
  assert.deepEqual([p[5], p[6]], [null, null]);
  assert.deepEqual(column('p_extrapolated').slice(0, 5), ['', '', '', '', 'b']);
  assert.equal(column('p_remark')[5], 'missing: b');
  assert.equal(column('p_remark')[6], 'unknown level: brush=A32');
  const [low, high] = [column('p_low') as number[], column('p_high') as number[]];
  p.slice(0, 5).forEach((value, row) => assert.ok(low[row]! < value! && value! < high[row]!));
  assert.deepEqual(result.prediction!.targets.map(({ target, predicted, without, extrapolated }) => ({ target, predicted, without, extrapolated })), ['p', 'q'].map((target) => ({ target, predicted: 5, without: 2, extrapolated: 1 })));
  assert.ok(String(files.get('04_予測/Prediction_output.csv')).includes('prediction_p'));
  // a trades p against q; b and A21 only cost
  assert.deepEqual(result.pareto!.front.map(({ row }) => row), [2, 3]);
  assert.ok(files.has('05_パレート解/pareto_frontier.xlsx') && files.has('05_パレート解/pattern_C_2to2_pairs/2D_p_q.xlsx'));
  const again = await analyse(table(), parameters, { grid, threads: 1 });
  for (const [path, bytes] of files) assert.ok(bytes.equals(again.files.get(path)!), path);
});

test('objectives, constraints and extrapolated rows change the front; impossible ones are refused before anything is tuned', async () => {
  const quick = { ...parameters, models_to_use: ['ridge'], hyperparams: {} };
  const front = async (more: Record<string, unknown>): Promise<number[] | undefined> => (await analyse(table(), { ...quick, ...more }, { grid })).result.pareto?.front.map(({ row }) => row);
  const upward = [{ column: 'p', aim: 'max' }, { column: 'q', aim: 'max' }];
  assert.deepEqual(await front({ pareto_objectives: upward }), [6]);
  assert.deepEqual(await front({ pareto_objectives: upward, pareto_extrapolated: false }), await front({ pareto_objectives: upward, pareto_constraints: [{ column: 'b', high: 1 }] }));
  assert.deepEqual(await front({ pareto_constraints: [{ column: 'p', low: 0.9 }] }), [3]);
  assert.equal(await front({ enable_pareto: false }), undefined);
  await assert.rejects(front({ pareto_objectives: [{ column: 'p' }] }), { code: 'pareto_one_objective' });
  await assert.rejects(front({ pareto_objectives: [{ column: 'p' }, { column: 'quality' }] }), { where: { field: 'parameters.pareto_objectives.1.column', column: 'quality' } });
  await assert.rejects(analyse(table(), quick, { grid: 'a,brush\n1,A11\n' }), { where: { field: 'inputs.prediction', column: 'b' } });
});
