import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { Fault } from '../../../../schemas/index.ts';
import { openBook } from '../../report/workbook/office.ts';
import { grid, predictionRows } from '../prediction/read-predictions.ts';
import { analyse } from '../run-analysis.ts';

const csv = await readFile(new URL('../../../../examples/linear_analysis/deburring.en.csv', import.meta.url), 'utf8');
const formula = 'wear ~ (speed + feed + up_cut + depth_of_cut + projection + load_ratio + passes)^2';
const quick = { formula, train_test_split: 0, anova_types: [] };
const near = (a: number | null | undefined, b: number, relative: number): void => assert.ok(Math.abs((a ?? NaN) - b) <= relative * Math.abs(b), `${a} instead of ${b}`);

test('lasso: errors out of fold, the chosen penalties and the coefficients at one standard error are those of cv.glmnet', async () => {
  const { result: { penalty } } = await analyse(csv, { ...quick, penalty: { kind: 'lasso', count: 50 } });
  // glmnet of Debian 12, thresh 1e-18, the folds of the result as foldid, the same penalties
  near(Math.min(...(penalty?.path.map(({ cv_mse: mse }) => mse ?? NaN) ?? [])), 0.000138781681559, 1e-7);
  near(penalty?.used.cv_mse, 0.000148318158238, 1e-7);
  const peer: Record<string, number> = {
    '(Intercept)': 1.887213451e-2, passes: 5.464779890e-3, 'speed:passes': 7.604390111e-7, 'feed:projection': -1.051897196e-7, 'feed:load_ratio': -1.847993700e-6, 'depth_of_cut:load_ratio': -2.210155438e-3, 'projection:load_ratio': -1.339896611e-3,
  };
  for (const { term, estimate, refit } of penalty?.coefficients ?? []) {
    if (peer[term] === undefined) assert.deepEqual([estimate, refit], [0, null], term);
    else near(estimate, peer[term], 1e-6);
  }
  assert.equal(penalty?.lambda, penalty?.lambda_one_se);
});

test('the refit is least squares on the terms that stay', async () => {
  const { result: { penalty } } = await analyse(csv, { ...quick, penalty: { kind: 'lasso', count: 50 } });
  const { result: alone } = await analyse(csv, { ...quick, formula: 'wear ~ passes + speed:passes + feed:projection + feed:load_ratio + depth_of_cut:load_ratio + projection:load_ratio' });
  for (const { term, estimate, std_error: error } of alone.coefficients) {
    const own = penalty?.coefficients.find((row) => row.term.split(':').sort().join() === term.split(':').sort().join());
    near(own?.refit, estimate ?? NaN, 1e-10);
    near(own?.refit_std_error, error ?? NaN, 1e-9);
  }
});

test('ridge: the least error out of fold is that of the closed form on the training rows', async () => {
  const { result: { penalty } } = await analyse(csv, { ...quick, penalty: { kind: 'ridge', count: 50, choose: 'min' } });
  near(penalty?.used.cv_mse, 0.000136808739141, 1e-11); // R: (Z'Z + nλI)⁻¹Z'y in each fold, standardised by the training rows
  assert.ok(penalty?.path.every(({ effective_df: df, gcv }) => df !== null && gcv !== null && df > 1 && df <= 29));
});

describe('every parameter changes the result', () => {
  const base = { kind: 'elastic_net', count: 40 };
  const changes: [string, Record<string, unknown>][] = [
    ['kind', { kind: 'lasso' }], ['l1_ratio', { l1_ratio: 0.2 }], ['choose', { choose: 'min' }], ['lambda', { lambda: 0.0005 }], ['count', { count: 60 }], ['standardize', { standardize: false }], ['unpenalized', { unpenalized: ['passes:speed'] }],
  ];
  for (const [name, change] of changes) {
    test(name, async () => {
      const [one, other] = await Promise.all([base, { ...base, ...change }].map((penalty) => analyse(csv, { ...quick, penalty })));
      assert.notDeepEqual(one?.result.penalty?.coefficients, other?.result.penalty?.coefficients);
    });
  }
});

test('groups: the levels of a factor enter and leave together', async () => {
  const brush = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url), 'utf8');
  const penaltyOf = async (groups: 'none' | 'terms') => (await analyse(brush, { formula: 'y ~ speed + feed + depth + brush + material', train_test_split: 0, anova_types: [], penalty: { kind: 'lasso', count: 40, groups } })).result.penalty;
  const [plain, grouped] = await Promise.all([penaltyOf('none'), penaltyOf('terms')]);
  const levelsIn = (penalty: typeof plain): Set<number> => new Set(penalty?.path.map((_, l) => penalty.paths.filter(({ term, coefficients }) => term.startsWith('brush') && coefficients[l] !== 0).length));
  assert.deepEqual(levelsIn(grouped), new Set([0, 3]));
  assert.ok(levelsIn(plain).size > 2);
});

