import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { invert, leastEigenvalue, times, traceOf, transpose, weights, type Matrix } from '../design/brute-force.ts';
import { optimize } from './run-optimization.ts';

const square = ',a,b\nmin,-1,-1\nmax,1,1\n間隔,1,1\n';
const nine = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const));
/** No grid: the corner (1, 1) is missing. */
const list = `a,b\n${nine.slice(0, 8).map((row) => row.join()).join('\n')}\n`;

type Row = readonly [number, number];
interface Term { of: (row: Row) => number; precision: number }
const one: Term = { of: () => 1, precision: 0 };
const fitted: Term[] = [one, { of: ([a]) => a, precision: 0 }, { of: ([, b]) => b, precision: 0 }, { of: ([a]) => a * a, precision: 0 }];
const product = ([a, b]: Row): number => a * b;
/** 1, a, b wanted; a², b², ab if possible, with the default precisions. */
const possible: Term[] = [...fitted.slice(0, 3), { of: ([a]) => a * a, precision: 1 }, { of: ([, b]) => b * b, precision: 1 }, { of: product, precision: 16 }];

interface Option {
  parameters?: Record<string, unknown>;
  table?: string;
  history?: string;
  terms?: Term[];
  /** columns of the list that tell its groups, outermost first; `earlier`: groups of the earlier runs */
  strata?: readonly { column: 'ブロック' | '主区画' | '副区画'; ratio: number | null; earlier?: readonly number[] }[];
  /** what I averages over; its moments when they are no mean over points */
  over?: readonly Row[];
  without?: string[];
}

const options: Record<string, Option> = {
  'levels': {},
  'a list': { table: list, over: nine.slice(0, 8) },
  'a list in blocks, with a fixed row that is not in it': { table: list, over: nine.slice(0, 8), parameters: { blocks: 2, fixed_rows: [{ a: 0.5, b: 1 }], centre_points: 1 }, strata: [{ column: 'ブロック', ratio: null }] },
  'fixed blocks': { parameters: { blocks: 3 }, strata: [{ column: 'ブロック', ratio: null }] },
  'random blocks': { parameters: { blocks: 2, block_effect: 'random', variance_ratio: 2.5 }, strata: [{ column: 'ブロック', ratio: 2.5 }] },
  'blocks without replicates': { parameters: { blocks: 2, replicates: 'forbidden', num_points: 8 }, strata: [{ column: 'ブロック', ratio: null }] },
  'blocks with repeats, put together afterwards': { parameters: { blocks: 2, replicates: 'at_least' }, strata: [{ column: 'ブロック', ratio: null }], without: ['d', 'i', 'a', 'g', 'e', 'compound', 'alias'] },
  'a split plot': { parameters: { hard_to_change: ['a'], whole_plots: 5, variance_ratio: 0.5 }, strata: [{ column: '主区画', ratio: 0.5 }] },
  'a split plot without replicates': { parameters: { hard_to_change: ['a'], whole_plots: 3, num_points: 8, replicates: 'forbidden' }, strata: [{ column: '主区画', ratio: 1 }] },
  'a split plot from a list': { table: list, over: nine.slice(0, 8), parameters: { hard_to_change: ['a'], whole_plots: 5 }, strata: [{ column: '主区画', ratio: 1 }] },
  'a split plot with fixed rows, centre points and earlier runs': { history: 'a,b\n1,-0.7\n1,1\n-1,0.2\n1,0\n', parameters: { hard_to_change: ['a'], whole_plots: 5, fixed_rows: [{ a: 1, b: 0 }, { b: -1 }, { a: 1, b: 0 }], centre_points: 2 }, strata: [{ column: '主区画', ratio: 1, earlier: [91, 91, 92, 93] }] },
  'a split plot in fixed blocks, after plots that are named': { history: '主区画,a,b\n1,1,-0.7\n2,1,1\n1,1,0.2\n', parameters: { hard_to_change: ['a'], whole_plots: 6, blocks: 2, num_points: 12 }, strata: [{ column: 'ブロック', ratio: null, earlier: [9, 9, 9] }, { column: '主区画', ratio: 1, earlier: [91, 92, 91] }] },
  'a split plot in random blocks': { parameters: { hard_to_change: ['a'], whole_plots: 4, blocks: 2, block_effect: 'random', block_variance_ratio: 3, variance_ratio: 0.5 }, strata: [{ column: 'ブロック', ratio: 3 }, { column: '主区画', ratio: 0.5 }] },
  'a split-split plot in blocks': { table: ',a,b,c\nmin,-1,-1,0\nmax,1,1,1\n間隔,1,1,1\n', parameters: { very_hard_to_change: ['b'], hard_to_change: ['a'], outer_plots: 4, whole_plots: 8, blocks: 2, num_points: 16, variance_ratio: 0.5, outer_variance_ratio: 2 }, strata: [{ column: 'ブロック', ratio: null }, { column: '主区画', ratio: 2 }, { column: '副区画', ratio: 0.5 }] },
  'repeats': { parameters: { replicates: 'at_least', replicate_runs: 3 } },
  'no replicates': { parameters: { replicates: 'forbidden', num_points: 8 } },
  'fixed rows and centre points': { parameters: { fixed_rows: [{ a: 1, b: 0 }, { b: -1 }], centre_points: 2 } },
  'earlier runs': { history: 'a,b\n0.3,-0.7\n0.3,-0.7\n1,1\n' },
  'earlier runs beside blocks': { history: 'a,b\n0.3,-0.7\n-0.4,0.7\n1,1\n', parameters: { blocks: 2 }, strata: [{ column: 'ブロック', ratio: null, earlier: [99, 99, 99] }] },
  'terms if possible': { parameters: { formula: 'a + b', if_possible: 'quadratic', num_points: 5 }, terms: possible, without: ['alias'] },
};

