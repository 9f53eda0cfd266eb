import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawCondition, expected, factorial, levels, measure, simulate, type Condition, type Responses, type Run } from '../../examples/generator/index.ts';
import { sharedData, without } from '../support/shared-data.ts';

const realTable = 'original/data_base_results.csv';
/** What follows repeats the last fifteen. */
const realRuns = 180;
const large = simulate({ rows: 20_000, seed: 71 });
const factorColumns = { speed: '回転速度', feed: '送り速度', upCut: 'UPカット', depth: '切込量', projection: '突出量', load: '載せ率', passes: 'パス数' } as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - ma) * ((b[i] ?? 0) - mb))) / deviation(a) / deviation(b);
};
const quantile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  return (sorted[low] ?? 0) + (at - low) * ((sorted[low + 1] ?? sorted[low] ?? 0) - (sorted[low] ?? 0));
};
const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const factor = (name: keyof Condition): number[] => large.map((run) => run.condition[name]);
const near = (actual: number, wanted: number, tolerance: number, what: string): void => assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual} instead of ${wanted} ± ${tolerance}`);

test('equal options give equal campaigns, another seed another one', () => {
  assert.deepEqual(simulate({ rows: 60, seed: 5, instrumented: 6 }), simulate({ rows: 60, seed: 5, instrumented: 6 }));
  assert.notDeepEqual(simulate({ rows: 60, seed: 5 }).map((run) => run.wear), simulate({ rows: 60, seed: 6 }).map((run) => run.wear));
});

test('factors take only levels of the real grids, with the observed shares', () => {
  for (const name of Object.keys(factorColumns) as (keyof Condition)[]) {
    const grid: readonly number[] = levels[name];
    assert.ok(factor(name).every((value) => grid.includes(value)), name);
  }
  const share = (name: keyof Condition, level: number): number => mean(factor(name).map((value) => (value === level ? 1 : 0)));
  // shares of the 165 measured runs; five standard errors of 20 000 draws are at most 0.018
  const observed = { upCut: [[1, 0.45]], depth: [[0.5, 0.05], [1, 0.2], [1.5, 0.75]], projection: [[10, 0.47], [15, 0.24], [20, 0.29]], load: [[0.4, 0.35], [0.5, 0.27], [0.6, 0.38]], passes: [[1, 0.19], [2, 0.24], [3, 0.57]] } as const;
  for (const [name, shares] of Object.entries(observed)) for (const [level, wanted] of shares) near(share(name as keyof Condition, level), wanted, 0.018, `${name} ${level}`);
  near(mean(factor('speed')), 5348, 60, 'mean speed');
});

test('factors hang together as in the shop', () => {
  for (const [a, b, wanted] of [['feed', 'depth', 0.41], ['speed', 'passes', -0.29], ['feed', 'projection', -0.2], ['depth', 'passes', -0.2]] as const) near(correlation(factor(a), factor(b)), wanted, 0.06, `${a}–${b}`);
  for (const [a, b] of [['speed', 'load'], ['upCut', 'feed'], ['load', 'passes'], ['projection', 'upCut']] as const) near(correlation(factor(a), factor(b)), 0, 0.04, `${a}–${b}`);
});

test('sags are missing exactly where the burr stayed, which says something about the condition', () => {
  for (const run of large) assert.equal(run.removed === 0, run.topSag === null && run.sideSag === null);
  near(mean(large.map((run) => run.removed)), 0.697, 0.03, 'share removed');
  const speedOf = (removed: number): number => mean(large.filter((run) => run.removed === removed).map((run) => run.condition.speed));
  assert.ok(speedOf(1) - speedOf(0) > 500, 'slow runs leave the burr more often');
});

test('about one run in twenty repeats a condition, with noise of its own', () => {
  const runs = simulate({ rows: 180, seed: 1 });
  const seen = new Map<string, Run[]>();
  for (const run of runs) seen.set(JSON.stringify(run.condition), [...(seen.get(JSON.stringify(run.condition)) ?? []), run]);
  const pairs = [...seen.values()].filter((same) => same.length > 1);
  assert.ok(pairs.length >= 6 && pairs.length <= 14, `${pairs.length} repeated conditions`);
  assert.ok(pairs.every((same) => new Set(same.map((run) => run.wear)).size === same.length));
});

test('residuals have the fitted standard deviations and correlation', () => {
  const removed = large.filter((run) => run.removed === 1);
  const top = removed.map((run) => Math.log((run.topSag ?? 1) / expected(run.condition).topSag));
  const side = removed.map((run) => Math.log((run.sideSag ?? 1) / expected(run.condition).sideSag));
  near(deviation(top), 0.152, 0.004, 'ln top sag');
  near(deviation(side), 0.122, 0.004, 'ln side sag');
  near(correlation(top, side), 0.39, 0.04, 'top–side');
  const free = large.filter((run) => expected(run.condition).wear > 0.02).map((run) => Math.sqrt(run.wear) - Math.sqrt(expected(run.condition).wear));
  near(deviation(free), 0.0356, 0.001, '√wear');
  assert.ok(Math.min(...large.map((run) => run.wear)) >= Number((0.024 ** 2).toFixed(4)));
});

test('values are rounded as they were written down', () => {
  const decimals = (value: number): number => (String(value).split('.')[1] ?? '').length;
  for (const { topSag, sideSag, wear } of large) assert.ok(decimals(topSag ?? 0) <= 3 && decimals(sideSag ?? 0) <= 3 && decimals(wear) <= 4);
});

test('each invented disturbance does what its name says, and only that', () => {
  const plain = simulate({ rows: 400, seed: 8, instrumented: 400 });
  const drifting = simulate({ rows: 400, seed: 8, instrumented: 400, drift: true });
  const gone = mean(drifting.slice(350).map((run, i) => Math.log(run.wear / (plain[350 + i]?.wear ?? 1))));
  near(gone, -0.002 * 374.5, 0.02, 'drift of ln wear');
  assert.deepEqual(drifting.map((run) => run.topSag), plain.map((run) => run.topSag));
  const wild = simulate({ rows: 400, seed: 8, instrumented: 400, outliers: 0.1 });
  const moved = wild.filter((run, i) => run.topSag !== plain[i]?.topSag).length;
  assert.ok(moved > 10 && moved < 50, `${moved} outliers`);
  const holes = simulate({ rows: 400, seed: 8, instrumented: 400, missingForces: 0.1 }).flatMap((run) => run.instruments?.forces ?? []);
  near(mean(holes.map((force) => (force === null ? 1 : 0))), 0.1, 0.045, 'missing forces');
  assert.ok(plain.flatMap((run) => run.instruments?.forces ?? []).every((force) => force !== null));
});

test('the wire of instrumented runs gets shorter by what wore off', () => {
  const runs = simulate({ rows: 40, seed: 4, instrumented: 15 });
  assert.equal(runs.filter((run) => run.instruments !== null).length, 15);
  let length = 75;
  for (const run of runs.slice(25)) {
    near(run.instruments?.wireLength ?? 0, length, 0.005001, 'wire length');
    length -= run.wear;
  }
});

test('the candidate list is every combination once', () => {
  let count = 0;
  for (const condition of factorial()) count += condition.speed > 0 ? 1 : 0;
  assert.equal(count, Object.values(levels).reduce((product, grid) => product * grid.length, 1));
  assert.deepEqual(drawCondition(3, 7), drawCondition(3, 7));
});

// The specification's own acceptance test: simulated responses at the measured conditions against the measured responses.
test('200 campaigns at the real conditions resemble the real one within 15 %', { skip: without(realTable) }, () => {
  const [header = [], ...rows] = readFileSync(join(sharedData, realTable), 'utf8').trimEnd().split('\n').slice(0, realRuns + 1).map((line) => line.split(','));
  const column = (name: string): (number | null)[] => rows.map((row) => row[header.indexOf(name)] ?? '').map((cell) => (cell === '' ? null : Number(cell)));
  const factors = Object.fromEntries(Object.entries(factorColumns).map(([name, heading]) => [name, column(heading)])) as Record<keyof Condition, number[]>;
  const conditions = rows.map((_, i) => Object.fromEntries(Object.entries(factors).map(([name, values]) => [name, values[i]])) as unknown as Condition);
  const simulated: Responses[] = [];
  for (let seed = 1; seed <= 200; seed += 1) conditions.forEach((condition, run) => simulated.push(measure(condition, seed, run)));
  const ours = { removed: simulated.map((run) => run.removed as number), top: present(simulated.map((run) => run.topSag)), side: present(simulated.map((run) => run.sideSag)), wear: simulated.map((run) => run.wear) };
  const real = { removed: present(column('バリ除去')), top: present(column('上面ダレ量')), side: present(column('側面ダレ量')), wear: present(column('摩耗量')) };
  const compare = (what: string, a: number, b: number): void => near(a / b, 1, 0.15, what);
  compare('share removed', mean(ours.removed), mean(real.removed));
  for (const [name, points] of [['top', [0.05, 0.5, 0.95]], ['side', [0.5, 0.95]], ['wear', [0.05, 0.5, 0.95]]] as const) {
    for (const p of points) compare(`${name} ${p}`, quantile(ours[name], p), quantile(real[name], p));
  }
  const largest = Array.from({ length: 200 }, (_, k) => Math.max(...ours.wear.slice(k * rows.length, (k + 1) * rows.length)));
  compare('largest wear', quantile(largest, 0.5), Math.max(...real.wear));
});
