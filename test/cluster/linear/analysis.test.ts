import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Fault } from '../../../schemas/index.ts';
import { digits, sharedData, without } from '../../support/shared-data.ts';
import { analyse } from './run-analysis.ts';

interface Exact {
  coefficients: string[]; se: string[]; t: string[]; pValue: string[]; ci95: [string, string][];
  r2: string; adjR2: string; predR2: string; residualSd: string; rss: string; F: string; FpValue: string; press: string;
  logLik: string; aicR: string; bicR: string; aiccR: string; vif?: string[]; durbinWatson: string;
  leverage: string[]; residuals: string[]; studentizedInternal: string[]; studentizedExternal: string[]; cooksD: string[]; dffits: string[];
}

/** A bar per quantity; the kernels reach more on their own tests, and nothing on the way may lose it. */
const enough = 13;

describe('against NIST, computed exactly', () => {
  for (const name of ['Longley', 'Norris', 'Pontius'] as const) {
    const skip = without(`nist-strd/linear/${name}.csv`);
    const model = name === 'Pontius' ? { formula: 'y ~ x + I(x^2)' } : { target_column: 'y' };
    test(`${name}: every number of the report`, { skip }, async () => {
      const csv = await readFile(join(sharedData, `nist-strd/linear/${name}.csv`));
      const exact = JSON.parse(await readFile(join(sharedData, `nist-strd/linear/${name}.ext.json`), 'utf8')) as Exact;
      const { result } = await analyse(csv, { ...model, train_test_split: 0, cv_splits: 2 });
      const check = (what: string, value: number | null | undefined, text: string | undefined, least = enough): void => {
        assert.ok(digits(value, Number(text)) >= least, `${name} ${what}: ${value} instead of ${text}`);
      };
      result.coefficients.forEach((coefficient, j) => {
        check(`b${j}`, coefficient.estimate, exact.coefficients[j], 15);
        check(`se${j}`, coefficient.std_error, exact.se[j]);
        check(`t${j}`, coefficient.t, exact.t[j]);
        check(`p${j}`, coefficient.p, exact.pValue[j]);
        check(`low${j}`, coefficient.ci_low, exact.ci95[j]?.[0], 12);
        check(`high${j}`, coefficient.ci_high, exact.ci95[j]?.[1], 12);
        if (j > 0 && exact.vif) check(`vif${j}`, coefficient.vif, exact.vif[j - 1], 11);
      });
      const { fit } = result;
      check('r2', fit.r2, exact.r2);
      check('adjusted', fit.adjusted_r2, exact.adjR2);
      check('predicted', fit.predicted_r2, exact.predR2);
      check('sigma', fit.sigma, exact.residualSd);
      check('F', fit.f, exact.F);
      check('F p', fit.f_p, exact.FpValue);
      check('press', fit.press, exact.press);
      check('loglik', fit.log_likelihood, exact.logLik);
      check('aic', fit.aic, exact.aicR);
      check('bic', fit.bic, exact.bicR);
      check('aicc', fit.aicc, exact.aiccR);
      check('dw', result.diagnostics.durbin_watson, exact.durbinWatson, 11);
      result.rows.leverage.forEach((value, i) => check(`leverage ${i}`, value, exact.leverage[i]));
      result.rows.studentized_internal.forEach((value, i) => check(`internal ${i}`, value, exact.studentizedInternal[i], 12));
      result.rows.studentized_external.forEach((value, i) => check(`external ${i}`, value, exact.studentizedExternal[i], 12));
      result.rows.cook.forEach((value, i) => check(`cook ${i}`, value, exact.cooksD[i], 11));
      result.rows.dffits.forEach((value, i) => check(`dffits ${i}`, value, exact.dffits[i], 11));
    });
  }
});

const deburring = [
  '回転速度,送り速度,材料,上面ダレ量',
  '1000,500,Steel,0.31', '2000,500,Steel,0.35', '3000,800,Alumi,0.52', '4000,900,Steel,0.42', '5000,650,Alumi,0.61', '6000,1000,Steel,0.55',
  '7000,1250,Alumi,0.70', '8000,1500,Steel,0.58', '1000,1500,Alumi,0.44', '2500,950,Steel,0.37', '2500,950,Steel,0.39', '4500,1250,Alumi,0.57',
].join('\n');

