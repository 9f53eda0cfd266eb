import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blockSizeOf, modelMatrix, placePlan, planDesign, runSearch, searchBlock, SearchLedger } from '../../../../cluster/design/index.ts';
import type { DesignFactor, DesignRequest, FoundDesign, SearchBlock } from '../../../../cluster/design/index.ts';
import { invertSymmetric, traceOfProduct } from '../../../../cluster/design/algebra.ts';
import { informationOf } from '../../../../cluster/design/model.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { grid, preset, ranges, repeat, uniform } from '../support.ts';

const seed = 42;

async function search(request: DesignRequest, starts: number): Promise<FoundDesign & { determinant: number; trace: number; d: number }> {
  const plan = planDesign(request);
  const found = runSearch(await freshKernels(), plan, seed, { starts });
  const p = plan.model.columns.length;
  const m = informationOf(modelMatrix(plan.model, [...found.points, ...plan.history]), p).map((value, at) => value + (at % (p + 1) === 0 ? plan.precision[at / (p + 1)] as number : 0));
  const solved = invertSymmetric(m, p);
  assert.ok(solved);
  const trace = plan.moments ? traceOfProduct(solved.inverse, plan.moments) : Number.NaN;
  return { ...found, determinant: Math.exp(solved.logDeterminant), d: Math.exp(solved.logDeterminant / p) / (found.points.length + plan.history.length), trace };
}

const quadratic = (factors: DesignFactor[], runs: number, more: Partial<DesignRequest> = {}): DesignRequest => ({ factors, model: preset('quadratic', factors), runs, criterion: { kind: 'D' }, ...more });
const near = (actual: number, expected: number, tolerance = 1e-6): void => assert.ok(Math.abs(actual / expected - 1) < tolerance, `${actual} is not ${expected}`);

describe('known optima (spec design-of-experiments.md §6.2), from a request to the rows', () => {
  const square = grid(repeat(2, [-1, 0, 1]));
  test('2: 3² quadratic', async () => {
    for (const [n, det] of [[6, 256], [7, 960], [9, 5184], [12, 30320]] as const) near((await search(quadratic(square, n), 60)).determinant, det);
  });
  test('4: 3² quadratic, mean prediction variance over the square', async () => {
    for (const [n, variance] of [[6, 0.966667], [8, 0.521795], [9, 0.438889], [12, 0.302778]] as const) near((await search({ ...quadratic(square, n), criterion: { kind: 'I', over: 'range' } }, 60)).trace, variance, 2e-6);
  });
  test('4: without replicates, 8 and 9 runs', async () => {
    for (const [n, variance] of [[8, 0.561111], [9, 0.45]] as const) near((await search({ ...quadratic(square, n, { replicates: 'distinct' }), criterion: { kind: 'I', over: 'range' } }, 60)).trace, variance, 2e-6);
  });
  test('21: mixture of five, Scheffé quadratic on the {5,2} lattice', async () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const points = names.flatMap((_, a) => names.slice(a).map((_b, o) => names.map((_c, k) => (k === a ? 0.5 : 0) + (k === a + o ? 0.5 : 0))));
    const factors: DesignFactor[] = names.map((name) => ({ kind: 'mixture', name, low: 0, high: 1 }));
    const model = { ...preset('interactions', factors), intercept: false };
    near((await search({ factors, model, runs: 15, criterion: { kind: 'D' }, candidates: Object.fromEntries(names.map((name, k) => [name, points.map((point) => point[k] as number)])) }, 20)).d, 4 ** (-4 / 3) / 15);
  });
  test('25: 7 treatments in 7 blocks of 3 are a balanced incomplete block design', async () => {
    const factors: DesignFactor[] = ['treatment', 'block'].map((name) => ({ kind: 'categorical', name, levels: ['1', '2', '3', '4', '5', '6', '7'] }));
    const { points } = await search({ factors, model: preset('main', factors), runs: 21, criterion: { kind: 'D' }, fixed: Array.from({ length: 21 }, (_, i) => ({ block: String(Math.floor(i / 3) + 1) })) }, 100);
    for (let a = 0; a < 7; a++) {
      for (let b = 0; b <= a; b++) {
        const together = [0, 1, 2, 3, 4, 5, 6].reduce((sum, block) => sum + points.filter(([t, at]) => at === block && t === a).length * points.filter(([t, at]) => at === block && t === b).length, 0);
        assert.equal(together, a === b ? 3 : 1);
      }
    }
  });
  test('31: two ranges, mean prediction variance over the square: as small, or smaller', async () => {
    for (const [n, variance] of [[6, 0.765934], [7, 0.573638], [8, 0.488916], [9, 0.426478]] as const) {
      assert.ok((await search({ ...quadratic(ranges(2), n), criterion: { kind: 'I' } }, 100)).trace <= variance * (1 + 1e-6), `n = ${n}`);
    }
  });
  test('6: 3³ quadratic without replicates', async () => {
    for (const [n, det] of [[10, 1_327_104], [11, 8_388_608]] as const) near((await search(quadratic(grid(repeat(3, [-1, 0, 1])), n, { replicates: 'distinct' }), 120)).determinant, det);
  });
  test('11: three earlier runs off the grid', async () => {
    const factors = grid(repeat(3, [-2, -1, 0, 1, 2]));
    const history = [[0.5, -0.05, 1.5], [-0.5, 0.5, -0.5], [-1, -1, 0.5]].map(([A, B, C]) => ({ A: A as number, B: B as number, C: C as number }));
    // D in the units −2 … 2: the determinant grows by 2^(2 · 24), 24 = sum of the degrees of the ten terms
    assert.ok((await search(quadratic(factors, 12, { history }), 200)).d * 2 ** (2 * (3 * 1 + 6 * 2) / 10) >= 3.4180526 * (1 - 1e-6));
  });
  test('14: 2⁷, main effects and two-factor interactions, 32 runs', async () => {
    const factors = grid(repeat(7, [-1, 1]));
    near((await search({ ...quadratic(factors, 32), model: preset('interactions', factors) }, 60)).d, 0.8867999);
  });
  test('17: 11 two-level factors in 12 runs', async () => {
    const factors = grid(repeat(11, [-1, 1]));
    near((await search({ ...quadratic(factors, 12), model: preset('main', factors) }, 200)).d, 1);
  });
  test('30: eight five-level categories, 400 runs: 99.94 % in three starts', async () => {
    const factors: DesignFactor[] = 'ABCDEFGH'.split('').map((name) => ({ kind: 'categorical', name, levels: ['a', 'b', 'c', 'd', 'e'] }));
    assert.ok((await search({ ...quadratic(factors, 400), model: preset('main', factors) }, 3)).d >= 0.9994);
  });
});

