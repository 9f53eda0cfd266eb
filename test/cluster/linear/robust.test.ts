import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { LinearView } from '../../../schemas/index.ts';
import { digits, sharedData, without } from '../../support/shared-data.ts';
import { analyse } from './run-analysis.ts';

const skip = without('nist-strd/linear/peer/brush72-lm.json');
type Named = Record<string, number>;
interface Peer { HC: Record<string, Named>; bp: Named; ncv: Named; reset: Named; shapiro: Named; outlierTest: Named; dw: number; rlm: Record<'huberK1.345' | 'huberSE' | 'bisquareC4.685', Named> }
const read = (name: string): Promise<string> => readFile(join(sharedData, 'nist-strd/linear/peer', name), 'utf8');
const treatment = { brush: { kind: 'treatment', reference: 'A13', levels: ['A13', 'A11', 'A21', 'A32'] }, material: { kind: 'treatment', reference: 'Steel', levels: ['Steel', 'Alumi'] } };
const base = { contrasts: treatment, train_test_split: 0, cv_splits: 2 };
const interaction = { ...base, formula: 'y ~ speed + feed + depth + brush*material' };

function close(what: string, value: number | null | undefined, expected: number | undefined, least = 9): void {
  assert.ok(digits(value, Number(expected)) >= least, `${what}: ${value} instead of ${expected}`);
}

describe('against R on brush72', { skip }, () => {
  for (const kind of ['hc0', 'hc1', 'hc2', 'hc3', 'hc4']) {
    test(`standard errors by ${kind} as in sandwich, with t, p and intervals of their own`, async () => {
      const [csv, peer] = await Promise.all([read('brush72.csv'), read('brush72-lm.json').then((text) => JSON.parse(text) as Peer)]);
      const { result } = await analyse(csv, { ...interaction, covariance: kind });
      assert.equal(result.covariance.kind, kind);
      const expected = Object.values(peer.HC[kind.toUpperCase()] as Named);
      assert.equal(expected.length, result.coefficients.length);
      result.coefficients.forEach(({ term, estimate, std_error, t, ci_low, ci_high }, j) => {
        close(term, std_error, expected[j]);
        close(`t of ${term}`, t, (estimate ?? NaN) / (expected[j] as number));
        close(`middle of ${term}`, ((ci_low ?? NaN) + (ci_high ?? NaN)) / 2, estimate ?? NaN, 8);
      });
    });
  }

  test('the tests of the residuals as in lmtest and car', async () => {
    const [csv, peer] = await Promise.all([read('brush72.csv'), read('brush72-lm.json').then((text) => JSON.parse(text) as Peer)]);
    const { result } = await analyse(csv, interaction);
    const find = (name: string): LinearView['residual_tests'][number] | undefined => result.residual_tests.find(({ test: one }) => one === name);
    assert.equal(result.residual_tests.length, 12);
    close('Koenker', find('koenker')?.statistic, peer.bp['statistic']);
    close('Koenker p', find('koenker')?.p, peer.bp['p.value']);
    close('NCV p', find('score_ncv')?.p, peer.ncv['p']);
    close('RESET', find('reset')?.statistic, peer.reset['F']);
    close('Bonferroni p', find('outlier')?.p, peer.outlierTest['bonfP']);
    close('DW', find('durbin_watson')?.statistic, peer.dw);
  });

  test('huber and bisquare as in MASS::rlm', async () => {
    const [csv, peer] = await Promise.all([read('brush72.csv'), read('brush72-lm.json').then((text) => JSON.parse(text) as Peer)]);
    const formula = 'y ~ speed + feed + depth + brush';
    const [huber, bisquare] = await Promise.all(['huber', 'bisquare'].map(async (robust) => (await analyse(csv, { ...base, contrasts: { brush: treatment.brush }, formula, robust })).result.robust));
    huber?.coefficients.forEach(({ term, estimate, std_error }, j) => {
      close(term, estimate, Object.values(peer.rlm['huberK1.345'])[j]);
      close(`SE of ${term}`, std_error, Object.values(peer.rlm.huberSE)[j]);
    });
    bisquare?.coefficients.forEach(({ term, estimate }, j) => close(term, estimate, Object.values(peer.rlm['bisquareC4.685'])[j]));
    assert.ok(huber?.converged && bisquare?.converged);
  });
});

