import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { BinaryTarget } from '../../../../schemas/index.ts';
import { analyseTable } from '../run-analysis.ts';

/** R 4.2.2, glm(pass ~ speed + feed + material + material:speed, binomial(probit)) on brush72.csv, its scoring steps repeated until nothing moves; sandwiches and nested fits by hand. */
const r = {
  hc0: [1.6140168893799545, 0.00025053116326939721, 0.00022138102615003601, 1.7484126001523692, 0.00026198581969824819],
  hc1: [1.673157874908499, 0.00025971115388712844, 0.00022949289421658148, 1.812478128192325, 0.0002715855331048493],
  hc2: [1.7418272471116387, 0.00026979330089118095, 0.00022967274816394201, 1.8769189957426369, 0.00028135879409519986],
  hc3: [1.8800731886182325, 0.0002907258693303831, 0.00023849732311696906, 2.0159760325171656, 0.00030238718478187301],
  hc4: [1.8909544080992464, 0.00029348691882440922, 0.00023327408518197874, 2.0191960389047838, 0.00030410479414904646],
  cluster: [1.2335780974663155, 0.00015708211853750827, 0.00023347637916487516, 1.3141065538505849, 0.00018827975045925145],
  deviance: {
    I: { speed: 12.989139003934184, feed: 19.293934564052684, material: 1.098515430287577, 'speed:material': 1.3239981935697855 },
    II: { speed: 17.380038427902811, feed: 19.099169327592278, material: 1.098515430287577, 'speed:material': 1.3239981935697855 },
    III: { speed: 17.108898167330878, feed: 19.099169327592264, material: 2.0340887073982827, 'speed:material': 1.3239981935697855 },
  },
} as const;

const csv = readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
const given = { formula: 'pass ~ speed + feed + material + material:speed', target_kind: 'binary', link: 'probit', contrasts: { material: { kind: 'treatment', reference: 'Alumi' } }, train_test_split: 0, cv_splits: 2 };

async function run(change: Record<string, unknown> = {}): Promise<{ target: BinaryTarget; codes: string[] }> {
  const { whole } = await analyseTable(await csv, { ...given, ...change });
  const [target] = whole.targets;
  assert.ok(target?.status === 'binary');
  return { target, codes: target.notices.map(({ code }) => code) };
}

function near(value: number | null | undefined, expected: number, what: string): void {
  assert.ok(Math.abs((value ?? NaN) / expected - 1) < 1e-10, `${what}: ${value} against ${expected}`);
}

describe('a binary target under other covariances', () => {
  for (const kind of ['hc0', 'hc1', 'hc2', 'hc3', 'hc4', 'cluster'] as const) {
    test(`${kind}: standard errors as R has them; intervals, tests and the covariance of predictions follow`, async () => {
      const { target: { binary }, codes } = await run({ covariance: kind, ...(kind === 'cluster' ? { cluster_column: 'brush' } : {}) });
      assert.deepEqual({ ...binary.covariance, matrix: null }, { kind, df: null, cluster_column: kind === 'cluster' ? 'brush' : null, clusters: kind === 'cluster' ? 4 : null, matrix: null, quantile: binary.covariance.quantile });
      const position = new Map([['(Intercept)', 0], ['speed', 1], ['feed', 2], ['material[Steel]', 3]]);
      binary.coefficients.forEach((coefficient, j) => {
        near(coefficient.std_error, r[kind][position.get(coefficient.term) ?? 4] as number, `${kind} ${coefficient.term}`);
        near(Math.sqrt(binary.covariance.matrix?.[j]?.[j] ?? NaN), coefficient.std_error ?? NaN, 'matrix');
        near(((coefficient.ci_high ?? NaN) - (coefficient.ci_low ?? NaN)) / 2, 1.959963984540054 * (coefficient.std_error ?? NaN), 'interval');
        assert.equal(coefficient.profile_low, null);
      });
      assert.ok(codes.includes('deviance_tests_likelihood'));
    });
  }

  test('the classical one is named, and keeps its profile intervals', async () => {
    const { target: { binary } } = await run();
    assert.equal(binary.covariance.kind, 'classical');
    assert.ok(binary.coefficients.every(({ profile_low: low }) => low !== null));
  });
});

test('analysis of deviance: types I, II and III (in sum coding) as nested fits of R', async () => {
  const { target: { binary }, codes } = await run();
  assert.deepEqual(binary.deviance_tests.map(({ type }) => type), ['I', 'II', 'III']);
  for (const { type, rows } of binary.deviance_tests) {
    for (const { term, df, chi2 } of rows) {
      assert.equal(df, 1);
      near(chi2, (r.deviance[type] as Record<string, number>)[term.split(':').sort().reverse().join(':')] ?? NaN, `${type} ${term}`);
    }
  }
  near(binary.deviance_tests[0]?.rows[1]?.p, 1.120617719064351e-05, 'p of feed');
  assert.deepEqual(binary.deviance_tests[2]?.recoded, ['material']);
  assert.ok(codes.includes('type3_recoded'));
  assert.deepEqual((await run({ anova_types: ['II'] })).target.binary.deviance_tests.map(({ type }) => type), ['II']);
});

test('what has no meaning for two values is told by name', async () => {
  const { target, codes } = await run({ transform: 'log', robust: 'huber', link: 'logit', firth: 'always', covariance: 'hc3' });
  const unused = target.notices.find(({ code }) => code === 'binary_parameters_unused');
  assert.deepEqual(unused?.values?.['parameters'], ['transform = log', 'robust = huber']);
  for (const code of ['firth_classical_covariance', 'firth_no_deviance_tests']) assert.ok(codes.includes(code), code);
  assert.equal(target.binary.covariance.kind, 'classical');
  assert.deepEqual(target.binary.deviance_tests, []);
});
