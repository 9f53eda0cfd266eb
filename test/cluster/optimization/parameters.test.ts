import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimize } from './run-optimization.ts';

const square = ',a,b\nmin,-1,-1\nmax,1,1\n間隔,1,1\n';
const cube = ',a,b,c\nmin,-1,-1,-1\nmax,1,1,1\n間隔,1,1,1\n';
const first = async (parameters: Record<string, unknown>, table = square, more?: Parameters<typeof optimize>[2]) => (await optimize(table, { objective: 'd_optimal', starts: 20, num_points: 8, ...parameters }, more)).result;
const keys = (rows: readonly Record<string, number | string>[]): string[] => rows.map((row) => JSON.stringify(row));

test('terms, constraints, forbidden combinations, fixed rows and centre points are obeyed', async () => {
  const terms = { intercept: true, terms: [[{ kind: 'column', column: 'a' }], [{ kind: 'power', column: 'a', exponent: 2 }]], offsets: [] };
  assert.deepEqual((await first({ terms })).model.columns, ['1', 'a', 'a^2']);
  const bounded = await first({ constraints: [{ weights: { a: 1, b: 1 }, at_most: 0, at_least: -1 }] });
  assert.ok(bounded.designs[0]?.rows.every(({ a, b }) => Number(a) + Number(b) <= 0 && Number(a) + Number(b) >= -1));
  const without = await first({ forbidden: [{ a: [1], b: [1, -1] }] });
  assert.ok(without.designs[0]?.rows.every(({ a, b }) => a !== 1 || b === 0));
  const fixed = await first({ fixed_rows: [{ a: 0, b: 1 }], centre_points: 2 });
  assert.deepEqual(fixed.designs[0]?.rows.slice(0, 3), [{ a: 0, b: 1 }, { a: 0, b: 0 }, { a: 0, b: 0 }]);
});

test('at_least repeats runs, blocks are of equal size, and space filling spreads runs', async () => {
  const repeated = (await first({ replicates: 'at_least', replicate_runs: 3, model: 'quadratic', num_points: 9 })).designs[0];
  assert.ok((repeated?.degrees_of_freedom.pure_error ?? 0) >= 3);
  assert.equal(repeated?.rows.length, 9);
  const blocked = (await first({ blocks: 2 })).designs[0];
  assert.deepEqual(['1', '2'].map((block) => blocked?.rows.filter((row) => row['ブロック'] === Number(block)).length), [4, 4]);
  const spread = (await first({ objective: 'space_filling', num_points: 4 })).designs[0];
  assert.deepEqual([spread?.criteria.smallest_distance, new Set(keys(spread?.rows ?? [])).size], [2, 4]);
});

test('classical designs have the runs that the books give them', async () => {
  const runs = async (design: string, more: Record<string, unknown> = {}): Promise<number | undefined> => (await first({ design, ...more }, cube)).designs[0]?.rows.length;
  assert.deepEqual(await Promise.all([
    runs('full_factorial'), runs('fractional_factorial', { generators: ['C=AB'] }), runs('plackett_burman', { num_points: 12 }), runs('definitive_screening'), runs('central_composite'), runs('box_behnken', { centre_points: 3 }),
    runs('orthogonal_array', { orthogonal_array: 'L9' }), runs('latin_hypercube', { num_points: 9 }), runs('sobol', { num_points: 10 }), runs('halton', { num_points: 11 }),
  ]), [27, 4, 12, 9, 15, 15, 9, 9, 10, 11]);
});

test('a scan suggests a number of runs; a given design is judged, compared, and told what it cannot estimate', async () => {
  const { scan } = await first({ scan: { from: 3, to: 8, starts: 5, standard_error: 0.4 } });
  assert.deepEqual([scan?.entries.length, scan?.suggestion.reason], [6, 'target']);
  const given = 'a,b\n-1,-1\n-1,1\n1,-1\n1,1\n';
  const judged = await first({ objective: 'evaluate', model: 'interactions' }, given, { compare: 'a,b\n-1,-1\n-1,1\n1,-1\n1,-1\n1,1\n' });
  assert.deepEqual(judged.designs.map(({ name, criteria }) => [name, Math.abs(criteria.d - 1) < 1e-12]), [['given', true], ['compare', false]]);
  assert.ok((judged.comparisons[0]?.d ?? 1) < 1);
  const short = await first({ objective: 'evaluate', model: 'interactions' }, 'a,b\n-1,-1\n-1,-1\n1,1\n1,-1\n');
  assert.deepEqual(short.designs[0]?.inestimable.map(({ term }) => term), ['a:b']);
});