describe('columns', () => {
  const cases: { what: string; table: string; parameters: Record<string, unknown>; code: string; where?: Record<string, unknown> }[] = [
    { what: 'an unknown target', table: 'a,b\n1,2\n2,3\n3,5', parameters: { target_column: 'zzzzzzzz' }, code: 'column_not_found', where: { field: 'parameters.target_column', column: 'zzzzzzzz' } },
    { what: 'a misspelt target', table: 'speed,wear\n1,2\n2,3\n3,5', parameters: { target_column: 'waer' }, code: 'column_not_found_nearest' },
    { what: 'a text target', table: 'a,b\nx,2\ny,3\nz,5', parameters: { target_column: 'a' }, code: 'target_not_numeric', where: { field: 'parameters.target_column', column: 'a' } },
    { what: 'a constant target', table: 'a,b\n1,2\n1,3\n1,5', parameters: { target_column: 'a' }, code: 'target_constant' },
    { what: 'an empty target', table: 'a,b\n,2\n,3\n,5', parameters: { target_column: 'a' }, code: 'target_empty' },
    { what: 'the target as its own feature', table: 'a,b\n1,2\n2,3\n3,5', parameters: { target_column: 'a', feature_columns: ['a'] }, code: 'target_is_feature' },
    { what: 'a feature twice', table: 'a,b\n1,2\n2,3\n3,5', parameters: { target_column: 'a', feature_columns: ['b', 'b'] }, code: 'duplicate_feature', where: { field: 'parameters.feature_columns.1', column: 'b' } },
    { what: 'an unknown feature', table: 'a,b\n1,2\n2,3\n3,5', parameters: { target_column: 'a', feature_columns: ['qqqqqqqqqqqq'] }, code: 'column_not_found' },
    { what: 'an empty feature', table: 'a,b,c\n1,2,\n2,3,\n3,5,', parameters: { target_column: 'a', feature_columns: ['c'] }, code: 'feature_empty' },
    { what: 'no feature left', table: 'a,b\n1,7\n2,7\n3,7', parameters: { target_column: 'a' }, code: 'no_features' },
    { what: 'too few rows', table: 'a,b\n1,2\n2,3', parameters: { target_column: 'a' }, code: 'too_few_rows' },
    { what: 'a text feature with too many levels', table: `a,b\n${Array.from({ length: 60 }, (_, i) => `${i},t${i}`).join('\n')}`, parameters: { target_column: 'a', feature_columns: ['b'] }, code: 'too_many_levels' },
  ];
  for (const { what, table, parameters, code, where } of cases) {
    test(`${what}: ${code}`, async () => {
      await assert.rejects(analyse(table, parameters), (error: Fault) => {
        assert.ok(error instanceof Fault, String(error));
        assert.equal(error.code, code);
        if (where) assert.deepEqual(error.where, where);
        assert.equal(error.class, 'user');
        return true;
      });
    });
  }

  test('of text become indicators against the most frequent level', async () => {
    const { result } = await analyse(deburring, { target_column: '上面ダレ量', train_test_split: 0 });
    assert.deepEqual(result.model.terms.map((term) => term.name), ['(Intercept)', '回転速度', '送り速度', '材料[Alumi]']);
    assert.equal(result.model.terms[3]?.reference, 'Steel');
  });

  test('that are constant, empty, numbered or dates are left out by themselves, with a notice each', async () => {
    const table = `id,same,none,when,x,y\n${Array.from({ length: 12 }, (_, i) => `${i + 1},5,,2025-10-${10 + i},${(i * 7) % 5},${i * 2 + (i % 3)}`).join('\n')}`;
    const { result } = await analyse(table, { target_column: 'y' });
    assert.deepEqual(result.features, ['x']);
    const codes = result.notices.filter((notice) => notice.code.startsWith('left_out')).map((notice) => `${notice.where?.column}:${notice.code}`).sort();
    assert.deepEqual(codes, ['id:left_out_id', 'none:left_out_empty', 'same:left_out_constant', 'when:left_out_date']);
  });

  test('of a deburring table: responses of the same run never explain the target', { skip: without('original/data_base_results.csv') }, async () => {
    const { result } = await analyse(await readFile(join(sharedData, 'original/data_base_results.csv')), { target_column: '上面ダレ量' });
    for (const response of ['側面ダレ量', '摩耗量', 'バリ除去', '加工時間', 'id']) assert.ok(!result.features.includes(response), response);
    assert.ok(result.features.includes('回転速度'));
    assert.equal(result.dataset.rows_read, 195);
    assert.equal(result.dataset.rows_duplicate, 15);
    assert.equal(result.notices.find((notice) => notice.code === 'exact_duplicates_dropped')?.values?.['count'], 15);
  });
});

