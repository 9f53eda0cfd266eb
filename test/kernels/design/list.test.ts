import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantiate, KernelMemory, loadKernels, placeCandidates, walkCandidates } from '../../../kernels/index.ts';
import type { CandidateList, DesignWalkResult, Kernels } from '../../../kernels/index.ts';

const seed = 42;
const fresh = async (): Promise<Kernels> => instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 28 }));

/** 1, x_i, x_i x_k with i ≤ k. */
function quadratic(columns: number): number[][] {
  const numbers = Array.from({ length: columns }, (_, k) => k);
  return [[], ...numbers.map((k) => [k]), ...numbers.flatMap((i) => numbers.slice(i).map((k) => [i, k]))];
}

function grid(levels: readonly (readonly number[])[]): Float64Array[] {
  const rows = levels.reduce((product, { length }) => product * length, 1);
  let stride = 1;
  return levels.map((values) => {
    const before = stride;
    stride *= values.length;
    return Float64Array.from({ length: rows }, (_, j) => values[Math.floor(j / before) % values.length] as number);
  });
}

function modelRow({ columns, terms, category, contrasts }: CandidateList, j: number): number[] {
  return terms.map((term, t) => term.reduce((product, c) => product * ((columns[c] as Float64Array)[j] as number), contrasts?.[(category?.[j] ?? 0) * terms.length + t] ?? 1));
}

/** ln det and trace from the rows alone, by Gauss elimination without pivoting (M is positive definite). */
function recompute(list: CandidateList, chosen: ArrayLike<number>): { log: number; trace: number } {
  const rows = Array.from(chosen, (j) => modelRow(list, j));
  const p = list.terms.length;
  const a = Array.from({ length: p }, (_, i) => Array.from({ length: 2 * p }, (_v, j) => (j >= p ? (j - p === i ? 1 : 0) : rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), list.prior?.[i * p + j] ?? 0))));
  let log = 0;
  for (let c = 0; c < p; c++) {
    const row = a[c] as number[];
    const pivot = row[c] as number;
    log += Math.log(pivot);
    for (let k = 0; k < 2 * p; k++) row[k] = (row[k] as number) / pivot;
    a.forEach((other, r) => {
      const f = other[c] as number;
      if (r !== c) for (let k = 0; k < 2 * p; k++) other[k] = (other[k] as number) - f * (row[k] as number);
    });
  }
  const trace = a.reduce((sum, row, i) => sum + row.slice(p).reduce((part, v, j) => part + v * (list.moments?.[i * p + j] ?? 0), 0), 0);
  return { log, trace };
}

async function best(list: CandidateList, starts: number): Promise<DesignWalkResult> {
  const kernels = await fresh();
  const placed = placeCandidates(kernels, list);
  return Array.from({ length: starts }, (_, start) => walkCandidates(kernels, placed, seed, start)).filter(({ estimable }) => estimable)
    .reduce((a, b) => ((list.moments ? b.trace < a.trace : b.logDeterminant > a.logDeterminant) ? b : a));
}

const candidateMoments = (list: CandidateList): Float64Array => {
  const p = list.terms.length;
  const w = new Float64Array(p * p);
  for (let j = 0; j < list.candidates; j++) {
    const row = modelRow(list, j);
    for (let i = 0; i < p * p; i++) w[i] = (w[i] as number) + (row[Math.floor(i / p)] as number) * (row[i % p] as number) / list.candidates;
  }
  return w;
};