/** Columns by heading, as a spreadsheet would read them. */
function read(csv: string): Record<string, number[]> {
  const [head, ...lines] = csv.replace('\uFEFF', '').trim().split('\r\n').map((line) => line.split(','));
  return Object.fromEntries((head as string[]).map((name, k) => [name, lines.map((cells) => Number(cells[k]))]));
}

describe('every criterion computed anew from the CSV, by plain arithmetic, equals the reported one to 10⁻¹⁰', () => {
  for (const [name, { parameters = {}, table = square, history, terms = fitted, strata = [], over = nine, without = [] }] of Object.entries(options)) {
    test(name, async () => {
      for (const kind of ['d', 'i', 'a', 'g', 'e', 'compound', 'alias'] as const) {
        if (without.includes(kind) && kind === 'alias') continue;
        const { result, files } = await optimize(table, { objective: kind === 'compound' ? kind : `${kind}_optimal`, formula: 'a + b + I(a^2)', num_points: 10, starts: 6, ...parameters }, history === undefined ? {} : { history });
        const design = result.designs[0];
        assert.ok(design?.search);
        const path = [...files.keys()].find((file) => file.endsWith('.csv'));
        const written = read(String(files.get(path as string)));
        const rows = (written['a'] as number[]).map((a, i): Row => [a, (written['b'] as number[])[i] as number]);
        const earlier = (history ?? '').trim().split('\n').slice(1).map((line) => line.split(',').map(Number).slice(-2) as unknown as Row);
        const all = [...rows, ...earlier];
        const groups = strata.map(({ column, ratio, earlier: own = [] }) => {
          assert.ok(column in written, `the list names its groups: ${column}`);
          return { ratio, groups: [...(written[column] as number[]), ...own] };
        });
        const used = strata[0]?.ratio === null ? terms.slice(1) : terms;
        const f = (row: Row): number[] => used.map(({ of }) => of(row));
        const pseudo = used.flatMap(({ precision }, j) => (precision > 0 ? [used.map((_, k) => (k === j ? Math.sqrt(precision) : 0))] : []));
        const both = all.map((row) => [...f(row), product(row)]);
        const joint = groups.length === 0 ? times(transpose(both), both) : times(times(transpose(both), weights(groups)), both);
        const p = used.length;
        const prior = pseudo.length === 0 ? null : times(transpose(pseudo), pseudo);
        const m = joint.slice(0, p).map((row, i) => row.slice(0, p).map((value, j) => value + (prior?.[i]?.[j] ?? 0)));
        const { determinant, inverse } = invert(m) as { determinant: number; inverse: Matrix };
        const variance = (row: Row): number => (times(times([f(row)], inverse), transpose([f(row)]))[0] as number[])[0] as number;
        const average = over.reduce((sum, row) => sum + variance(row), 0) / over.length;
        const d = Math.log(determinant) / p;
        const bias = times(inverse, joint.slice(0, p).map((row) => [row[p] as number])).flat().reduce((sum, value) => sum + value ** 2, 0);
        const largest = Math.max(...over.map(variance));
        const expected = { d, i: -Math.log(average), a: -Math.log(traceOf(inverse)), g: -Math.log(largest), e: Math.log(leastEigenvalue(m)), compound: 0.5 * d - 0.5 * Math.log(average), alias: 0.5 * d - 0.5 * bias / p }[kind];
        const near = (reported: number | null, value: number, what: string): void => assert.ok(reported !== null && Math.abs(reported - value) <= 1e-10 * Math.max(1, Math.abs(value)), `${kind}, ${what}: reported ${reported}, rows ${value}`);
        // runs that are put into blocks afterwards were searched for without them
        if (!without.includes(kind)) near(design.search.score, expected, 'score');
        near(design.criteria.log_determinant, Math.log(determinant), 'ln det');
        near(design.criteria.trace_of_inverse, traceOf(inverse), 'trace');
        near(design.criteria.average_variance, average, 'mean variance');
        near(design.criteria.largest_variance, largest, 'largest variance');
        near(design.criteria.e, leastEigenvalue(m) / all.length, 'E');
      }
    });
  }
});

