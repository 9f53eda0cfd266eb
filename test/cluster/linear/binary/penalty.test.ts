import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { penalisedLogistic } from '../../../../kernels/index.ts';
import { targetViews, type BinaryResult } from '../../../../schemas/index.ts';
import { brush72 } from '../../../kernels/brush72.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { openBook } from '../../report/workbook/office.ts';
import { grid, predictionRows } from '../prediction/read-predictions.ts';
import { analyseTable } from '../run-analysis.ts';

const table = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url), 'utf8');
const glmnet = (JSON.parse(await readFile(new URL('../../../kernels/elastic-net/brush72-glmnet.json', import.meta.url), 'utf8')) as { logitLasso: { lambda: number[]; a0: number[]; beta: Record<string, number>[] } }).logitLasso;
const brush = brush72();
const names = ['speed', 'feed', 'depth', 'brushA11', 'brushA21', 'brushA32', 'materialAlumi'];
/** The columns that R makes of the factors, as numbers. */
const columns = names.map((name) => brush.column(name));
const numbers = [[...names, 'pass'].join(','), ...Array.from({ length: brush.n }, (_, i) => [...columns.map((column) => column[i]), brush.pass[i]].join(','))].join('\n');
const quick = { target_kind: 'binary', train_test_split: 0, cv_splits: 4, anova_types: [], duplicates: 'keep', language: 'en', outputs: [] };

async function penalise(csv: string, formula: string, penalty: object, more: object = {}, options: object = {}): Promise<{ binary: BinaryResult; penalty: NonNullable<BinaryResult['penalty']>; codes: string[]; run: Awaited<ReturnType<typeof analyseTable>> }> {
  const run = await analyseTable(csv, { ...quick, formula, penalty, ...more }, options);
  const [target] = targetViews(run.whole);
  assert.ok(target?.kind === 'binary' && target.view.binary.penalty !== null);
  return { binary: target.view.binary, penalty: target.view.binary.penalty, codes: target.view.notices.map(({ code }) => code), run };
}

const near = (a: number | null | undefined, b: number, relative: number): void => assert.ok(Math.abs((a ?? NaN) - b) <= relative * Math.abs(b), `${a} instead of ${b}`);
const whole = `pass ~ ${names.join(' + ')}`;
const small = 'pass ~ speed + feed + depth + brush + material';

test('a given penalty has the coefficients of glmnet; errors out of fold are those of fits without each fold', async () => {
  const kernels = await freshKernels();
  for (const at of [4, 8]) {
    const lambda = glmnet.lambda[at] as number;
    const { binary, penalty } = await penalise(numbers, whole, { kind: 'lasso', lambda, count: 5 });
    for (const { term, estimate } of penalty.coefficients) {
      const expected = term === '(Intercept)' ? glmnet.a0[at] : glmnet.beta[at]?.[term];
      assert.ok(Math.abs(estimate - (expected ?? NaN)) < 1e-6 * Math.max(1e-3, Math.abs(expected ?? NaN)), `${term} ${estimate} ${expected}`);
    }
    const fold = binary.rows.cv_fold;
    const errors = [1, 2, 3, 4].map((left) => penalisedLogistic(kernels, { x: brush.matrix(names), y: brush.pass, n: brush.n, p: names.length, lambdas: [lambda], trials: fold.map((one) => Number(one !== left)), held: fold.map((one) => Number(one === left)) }).heldDeviances[0] as number);
    near(penalty.used.cv_deviance, errors.reduce((sum, error, f) => sum + error * fold.filter((one) => one === f + 1).length, 0) / brush.n, 1e-9);
    assert.deepEqual([penalty.choose, penalty.lambda], ['given', lambda]);
  }
});

test('the refit is maximum likelihood on the terms that stay; unpenalised coefficients stand beside', async () => {
  const { penalty, binary, codes } = await penalise(numbers, whole, { kind: 'lasso', count: 20 });
  const kept = penalty.coefficients.filter(({ term, estimate }) => term !== '(Intercept)' && estimate !== 0).map(({ term }) => term);
  assert.ok(kept.length > 0 && kept.length < names.length);
  const [alone] = targetViews((await analyseTable(numbers, { ...quick, formula: `pass ~ ${kept.join(' + ')}` })).whole);
  assert.ok(alone?.kind === 'binary');
  for (const { term, estimate, std_error: error } of alone.view.binary.coefficients) {
    const own = penalty.coefficients.find((row) => row.term === term);
    near(own?.refit, estimate ?? NaN, 1e-9);
    near(own?.refit_std_error, error ?? NaN, 1e-7);
  }
  assert.deepEqual(penalty.coefficients.map(({ maximum_likelihood: value }) => value), binary.coefficients.map(({ estimate }) => estimate));
  assert.ok(codes.includes('penalty_refit_optimistic') && penalty.lambda === penalty.lambda_one_se);
});

