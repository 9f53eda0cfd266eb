import { recordColumns } from './binning.ts';
import type { Bins } from './binning.ts';
import type { Kernels } from '../module.ts';
import type { Grower } from './grow-state.ts';

/** How the summed score becomes a prediction. */
export type Link = 'identity' | 'logistic' | 'log' | 'softmax';

/** Categories of splits by set. Set s is the bits words[starts[s]] .. words[starts[s + 1] - 1], bit k of word w = category 32 w + k. */
export interface CategorySets {
  starts: Int32Array;
  words: Uint32Array;
  /** per feature the categories that are known, ascending; undefined: it is a number */
  known: (number[] | undefined)[];
}

/** A node's flags: bit 0 = missing goes left; bits 1-2 = what is missing (0: nothing, NaN counts as 0; 1: |x| <= 1e-35 and NaN; 2: NaN). */
export const DEFAULT_LEFT = 1;
export const MISSING_NONE = 0;
export const MISSING_ZERO = 2;
export const MISSING_NAN = 4;
/** The threshold is the number of a set of categories: they go left, all else and NaN right. With IN_SET_RIGHT they go right, NaN to the default side and all else left (XGBoost). */
export const BY_SET = 8;
export const IN_SET_RIGHT = 16;

/**
 * Trees as flat arrays over all nodes. The children of node i are roots[t] + left[i] and the one after it; left -1 = leaf. A row goes left iff
 * x[feature] <= threshold. Structured-cloneable; `ensembleToJson` makes it text.
 */
export interface Ensemble {
  features: number;
  featureNames: string[];
  link: Link;
  /** objective in the words of the file it came from */
  objective?: string;
  /** trees per iteration: tree t belongs to score t mod outputs */
  outputs: number;
  /** score that the sums start from, per output */
  base: number[];
  /** the sum is divided by the number of iterations (forests) */
  average: boolean;
  /** f64: sums in doubles (ours, LightGBM). f32: features, thresholds and sums in single precision (XGBoost) */
  arithmetic: 'f64' | 'f32';
  /** what Shapley values weigh branches by: cover (sums of hessians, XGBoost) or rows (LightGBM) */
  weighting: 'cover' | 'rows';
  /** first node of each tree, and the number of nodes */
  roots: Int32Array;
  left: Int32Array;
  feature: Int32Array;
  threshold: Float64Array;
  flags: Uint8Array;
  /** leaves: what is added; inner nodes: what they would have added */
  value: Float64Array;
  gain: Float64Array;
  /** sum of hessians */
  cover: Float64Array;
  rows: Int32Array;
  categories?: CategorySets;
}

/** Collects the trees of a grower in kernel memory; arrays are made once, at the end. */
export interface TreeCollector {
  add(): void;
  readonly trees: number;
  finish(bins: Bins, trees?: number): Pick<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows' | 'categories'>;
}

interface Chunk { doubles: Float64Array; ints: Int32Array; sets: Uint8Array | undefined; nodes: number }

/** Bytes of a set of bins. */
const SET_BYTES = 32;

/** Nodes that a chunk holds at least. */
const CHUNK_NODES = 16_384;

export function collectTrees(kernels: Kernels, grower: Grower): TreeCollector {
  const { memory, exports } = kernels;
  const capacity = Math.max(CHUNK_NODES, grower.capacity);
  const doubles = memory.alloc(capacity * 24);
  const ints = memory.alloc(capacity * 16);
  const sets = grower.get('category') === 0 ? 0 : memory.alloc(capacity * SET_BYTES);
  const chunks: Chunk[] = [];
  const roots = [0];
  let used = 0;
  const flush = (): void => {
    if (used === 0) return;
    const take = <T extends Float64Array | Int32Array>(all: T, planes: number, out: T): T => {
      for (let k = 0; k < planes; k++) out.set(all.subarray(k * capacity, k * capacity + used), k * used);
      return out;
    };
    chunks.push({
      doubles: take(memory.float64(doubles, capacity * 3), 3, new Float64Array(used * 3)), ints: take(memory.int32(ints, capacity * 4), 4, new Int32Array(used * 4)),
      sets: sets === 0 ? undefined : memory.uint8(sets, used * SET_BYTES).slice(), nodes: used,
    });
    used = 0;
  };
  return {
    get trees() { return roots.length - 1; },
    add() {
      const nodes = grower.get('nodeCount');
      if (used + nodes > capacity) flush();
      exports.treeExport(grower.pointer, doubles, ints, capacity, used, sets);
      used += nodes;
      roots.push((roots.at(-1)) + nodes);
    },
    finish(bins, trees = roots.length - 1) {
      flush();
      const kept = Int32Array.from(roots.slice(0, trees + 1));
      const n = kept[trees] as number;
      const out = {
        roots: kept, left: new Int32Array(n), feature: new Int32Array(n), threshold: new Float64Array(n), flags: new Uint8Array(n),
        value: new Float64Array(n), gain: new Float64Array(n), cover: new Float64Array(n), rows: new Int32Array(n),
      };
      let at = 0;
      const layout = recordColumns(bins);
      const bundled = new Set(layout.flatMap((source) => (typeof source === 'number' ? [] : source)));
      const found: number[][] = [];
      for (const { doubles: d, ints: k, sets: bits, nodes } of chunks) {
        const count = Math.min(nodes, n - at);
        if (count <= 0) break;
        out.value.set(d.subarray(0, count), at);
        out.gain.set(d.subarray(nodes, nodes + count), at);
        out.cover.set(d.subarray(2 * nodes, 2 * nodes + count), at);
        out.left.set(k.subarray(0, count), at);
        out.feature.set(k.subarray(nodes, nodes + count), at);
        out.rows.set(k.subarray(3 * nodes, 3 * nodes + count), at);
        for (let i = 0; i < count; i++) {
          if ((k[i] as number) < 0) continue;
          const bin = k[2 * nodes + i] as number;
          const source = layout[k[nodes + i] as number] as number | number[];
          if (bin < 0) {
            const has = (b: number): boolean => (((bits as Uint8Array)[i * SET_BYTES + (b >> 3)] as number) >> (b & 7) & 1) === 1;
            if (typeof source === 'number') {
              out.feature[at + i] = source;
              out.threshold[at + i] = found.length;
              out.flags[at + i] = MISSING_NAN + BY_SET;
              found.push([...(bins.categories?.[source] as Float64Array)].filter((_, b) => has(b)));
            } else {
              const feature = source.find((_, member) => !has(member + 1)) as number;
              out.feature[at + i] = feature;
              out.threshold[at + i] = bins.upper[feature]?.[0] as number;
              out.flags[at + i] = MISSING_NAN;
            }
            continue;
          }
          const feature = source as number;
          out.feature[at + i] = feature;
          // a cut after the last bin of numbers parts them from the missing values
          out.threshold[at + i] = (bins.upper[feature] as Float64Array)[bin & 255] ?? Infinity;
          out.flags[at + i] = MISSING_NAN + (bin >> 8);
        }
        at += count;
      }
      // no row misses a bundled column: later ones follow the heavier side
      for (let t = 0; t < trees && bundled.size > 0; t++) {
        for (let i = kept[t] as number; i < (kept[t + 1] as number); i++) {
          if ((out.left[i] as number) < 0 || !bundled.has(out.feature[i] as number)) continue;
          const child = (kept[t] as number) + (out.left[i] as number);
          out.flags[i] = MISSING_NAN + Number((out.cover[child] as number) >= (out.cover[child + 1] as number));
        }
      }
      if (bins.categories === undefined) return out;
      return { ...out, categories: setsOf(found, bins.categories.map((known) => (known === undefined ? undefined : [...known]))) };
    },
  };
}