describe('every parameter changes the result', () => {
  const base = { target_column: '上面ダレ量' };
  const changes: [string, Record<string, unknown>, (a: Awaited<ReturnType<typeof analyse>>['result']) => unknown][] = [
    ['feature_columns', { feature_columns: ['回転速度'] }, (result) => result.features],
    ['model', { model: 'interactions' }, (result) => result.coefficients.length],
    ['formula', { formula: '上面ダレ量 ~ log(回転速度) + C(材料, sum)' }, (result) => result.formula],
    ['terms', { terms: { terms: [[{ kind: 'power', column: '送り速度', exponent: 2 }]] } }, (result) => result.formula],
    ['contrasts', { contrasts: { 材料: 'sum' } }, (result) => result.coefficients.map((row) => row.estimate)],
    ['weights_column', { weights_column: '送り速度' }, (result) => result.coefficients.map((row) => row.estimate)],
    ['offset_column', { offset_column: '回転速度' }, (result) => result.coefficients.map((row) => row.estimate)],
    ['anova_types', { anova_types: ['II'] }, (result) => result.anova],
    ['standardize', { standardize: false }, (result) => result.coefficients.map((row) => row.standardized)],
    ['train_test_split', { train_test_split: 0.4 }, (result) => result.holdout],
    ['cv_splits', { cv_splits: 3 }, (result) => result.cross_validation?.folds],
    ['confidence_level', { confidence_level: 0.8 }, (result) => result.coefficients[0]?.ci_low],
    ['cv_groups', { cv_groups: 'none' }, (result) => result.cross_validation?.groups],
    ['random_seed', { random_seed: 7 }, (result) => result.rows.cv_fold],
    ['duplicates', { duplicates: 'keep' }, (result) => result.dataset.rows_used],
    ['input.na_values', { input: { na_values: ['1000'] } }, (result) => result.dataset.rows_missing],
  ];
  const table = `${deburring}\n2500,950,Steel,0.39`;
  for (const [name, change, look] of changes) {
    test(name, async () => {
      const [before, after] = await Promise.all([analyse(table, base), analyse(table, { ...base, ...change })]);
      assert.notDeepEqual(look(after.result), look(before.result));
    });
  }
});

describe('cross-validation', () => {
  test('keeps replicates of one condition in one fold', async () => {
    const { result } = await analyse(deburring, { target_column: '上面ダレ量' });
    const at = (row: number): number => result.rows.row.indexOf(row);
    assert.equal(result.rows.cv_fold[at(11)], result.rows.cv_fold[at(12)]);
    assert.equal(result.cross_validation?.groups, 11);
  });

  test('predicts each row from a fit that has not seen its fold (brute force on one feature)', async () => {
    const points = Array.from({ length: 11 }, (_, i) => [i * 1.5, i * 0.7 + ((i * 37) % 11) / 5] as const);
    const { result } = await analyse(`x,y\n${points.map((point) => point.join(',')).join('\n')}`, { target_column: 'y', cv_splits: 4 });
    result.rows.cv_prediction.forEach((predicted, i) => {
      const train = points.filter((_, j) => result.rows.cv_fold[j] !== result.rows.cv_fold[i]);
      const meanX = train.reduce((sum, [x]) => sum + x, 0) / train.length;
      const meanY = train.reduce((sum, [, y]) => sum + y, 0) / train.length;
      const slope = train.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / train.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
      assert.ok(Math.abs((predicted ?? NaN) - (meanY + slope * ((points[i] as readonly [number, number])[0] - meanX))) < 1e-12);
    });
  });

  test('with fewer conditions than folds uses fewer folds and says so', async () => {
    const { result } = await analyse('x,y\n1,1.1\n1,1.2\n2,2.1\n2,1.9\n3,3.3\n3,3.1', { target_column: 'y', cv_splits: 5, train_test_split: 0 });
    assert.equal(result.cross_validation?.folds, 3);
    assert.ok(result.notices.some((notice) => notice.code === 'folds_reduced'));
  });
});

