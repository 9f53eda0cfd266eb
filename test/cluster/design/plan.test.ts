import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planDesign } from '../../../cluster/design/index.ts';
import type { DesignFactor, DesignRequest, Settings } from '../../../cluster/design/index.ts';
import { catalogues, placeholdersOf, renderText } from '../../../schemas/text/index.ts';
import { Fault } from '../../../schemas/index.ts';
import { grid, preset, ranges, repeat, uniform } from './support.ts';

const request = (factors: DesignFactor[], more: Partial<DesignRequest> = {}): DesignRequest => ({ factors, model: preset('quadratic', factors), runs: 20, criterion: { kind: 'D' }, ...more });

describe('a request that cannot work is refused before any search, with names and numbers', () => {
  const three = ranges(3);
  const random = uniform(7);
  const table = { A: [0, 1, 0.5], B: [1, 0, 0.2], C: [1, 1, 0.3] };
  const bad: [string, DesignRequest, Partial<Fault['values']>?][] = [
    ['design_no_factors', request([])],
    ['design_factor_name_twice', request([...ranges(2), ...ranges(1)]), { name: 'A' }],
    ['design_factor_range', request([{ kind: 'continuous', name: 'A', low: 2, high: 2 }]), { name: 'A', low: 2, high: 2 }],
    ['design_factor_levels', request([{ kind: 'discrete', name: 'A', levels: [1, 1, 2] }])],
    ['design_unknown_factor', request(three, { model: preset('main', ranges(4)) }), { name: 'D', known: ['A', 'B', 'C'] }],
    ['design_too_few_runs', request(three, { runs: 9 }), { runs: 9, earlier: 0, terms: 10, needed: 10 }],
    ['design_inestimable', request(grid([[-1, 1], [-1, 0, 1]]), { model: preset('quadratic', ranges(2)) }), { terms: ['A^2'], relations: ['A^2 = 1·1'] }],
    ['design_no_candidates', request(three, { candidates: { A: [], B: [], C: [] } })],
    ['design_candidates_missing', request(three, { candidates: { A: [1], B: [1] } }), { name: 'C', columns: ['A', 'B'] }],
    ['design_candidates_lengths', request(three, { candidates: { ...table, C: [1] } })],
    ['design_setting_number', request(three, { candidates: { ...table, C: [1, 'x', 2] } }), { name: 'C', row: 2, value: 'x' }],
    ['design_setting_missing', request(three, { history: [{ A: 1, B: 1 }] }), { name: 'C', row: 1 }],
    ['design_runs', request(three, { runs: 0 }), { runs: 0, fixed: 0 }],
    ['design_fixed_not_allowed', request(three, { fixed: [{ A: 1, B: 1, C: 1 }], constraints: [{ weights: { A: 1, B: 1 }, limit: 1 }] }), { row: 1 }],
    ['design_fixed_whole', request(three, { fixed: [{ A: 1 }], candidates: table }), { row: 1 }],
    ['design_contradictory_constraints', request(three, { constraints: [{ weights: { A: 1 }, limit: -2 }] }), { constraints: ['1'] }],
    ['design_criterion_weight', request(three, { criterion: { kind: 'compound', determinantWeight: 1 } }), { weight: 1 }],
    ['design_distinct_needs_levels', request(three, { replicates: 'distinct' }), { name: 'A' }],
    ['design_too_few_candidates', request(grid(repeat(2, [-1, 0, 1])), { replicates: 'distinct', runs: 12 }), { candidates: 9, runs: 12 }],
    ['design_mixture_limits', request([{ kind: 'mixture', name: 'A', low: 0, high: 1 }])],
    ['design_precision', request(three, { model: preset('main', three), ifPossible: [{ term: [{ kind: 'power', column: 'A', exponent: 2 }], precision: 0 }] })],
    ['design_blocks_runs', request(three, { blocks: { sizes: [10, 11] } }), { sizes: ['10', '11'], runs: 20 }],
    ['design_variance_ratio', request(three, { blocks: { sizes: [10, 10], effect: 'random', varianceRatio: -1 } }), { ratio: -1 }],
    ['design_strata_nested', request(three, { blocks: { sizes: [10, 10] }, wholePlots: { factors: ['A'], sizes: [5, 10, 5] } })],
    ['design_whole_plot_factors', request(three, { wholePlots: { factors: ['A', 'B', 'C'], sizes: [10, 10] } })],
    ['design_unknown_factor', request(three, { wholePlots: { factors: ['Q'], sizes: [10, 10] } }), { name: 'Q' }],
    ['design_strata_exclusive', request(three, { wholePlots: { factors: ['A'], sizes: [10, 10] }, replicates: { atLeast: 3 } }), { field: 'wholePlots', other: 'replicates' }],
    ['design_too_few_plots', request(three, { wholePlots: { factors: ['A', 'B'], sizes: [10, 10] } }), { plots: 2, needed: 6 }],
    ['design_history_groups', request(three, { blocks: { sizes: [10, 10] }, history: [{ A: 0, B: 0, C: 0 }], historyGroups: { blocks: [] } }), { groups: 0, runs: 1 }],
    ['design_fixed_plots', request(three, { wholePlots: { factors: ['A'], sizes: [10, 10] }, fixed: [-1, 0, 1].map((A) => ({ A, B: 0, C: 0 })) }), { names: ['A'], plots: 2 }],
    ['design_blocks_intercept', request(three, { model: { ...preset('main', three), intercept: false }, blocks: { sizes: [10, 10] } })],
    ['design_repeats', request(three, { replicates: { atLeast: 20 } }), { repeats: 20, runs: 20 }],
    ['design_too_few_runs', request(three, { replicates: { atLeast: 11 } }), { needed: 21 }],
    ['design_too_few_runs', request(three, { blocks: { sizes: repeat(20, 1) } })],
    ['design_centre_count', request(three, { centrePoints: 1.5 }), { count: 1.5 }],
    ['design_centre_not_allowed', request(three, { centrePoints: 1, constraints: [{ weights: { A: 1 }, limit: -0.5 }] })],
    ['design_alias_terms', request(three, { criterion: { kind: 'alias' } })],
    ['design_criterion_weight', request(three, { criterion: { kind: 'alias', determinantWeight: 1 } }), { weight: 1 }],
    ['design_criterion_list_large', request(ranges(10), { runs: 100, criterion: { kind: 'E' }, candidates: Object.fromEntries(ranges(10).map(({ name }) => [name, Float64Array.from({ length: 6000 }, random)])) }), { candidates: 6000 }],
    ['design_region_large', request(ranges(7), { runs: 60, criterion: { kind: 'I' }, constraints: [{ weights: { A: 1, B: 1, C: 1, D: 1, E: 1, F: 1, G: 1 }, limit: 0 }] })],
  ];
  for (const [code, asked, values] of bad) {
    test(code, () => {
      assert.throws(() => planDesign(asked), (error) => {
        assert.ok(error instanceof Fault);
        assert.equal(error.code, code);
        for (const [name, value] of Object.entries(values ?? {})) assert.deepEqual(error.values[name], value, name);
        for (const language of ['ja', 'en', 'es'] as const) {
          const text = renderText(catalogues, language, code, error.values);
          assert.deepEqual(placeholdersOf(text), [], text);
        }
        return true;
      });
    });
  }
});