test('the written list of blocks or whole plots, judged again as a given design, has the same figures', async () => {
  for (const parameters of [{ blocks: 3 }, { blocks: 2, block_effect: 'random', variance_ratio: 4 }, { hard_to_change: ['a'], whole_plots: 4 }, { hard_to_change: ['a'], whole_plots: 6, blocks: 2 }]) {
    const common = { formula: 'a + b + I(a^2)', ...parameters };
    const made = await optimize(square, { ...common, objective: 'd_optimal', num_points: 12, starts: 6, replicates: 'allowed' });
    const csv = String([...made.files].find(([path]) => path.endsWith('.csv'))?.[1]);
    const { whole_plots: _, ...judging } = { whole_plots: null, ...common };
    const { result } = await optimize(csv, { ...judging, blocks: 1, objective: 'evaluate', factor_columns: ['a', 'b'] });
    const [first, second] = [made.result.designs[0], result.designs[0]];
    assert.ok((second?.strata.length ?? 0) > 0);
    assert.deepEqual(second?.strata, first?.strata.map((stratum) => ({ ...stratum, assigned: 'given' })));
    for (const name of ['log_determinant', 'trace_of_inverse', 'e', 'largest_variance'] as const) assert.ok(Math.abs((first?.criteria[name] ?? 0) - (second?.criteria[name] ?? 1)) < 1e-10, name);
    const figures = (design: typeof first): unknown => design?.coefficients.map(({ name, standard_error: se, power, variance_inflation: vif }) => [name, se.toFixed(9), power?.toFixed(9), vif?.toFixed(9)]);
    assert.deepEqual(figures(first), figures(second));
    assert.deepEqual(first?.degrees_of_freedom, second?.degrees_of_freedom);
  }
});

test('blocks that cannot be searched for together with the runs are assigned afterwards, and the result says so', async () => {
  const { result } = await optimize(square, { objective: 'd_optimal', model: 'quadratic', num_points: 10, starts: 6, blocks: 2, replicates: 'at_least' });
  assert.equal(result.designs[0]?.strata[0]?.assigned, 'afterwards');
  assert.ok(result.notices.some(({ code }) => code === 'optimization_blocks_afterwards'));
  assert.ok(new Set(result.designs[0].rows.map(({ a, b }) => `${a} ${b}`)).size <= 8);
});

