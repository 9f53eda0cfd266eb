import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyse } from '../nonlinear/run-analysis.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

test('the decided grid of a classification is the grid of a nonlinear job: its Pareto front keeps P(YES) ≥ p, without a database between', async () => {
  const [head, ...rows] = ring({ rows: 120, flips: 0 }).trimEnd().split('\n');
  const table = [`${head!},wear`, ...rows.map((row, i) => { const [a, b] = row.split(',').map(Number) as [number, number]; return `${row},${(1 + a + 0.5 * b * b + 0.01 * (i % 3)).toFixed(4)}`; })].join('\n');
  const settings = ['a,b', ...Array.from({ length: 81 }, (_, i) => `${(i % 9) / 8},${Math.floor(i / 9) / 8}`)].join('\n');
  const { files } = await classify(table, { ...quick, feature_columns: ['a', 'b'], models_to_use: ['quadratic_logistic'] }, { grid: settings });
  const decided = String(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.csv'));
  const lines = decided.replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => line.split(','));
  const at = lines[0]!.indexOf('p_cal');
  const parameters = { target_columns: ['wear'], feature_columns: ['a', 'b'], models_to_use: ['ridge'], outer_splits: 3, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [], pareto_objectives: [{ column: 'wear', aim: 'min' }, { column: 'b', aim: 'max' }] };
  const front = async (limits: object): Promise<number[]> => (await analyse(table, { ...parameters, ...limits }, { grid: decided })).result.pareto!.front.map(({ row }) => row);
  // row 1 of the file is the head
  const probability = (row: number): number => Number(lines[row - 1]![at]);
  const free = await front({});
  const kept = await front({ pareto_constraints: [{ column: 'p_cal', low: 0.9 }] });
  assert.ok(free.some((row) => probability(row) < 0.9), 'the cheapest settings do not remove the burr');
  assert.ok(kept.length > 0 && kept.every((row) => probability(row) >= 0.9), kept.map(probability).join());
});
