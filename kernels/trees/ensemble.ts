import type { Bins } from './binning.ts';
import type { Kernels } from '../module.ts';
import type { Grower } from './grow-state.ts';

/** How the summed score becomes a prediction. */
export type Link = 'identity' | 'logistic' | 'log' | 'softmax';

/** A node's flags: bit 0 = missing goes left; bits 1-2 = what is missing (0: nothing, NaN counts as 0; 1: |x| <= 1e-35 and NaN; 2: NaN). */
export const DEFAULT_LEFT = 1;
export const MISSING_NONE = 0;
export const MISSING_ZERO = 2;
export const MISSING_NAN = 4;

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
}

/** Collects the trees of a grower in kernel memory; arrays are made once, at the end. */
export interface TreeCollector {
  add(): void;
  readonly trees: number;
  finish(bins: Bins, trees?: number): Pick<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows'>;
}

interface Chunk { doubles: Float64Array; ints: Int32Array; nodes: number; capacity: number }

/** Nodes that a chunk holds at least. */
const CHUNK_NODES = 16_384;

export function collectTrees(kernels: Kernels, grower: Grower): TreeCollector {
  const { memory, exports } = kernels;
  const capacity = Math.max(CHUNK_NODES, grower.capacity);
  const doubles = memory.alloc(capacity * 24);
  const ints = memory.alloc(capacity * 16);
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
      doubles: take(memory.float64(doubles, capacity * 3), 3, new Float64Array(used * 3)), ints: take(memory.int32(ints, capacity * 4), 4, new Int32Array(used * 4)), nodes: used, capacity: used,
    });
    used = 0;
  };
  return {
    get trees() { return roots.length - 1; },
    add() {
      const nodes = grower.get('nodeCount');
      if (used + nodes > capacity) flush();
      exports.treeExport(grower.pointer, doubles, ints, capacity, used);
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
      for (const { doubles: d, ints: k, nodes } of chunks) {
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
          const feature = k[nodes + i] as number;
          // a cut after the last bin of numbers parts them from the missing values
          out.threshold[at + i] = (bins.upper[feature] as Float64Array)[bin & 255] ?? Infinity;
          out.flags[at + i] = MISSING_NAN + (bin >> 8);
        }
        at += count;
      }
      return out;
    },
  };
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
export type EnsembleJson = Omit<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows'> & {
  format: 'zerosec-trees-1';
  roots: number[]; left: number[]; feature: number[]; threshold: (number | string)[]; flags: number[]; value: number[]; gain: number[]; cover: number[]; rows: number[];
};

export function ensembleToJson(ensemble: Ensemble): EnsembleJson {
  const { roots, left, feature, threshold, flags, value, gain, cover, rows, ...rest } = ensemble;
  return {
    format: 'zerosec-trees-1', ...rest, roots: [...roots], left: [...left], feature: [...feature], threshold: Array.from(threshold, (x) => (Number.isFinite(x) ? x : String(x))), flags: [...flags],
    value: [...value], gain: [...gain], cover: [...cover], rows: [...rows],
  };
}

export function ensembleFromJson(json: EnsembleJson): Ensemble {
  const { format: _format, roots, left, feature, threshold, flags, value, gain, cover, rows, ...rest } = json;
  return {
    ...rest, roots: Int32Array.from(roots), left: Int32Array.from(left), feature: Int32Array.from(feature), threshold: Float64Array.from(threshold, Number), flags: Uint8Array.from(flags),
    value: Float64Array.from(value), gain: Float64Array.from(gain), cover: Float64Array.from(cover), rows: Int32Array.from(rows),
  };
}