describe('the search fits the region', () => {
  const levels = repeat(3, [-1, 0, 1]);
  const points: number[][] = [];
  for (const a of [-1, 0, 1]) for (const b of [-1, 0, 1]) for (const c of [-1, 0, 1]) points.push([a, b, c]);
  const table = (rows: number[][]) => ({ A: rows.map(([a]) => a as number), B: rows.map((row) => row[1] as number), C: rows.map((row) => row[2] as number) });

  test('ranges, levels and categories are searched by coordinates', () => {
    assert.equal(planDesign(request(grid(levels))).search.kind, 'cells');
  });

  test('so is a list that holds every combination, repeated rows or not', () => {
    const plan = planDesign(request(ranges(3), { candidates: table([...points, ...points.slice(3, 9)]) }));
    assert.equal(plan.search.kind, 'cells');
    assert.deepEqual(plan.region.factors[0], { kind: 'discrete', name: 'A', levels: [-1, 0, 1], low: -1, high: 1 });
  });

  test('any other list is searched by rows, each condition once', () => {
    const { search } = planDesign(request(ranges(3), { candidates: table([...points.slice(1), ...points.slice(3, 9)]) }));
    assert.ok(search.kind === 'list');
    assert.equal(search.candidates.count, 26);
  });

  test('constraints thin a list', () => {
    const { search } = planDesign(request(ranges(3), { candidates: table(points), constraints: [{ weights: { A: 1, B: 1 }, limit: 1 }] }));
    assert.ok(search.kind === 'list');
    assert.equal(search.candidates.count, 24);
  });

  test('the limits of coding stay as declared when a list covers less', () => {
    const wide: DesignFactor[] = ranges(3).map((factor) => ({ ...factor, low: -2, high: 2 }) as DesignFactor);
    const plan = planDesign(request(wide, { candidates: table(points) }));
    assert.ok(plan.search.kind === 'cells');
    const [first] = plan.search.problem.factors;
    assert.deepEqual(first?.kind === 'levels' && first.values, [-0.5, 0, 0.5]);
  });
});