test('1, 2 and 4 threads give the same bytes; the equation gives the fit back', async () => {
  const [one, ...others] = await Promise.all([1, 2, 4].map((threads) => analyse(csv, { ...quick, penalty: { kind: 'elastic_net' } }, { threads })));
  for (const other of others) assert.deepEqual(other.files.get('result.json'), one?.files.get('result.json'));
  const penalty = one?.result.penalty;
  const lines = csv.replace(/^\uFEFF/, '').trimEnd().split('\n').map((line) => line.split(','));
  const mse = one?.result.rows.row.reduce((sum, row, i) => {
    const text = (penalty?.equation ?? '').replace(/\[([^\]]+)\]/g, (_, name: string) => `(${lines[row - 1]?.[(lines[0] as string[]).indexOf(name)]})`);
    return sum + ((one.result.rows.actual[i] ?? NaN) - Number(runInNewContext(text))) ** 2;
  }, 0) ?? NaN;
  near(1 - mse / (one?.result.fit.tss ?? NaN), penalty?.used.r2 ?? NaN, 1e-9);
});

test('refused by name: a term that the model lacks; a binary target is told', async () => {
  await assert.rejects(analyse(csv, { ...quick, penalty: { kind: 'lasso', unpenalized: ['nothing'] } }), (error: Fault) => error instanceof Fault && error.code === 'term_not_in_model');
  await assert.rejects(analyse(csv, { ...quick, formula: 'wear ~ passes', penalty: { kind: 'lasso', unpenalized: ['passes'] } }), (error: Fault) => error instanceof Fault && error.code === 'penalty_no_columns');
});

describe('predict: the penalised coefficients are the model', () => {
  const small = 'wear ~ speed + feed + projection + passes + speed:passes';
  const [names = [], ...known] = csv.trimEnd().split('\n').map((line) => line.split(','));
  const rowAt = (row: number): Record<string, string> => Object.fromEntries(names.map((name, column) => [name, known[row]?.[column] ?? '']));
  const equationAt = (equation: string, row: Record<string, string>): number => runInNewContext(equation.replace(/\[([^\]]+)\]/g, (_, name: string) => `(${row[name]})`)) as number;

  test('stored predictions, equation files and calculator are its equation; there are no intervals, and the extrapolation is still seen', async () => {
    const settings = grid(`${csv.trimEnd()}\n${names.map((name) => (name === 'speed' ? '99000' : rowAt(0)[name])).join(',')}`);
    const run = await analyse(csv, { ...quick, formula: small, language: 'en', outputs: ['workbook'], penalty: { kind: 'lasso', choose: 'min', predict: true } }, settings);
    const { result: { penalty, model, notices }, files } = run;
    assert.ok(penalty?.predicts === true && penalty.equation !== model.equation);
    const stored = predictionRows(run);
    known.forEach((_, row) => near(Number(stored[row]?.['wear']), equationAt(penalty.equation, rowAt(row)), 1e-11));
    assert.ok(stored.every((row) => row['wear_mean_low'] === '' && row['wear_high'] === ''));
    assert.equal(stored.at(-1)?.['wear_extrapolated'], 'speed');
    assert.ok(notices.some(({ code }) => code === 'penalty_predicts'));
    const formulas = JSON.parse(String(files.get('02_パラメーター/prediction_formulas.json'))) as Record<string, { model_type: string; formula_string: string }>;
    assert.deepEqual([formulas['wear']?.model_type, formulas['wear']?.formula_string], ['Lasso', `wear = ${penalty.equation}`]);
    for (const [file, sheet] of [['04_予測計算/prediction_template.xlsx', 'Calculator'], ['03_評価スコア/evaluation_scores.xlsx', 'Calculator']] as const) {
      const page = (await openBook(files.get(file) as Buffer)).getWorksheet(sheet);
      assert.ok(page !== undefined);
      const point: Record<string, string> = {};
      let at = 5;
      for (; page.getCell(at, 1).text !== ''; at += 1) point[page.getCell(at, 1).text] = page.getCell(at, 2).text;
      near(page.getCell(at + 4, 2).result as number, equationAt(penalty.equation, point), 1e-12);
      assert.equal(page.getCell(at + 4, 3).value, null);
    }
  });

  test('of a logarithm the mean is by the residuals of this fit', async () => {
    const run = await analyse(csv, { ...quick, formula: small, transform: 'log', penalty: { kind: 'ridge', predict: true } }, grid(csv));
    const { penalty } = run.result;
    const eta = known.map((_, row) => equationAt(penalty?.equation ?? '', rowAt(row)));
    const smearing = eta.reduce((sum, value, row) => sum + Math.exp(Math.log(Number(rowAt(row)['wear'])) - value), 0) / eta.length;
    near(penalty?.smearing?.factor, smearing, 1e-10);
    predictionRows(run).forEach((row, i) => near(Number(row['wear']), Math.exp(eta[i] as number) * smearing, 1e-10));
  });
});
