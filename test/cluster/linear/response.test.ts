import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { forward, inverse, logJacobian, meanOf, outsideDomain, withoutMean, type Response } from '../../../cluster/linear/response.ts';
import { digits, sharedData, without } from '../../support/shared-data.ts';
import { analyse } from './run-analysis.ts';

const skip = without('nist-strd/linear/peer/brush72-lm.json');
interface Peer { boxcox: { lambda: number; ci95: [number, number] }; powerTransform: number; yeoJohnson: number; lackOfFit: Record<'F' | 'p' | 'dfLOF' | 'dfPE' | 'ssPE', number> }
const read = (name: string): Promise<string> => readFile(join(sharedData, 'nist-strd/linear/peer', name), 'utf8');
const base = { train_test_split: 0, cv_splits: 4 };

describe('against R on brush72', { skip }, () => {
  test('λ of Box–Cox and Yeo–Johnson as in MASS and car; box_cox fits on that scale', async () => {
    const [csv, peer] = await Promise.all([read('brush72.csv'), read('brush72-lm.json').then((text) => JSON.parse(text) as Peer)]);
    const formula = 'y ~ speed + feed + depth + brush*material';
    const [plain, powered] = await Promise.all([analyse(csv, { ...base, formula }), analyse(csv, { ...base, formula, transform: 'box_cox' })]);
    const [boxCox, yeoJohnson] = plain.result.power;
    assert.ok(Math.abs((boxCox?.lambda ?? NaN) - peer.powerTransform) < 1e-6);
    assert.ok(Math.abs((boxCox?.ci_low ?? NaN) - peer.boxcox.ci95[0]) < 1e-3);
    assert.ok(Math.abs((yeoJohnson?.lambda ?? NaN) - peer.yeoJohnson) < 1e-6);
    assert.equal(powered.result.response.lambda, boxCox?.lambda);
    assert.deepEqual(powered.result.power, plain.result.power);
    // twice the gain in likelihood is what AIC on the target's own scale falls by
    const gain = 2 * ((boxCox?.log_likelihood ?? NaN) - (boxCox?.untransformed_log_likelihood ?? NaN));
    assert.ok(Math.abs((plain.result.fit.aic_original ?? NaN) - (powered.result.fit.aic_original ?? NaN) - gain) < 1e-8);
    const lambdas = powered.result.cross_validation?.per_fold.map(({ lambda }) => lambda) ?? [];
    assert.equal(new Set([...lambdas, boxCox?.lambda]).size, 5, 'each fold finds its own λ');
  });

  test('lack of fit as in anova of two models; near-replicates change it', async () => {
    const [csv, peer] = await Promise.all([read('brush72.csv'), read('brush72-lm.json').then((text) => JSON.parse(text) as Peer)]);
    const formula = 'y ~ speed + feed + depth + brush';
    const [exact, near] = await Promise.all([0, 0.3].map((replicate_tolerance) => analyse(csv, { ...base, formula, replicate_tolerance })));
    const noise = exact?.result.noise;
    assert.deepEqual([noise?.lack_df, noise?.df], [peer.lackOfFit.dfLOF, peer.lackOfFit.dfPE]);
    for (const [value, expected] of [[noise?.pure_ss, peer.lackOfFit.ssPE], [noise?.lack_of_fit_f, peer.lackOfFit.F], [noise?.lack_of_fit_p, peer.lackOfFit.p]] as const) assert.ok(digits(value, expected) > 9, `${value} ${expected}`);
    assert.equal(exact?.result.fit.r2_ceiling, noise?.r2_ceiling);
    assert.ok((near?.result.noise?.df ?? 0) > (noise?.df ?? 0));
  });
});

// errors are multiplicative: a line in log y
const rows = Array.from({ length: 40 }, (_, i) => [i / 4, Math.exp(0.3 * (i / 4) + 0.8 * Math.sin(i * 12.9898))]);
const table = `x,y\n${rows.map((row) => row.join(',')).join('\n')}`;
const setting = { ...base, target_column: 'y' };

