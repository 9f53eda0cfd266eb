import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { linearViews, targetViews, type LinearView } from '../../../schemas/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';
import { grid, predictionRows } from './prediction/read-predictions.ts';
import { analyseTable, type AnalysisRun } from './run-analysis.ts';

/** All rows of the campaign (195 with 15 exact repeats), and the 165 that the original's figures were measured on. */
const all = 'original/data_base_results.csv';
const seedRows = 'original/results_db__main_results.csv';
const targets = ['バリ除去', '摩耗量', '上面ダレ量', '側面ダレ量'];
const factors = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];

type Run = Omit<AnalysisRun, 'result'>;
interface Runs { byDefault: Run; scaled: Run; seed: Run; known: Row[] }
type Row = Record<string, string>;

/** What users were promised (spec linear-analysis §4, §7.3), how it is measured, and when it holds. */
const bars: readonly { bar: string; measured: (runs: Runs) => unknown; holds: (value: never) => boolean }[] = [
  bar('every unique row of the table is used: complete ones by every target, incomplete ones counted by column', ({ byDefault }) => byDefault.whole.targets.map((entry) => (entry.status === 'failed' ? [] : [entry.used.rows_used, entry.used.rows_missing])),
    (value) => value.length === 4 && value.every(([used = 0, missing = 0]) => used + missing === 180) && value[0]?.[0] === 180),
  bar('exact repeats are left out and told', ({ byDefault: { whole } }) => [whole.dataset.rows_read, whole.dataset.rows_duplicate, Number(whole.notices.some(({ code }) => code === 'exact_duplicates_dropped'))], (value) => String(value) === '195,15,1'),
  bar('no target fails, by default or with transform = auto', ({ byDefault, scaled }) => [byDefault, scaled].map((run) => run.whole.targets.filter(({ status }) => status === 'failed').length), (value) => value.every((count) => count === 0)),
  bar('predictions of the four targets for every setting asked for', ({ byDefault, scaled }) => [byDefault, scaled].map(({ whole }) => whole.prediction?.targets.map(({ predicted, without: none }) => [predicted, none])), (value) => value.flat(1).length === 8 && value.flat(1).every((pair) => pair?.[0] === 180 && pair[1] === 0)),
  bar('sag is also told with the probability that there is any (hurdle)', ({ byDefault }) => predictionRows(byDefault).filter((row) => Math.abs(Number(row['上面ダレ量_期待値（除去確率込み）']) / (Number(row['バリ除去=1の確率']) * Number(row['上面ダレ量'])) - 1) < 1e-12).length, (value) => value === 180),
  bar('equation text = fitted value on every row (largest difference in residual standard deviations)', ({ byDefault, known }) => Math.max(...linearViews(byDefault.whole).map((view) => equationError(view, known))), (value) => value < 1e-12),
  bar('folds keep replicates together: conditions that lie in two folds', ({ byDefault, known }) => linearViews(byDefault.whole).map((view) => splitConditions(view, known)), (value) => value.every((count) => count === 0)),
  bar('there are replicates to keep together: rows beyond the first of a condition', ({ byDefault }) => linearViews(byDefault.whole).map((view) => view.rows.row.length - (view.cross_validation?.groups ?? 0)), (value) => value.every((count) => count > 0)),
  bar('the cross-validated error is on the target\'s own scale (relative difference to the mean error of the predictions told)', ({ scaled }) => Math.max(...linearViews(scaled.whole).map(crossValidationError)), (value) => value < 1e-12),
  bar('what is told first does not flatter: cross-validated RMSE over in-sample RMSE', ({ byDefault }) => linearViews(byDefault.whole).map((view) => (view.cross_validation?.score.rmse ?? 0) / (view.response.scores.original.rmse ?? 1)), (value) => value.every((ratio) => ratio > 1)),
  bar('a ceiling stands beside every R², above what is reached out of fold', ({ byDefault }) => linearViews(byDefault.whole).map(({ fit, cross_validation: told }) => [fit.r2_ceiling ?? NaN, told?.score.r2 ?? NaN]), (value) => value.every(([ceiling = NaN, reached = NaN]) => ceiling < 1 && ceiling > reached)),
  bar('λ comes from the regression: 摩耗量 0.48 (0.33–0.65), 上面 0.04 (−0.16–0.24), 側面 0.15 (−0.39–0.67) on the 165 rows', ({ seed }) => linearViews(seed.whole).map(({ power }) => power.filter(({ family }) => family === 'box_cox').map(({ lambda, ci_low, ci_high }) => [lambda, ci_low ?? NaN, ci_high ?? NaN].map((number) => Number(number.toFixed(2))))[0]),
    (value) => [[0.48, 0.33, 0.65], [0.04, -0.16, 0.24], [0.15, -0.39, 0.67]].every((expected, t) => expected.every((number, k) => Math.abs(number - (value[t]?.[k] ?? NaN)) < 0.011))),
  bar('means of a transformed target are not biased: mean prediction over mean measurement − 1', ({ scaled }) => linearViews(scaled.whole).map(({ rows }) => mean(rows.fitted) / mean(rows.actual) - 1), (value) => value.every((bias) => Math.abs(bias) < 0.02)),
  bar('nothing that cannot be is predicted: amounts below zero with transform = auto', ({ scaled }) => predictionRows(scaled).flatMap((row) => targets.slice(1).filter((name) => !(Number(row[name]) >= 0))).length, (value) => value === 0),
  bar('probabilities are maximum likelihood, without a hidden penalty: |Σ(y − p)|', ({ byDefault }) => Math.abs(sum(targetViews(byDefault.whole).flatMap(({ kind, view }) => (kind === 'binary' ? view.binary.rows.actual.map((y, i) => y - (view.binary.rows.probability[i] ?? NaN)) : [])))), (value) => value < 1e-8),
  bar('every estimate has its error and interval', ({ byDefault }) => linearViews(byDefault.whole).flatMap(({ coefficients }) => coefficients).filter(({ std_error, ci_low, ci_high }) => std_error === null || ci_low === null || ci_high === null).length, (value) => value === 0),
  bar('influence is looked at: largest externally studentised residuals, and the list of influential rows', ({ byDefault }) => linearViews(byDefault.whole).map(({ diagnostics, influence }) => [Number((diagnostics.max_abs_studentized ?? 0).toFixed(2)), influence.rows.length]), (value) => value.every(([largest = 0, listed = 0]) => largest > 2 && listed > 0)),
];

