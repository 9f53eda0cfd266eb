import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { randomStream } from '../../../../kernels/random/index.ts';
import { Fault, type BinaryTarget } from '../../../../schemas/index.ts';
import { sharedData, without } from '../../../support/shared-data.ts';
import { analyseTable } from '../run-analysis.ts';

const seed = 4711;

async function binary(table: string | Uint8Array, parameters: Record<string, unknown>): Promise<BinaryTarget> {
  const { whole } = await analyseTable(table, { train_test_split: 0, ...parameters });
  const [target] = whole.targets;
  assert.ok(target?.status === 'binary', target?.status);
  return target;
}

function sample(rows: number, label: (y: number) => string = String): string {
  const next = randomStream(seed, 1);
  const lines = Array.from({ length: rows }, () => {
    const x = Math.round(next() * 400) / 100;
    const g = next() < 0.5 ? 'a' : 'b';
    return `${x},${g},${label(Number(next() < 1 / (1 + Math.exp(2 - x - Number(g === 'b')))))}`;
  });
  return `x,g,y\n${lines.join('\n')}`;
}

describe('which targets are binary', () => {
  test('a text of two levels is, by itself; the one that says yes is the positive label', async () => {
    const { binary: found } = await binary(sample(60, (y) => (y === 1 ? 'OK' : 'NG')), { target_column: 'y' });
    assert.deepEqual([found.positive_label, found.negative_label], ['OK', 'NG']);
  });

  test('numbers of two values stay numeric unless target_kind says binary', async () => {
    const { whole } = await analyseTable(sample(60), { target_column: 'y', train_test_split: 0 });
    assert.equal(whole.targets[0]?.status, 'fitted');
    assert.equal((await binary(sample(60), { target_column: 'y', target_kind: 'binary' })).binary.positive_label, '1');
  });

  const refused: [string, string, Record<string, unknown>, string][] = [
    ['a text of three levels', 'x,y\n1,a\n2,b\n3,c\n4,a', {}, 'target_not_numeric'],
    ['a text asked for as numeric', sample(20, (y) => `v${y}`), { target_kind: 'numeric' }, 'target_not_numeric'],
    ['three numbers asked for as binary', 'x,y\n1,0\n2,1\n3,2\n4,1', { target_kind: 'binary' }, 'target_not_binary'],
    ['a label that does not occur', sample(20), { target_kind: 'binary', positive_label: 'maybe' }, 'positive_label_unknown'],
    ['one label among the complete rows', 'x,y\n1,a\n2,a\n3,a\n4,a\n,b\n5,a', {}, 'target_one_class'],
    ['Firth with another link', sample(30), { target_kind: 'binary', firth: 'always', link: 'probit' }, 'firth_needs_logit'],
  ];
  for (const [what, table, parameters, code] of refused) {
    test(`${what}: ${code}`, async () => {
      await assert.rejects(analyseTable(table, { target_column: 'y', train_test_split: 0, ...parameters }), (error: Fault) => error instanceof Fault && error.code === code && error.class === 'user');
    });
  }
});

test('one factor of two levels: coefficients, SE, deviance and odds ratio from the 2 × 2 table by hand', async () => {
  // a: 12 of 20 positive, b: 5 of 25
  const rows = [...Array.from({ length: 20 }, (_, i) => `a,${i < 12 ? 1 : 0}`), ...Array.from({ length: 25 }, (_, i) => `b,${i < 5 ? 1 : 0}`)];
  const { binary: found } = await binary(`g,y\n${rows.join('\n')}`, { target_column: 'y', target_kind: 'binary', contrasts: { g: { kind: 'treatment', reference: 'a' } }, cv_groups: 'none', duplicates: 'keep' });
  const [constant, b] = found.coefficients;
  const near = (value: number | null | undefined, wanted: number, what: string): void => assert.ok(Math.abs((value ?? NaN) - wanted) < 1e-10 * Math.max(1, Math.abs(wanted)), `${what}: ${value}, ${wanted} by hand`);
  near(constant?.estimate, Math.log(12 / 8), 'constant');
  near(b?.estimate, Math.log((5 / 20) / (12 / 8)), 'slope');
  near(b?.std_error, Math.sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 20), 'SE');
  near(b?.odds_ratio, (5 / 20) / (12 / 8), 'odds ratio');
  const term = (k: number, n: number): number => -2 * (k * Math.log(k / n) + (n - k) * Math.log(1 - k / n));
  near(found.fit.deviance, term(12, 20) + term(5, 25), 'deviance');
  near(found.fit.null_deviance, term(17, 45), 'null deviance');
  near(found.fit.lr_chi2, term(17, 45) - term(12, 20) - term(5, 25), 'likelihood ratio');
  // the profile interval of the slope is where the deviance has risen by the quantile 3.841…
  const rise = (slope: number): number => {
    let low = -20;
    let high = 20;
    const score = (c: number): number => 17 - 20 / (1 + Math.exp(-c)) - 25 / (1 + Math.exp(-c - slope));
    for (let k = 0; k < 200; k += 1) {
      const middle = (low + high) / 2;
      if (score(middle) > 0) low = middle;
      else high = middle;
    }
    const [pa, pb] = [1 / (1 + Math.exp(-low)), 1 / (1 + Math.exp(-low - slope))];
    return -2 * (12 * Math.log(pa) + 8 * Math.log(1 - pa) + 5 * Math.log(pb) + 20 * Math.log(1 - pb)) - (found.fit.deviance ?? NaN);
  };
  near(rise(b?.profile_low ?? NaN), 3.841458820694124, 'low end of the profile');
  near(rise(b?.profile_high ?? NaN), 3.841458820694124, 'high end of the profile');
});