describe('a fit on another scale', () => {
  test('log is the fit of a column of logarithms; what is predicted is on the target\'s scale and without bias', async () => {
    const logged = `x,y\n${rows.map(([x, y]) => [x, Math.log(y as number)].join(',')).join('\n')}`;
    const [transformed, plain] = await Promise.all([analyse(table, { ...setting, transform: 'log' }), analyse(logged, setting)]);
    transformed.result.coefficients.forEach(({ estimate, std_error }, j) => {
      assert.ok(digits(estimate, plain.result.coefficients[j]?.estimate ?? NaN) > 12 && digits(std_error, plain.result.coefficients[j]?.std_error ?? NaN) > 11);
    });
    const { rows: told, response } = transformed.result;
    assert.equal(response.label, 'log(y)');
    const duan = plain.result.rows.residual.reduce<number>((sum, e) => sum + Math.exp(e ?? NaN), 0) / 40;
    assert.ok(digits(response.smearing.factor, duan) > 11);
    told.fitted.forEach((value, i) => assert.ok(digits(value, Math.exp(plain.result.rows.fitted[i] ?? NaN) * duan) > 11));
    assert.deepEqual(told.actual, rows.map(([, y]) => y));
    assert.deepEqual(told.model_fitted?.map((value) => value?.toFixed(9)), plain.result.rows.fitted.map((value) => value?.toFixed(9)));
    told.prediction_low.forEach((value, i) => assert.ok(digits(value, Math.exp(plain.result.rows.prediction_low[i] ?? NaN)) > 10));
    assert.ok(response.scores.original.rmse !== response.scores.model.rmse && response.scores.original.rmse !== response.scores.original_median.rmse);
  });

  test('every choice is another fit, and auto takes the logarithm of multiplicative errors', async () => {
    const runs = await Promise.all((['none', 'log', 'log10', 'sqrt', 'box_cox', 'yeo_johnson', 'auto'] as const).map((transform) => analyse(table, { ...setting, transform })));
    assert.equal(new Set(runs.slice(0, 6).map(({ result }) => result.coefficients[1]?.estimate)).size, 6);
    assert.deepEqual([runs[6]?.result.response.transform, runs[6]?.result.response.lambda], ['box_cox', 0]);
    assert.ok(runs[0]?.result.notices.some(({ code }) => code === 'transform_advised'));
    assert.ok(!runs[6]?.result.notices.some(({ code }) => code === 'transform_advised'));
  });

  test('auto leaves a power with which some rows have no mean, and says so; asked for by name it stays, with the rows counted', async () => {
    // 1/y is a line with errors that reach past 0
    const inverse = Array.from({ length: 40 }, (_, i) => 0.02 + i / 40 + 0.03 * Math.sin(i * 12.9898));
    const steep = `x,y\n${inverse.map((value, i) => `${i / 4},${1 / value}`).join('\n')}`;
    const { result } = await analyse(steep, { ...setting, transform: 'auto' });
    assert.equal(result.notices.find(({ code }) => code === 'transform_milder')?.values?.['refused'], -1);
    assert.ok(result.rows.fitted.every((value) => value !== null) && (result.response.lambda ?? -1) > -1);
    const named = await analyse(steep, { ...setting, transform: 'box_cox' });
    assert.equal(named.result.notices.find(({ code }) => code === 'transform_mean_infinite')?.values?.['count'] ?? 0, named.result.rows.fitted.filter((value) => value === null).length);
    // 1/(1 − w) ends at w = 1
    assert.equal(withoutMean({ kind: 'box_cox', lambda: -1 }, Float64Array.of(0.5, 0.95), Float64Array.of(-0.1, 0.1)), 1);
  });

  test('where it does not exist it is a fault that names the row', async () => {
    await assert.rejects(analyse('x,y\n1,2\n2,0\n3,4\n4,5', { ...setting, transform: 'log' }), (error: { code: string; where: unknown }) => {
      assert.deepEqual([error.code, error.where], ['transform_domain', { field: 'parameters.transform', column: 'y', row: 3 }]);
      return true;
    });
    await assert.rejects(analyse(`${table.replace('x,y', 'x,y,w').replaceAll(/(?<=\d)\n|(?<=\d)$/g, ',1\n')}`, { ...setting, feature_columns: ['x'], transform: 'auto', weights_column: 'w' }), { code: 'model_conflict' });
  });
});

test('intervals of rows: of a mean t·s/√n about it, of one value t·s·√(1 + 1/n); Cook\'s wild row is flagged', async () => {
  const y = [3, 5, 4, 6, 5, 4, 5, 30];
  const { result } = await analyse(`x,y\n${y.map((value, i) => `${i},${value}`).join('\n')}`, { ...setting, formula: 'y ~ 1', cv_splits: 2 });
  const mean = y.reduce((sum, value) => sum + value, 0) / 8;
  const s = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
  const t = 2.364624251592785; // qt(0.975, 7)
  assert.ok(digits(result.rows.mean_high[0], mean + t * s / Math.sqrt(8)) > 12);
  assert.ok(digits(result.rows.prediction_low[0], mean - t * s * Math.sqrt(1 + 1 / 8)) > 12);
  // one parameter: at all points at once is at one
  assert.ok(digits(result.rows.simultaneous_high[0], result.rows.mean_high[0] ?? NaN) > 11);
  assert.deepEqual(result.influence.rows.map(({ row, dfbetas_term }) => [row, dfbetas_term]), [[9, '(Intercept)']]);
});

test('the slope of a transformation in its logarithm is its derivative, its inverse leads back, its mean lies above its median', () => {
  const y = Float64Array.of(0.4, 1.7, 3, 8.2);
  const scales: Response[] = [{ kind: 'log', lambda: null }, { kind: 'log10', lambda: null }, { kind: 'sqrt', lambda: null }, { kind: 'box_cox', lambda: -0.7 }, { kind: 'yeo_johnson', lambda: 0.3 }];
  for (const scale of scales) {
    const h = 1e-6;
    const slope = y.reduce((sum, value) => sum + Math.log(((forward(scale, Float64Array.of(value + h))[0] as number) - (forward(scale, Float64Array.of(value - h))[0] as number)) / (2 * h)), 0);
    assert.ok(Math.abs(slope - logJacobian(scale, y)) < 1e-7, scale.kind);
    forward(scale, y).forEach((w, i) => assert.ok(Math.abs(inverse(scale, w) - (y[i] as number)) < 1e-12));
    assert.ok(meanOf(scale, Float64Array.of(-0.1, 0.1))(0.5) > inverse(scale, 0.5));
  }
  assert.equal(inverse({ kind: 'sqrt', lambda: null }, -0.3), 0);
  assert.deepEqual([outsideDomain('sqrt', Float64Array.of(1, 0, -1)), outsideDomain('log', Float64Array.of(1, 0)), outsideDomain('auto', Float64Array.of(-1))], [2, 1, -1]);
});