describe('row exchange reaches the known optima over lists (spec design-of-experiments.md §6.2)', () => {
  const coded = (values: readonly number[]): number[] => values.map((v) => (2 * v - (values[0] as number) - (values.at(-1) as number)) / ((values.at(-1) as number) - (values[0] as number)));
  const cases: [string, CandidateList, number, number][] = [
    ...([[6, 256], [8, 2304], [10, 9360]] as const).map(([n, det]): [string, CandidateList, number, number] => [`2: 3² quadratic, n = ${n}`, { columns: grid([[-1, 0, 1], [-1, 0, 1]]), candidates: 9, terms: quadratic(2), rows: n }, 60, (det ** (1 / 6)) / n]),
    ...([[10, 0.4095345], [11, 0.4476889], [12, 0.4497609]] as const).map(([n, d]): [string, CandidateList, number, number] => [`6: 3³ quadratic, distinct, n = ${n}`, { columns: grid([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]), candidates: 27, terms: quadratic(3), rows: n, limit: 1 }, 200, d]),
    ['9: 5³ grid −2 … 2, n = 15', { columns: grid([[-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2]]), candidates: 125, terms: quadratic(3), rows: 15 }, 100, 3.675918],
    ['14: 2⁷ main + two-factor interactions, n = 32', { columns: grid(Array.from({ length: 7 }, () => [-1, 1])), candidates: 128, terms: quadratic(7).filter((term) => term[0] !== term[1] || term.length < 2), rows: 32 }, 100, 0.8867999],
    ['16: SAS fuel example, n = 50', { columns: grid([coded([15, 16, 17, 18]), coded([0.02, 0.177, 0.377, 0.566, 0.921, 1.117]), coded([10, 16, 22, 28, 34, 40, 46, 52])]), candidates: 192, terms: quadratic(3), rows: 50 }, 400, 0.4652413],
    ['21: mixture, {5,2} lattice, Scheffé quadratic, n = 15', mixture(), 20, 0.0104993421],
  ];
  for (const [name, list, starts, d] of cases) {
    test(name, async () => {
      const found = await best(list, starts);
      const reached = Math.exp(found.logDeterminant / list.terms.length) / list.rows;
      assert.ok(reached >= d * (1 - 1e-6), `${reached} does not reach ${d}`);
    });
  }

  test('11: three fixed runs off the grid, twelve from it: 3.4180526 or better', async () => {
    const columns = grid([[-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2]]);
    const earlier = [[0.5, -0.05, 1.5], [-0.5, 0.5, -0.5], [-1, -1, 0.5]].map((row) => quadratic(3).map((term) => term.reduce((product, c) => product * (row[c] as number), 1)));
    const prior = Float64Array.from({ length: 100 }, (_, i) => earlier.reduce((sum, row) => sum + (row[Math.floor(i / 10)] as number) * (row[i % 10] as number), 0));
    const found = await best({ columns, candidates: 125, terms: quadratic(3), rows: 12, prior }, 300);
    assert.ok(Math.exp(found.logDeterminant / 10) / 15 >= 3.4180526 * (1 - 1e-6));
  });

  test('10: I-optimal over the 5³ grid: 7.9270833 or better', async () => {
    const list: CandidateList = { columns: grid([[-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2]]), candidates: 125, terms: quadratic(3), rows: 15 };
    assert.ok(15 * (await best({ ...list, moments: candidateMoments(list) }, 100)).trace <= 7.9270833 * (1 + 1e-6));
  });
});

function mixture(): CandidateList {
  const points: number[][] = [];
  for (let a = 0; a < 5; a++) for (let b = a; b < 5; b++) points.push(Array.from({ length: 5 }, (_, k) => ((k === a ? 0.5 : 0) + (k === b ? 0.5 : 0))));
  const numbers = [0, 1, 2, 3, 4];
  return {
    columns: numbers.map((k) => Float64Array.from(points, (point) => point[k] as number)), candidates: 15,
    terms: [...numbers.map((k) => [k]), ...numbers.flatMap((i) => numbers.slice(i + 1).map((k) => [i, k]))], rows: 15,
  };
}