describe('every parameter changes the penalised fit', () => {
  const base = { kind: 'elastic_net', count: 60 };
  const changes: [string, object][] = [
    ['kind', { kind: 'ridge' }], ['l1_ratio', { l1_ratio: 0.2 }], ['choose', { choose: 'min' }], ['lambda', { lambda: 0.02 }], ['count', { count: 64 }], ['standardize', { standardize: false }], ['unpenalized', { unpenalized: ['depth'] }], ['groups', { groups: 'terms' }],
  ];
  const first = penalise(table, small, base);
  for (const [name, change] of changes) {
    test(name, async () => {
      const [one, other] = await Promise.all([first, penalise(table, small, { ...base, ...change })]);
      assert.notDeepEqual(one.penalty.coefficients, other.penalty.coefficients);
    });
  }
});

test('groups: the levels of a factor enter together', async () => {
  const { penalty } = await penalise(table, small, { kind: 'lasso', count: 25, groups: 'terms' });
  const levels = penalty.paths.filter(({ term }) => term.startsWith('brush'));
  assert.equal(levels.length, 3);
  const counts = penalty.path.map((_, l) => levels.filter(({ coefficients }) => coefficients[l] !== 0).length);
  assert.deepEqual(new Set(counts), new Set([0, 3]));
});

test('1, 2 and 4 threads give the same bytes', async () => {
  const [one, ...others] = await Promise.all([1, 2, 4].map((threads) => penalise(table, small, { kind: 'elastic_net', count: 15 }, {}, { threads })));
  for (const other of others) assert.deepEqual(other.run.files.get('result.json'), one?.run.files.get('result.json'));
});

test('separated labels have a penalised fit, all along the path', async () => {
  const separated = [[...names, 'pass'].join(','), ...Array.from({ length: brush.n }, (_, i) => [...columns.map((column) => column[i]), Number((columns[0]?.[i] ?? 0) > 3000)].join(','))].join('\n');
  const { penalty, codes, binary } = await penalise(separated, whole, { kind: 'lasso', count: 30, choose: 'min' });
  assert.notEqual(binary.separation.kind, 'overlap');
  assert.ok(codes.includes('separation_firth') && !codes.includes('penalty_unsolved'));
  penalty.path.forEach(({ deviance_ratio: ratio }, l) => assert.ok(l === 0 || (ratio ?? NaN) > (penalty.path[l - 1]?.deviance_ratio ?? NaN)));
  assert.ok(penalty.coefficients.every(({ estimate }) => Number.isFinite(estimate)));
});

test('predict: stored predictions, files and calculators are the penalised equation, without intervals', async () => {
  const formula = 'pass ~ speed + feed + depth';
  const settings = grid(`${numbers}\n99000,1000,1,0,0,0,0,1`);
  const { penalty, binary, codes, run } = await penalise(numbers, formula, { kind: 'lasso', choose: 'min', count: 20, predict: true }, { outputs: ['workbook', 'charts'] }, settings);
  const equationAt = (row: Record<string, unknown>): number => {
    const eta = runInNewContext(penalty.equation.replace(/\[([^\]]+)\]/g, (_, name: string) => `(${String(row[name])})`)) as number;
    return 1 / (1 + Math.exp(-eta));
  };
  const stored = predictionRows(run);
  const value = 'P(pass=1)';
  brush.pass.forEach((_, i) => near(Number(stored[i]?.[value]), equationAt(Object.fromEntries(names.map((name, j) => [name, columns[j]?.[i]]))), 1e-11));
  const lows = Object.keys(stored[0] ?? {}).filter((name) => /_mean_(low|high)$/.test(name));
  assert.ok(lows.length === 2 && stored.every((row) => lows.every((name) => row[name] === '')));
  assert.ok(codes.includes('penalty_predicts') && binary.coefficients.some(({ std_error: error }) => error !== null));
  const formulas = JSON.parse(String(run.files.get('02_パラメーター/prediction_formulas.json'))) as Record<string, { model_type: string; formula_string: string }>;
  assert.deepEqual([formulas['pass']?.model_type, formulas['pass']?.formula_string], ['LogisticRegression (lasso)', `logit(P[pass = 1]) = ${penalty.equation}`]);
  assert.ok([...run.files.keys()].some((path) => path.includes('penalty_path')) && [...run.files.keys()].some((path) => path.includes('penalty_cv')));
  const book = await openBook(run.files.get('03_評価スコア/evaluation_scores.xlsx') as Buffer);
  const page = book.getWorksheet('Calculator');
  const sheet = book.getWorksheet('Penalised fit');
  assert.ok(page !== undefined && sheet !== undefined);
  const point: Record<string, string> = {};
  let at = 5;
  for (; page.getCell(at, 1).text !== ''; at += 1) point[page.getCell(at, 1).text] = page.getCell(at, 2).text;
  near(page.getCell(at + 4, 2).result as number, equationAt(point), 1e-12);
  assert.equal(page.getCell(at + 4, 4).value, null);
  penalty.coefficients.forEach(({ term, estimate }, j) => assert.deepEqual([sheet.getCell(6 + j, 1).value, sheet.getCell(6 + j, 2).value], [term, estimate]));
});