/** Sets of categories as bits. */
export function setsOf(sets: readonly (readonly number[])[], known: (number[] | undefined)[]): CategorySets {
  const starts = new Int32Array(sets.length + 1);
  sets.forEach((set, s) => { starts[s + 1] = (starts[s] as number) + (set.length === 0 ? 1 : (Math.max(...set) >> 5) + 1); });
  const words = new Uint32Array(starts[sets.length] as number);
  sets.forEach((set, s) => set.forEach((category) => {
    const word = (starts[s] as number) + (category >> 5);
    words[word] = (words[word] as number) | (1 << (category & 31));
  }));
  return { starts, words, known };
}

/** The categories of set s. */
export function categoriesOf({ starts, words }: CategorySets, s: number): number[] {
  const first = starts[s] as number;
  const out: number[] = [];
  for (let w = first; w < (starts[s + 1] as number); w++) for (let k = 0; k < 32; k++) if (((words[w] as number) >> k) & 1) out.push(32 * (w - first) + k);
  return out;
}

/** Sum of outputs' trees up to `iterations`. */
export function truncate(ensemble: Ensemble, iterations: number): Ensemble {
  const trees = Math.min(ensemble.roots.length - 1, iterations * ensemble.outputs);
  const n = ensemble.roots[trees] as number;
  const { left, feature, threshold, flags, value, gain, cover, rows, ...rest } = ensemble;
  return {
    ...rest, roots: ensemble.roots.slice(0, trees + 1), left: left.slice(0, n), feature: feature.slice(0, n), threshold: threshold.slice(0, n), flags: flags.slice(0, n),
    value: value.slice(0, n), gain: gain.slice(0, n), cover: cover.slice(0, n), rows: rows.slice(0, n),
  };
}

/** An ensemble as plain JSON: arrays of numbers, Infinity as a string. */
export type EnsembleJson = Omit<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows' | 'categories'> & {
  categories?: { starts: number[]; words: number[]; known: (number[] | null)[] };
  format: 'zerosec-trees-1';
  roots: number[]; left: number[]; feature: number[]; threshold: (number | string)[]; flags: number[]; value: number[]; gain: number[]; cover: number[]; rows: number[];
};

export function ensembleToJson(ensemble: Ensemble): EnsembleJson {
  const { roots, left, feature, threshold, flags, value, gain, cover, rows, categories, ...rest } = ensemble;
  return {
    format: 'zerosec-trees-1', ...rest, roots: [...roots], left: [...left], feature: [...feature], threshold: Array.from(threshold, (x) => (Number.isFinite(x) ? x : String(x))), flags: [...flags],
    value: [...value], gain: [...gain], cover: [...cover], rows: [...rows],
    ...(categories === undefined ? {} : { categories: { starts: [...categories.starts], words: [...categories.words], known: categories.known.map((known) => known ?? null) } }),
  };
}

export function ensembleFromJson(json: EnsembleJson): Ensemble {
  const { format: _format, roots, left, feature, threshold, flags, value, gain, cover, rows, categories, ...rest } = json;
  return {
    ...rest, roots: Int32Array.from(roots), left: Int32Array.from(left), feature: Int32Array.from(feature), threshold: Float64Array.from(threshold, Number), flags: Uint8Array.from(flags),
    value: Float64Array.from(value), gain: Float64Array.from(gain), cover: Float64Array.from(cover), rows: Int32Array.from(rows),
    ...(categories === undefined ? {} : { categories: { starts: Int32Array.from(categories.starts), words: Uint32Array.from(categories.words), known: categories.known.map((known) => known ?? undefined) } }),
  };
}