test('replicates give the noise ceiling and the lack-of-fit test (Draper & Smith by hand)', async () => {
  const { result } = await analyse('x,y\n1,1\n1,3\n2,2\n2,4\n3,9\n3,11', { target_column: 'y', train_test_split: 0 });
  // pure error: each pair ±1 → SS 6, df 3; line: slope 4, mean 5 → lack SS = Σ2(ȳᵢ−ŷᵢ)² = 2(1+4+1) = 12, df 1
  assert.equal(result.noise?.df, 3);
  assert.ok(Math.abs((result.noise?.sd ?? 0) - Math.SQRT2) < 1e-12);
  assert.ok(Math.abs((result.noise?.lack_of_fit_f ?? 0) - 12 / (6 / 3)) < 1e-9, String(result.noise?.lack_of_fit_f));
});

test('an aliased term is told with its exact combination, never dropped in silence', async () => {
  const rows = Array.from({ length: 9 }, (_, i) => [i, (i * i) % 5, 2 * i - 3 * ((i * i) % 5) + 1, i * 1.3 + ((i * 7) % 4)].join(','));
  const { result } = await analyse(`a,b,c,y\n${rows.join('\n')}`, { target_column: 'y', train_test_split: 0, cv_splits: 2 });
  assert.equal(result.model.terms[3]?.aliased, true);
  assert.equal(result.coefficients[3]?.estimate, null);
  const notice = result.notices.find((candidate) => candidate.code === 'term_aliased');
  assert.equal(notice?.values?.['combination'], '2·a − 3·b + 1');
  assert.equal(result.aliases[0]?.exact, true);
});

test('the equation in raw units evaluates to the fitted values', async () => {
  const { result } = await analyse(deburring, { target_column: '上面ダレ量' });
  const lines = deburring.split('\n').slice(1).map((line) => line.split(','));
  result.rows.row.forEach((row, i) => {
    const [speed, feed, material] = lines[row - 2] as [string, string, string, string];
    const expression = result.model.equation.replaceAll('[回転速度]', speed).replaceAll('[送り速度]', feed).replaceAll('[材料 = Alumi]', material === 'Alumi' ? '1' : '0');
    const value = expression.split(/ (?=[+-] )/).reduce((sum, piece) => sum + piece.replace(/^([+-]) /, '$1').split('*').reduce((product, factor) => product * Number(factor), 1), 0);
    assert.ok(Math.abs(value - (result.rows.fitted[i] ?? NaN)) < 1e-12, `${row}: ${value} ${result.rows.fitted[i]}`);
  });
});

test('the same bytes on 1, 2 and 4 threads', async () => {
  const runs = await Promise.all([1, 2, 4].map((threads) => analyse(deburring, { target_column: '上面ダレ量' }, { threads })));
  const [first, ...others] = runs.map((run) => String(run.files.get('result.json')));
  for (const other of others) assert.equal(other, first);
});

test('progress never falls and is told in the order of the work', async () => {
  const { progress } = await analyse(deburring, { target_column: '上面ダレ量' });
  const percents = progress.map((step) => step.percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
  assert.deepEqual([...new Set(progress.map((step) => step.stage))], ['loading', 'checking', 'fitting', 'validating', 'reporting']);
});