describe('the rows that come out', () => {
  const factors: DesignFactor[] = [{ kind: 'continuous', name: 'speed', low: 1000, high: 8000 }, { kind: 'discrete', name: 'passes', levels: [1, 2, 3] }, { kind: 'categorical', name: 'brush', levels: ['A13', 'A11', 'A21', 'A32'] }];
  test('are in the units of the user, inside the constraints, outside the forbidden, with locked cells kept', async () => {
    const found = await search(quadratic(factors, 24, {
      constraints: [{ weights: { speed: 1, passes: 1000 }, limit: 10_000 }], forbidden: [{ brush: ['A13', 'A32'], passes: { low: 3, high: 3 } }],
      fixed: [{ speed: 3000, passes: 2, brush: 'A11' }, { brush: 'A32' }, { passes: 3 }],
    }), 10);
    assert.equal(found.rows.length, 24);
    for (const { speed, passes, brush } of found.rows) {
      assert.ok((speed as number) >= 1000 && (speed as number) <= 8000 && [1, 2, 3].includes(passes as number));
      assert.ok((speed as number) + 1000 * (passes as number) <= 10_000 + 1e-4);
      assert.ok(!(passes === 3 && (brush === 'A13' || brush === 'A32')));
    }
    assert.deepEqual(found.rows[0], { speed: 3000, passes: 2, brush: 'A11' });
    assert.equal(found.rows[1]?.['brush'], 'A32');
    assert.equal(found.rows[2]?.['passes'], 3);
    assert.deepEqual(new Set(found.rows.map(({ brush }) => brush)), new Set(['A13', 'A11', 'A21', 'A32']));
  });

  test('give the score that was reported when everything is computed anew, for every criterion', async () => {
    for (const criterion of [{ kind: 'D' }, { kind: 'A' }, { kind: 'I' }, { kind: 'compound', determinantWeight: 0.3 }] as const) {
      const plan = planDesign(quadratic(factors, 24, { criterion, history: [{ speed: 1234, passes: 2.5, brush: 'A13' }] }));
      const found = runSearch(await freshKernels(), plan, seed, { starts: 5 });
      const p = plan.model.columns.length;
      const solved = invertSymmetric(informationOf(modelMatrix(plan.model, [...found.points, ...plan.history]), p), p);
      assert.ok(solved);
      const identity = Float64Array.from({ length: p * p }, (_, at) => (at % (p + 1) === 0 ? 1 : 0));
      const i = -Math.log(traceOfProduct(solved.inverse, plan.moments as Float64Array));
      const expected = { D: solved.logDeterminant / p, A: -Math.log(traceOfProduct(solved.inverse, identity)), I: i, compound: 0.3 * solved.logDeterminant / p + 0.7 * i }[criterion.kind];
      assert.ok(expected >= found.search.score - 1e-10 && expected <= found.search.score + 1e-4, `${criterion.kind}: ${expected}, ${found.search.score}`);
    }
  });

  test('when no rows can do, the open coefficients are told', async () => {
    // each cell is possible, together they never vary independently: B = A in every allowed row
    const tied = grid(repeat(2, [-1, 1]));
    const plan = planDesign({ factors: tied, model: preset('main', tied), runs: 6, criterion: { kind: 'D' }, fixed: repeat(6, { B: 1 }) });
    const kernels = await freshKernels();
    assert.throws(() => runSearch(kernels, plan, seed, { starts: 3 }), { code: 'design_singular', values: { terms: ['B'], starts: 3 } });
  });
});