test('a split plot sets the hard factor once a plot, plots are run whole, and its terms are tested against plots', async () => {
  const { result } = await optimize(square, { objective: 'd_optimal', num_points: 12, starts: 10, hard_to_change: ['a'] });
  const design = result.designs[0];
  // two more than the intercept and the slope of a
  assert.deepEqual(design?.strata.map(({ sizes, kind }) => [sizes, kind]), [[[3, 3, 3, 3], 'whole_plots']]);
  const inOrder = design?.rows.map((row, i) => ({ row, at: design.run_order[i] as number })).sort((x, y) => x.at - y.at).map(({ row }) => row) ?? [];
  assert.equal(inOrder.filter((row, i) => i === 0 || row['主区画'] !== inOrder[i - 1]?.['主区画']).length, 4);
  for (const plot of [1, 2, 3, 4]) assert.equal(new Set(inOrder.filter((row) => row['主区画'] === plot).map(({ a }) => a)).size, 1);
  const [, a, b] = design?.coefficients ?? [];
  // a stands against 4 − 2 plots, b against 12 − 4 − 1 runs
  assert.ok((a?.standard_error ?? 0) > (b?.standard_error ?? 1));
  assert.ok((a?.power ?? 1) < (b?.power ?? 0) / 2);
});

test('whole plots that cannot be are refused by name of the parameter', async () => {
  const refused: [string, string, Record<string, unknown>, string?][] = [
    ['design_unknown_factor', 'hard_to_change', { hard_to_change: ['z'] }], ['design_whole_plot_factors', 'hard_to_change', { hard_to_change: ['a', 'b'] }], ['optimization_plots_nested', 'whole_plots', { hard_to_change: ['a'], whole_plots: 2, blocks: 3 }],
    ['design_fixed_plots', 'fixed_rows', { hard_to_change: ['a'], whole_plots: 2, fixed_rows: [{ a: 1 }, { a: 0 }, { a: -1 }] }], ['design_fixed_plots', 'centre_points', { hard_to_change: ['a'], whole_plots: 2, fixed_rows: [{ a: 1 }, { a: -1 }], centre_points: 1 }],
    ['design_strata_exclusive', 'hard_to_change', { hard_to_change: ['a'], replicates: 'at_least' }], ['design_too_few_plots', 'hard_to_change', { hard_to_change: ['a'], model: 'quadratic', whole_plots: 2 }], ['design_too_few_plots', 'hard_to_change', { hard_to_change: ['a'], whole_plots: 2, blocks: 2 }],
    ['optimization_outer_plots', 'very_hard_to_change', { very_hard_to_change: ['a'] }], ['optimization_whole_plots', 'hard_to_change', { whole_plots: 3 }], ['optimization_whole_plots', 'hard_to_change', { hard_to_change: ['a'], design: 'full_factorial' }],
    ['design_blocks_runs', 'hard_to_change', { hard_to_change: ['a'], whole_plots: 11 }],
  ];
  for (const [code, field, parameters, history] of refused) {
    await assert.rejects(optimize(square, { objective: 'd_optimal', num_points: 10, ...parameters }, history === undefined ? {} : { history }), (error: { code?: string; where?: { field?: string } }) => (assert.deepEqual([error.code, error.where?.field], [code, field]), true));
  }
  // four plots of two, and no level of a with more than three conditions
  await assert.rejects(optimize(square, { objective: 'd_optimal', num_points: 8, starts: 3, hard_to_change: ['a'], whole_plots: 4, replicates: 'forbidden' }), { code: 'design_no_start' });
  // the list has no row with a = 0.5, so that nothing could be run beside the fixed one
  await assert.rejects(optimize(list, { objective: 'd_optimal', num_points: 10, hard_to_change: ['a'], fixed_rows: [{ a: 0.5, b: 1 }] }), { code: 'design_fixed_plots' });
});

const mixing = ',a,b,c,t\nmin,0,0,0,-1\nmax,1,1,1,1\n間隔,0.5,0.5,0.5,1\n';
const asShares = { a: 'mixture', b: 'mixture', c: 'mixture' };