describe('what a walk reports', () => {
  const columns = grid([[-1, -0.3, 0.4, 1], [-1, 0, 1], [0, 1, 2]]).slice(0, 2);
  const category = Int32Array.from({ length: 36 }, (_, j) => Math.floor(j / 12));
  const terms = [...quadratic(2), [], [], [0]];
  // sum contrasts of the category in terms 6, 7 and 8
  const contrasts = Float64Array.from([[1, 0], [0, 1], [-1, -1]].flatMap(([a, b]) => [1, 1, 1, 1, 1, 1, a as number, b as number, a as number]));
  const list: CandidateList = { columns, candidates: 36, category, contrasts, terms, rows: 14, limit: 1 };
  const variants: Record<string, CandidateList> = {
    D: list, 'I over the candidates': { ...list, moments: candidateMoments(list) },
    'A with W of low rank': { ...list, moments: Float64Array.from({ length: 81 }, (_, i) => (i % 10 === 0 && i > 0 ? 1 : 0)) },
    'with fixed runs and a prior': { ...list, fixed: [5, 17, 29], prior: Float64Array.from({ length: 81 }, (_, i) => (i % 10 === 0 ? 0.2 : 0)), limit: 2 },
  };
  for (const [name, variant] of Object.entries(variants)) {
    test(`is what its rows give when everything is computed anew, and no exchange betters it: ${name}`, async () => {
      const kernels = await fresh();
      const placed = placeCandidates(kernels, variant);
      for (let start = 0; start < 4; start++) {
        const found = walkCandidates(kernels, placed, seed, start);
        const { log, trace } = recompute(variant, found.candidates);
        assert.ok(Math.abs(found.logDeterminant - log) < 1e-9);
        if (variant.moments) assert.ok(Math.abs(found.trace / trace - 1) < 1e-10);
        const counts = new Int32Array(36);
        for (const candidate of found.candidates) counts[candidate] = (counts[candidate] as number) + 1;
        assert.ok(counts.every((count) => count <= (variant.limit as number)));
        assert.deepEqual([...found.candidates.subarray(0, variant.fixed?.length ?? 0)], variant.fixed ?? []);
        for (let i = variant.fixed?.length ?? 0; i < 14; i++) {
          for (let j = 0; j < 36; j++) {
            if ((counts[j] as number) >= (variant.limit as number)) continue;
            const other = recompute(variant, found.candidates.with(i, j));
            assert.ok(!((variant.moments ? trace - other.trace : other.log - log) > 1e-7), `row ${i} → ${j}`);
          }
        }
      }
    });
  }

  test('depends on list, seed and start only', async () => {
    const once = async (waste: number): Promise<DesignWalkResult[]> => {
      const kernels = await fresh();
      kernels.memory.alloc(waste);
      const placed = placeCandidates(kernels, list);
      return [2, 0, 1].map((start) => walkCandidates(kernels, placed, seed, start));
    };
    assert.deepEqual(await once(64), await once(100_000));
  });

  test('says so when the list cannot estimate the model or has too few candidates', async () => {
    const kernels = await fresh();
    const flat = { columns: [Float64Array.of(-1, 1, -1, 1)], candidates: 4, terms: [[], [0], [0, 0]], rows: 4 };
    assert.equal(walkCandidates(kernels, placeCandidates(kernels, flat), seed, 0).estimable, false);
    assert.equal(walkCandidates(kernels, placeCandidates(kernels, { ...flat, terms: [[], [0]], rows: 6, limit: 1 }), seed, 0).estimable, false);
  });
});

test('a list whose parts do not fit together is refused', async () => {
  const kernels = await fresh();
  const good: CandidateList = { columns: [Float64Array.of(-1, 0, 1)], candidates: 3, terms: [[], [0]], rows: 3 };
  const bad: Partial<CandidateList>[] = [{ rows: 0 }, { candidates: 4 }, { terms: [[1]] }, { terms: [[0, 0, 0]] }, { contrasts: new Float64Array(3) }, { limit: new Int32Array(1) }, { fixed: [3] }, { prior: new Float64Array(1) }];
  for (const change of bad) assert.throws(() => placeCandidates(kernels, { ...good, ...change }), { code: 'kernel_shape' }, JSON.stringify(change));
});
