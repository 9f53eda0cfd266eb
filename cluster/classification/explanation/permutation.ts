import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { studentInterval } from '../../../kernels/distributions/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { shuffled } from '../../explanation/index.ts';
import { areaUnderRoc } from '../../scores/index.ts';
import { openClassifier, type Pool } from '../model.ts';

/** One outer fold, judged by the pool that has not seen it. */
export interface PermutationTask {
  readonly pool: Pool;
  /** all rows, column-major: where the values come from, so that a fold of one condition is shuffled too */
  readonly x: Matrix;
  readonly held: Int32Array;
  /** features that are shuffled together */
  readonly groups: readonly (readonly number[])[];
  /** condition of each row: replicates get the values of one other row */
  readonly group: Int32Array;
  readonly repeats: number;
  readonly seed: number;
}

export interface PermutedFold {
  /** of the held rows as they are */
  readonly own: Float64Array;
  /** [group][repeat × held rows] */
  readonly shuffled: Float64Array[];
}

/** Thread side: probabilities of a fold's rows with each group of features shuffled. */
export async function permuteLabels({ pool, x, held, groups, group, repeats, seed }: PermutationTask): Promise<PermutedFold> {
  const predict = openClassifier(await instantiate(await loadKernels(), KernelMemory.create()), pool);
  const n = held.length;
  const p = x.columns;
  const conditions = group.reduce((most, own) => Math.max(most, own + 1), 0);
  const representative = new Int32Array(conditions).fill(-1);
  group.forEach((own, row) => { if (representative[own] === -1) representative[own] = row; });
  const whole = { values: new Float64Array(n * p), rows: n, columns: p, order: 'column-major' as const };
  for (let j = 0; j < p; j++) held.forEach((row, i) => { whole.values[j * n + i] = x.values[j * x.rows + row] as number; });
  return {
    own: predict(whole),
    shuffled: groups.map((columns, g) => {
      const values = new Float64Array(repeats * n * p);
      for (let j = 0; j < p; j++) for (let repeat = 0; repeat < repeats; repeat++) values.set(whole.values.subarray(j * n, (j + 1) * n), (j * repeats + repeat) * n);
      for (let repeat = 0; repeat < repeats; repeat++) {
        const order = shuffled(conditions, randomStream(seed, 1, g, repeat));
        for (const j of columns) held.forEach((row, i) => { values[(j * repeats + repeat) * n + i] = x.values[j * x.rows + (representative[order[group[row] as number] as number] as number)] as number; });
      }
      return predict({ values, rows: repeats * n, columns: p, order: 'column-major' });
    }),
  };
}

export interface Importance {
  /** rise of the log-loss per row, nats, with its interval */
  readonly log_loss: number;
  readonly low: number;
  readonly high: number;
  /** fall of the area under the ROC curve, mean of the shuffles; null where the rows have one label */
  readonly auc: number | null;
}

/** Of predictions of all rows: as they are and with one group of features shuffled. The interval is that of a mean over conditions, whose rows go together. @param permuted one array per repeat */
export function importanceOf(y: Float64Array, group: Int32Array, own: Float64Array, permuted: readonly Float64Array[], confidence: number): Importance {
  const loss = (p: number, label: number): number => -Math.log(label === 1 ? p : 1 - p);
  const rises = own.map((p, row) => permuted.reduce((sum, column) => sum + loss(column[row] as number, y[row] as number), 0) / permuted.length - loss(p, y[row] as number));
  const mean = rises.reduce((sum, rise) => sum + rise, 0) / rises.length;
  const sums = new Map<number, number>();
  rises.forEach((rise, row) => sums.set(group[row] as number, (sums.get(group[row] as number) ?? 0) + rise - mean));
  const conditions = sums.size;
  const error = Math.sqrt([...sums.values()].reduce((sum, value) => sum + value ** 2, 0) * conditions / Math.max(1, conditions - 1)) / rises.length;
  const half = conditions > 1 ? studentInterval(confidence, conditions - 1) * error : 0;
  const base = areaUnderRoc(y, own).area;
  const areas = permuted.map((column) => areaUnderRoc(y, column).area);
  const auc = base === null || areas.some((area) => area === null) ? null : base - (areas as number[]).reduce((a, b) => a + b, 0) / areas.length;
  return { log_loss: mean, low: mean - half, high: mean + half, auc };
}

/** Correlation from which two features cannot be told apart by shuffling one alone. */
const together = 0.7;

/** Features that go together, by single linkage of correlations; only where there are two or more. @param categorical columns without an order */
export function correlatedGroups(x: Matrix, categorical: readonly number[]): number[][] {
  const p = x.columns;
  if (p > 200) return [];
  const z = Array.from({ length: p }, (_, j) => {
    const own = Float64Array.from(x.values.subarray(j * x.rows, (j + 1) * x.rows));
    const known = own.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length);
    const centred = own.map((value) => (Number.isNaN(value) ? 0 : value - mean));
    const length = Math.sqrt(centred.reduce((sum, value) => sum + value ** 2, 0));
    return length > 0 ? centred.map((value) => value / length) : centred;
  });
  const root = Int32Array.from({ length: p }, (_, j) => j);
  const find = (j: number): number => { let at = j; while (root[at] !== at) at = root[at] as number; return at; };
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) {
    if (categorical.includes(a) || categorical.includes(b)) continue;
    const r = (z[a] as Float64Array).reduce((sum, value, i) => sum + value * (z[b]?.[i] as number), 0);
    if (Math.abs(r) >= together) root[find(a)] = find(b);
  }
  const groups = new Map<number, number[]>();
  for (let j = 0; j < p; j++) groups.set(find(j), [...groups.get(find(j)) ?? [], j]);
  return [...groups.values()].filter((members) => members.length > 1);
}