describe('mixtures', () => {
  test('every criterion of a mixture computed anew from the CSV equals the reported one to 10⁻¹⁰', async () => {
    const names = 'abc';
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    /** Exponents of a, b, c. */
    const monomials = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]];
    const moments = monomials.map((first) => monomials.map((second) => {
      const powers = first.map((power, k) => power + (second[k] as number));
      return (2 * powers.reduce((total, power) => total * factorial(power), 1)) / factorial(2 + powers.reduce((sum, power) => sum + power, 0));
    }));
    // where G looks: vertices, halves and quarters of edges, the centroid
    const places = [...monomials.slice(0, 3), ...[[0, 1], [0, 2], [1, 2]].flatMap(([a, b]) => [0.25, 0.5, 0.75].map((share) => [0, 1, 2].map((k) => (k === a ? share : k === b ? 1 - share : 0)))), [1 / 3, 1 / 3, 1 / 3]];
    for (const kind of ['d', 'i', 'a', 'g', 'e', 'compound', 'alias'] as const) {
      // the quadratic model leaves nothing that could alias it
      const used = kind === 'alias' ? monomials.slice(0, 3) : monomials;
      const { result, files } = await optimize(mixing.split('\n').map((line) => line.split(',').slice(0, 4).join()).join('\n'), { objective: kind === 'compound' ? kind : `${kind}_optimal`, factor_kinds: asShares, model: kind === 'alias' ? 'main' : 'quadratic', num_points: 8, starts: 6 });
      const design = result.designs[0];
      const written = read(String([...files].find(([path]) => path.endsWith('.csv'))?.[1]));
      const valueOf = (point: readonly number[]) => (powers: readonly number[]): number => powers.reduce((total, power, k) => total * (point[k] as number) ** power, 1);
      const all = (written['a'] as number[]).map((_, i) => monomials.map(valueOf([...names].map((name) => (written[name] as number[])[i] as number))));
      const x = all.map((row) => row.slice(0, used.length));
      const m = times(transpose(x), x);
      const { determinant, inverse } = invert(m) as { determinant: number; inverse: Matrix };
      const d = Math.log(determinant) / used.length;
      const average = traceOf(times(inverse, moments.slice(0, used.length).map((row) => row.slice(0, used.length))));
      const largest = Math.max(...places.map((place) => {
        const f = [used.map(valueOf(place))];
        return (times(times(f, inverse), transpose(f))[0] as number[])[0] as number;
      }));
      const bias = times(inverse, times(transpose(x), all.map((row) => row.slice(3)))).flat().reduce((sum, value) => sum + value ** 2, 0);
      const expected = { d, i: -Math.log(average), a: -Math.log(traceOf(inverse)), g: -Math.log(largest), e: Math.log(leastEigenvalue(m)), compound: 0.5 * d - 0.5 * Math.log(average), alias: 0.5 * d - 0.5 * bias / 3 }[kind];
      assert.ok(Math.abs((design?.search?.score ?? Number.NaN) - expected) < 1e-10 * Math.max(1, Math.abs(expected)), `${kind}: ${design?.search?.score} of ${expected}`);
      assert.ok(Math.abs((design?.criteria.average_variance ?? Number.NaN) - average) < 1e-10);
      // over the whole simplex, so no less than at those places
      assert.ok((design?.criteria.largest_variance ?? 0) >= largest - 1e-10);
      // no design exceeds the bound: n designs of one run a weight of 1/n
      assert.ok((design?.criteria.d_relative ?? 2) <= 1 + 1e-9, `${design?.criteria.d_relative}`);
    }
  });

  test('the D bound of a mixture: of a linear model 1/q, of Scheffé’s quadratic that of the {q, 2} lattice (Kiefer 1961)', async () => {
    const table = mixing.split('\n').map((line) => line.split(',').slice(0, 4).join()).join('\n');
    for (const [model, runs, bound] of [['main', 6, 1 / 3], ['quadratic', 12, 4 ** (-1) / 6]] as const) {
      const { result } = await optimize(table, { objective: 'd_optimal', factor_kinds: asShares, model, num_points: runs, starts: 10 });
      const { d_bound: found, d_relative: share, bound_by: by } = result.designs[0]?.criteria ?? {};
      assert.equal(by, 'approximate');
      assert.ok(Math.abs((found ?? 0) - bound) < 1e-7, `${found} of ${bound}`);
      assert.ok(Math.abs((share ?? 0) - 1) < 1e-6, String(share));
    }
  });
});