describe('earlier runs', () => {
  const factors: DesignFactor[] = [...grid([[1, 2, 3]]), { kind: 'continuous', name: 'B', low: 0, high: 10 }, { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
  const history: Settings[] = [{ A: 2.5, B: 3, Z: 'q' }, { A: 2.5, B: 3, Z: 'q' }, { A: 1, B: 12, Z: 'r' }, { A: 1, B: 12, Z: 'p' }];

  test('change the information by exactly Σ f f′, off the grid, replicated and for every category', () => {
    const without = planDesign(request(factors));
    const p = without.model.columns.length;
    const { prior } = planDesign(request(factors, { history }));
    const s = Math.sqrt(3 / 2);
    const t = Math.sqrt(3 / 6);
    const z = [[-s, -t], [s, -t], [0, 2 * t]];
    const f = history.map(({ A, B, Z }) => {
      const a = (A as number) - 2;
      const b = (B as number) / 5 - 1;
      const [u, v] = z['pqr'.indexOf(Z as string)] as [number, number];
      const value: Record<string, number> = { '1': 1, 'A': a, 'B': b, 'Z[1]': u, 'Z[2]': v, 'A^2': a * a, 'B^2': b * b, 'A:B': a * b, 'A:Z[1]': a * u, 'A:Z[2]': a * v, 'B:Z[1]': b * u, 'B:Z[2]': b * v };
      return without.model.columns.map(({ name }) => value[name] as number);
    });
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) assert.ok(Math.abs((prior[i * p + j] as number) - f.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)) < 1e-12);
  });

  test('lower the number of runs that are needed by what they tell, not by how many they are', () => {
    assert.throws(() => planDesign(request(factors, { history, runs: 8 })), { code: 'design_too_few_runs', values: { runs: 8, earlier: 4, terms: 12, needed: 9 } });
    assert.equal(planDesign(request(factors, { history, runs: 9 })).runs, 9);
  });

  test('are not chosen again where replicates are forbidden', () => {
    const levels = grid(repeat(2, [-1, 0, 1]));
    const { search } = planDesign(request(levels, { runs: 7, replicates: 'distinct', history: [{ A: 0, B: 0 }, { A: 1, B: 1 }] }));
    assert.ok(search.kind === 'list');
    assert.equal((search.list.limit as Int32Array).reduce((sum, v) => sum + v, 0), 7);
  });
});

test('terms that are wanted if possible get their prior precision and need no runs', () => {
  const factors: DesignFactor[] = [...ranges(2), { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
  const plan = planDesign(request(factors, {
    model: preset('main', factors), runs: 5,
    ifPossible: [{ term: [{ kind: 'power', column: 'A', exponent: 2 }] }, { term: [{ kind: 'column', column: 'A' }, { kind: 'column', column: 'B' }] }, { term: [{ kind: 'column', column: 'A' }, { kind: 'column', column: 'Z' }] }, { term: [{ kind: 'power', column: 'B', exponent: 2 }], precision: 4 }],
  }));
  const of = Object.fromEntries(plan.model.columns.map(({ name }, j) => [name, plan.precision[j]]));
  assert.deepEqual(of, { '1': 0, 'A': 0, 'B': 0, 'Z[1]': 0, 'Z[2]': 0, 'A^2': 1, 'A:B': 16, 'A:Z[1]': 1, 'A:Z[2]': 1, 'B^2': 4 });
});