test('every option of blocks and whole plots changes the runs or what is said of them', async () => {
  const of = async (parameters: Record<string, unknown>): Promise<string> => JSON.stringify((await first({ model: 'quadratic', num_points: 12, ...parameters })).designs.map(({ rows, criteria, strata }) => [rows, criteria, strata]));
  const variants = [
    {}, { blocks: 2 }, { blocks: 3 }, { blocks: 2, block_effect: 'random' }, { blocks: 2, block_effect: 'random', variance_ratio: 5 }, { hard_to_change: ['a'] }, { hard_to_change: ['b'] }, { hard_to_change: ['a'], variance_ratio: 5 }, { hard_to_change: ['a'], whole_plots: 6 },
  ];
  const seen = await Promise.all(variants.map(of));
  assert.equal(new Set(seen).size, variants.length);
  const nested = { model: 'interactions', num_points: 16, hard_to_change: ['a'], whole_plots: 8 };
  const strata = [
    nested, { ...nested, blocks: 2 }, { ...nested, blocks: 2, block_effect: 'random' }, { ...nested, blocks: 2, block_effect: 'random', block_variance_ratio: 5 }, { ...nested, very_hard_to_change: ['b'] }, { ...nested, very_hard_to_change: ['b'], outer_plots: 5 },
    { ...nested, very_hard_to_change: ['b'], outer_variance_ratio: 5 }, { ...nested, whole_plots: 9, very_hard_to_change: ['b'] },
  ];
  const told = await Promise.all(strata.map(async (parameters) => JSON.stringify((await first({ starts: 3, ...parameters }, cube)).designs.map(({ rows, criteria, strata: groups }) => [rows, criteria, groups]))));
  assert.equal(new Set(told).size, strata.length);
});

test('what I averages over, the level, noise and effect of the tests, the axial runs, the resolution, the factors and the files are as asked for', async () => {
  const uneven = ',a,b\nmin,0,0\nmax,10,10\n間隔,"0,1,2,10","0,1,2,10"\n';
  const average = async (over: string): Promise<number | null | undefined> => (await first({ objective: 'i_optimal', model: 'quadratic', average_over: over }, uneven)).designs[0]?.criteria.average_variance;
  assert.notEqual(await average('settings'), await average('range'));

  const power = async (more: Record<string, unknown>): Promise<number> => (await first(more)).designs[0]?.coefficients[1]?.power ?? Number.NaN;
  const plain = await power({});
  assert.ok(await power({ alpha: 0.01 }) < plain);
  assert.ok(await power({ sigma: 2 }) < plain);
  assert.ok(await power({ effect: 2 }) > plain);
  // only their ratio counts
  assert.ok(Math.abs(await power({ effect: 2, sigma: 2 }) - plain) < 1e-12);

  const settings = async (more: Record<string, unknown>): Promise<number[]> => [...new Set((await first({ design: 'central_composite', factor_kinds: { a: 'continuous', b: 'continuous' }, ...more })).designs[0]?.rows.map(({ a }) => Number(Number(a).toFixed(6))))].sort((x, y) => x - y);
  assert.deepEqual(await settings({ axial: 'face' }), [-1, 0, 1]);
  assert.deepEqual(await settings({ axial: 'rotatable' }), [-1.414214, -1, 0, 1, 1.414214]);
  assert.deepEqual(await settings({ axial: 1.2 }), [-1.2, -1, 0, 1, 1.2]);
  assert.deepEqual(await settings({ axial: 'rotatable', inscribed: true }), [-1, -0.707107, 0, 0.707107, 1]);
  // Box & Hunter: squares are uncorrelated at α² = (√(F N) − F) / 2
  assert.deepEqual(await settings({ axial: 'orthogonal' }), [-1, 0, 1]);
  assert.ok((await settings({ axial: 'orthogonal', centre_points: 3 })).some((value) => Math.abs(value - Math.sqrt((Math.sqrt(44) - 4) / 2)) < 1e-6));

  const six = `${['', ...'abcdef'].join()}\n${['min', 'max', '間隔'].map((label, k) => [label, ...new Array<number>(6).fill([-1, 1, 2][k] as number)].join()).join('\n')}\n`;
  const fraction = async (resolution: number): Promise<(number | null | undefined)[]> => {
    const design = (await first({ design: 'fractional_factorial', resolution }, six)).designs[0];
    return [design?.rows.length, design?.construction?.resolution];
  };
  assert.deepEqual([await fraction(3), await fraction(4), await fraction(6)], [[8, 3], [16, 4], [32, 6]]);

  assert.deepEqual((await first({ factor_columns: ['b'], num_points: 4 })).factors.map(({ name }) => name), ['b']);
  const paths = async (outputs: string[]): Promise<string[]> => [...new Set([...(await optimize(square, { objective: 'd_optimal', starts: 2, num_points: 6, outputs })).files.keys()].map((path) => path.split('.').at(-1)))].sort();
  assert.deepEqual(await paths([]), ['csv', 'json']);
  assert.deepEqual(await paths(['workbook']), ['csv', 'json', 'xlsx']);
  assert.deepEqual(await paths(['charts']), ['csv', 'json', 'png', 'svg']);
});