function bar<Value>(name: string, measured: (runs: Runs) => Value, holds: (value: Value) => boolean): (typeof bars)[number] {
  return { bar: name, measured, holds };
}

describe('behaviour on the real table of 180 unique rows', { skip: without(all) || without(seedRows) }, () => {
  let runs: Runs;
  before(async () => {
    const [csv, seed] = await Promise.all([all, seedRows].map((path) => readFile(join(sharedData, path)))) as [Buffer, Buffer];
    const [names = [], ...lines] = csv.toString().trimEnd().split(/\r?\n/).map((line) => line.split(','));
    const known = lines.map((cells): Row => Object.fromEntries(names.map((name, column) => [name, cells[column] as string])));
    const settings = grid([factors.join(','), ...known.slice(0, 180).map((row) => factors.map((factor) => row[factor]).join(','))].join('\n'));
    runs = {
      known, byDefault: await analyseTable(csv, { target_columns: targets }, settings), scaled: await analyseTable(csv, { target_columns: targets, transform: 'auto' }, settings),
      seed: await analyseTable(seed, { target_columns: targets.slice(1) }),
    };
  });
  for (const { bar: name, measured, holds } of bars) {
    test(name, (context) => {
      const value = measured(runs);
      context.diagnostic(JSON.stringify(value));
      assert.ok(holds(value as never), JSON.stringify(value));
    });
  }
});

function equationError({ model, rows, fit }: LinearView, known: readonly Row[]): number {
  return Math.max(...rows.row.map((row, i) => {
    const source = model.equation.replace(/\[([^\]]+)\]/g, (_, name: string) => `(${known[row - 2]?.[name]})`);
    return Math.abs((runInNewContext(source) as number) - (rows.fitted[i] ?? NaN)) / (fit.sigma ?? NaN);
  }));
}

function splitConditions({ rows }: LinearView, known: readonly Row[]): number {
  const folds = new Map<string, Set<number | null>>();
  rows.row.forEach((row, i) => {
    const key = factors.map((factor) => Number(known[row - 2]?.[factor])).join();
    folds.set(key, (folds.get(key) ?? new Set()).add(rows.cv_fold[i] ?? null));
  });
  return [...folds.values()].filter(({ size }) => size > 1).length;
}

function crossValidationError({ rows, cross_validation: told }: LinearView): number {
  const squares = rows.actual.map((value, i) => ((value ?? NaN) - (rows.cv_prediction[i] ?? NaN)) ** 2);
  return Math.abs(Math.sqrt(sum(squares) / squares.length) / (told?.score.rmse ?? NaN) - 1);
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? NaN), 0);
}

function mean(values: readonly (number | null)[]): number {
  return sum(values) / values.length;
}
