import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grid } from './prediction/read-predictions.ts';
import { analyse } from './run-analysis.ts';

/** 48 rows in 12 conditions, errors that grow with `speed`; every fifth `feed` missing. */
const line = (i: number): string => {
  const [speed, feed, tool] = [1 + i % 4, 10 * (1 + Math.floor(i / 4) % 3), ['A', 'B'][Math.floor(i / 24)]];
  const y = 3 + 2 * speed - 0.1 * feed + (tool === 'A' ? 0 : 1) + Math.sin(12.9898 * (i + 1) ** 2) * speed * 0.4;
  return `${speed},${i % 5 === 3 ? '' : feed},${tool},${y.toFixed(4)}`;
};
const csv = ['speed,feed,tool,y', ...Array.from({ length: 48 }, (_, i) => line(i))].join('\n');
const quick = { target_column: 'y', train_test_split: 0, cv_splits: 2 };

describe('options of a linear analysis that look beyond least squares', () => {
  it('wild bootstrap: the same for any number of threads, another one for another seed, drawn per cluster where a column says so', async () => {
    const run = async (changes: object, threads = 2): Promise<NonNullable<Awaited<ReturnType<typeof analyse>>['result']['bootstrap']>> => {
      const { bootstrap } = (await analyse(csv, { ...quick, wild_bootstrap: 999, ...changes }, { threads })).result;
      assert.ok(bootstrap !== null);
      return bootstrap;
    };
    const one = await run({}, 1);
    assert.deepEqual(await run({}, 2), one);
    assert.notDeepEqual(await run({ random_seed: 7 }), one);
    assert.equal(one.clusters, null);
    const clustered = await run({ cluster_column: 'speed', covariance: 'cluster', feature_columns: ['speed', 'feed', 'tool'] });
    assert.equal(clustered.clusters, 4);
    const { result } = await analyse(csv, { ...quick, covariance: 'hc3' });
    assert.equal(result.bootstrap, null);
    one.coefficients.forEach(({ term, std_error: error, ci_low: low, ci_high: high, estimate }, j) => {
      const classical = result.coefficients[j];
      assert.equal(term, classical?.term);
      assert.ok(Math.abs((error as number) / (classical?.std_error as number) - 1) < 1e-9, 'the errors are HC3');
      assert.ok((low as number) < (estimate as number) && (estimate as number) < (high as number));
      assert.ok(Math.abs(((high as number) - (low as number)) / ((classical?.ci_high as number) - (classical?.ci_low as number)) - 1) < 0.5, 'of the size of the t interval');
    });
  });

  it('tolerance intervals hold the prediction interval\'s measurement and more; joint intervals of the coefficients are wider by Bonferroni', async () => {
    const { result: { rows, coefficients } } = await analyse(csv, { ...quick, tolerance_coverage: 0.95 });
    rows.row.forEach((_, i) => {
      const half = ((rows.tolerance_high?.[i] as number) - (rows.tolerance_low?.[i] as number)) / 2;
      assert.ok(half > ((rows.prediction_high[i] as number) - (rows.prediction_low[i] as number)) / 2);
    });
    for (const { ci_low: low, joint_low: joint, estimate } of coefficients) assert.ok((estimate as number) - (joint as number) > 1.1 * ((estimate as number) - (low as number)));
    const without = await analyse(csv, quick);
    assert.equal(without.result.rows.tolerance_low, null);
  });

  it('multiple imputation stands beside the fit of complete rows, is the same for any number of threads, and says when there is nothing to fill', async () => {
    const run = (changes: object, threads = 2): ReturnType<typeof analyse> => analyse(csv, { ...quick, imputations: 20, ...changes }, { threads });
    const { result, notices } = await run({}, 1);
    const { imputation } = result;
    assert.ok(imputation !== null);
    assert.deepEqual((await run({}, 2)).result.imputation, imputation);
    assert.notDeepEqual((await run({ random_seed: 3 })).result.imputation, imputation);
    assert.equal(result.model.n, 39);
    assert.equal(imputation.rows, 48);
    assert.deepEqual(imputation.filled, [{ column: 'feed', cells: 9 }]);
    assert.ok(notices.some(({ code }) => code === 'imputation_assumes'));
    imputation.coefficients.forEach(({ term, complete_rows: own, estimate, missing_information: missing }, j) => {
      assert.equal(own, result.coefficients[j]?.estimate);
      assert.notEqual(estimate, own);
      assert.ok((missing as number) > 0 && (missing as number) < 0.9, term);
    });
    assert.ok((await analyse(csv, { ...quick, imputations: 5, feature_columns: ['speed', 'tool'] })).notices.some(({ code }) => code === 'imputation_nothing'));
    assert.ok((await analyse(csv, { ...quick, imputations: 1 })).notices.some(({ code }) => code === 'imputation_one'));
  });

  it('least trimmed squares gives the rows that it leaves out no weight', async () => {
    const wild = csv.split('\n').map((text, i) => (i % 9 === 4 ? text.replace(/[^,]*$/, '99') : text)).join('\n');
    const { result } = await analyse(wild, { ...quick, feature_columns: ['speed', 'tool'], robust: 'lts' });
    const left = result.rows.row.filter((_, i) => result.robust?.weights[i] === 0);
    const spoiled = result.rows.row.filter((_, i) => result.rows.actual[i] === 99);
    assert.equal(result.robust?.method, 'lts');
    assert.ok(spoiled.length >= 5 && spoiled.every((row) => left.includes(row)));
    assert.ok(Math.abs((result.robust?.coefficients.find(({ term }) => term === 'speed')?.estimate as number) - 2) < 0.3);
  });

  it('a setting between those that were run is no extrapolation, one beyond their convex hull is marked though each of its values was run', async () => {
    // a triangle of settings: (4, 30) is a corner of the box that nobody went near
    const rows = Array.from({ length: 40 }, (_, i) => [i % 5, Math.floor(i / 5) % 5]).filter(([a = 0, b = 0]) => a + b <= 5);
    const table = ['a,b,y', ...rows.map(([a = 0, b = 0], i) => `${a},${b},${a + b + Math.sin(i * i)}`)].join('\n');
    const { whole, files } = await analyse(table, { ...quick, target_column: 'y', formula: 'y ~ a + b' }, grid('a,b\n1.5,1.5\n3.2,3.2\n4,4\n9,1'));
    const [target] = whole.prediction?.targets ?? [];
    const told = String(files.get(whole.prediction?.file ?? '')).trim().split('\n').slice(1).map((text) => text.includes('凸包'));
    assert.deepEqual(told, [false, true, false, false], 'beyond the leverage and beyond a range have their own marks');
    assert.equal(target?.outside_hull, 1);
    assert.equal(target?.extrapolated, 2);
  });
});