test('in a scan no number of runs is worse than a smaller one, however few the starts: each begins from the one before', async () => {
  const four = `${['', ...'abcd'].join()}\nmin,-1,-1,-1,-1\nmax,1,1,1,1\n間隔,1,1,1,1\n`;
  const rows = [-1, 0, 1].flatMap((a) => [-1, 0, 1].flatMap((b) => [-1, 0, 1].flatMap((c) => [-1, 0, 1].filter((d) => a + b + c + d < 4).map((d) => [a, b, c, d].join()))));
  for (const [objective, table] of [['d_optimal', four], ['i_optimal', four], ['i_optimal', `a,b,c,d\n${rows.join('\n')}\n`]] as const) {
    const { scan } = await first({ objective, model: 'quadratic', num_points: 16, starts: 1, scan: { from: 16, to: 30, starts: 1 } }, table);
    const value = (entry: NonNullable<typeof scan>['entries'][number]): number => (objective === 'd_optimal' ? entry.d * entry.runs : -(entry.average_variance ?? Number.NaN));
    for (const [i, entry] of (scan?.entries ?? []).entries()) if (i > 0) assert.ok(value(entry) >= value(scan?.entries[i - 1] as typeof entry) - 1e-9, `${objective} at ${entry.runs}`);
  }
});

test('shares of a mixture come from their ranges or from a list, with process variables beside them', async () => {
  const factor_kinds = { a: 'mixture', b: 'mixture', c: 'mixture' };
  const mixing = ',a,b,c,t\nmin,0,0,0.1,10\nmax,1,0.6,1,30\n間隔,0.1,0.1,0.1,10\n';
  const { designs, factors, model } = await first({ objective: 'both', factor_kinds, model: 'interactions', num_points: 14, starts: 5 }, mixing);
  assert.deepEqual(factors.map(({ kind }) => kind), ['mixture', 'mixture', 'mixture', 'discrete']);
  assert.ok(!model.columns.includes('1') && !model.columns.includes('c:t') && model.columns.includes('a:b'));
  for (const { rows, prediction_variance: curve, variance_profiles: profiles, criteria } of designs) {
    for (const row of rows as { a: number; b: number; c: number }[]) assert.ok(Math.abs(row.a + row.b + row.c - 1) < 1e-9 && row.b <= 0.6 && row.c >= 0.1, JSON.stringify(row));
    assert.ok(curve.variances.length === 101 && curve.variances.every((value) => value > 0));
    assert.ok((criteria.largest_variance ?? 0) >= (curve.variances[100] as number) - 1e-9);
    // a share goes as far as the others leave room for it in their proportions
    assert.ok(profiles.every(({ values, variances }) => values.length > 1 && values.length === variances.length));
  }
  assert.ok((designs[1]?.criteria.average_variance as number) <= (designs[0]?.criteria.average_variance as number) + 1e-12);
  const lattice = 'a,b,c\n1,0,0\n0,1,0\n0,0,1\n0.5,0.5,0\n0.5,0,0.5\n0,0.5,0.5\n0.333,0.333,0.334\n';
  const listed = (await first({ factor_kinds, model: 'quadratic', num_points: 6 }, lattice)).designs[0];
  assert.ok(Math.abs((listed?.criteria.d as number) - 4 ** -1 / 6) < 1e-9);
});

test('a quoted list of the factor file is its levels, whatever looks like a decimal comma; limits with decimal commas are decimal numbers', async () => {
  const levelsOf = async (step: string, rows = 'min,1000\nmax,4000') => (await first({ model: 'main', num_points: 6, starts: 2 }, `,a\n${rows}\n間隔,${step}\n`)).factors[0]?.levels;
  assert.deepEqual(await levelsOf('"2000,4000"'), [2000, 4000]);
  assert.deepEqual(await levelsOf('"2000,3000,4000"'), [2000, 3000, 4000]);
  assert.deepEqual(await levelsOf('"0,5"', 'min,"0,5"\nmax,"1,5"'), [0.5, 1, 1.5]);
  const brushes = (await first({ model: 'main', num_points: 6, starts: 2 }, ',ブラシ,a\nmin,1,0\nmax,4,1\n間隔,"1,3",1\n')).factors[0];
  assert.deepEqual(brushes?.levels, ['A11', 'A32']);
});