test('separated labels are told with the columns and get finite estimates by Firth, or are refused when it may not', async () => {
  const table = `x,z,y\n${Array.from({ length: 24 }, (_, i) => `${i},${(i * 7) % 5},${i < 12 ? 'no' : 'yes'}`).join('\n')}`;
  const { whole, notices } = await analyseTable(table, { target_column: 'y', train_test_split: 0 });
  const [target] = whole.targets;
  assert.ok(target?.status === 'binary');
  assert.equal(target.binary.method, 'firth_flic');
  assert.equal(target.binary.separation.kind, 'complete');
  assert.ok(target.binary.separation.columns.some(({ column, towards }) => column === 'x' && towards !== 'minus_infinity'));
  assert.ok(target.binary.coefficients.every(({ estimate, std_error }) => Number.isFinite(estimate) && Number.isFinite(std_error)));
  // FLIC: the mean prediction is the mean outcome
  assert.ok(Math.abs(target.binary.rows.probability.reduce<number>((sum, p) => sum + (p ?? NaN), 0) - 12) < 1e-6);
  assert.ok(notices.some(({ code, values }) => code === 'separation_firth' && String(values?.['columns']).includes('x')));
  for (const change of [{ firth: 'never' }, { link: 'probit' }]) {
    await assert.rejects(analyseTable(table, { target_column: 'y', train_test_split: 0, ...change }), (error: Fault) => error.code === 'target_separated' && (error.values['columns'] as string[]).includes('x'));
  }
});

test('an offset enters the predictor, and is not taken off the outcome', async () => {
  const table = sample(120).split('\n').map((line, i) => (i === 0 ? `${line},o` : `${line},${(i % 3) - 1}`)).join('\n');
  const given = { target_column: 'y', target_kind: 'binary', feature_columns: ['x', 'g'] };
  const [without_, with_] = await Promise.all([binary(table, given), binary(table, { ...given, offset_column: 'o' })]);
  assert.notEqual(without_.binary.coefficients[1]?.estimate, with_.binary.coefficients[1]?.estimate);
  // score equations: residuals are orthogonal to the constant and to x
  const residuals = with_.binary.rows.actual.map((y, i) => y - (with_.binary.rows.probability[i] ?? NaN));
  assert.ok(Math.abs(residuals.reduce((sum, value) => sum + value, 0)) < 1e-8);
});

describe('every parameter of a binary target changes the result', () => {
  const base = { target_column: 'y', target_kind: 'binary' };
  const table = sample(90);
  const changes: [string, Record<string, unknown>, (target: BinaryTarget) => unknown][] = [
    ['positive_label', { positive_label: '0' }, ({ binary: { coefficients } }) => coefficients[1]?.estimate],
    ['link', { link: 'cloglog' }, ({ binary: { coefficients } }) => coefficients[1]?.estimate],
    ['firth', { firth: 'always' }, ({ binary: { coefficients } }) => coefficients[1]?.estimate],
    ['misclassification_cost', { misclassification_cost: { false_negative: 5 } }, ({ binary: { cross_validation } }) => cross_validation?.confusion],
    ['confidence_level', { confidence_level: 0.8 }, ({ binary: { coefficients } }) => coefficients[1]?.profile_low],
    ['cv_splits', { cv_splits: 3 }, ({ binary: { cross_validation } }) => cross_validation?.score],
    ['train_test_split', { train_test_split: 0.3 }, ({ binary: { holdout } }) => holdout],
    ['random_seed', { random_seed: 9 }, ({ binary: { rows } }) => rows.cv_fold],
  ];
  for (const [name, change, look] of changes) {
    test(name, async () => {
      const [before, after] = await Promise.all([binary(table, base), binary(table, { ...base, ...change })]);
      assert.notDeepEqual(look(after), look(before));
    });
  }
});

test('the same bytes on 1, 2 and 4 threads', async () => {
  const runs = await Promise.all([1, 2, 4].map((threads) => analyseTable(sample(80), { target_column: 'y', target_kind: 'binary' }, { threads })));
  const [first, ...others] = runs.map((run) => String(run.files.get('result.json')));
  for (const other of others) assert.equal(other, first);
});

test('バリ除去 of the real table is binary by itself, beside numeric targets; no hidden penalty', { skip: without('original/data_base_results.csv') }, async () => {
  const { binary: found, features } = await binary(await readFile(join(sharedData, 'original/data_base_results.csv')), { target_columns: ['バリ除去', '上面ダレ量'] });
  assert.equal(found.positive_label, '1');
  assert.ok(features.includes('回転速度'));
  assert.ok((found.cross_validation?.score.auc ?? 0) > 0.75 && (found.cross_validation?.score.auc ?? 1) < (found.in_sample.auc ?? 0));
  // maximum likelihood: X'(y − p) = 0 for the constant
  const residual = found.rows.actual.reduce((sum, y, i) => sum + y - (found.rows.probability[i] ?? NaN), 0);
  assert.ok(Math.abs(residual) < 1e-8, String(residual));
});

test('outputs of a run whose only target is binary do not fail', async () => {
  const alone = await analyseTable(sample(60), { target_column: 'y', target_kind: 'binary', outputs: ['workbook'] });
  assert.deepEqual(alone.whole.targets.map(({ status }) => status), ['binary']);
});