describe('a search in blocks', () => {
  const request = quadratic(grid(repeat(3, [-1, 0, 1])), 14);

  test('ends the same whatever the order in which blocks arrive, and whatever ran beside them', async () => {
    const plan = planDesign(request);
    const kernels = await freshKernels();
    const placed = placePlan(kernels, plan);
    const other = placePlan(await freshKernels(), plan);
    const random = uniform(5);
    const outcomes = [1, 2, 4, 8].map((threads) => {
      const ledger = new SearchLedger({ starts: 400 }, 7);
      const flying: SearchBlock[] = [];
      for (;;) {
        while (flying.length < threads) {
          const block = ledger.next();
          if (block === null) break;
          flying.push(searchBlock(random() < 0.5 ? placed : other, seed, block.from, block.to));
        }
        if (flying.length === 0) return ledger.state;
        ledger.add(flying.splice(Math.floor(random() * flying.length), 1)[0] as SearchBlock);
      }
    });
    for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
    assert.equal(outcomes[0]?.stop, 'plateau');
    assert.ok((outcomes[0]?.hits ?? 0) >= 3 && (outcomes[0]?.done ?? 0) >= 50 && (outcomes[0]?.done ?? 0) < 400);
    assert.equal(outcomes[0]?.hitRate, (outcomes[0]?.hits ?? 0) / (outcomes[0]?.done ?? 0));
  });

  test('reports the best so far after every block, and it never gets worse', async () => {
    const scores: number[] = [];
    runSearch(await freshKernels(), planDesign(request), seed, { starts: 120, patience: 1000 }, (state) => scores.push(state.score));
    assert.ok(scores.length >= 2);
    assert.ok(scores.every((score, i) => i === 0 || score >= (scores[i - 1] as number)));
  });

  test('has blocks whose size depends on the plan alone', () => {
    assert.equal(blockSizeOf(planDesign(request)), blockSizeOf(planDesign(request)));
    assert.ok(blockSizeOf(planDesign(quadratic(ranges(10), 100))) < blockSizeOf(planDesign(request)));
  });

  test('the winner of equal scores is the lowest start', () => {
    const block = (from: number, score: number, mark: number): SearchBlock => ({ from, to: from + 1, scores: Float64Array.of(score), best: from, cells: Float64Array.of(mark) });
    const ledger = new SearchLedger({ starts: 3 }, 1);
    ledger.add(block(2, 1, 2));
    ledger.add(block(1, 1 + 1e-12, 1));
    assert.equal(ledger.add(block(0, 1, 0)).best, 0);
    assert.deepEqual([...ledger.state.cells], [0]);
    assert.equal(ledger.state.hits, 3);
  });
});

test('281,880 rows with four brushes: nothing is thinned, all four brushes are used, 15 runs for main effects reach 0.978', async () => {
  const levels = [Array.from({ length: 29 }, (_, i) => 1000 + 250 * i), Array.from({ length: 15 }, (_, i) => 500 + 250 * i), [0, 1], [0.5, 1, 1.5], [10, 15, 20], [0.4, 0.5, 0.6], [1, 2, 3]];
  const names = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];
  const brushes = ['A13', 'A11', 'A21', 'A32'];
  const rows = levels.reduce((product, { length }) => product * length, 4);
  assert.equal(rows, 281_880);
  const columns = names.map(() => new Float64Array(rows));
  const brush = new Array<string>(rows);
  for (let j = 0; j < rows; j++) {
    let rest = j;
    levels.forEach((values, k) => {
      (columns[k] as Float64Array)[j] = values[rest % values.length] as number;
      rest = Math.floor(rest / values.length);
    });
    brush[j] = brushes[rest] as string;
  }
  const factors: DesignFactor[] = [...names.map((name, k): DesignFactor => ({ kind: 'continuous', name, low: levels[k]?.[0] as number, high: levels[k]?.at(-1) as number })), { kind: 'categorical', name: 'ブラシ', levels: brushes }];
  const candidates = { ...Object.fromEntries(names.map((name, k) => [name, columns[k] as Float64Array])), ブラシ: brush };
  const all = await search({ factors, model: preset('main', factors), runs: 16, criterion: { kind: 'D' }, candidates }, 50);
  assert.deepEqual(new Set(all.rows.map((row) => row['ブラシ'])), new Set(brushes));
  for (const row of all.rows) names.forEach((name, k) => assert.ok(levels[k]?.includes(row[name] as number), `${name} ${row[name]}`));
  const numbers = factors.slice(0, 7);
  assert.ok((await search({ factors: numbers, model: preset('main', numbers), runs: 15, criterion: { kind: 'D' }, candidates }, 100)).d >= 0.978);
});
