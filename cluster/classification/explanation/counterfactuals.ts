import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { thinned, type Factor } from './factors.ts';
import { openJudge, type Deciding, type Judged } from './judge.ts';

export interface CounterfactualTask {
  readonly model: Deciding;
  readonly factors: readonly Factor[];
  /** factors that may be changed */
  readonly free: readonly number[];
  /** settings without a yes, column-major */
  readonly rows: Matrix;
  /** settings that the rows of the fit have, decided yes by the final model; column-major */
  readonly known: Matrix;
}

/** The smallest change that turns a setting into yes: the fewest factors, then the least share of their ranges. */
export interface Counterfactual {
  /** one or two factors changed, or the nearest setting of the data that is yes; none: no such setting */
  readonly kind: 'one' | 'two' | 'nearest' | 'none';
  /** of the factors, and the values of its columns before and after */
  readonly changes: readonly { readonly factor: number; readonly from: readonly number[]; readonly to: readonly number[] }[];
  readonly before: number;
  readonly decision: number;
  readonly after: number | null;
}

/** Levels of a factor that are tried: what the rows had, at most so many. */
const mostLevels = { one: 16, two: 8 } as const;

/** Thread side: of each row, within the levels of the data and the gate. */
export async function findCounterfactuals({ model, factors, free, rows, known }: CounterfactualTask): Promise<Counterfactual[]> {
  const judge = openJudge(await instantiate(await loadKernels(), KernelMemory.create()), model);
  const before = judge(rows);
  return Array.from({ length: rows.rows }, (_, row) => {
    const own = Float64Array.from({ length: rows.columns }, (_v, j) => rows.values[j * rows.rows + row] as number);
    return { ...smallestChange(judge, factors, free, own, known), before: before.probability[row] as number, decision: before.decision[row] as number };
  });
}

interface Move { readonly factor: number; readonly to: readonly number[]; readonly size: number }

/** @param own values of the features of one setting */
export function smallestChange(judge: (x: Matrix) => Judged, factors: readonly Factor[], free: readonly number[], own: Float64Array, known: Matrix): Omit<Counterfactual, 'before' | 'decision'> {
  const one = moves(factors, free, own, mostLevels.one).map((move) => [move]);
  const found = cheapestYes(judge, factors, own, one) ?? cheapestYes(judge, factors, own, pairs(moves(factors, free, own, mostLevels.two)));
  const changes = (set: readonly Move[]): Counterfactual['changes'] => set.map(({ factor, to }) => ({ factor, from: (factors[factor] as Factor).columns.map((j) => own[j] as number), to }));
  if (found !== null) return { kind: found.set.length === 1 ? 'one' : 'two', changes: changes(found.set), after: found.probability };
  // further than two factors away a setting that was run and is yes is the better advice
  let [nearest, least] = [null as Move[] | null, Infinity];
  for (let row = 0; row < known.rows; row++) {
    const set = factors.flatMap((factor, f): Move[] => {
      const to = factor.columns.map((j) => known.values[j * known.rows + row] as number);
      const size = sizeOf(factor, own, to);
      return size > 0 ? [{ factor: f, to, size }] : [];
    });
    const size = set.reduce((sum, move) => sum + move.size, 0);
    if (size < least && set.every(({ factor }) => free.includes(factor))) [nearest, least] = [set, size];
  }
  if (nearest === null) return { kind: 'none', changes: [], after: null };
  return { kind: 'nearest', changes: changes(nearest), after: judge(settings(factors, own, [nearest])).probability[0] as number };
}

/** Of sets of moves in order of their size the first that is yes. */
function cheapestYes(judge: (x: Matrix) => Judged, factors: readonly Factor[], own: Float64Array, sets: readonly Move[][]): { set: Move[]; probability: number } | null {
  const total = (set: readonly Move[]): number => set.reduce((sum, { size }) => sum + size, 0);
  const sorted = sets.map((set) => ({ set, size: total(set) })).sort((a, b) => a.size - b.size);
  for (let from = 0; from < sorted.length; from += 128) {
    const block = sorted.slice(from, from + 128).map(({ set }) => set);
    const { decision, probability } = judge(settings(factors, own, block));
    const at = decision.indexOf(1);
    if (at >= 0) return { set: block[at] as Move[], probability: probability[at] as number };
  }
  return null;
}

function moves(factors: readonly Factor[], free: readonly number[], own: Float64Array, most: number): Move[] {
  return free.flatMap((f) => {
    const factor = factors[f] as Factor;
    return (factor.ordered ? thinned(factor, most) : factor.levels).map((to) => ({ factor: f, to, size: sizeOf(factor, own, to) })).filter(({ size }) => size > 0);
  });
}

function pairs(single: readonly Move[]): Move[][] {
  return single.flatMap((a, i) => single.slice(i + 1).filter((b) => b.factor !== a.factor).map((b) => [a, b]));
}

/** Share of the range; 1 for another level of what has no order, or for what was missing. */
function sizeOf({ columns, levels, ordered }: Factor, own: Float64Array, to: readonly number[]): number {
  const from = columns.map((j) => own[j] as number);
  if (from.every((value, k) => Object.is(value, to[k]))) return 0;
  if (!ordered || Number.isNaN(from[0])) return 1;
  const range = (levels.at(-1)?.[0] as number) - (levels[0]?.[0] as number);
  return Math.abs((to[0] as number) - (from[0] as number)) / (range || 1);
}

function settings(factors: readonly Factor[], own: Float64Array, sets: readonly (readonly Move[])[]): Matrix {
  const rows = sets.length;
  const values = new Float64Array(rows * own.length);
  own.forEach((value, j) => values.fill(value, j * rows, (j + 1) * rows));
  sets.forEach((set, row) => { for (const { factor, to } of set) (factors[factor] as Factor).columns.forEach((j, k) => { values[j * rows + row] = to[k] as number; }); });
  return { values, rows, columns: own.length, order: 'column-major' };
}