const line = Array.from({ length: 24 }, (_, i) => [i, i % 6, 3 * i + ((i * 7) % 5) / 5 + (i === 3 ? 60 : 0)]);
const wild = `x,batch,y\n${line.map((row) => row.join(',')).join('\n')}`;

test('a wild row moves least squares, not the MM fit, which names it', async () => {
  const { result } = await analyse(wild, { target_column: 'y', feature_columns: ['x'], train_test_split: 0, cv_splits: 2, robust: 'mm' });
  assert.ok(Math.abs((result.coefficients[1]?.estimate ?? 0) - 3) > 0.3);
  assert.ok(Math.abs((result.robust?.coefficients[1]?.estimate ?? 0) - 3) < 0.05);
  assert.equal(result.robust?.weights[3], 0);
  assert.deepEqual(result.notices.find(({ code }) => code === 'robust_low_weight')?.values?.['rows'], ['5']);
});

test('clusters: t tests have one degree of freedom less than there are clusters; without a column it is a fault', async () => {
  const base = { target_column: 'y', feature_columns: ['x'], train_test_split: 0, cv_splits: 2, covariance: 'cluster' };
  const { result } = await analyse(wild, { ...base, cluster_column: 'batch' });
  assert.deepEqual(result.covariance, { kind: 'cluster', df: 5, cluster_column: 'batch', clusters: 6 });
  await assert.rejects(analyse(wild, base), { code: 'cluster_column_needed' });
  await assert.rejects(analyse(wild, { ...base, covariance: 'hc3', cluster_column: 'batch' }), { code: 'model_conflict' });
});

test('weights: HC0 of the weighted fit is R\'s sandwich by hand (X\'WX)⁻¹ Σ w²e²xx\' (X\'WX)⁻¹; tests that ignore weights are not given', async () => {
  const rows = [[1, 2, 1], [2, 2.9, 2], [3, 4.4, 1], [4, 4.8, 4], [5, 6.5, 1], [6, 6.6, 2]];
  const { result } = await analyse(`x,y,w\n${rows.map((row) => row.join(',')).join('\n')}`, { target_column: 'y', feature_columns: ['x'], weights_column: 'w', train_test_split: 0, cv_splits: 2, covariance: 'hc0' });
  const [s, sx, sxx] = [0, 1, 2].map((power) => rows.reduce((sum, [x, , w]) => sum + (w as number) * (x as number) ** power, 0)) as [number, number, number];
  const determinant = s * sxx - sx * sx;
  const influence = rows.map(([x, , w], i) => (w as number) * (result.rows.residual[i] as number) * (s * (x as number) - sx) / determinant);
  close('slope', result.coefficients[1]?.std_error, Math.sqrt(influence.reduce((sum, value) => sum + value * value, 0)), 12);
  assert.deepEqual(result.residual_tests.filter(({ unavailable }) => unavailable === 'weights').map(({ test: name }) => name), ['durbin_watson', 'reset']);
});

test('a robust fit of many rows tells how far it is while it runs', async () => {
  let state = 9;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const csv = `a,b,y\n${Array.from({ length: 1500 }, () => [next(), next()]).map(([a = 0, b = 0]) => `${a},${b},${a - 2 * b + next() ** 4}`).join('\n')}`;
  const { progress } = await analyse(csv, { target_column: 'y', robust: 'mm', train_test_split: 0, cv_splits: 2, anova_types: [] });
  const fitting = progress.filter(({ stage }) => stage === 'fitting').map(({ percent }) => percent);
  assert.ok(new Set(fitting).size > 1, fitting.join());
  assert.ok(fitting.every((percent, at) => percent >= (fitting[at - 1] ?? 0)), fitting.join());
});
