import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FittedModel, SectionContext } from '../../../cluster/linear/fitted-model.ts';
import { influence } from '../../../cluster/linear/sections/influence.ts';
import { intervalBasis } from '../../../cluster/linear/sections/interval-basis.ts';
import { power } from '../../../cluster/linear/sections/response.ts';
import { judgeBinary } from '../../../cluster/linear/binary/judge.ts';
import { targetViews, type BinaryResult, type Notice } from '../../../schemas/index.ts';
import { uniform } from '../../kernels/kernels.ts';
import { analyseTable } from './run-analysis.ts';

const codes = (notices: readonly Notice[]): string[] => notices.map(({ code }) => code);

test('what every target tells in the same words is said once, for the run; what differs stays with its target', async () => {
  const next = uniform(20261125);
  const lines = Array.from({ length: 24 }, (_, i) => `7,${next()},${i % 5 === 4 ? '' : next()},${next()}`);
  const { whole, notices } = await analyseTable(`same,x,a,b\n${lines.join('\n')}`, { target_columns: ['a', 'b'], train_test_split: 0, cv_splits: 2 });
  assert.equal(codes(whole.notices).filter((code) => code === 'left_out_constant').length, 1);
  assert.equal(codes(notices).filter((code) => code === 'left_out_constant').length, 1);
  assert.deepEqual(whole.targets.map((entry) => entry.status === 'fitted' && codes(entry.notices).filter((code) => code === 'left_out_constant' || code === 'rows_missing')), [['rows_missing'], []]);
  // a workbook of one target still has both kinds
  for (const { view } of targetViews(whole)) assert.ok(codes(view.notices).includes('left_out_constant'));
});

test('what is left out for its size is told: powers of the target, DFBETAS, the end of the list of influential rows, intervals of charts', () => {
  const told: Notice[] = [];
  const context = { parameters: { confidence_level: 0.95, transform: 'none' }, table: { rowNumber: (row: number) => row + 2 }, tell: (notice: Notice) => void told.push(notice) } as unknown as SectionContext;
  const of = (n: number, p: number, power: [] | null): FittedModel => ({
    power, design: { n, p, weights: null, offset: null }, fit: { rank: p, degreesOfFreedom: n - p }, used: Int32Array.from({ length: n }, (_, i) => i), terms: [],
    rows: { cook: new Float64Array(n).fill(9) }, plan: { columns: [] }, termFit: { kept: Array.from({ length: p }, (_, i) => i) },
  }) as unknown as FittedModel;
  power(of(50, 3, []), context);
  influence(of(50, 3, []), context);
  assert.deepEqual(codes(told), []);
  power(of(300, 4000, null), context);
  assert.equal(influence(of(300, 4000, null), context).rows.length, 200);
  assert.equal(intervalBasis(of(300, 4000, null), context), null);
  assert.deepEqual(codes(told), ['power_skipped', 'dfbetas_skipped', 'influence_list_cut', 'interval_formulas_skipped']);
});

describe('what a reader of a binary model must not overlook', () => {
  const confusion = (tp: number, fn: number, tn: number, fp: number): BinaryResult['confusion'] => ({
    threshold: 0.5, true_positive: tp, false_negative: fn, true_negative: tn, false_positive: fp, accuracy: null, balanced_accuracy: null, sensitivity: tp / (tp + fn), specificity: tn / (tn + fp), precision: null,
    intervals: { accuracy: null, sensitivity: null, specificity: null, precision: null }, cost: null,
  });
  const actual = [1, 1, 1, 1, 0, 0, 0, 0];
  const probability = [0.9, 0.8, 0.75, 0.6, 0.7, 0.65, 0.55, 0.2];
  const score = (auc: number): BinaryResult['in_sample'] => ({ n: 8, auc, auc_low: null, auc_high: null, brier: 0.2, log_loss: 0.5 });
  const made = (change: { p?: number; auc?: number; slope?: number; specificity?: number }): BinaryResult => ({
    positive_label: '1', negative_label: '0', hosmer_lemeshow: { groups: 8, chi2: 12, df: 6, p: change.p ?? 0.4 }, in_sample: score(change.auc ?? 0.8),
    cross_validation: { score: score(0.79), calibration: { intercept: 0, slope: change.slope ?? 0.95, bins: [] }, confusion: change.specificity === undefined ? confusion(4, 0, 3, 1) : confusion(4, 0, 1, 3) },
    threshold: { value: 0.5, cost_false_positive: 1, cost_false_negative: 1 }, thresholds: { from: 'cross_validation', youden: 0.75, least_cost: 0.75, rows: [] },
    rows: { row: actual.map((_, i) => i + 2), actual, probability, cv_probability: probability },
  }) as unknown as BinaryResult;

  test('nothing is told of a model that holds', () => assert.deepEqual(judgeBinary('y', made({}), 0.95), []));
  test('a rejected calibration', () => assert.deepEqual(codes(judgeBinary('y', made({ p: 0.01 }), 0.95)), ['calibration_rejected']));
  test('scores or probabilities that hold in sample only', () => {
    assert.deepEqual(codes(judgeBinary('y', made({ auc: 0.9 }), 0.95)), ['binary_optimistic']);
    assert.deepEqual(codes(judgeBinary('y', made({ slope: 0.5 }), 0.95)), ['binary_optimistic']);
  });
  test('a label that the threshold mostly misses, and what a better threshold would bring (counted by hand)', () => {
    const [notice, ...none] = judgeBinary('y', made({ specificity: 0.25 }), 0.95);
    assert.equal(none.length, 0);
    // at 0.75: 0.9, 0.8, 0.75 are called 1; of the zeros none, of the ones 0.6 is missed
    assert.deepEqual(notice?.values, { name: 'y', label: '0', missed: 3, rows: 4, percent: 75, threshold: 0.5, better: 0.75, better_missed: 0, other_missed: 1, other_label: '1' });
  });
});
