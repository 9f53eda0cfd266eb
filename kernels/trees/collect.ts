import type { Kernels } from '../module.ts';
import { recordColumns } from './binning.ts';
import type { Bins } from './binning.ts';
import { BY_SET, MISSING_NAN, setsOf } from './ensemble.ts';
import type { Ensemble } from './ensemble.ts';
import type { Grower } from './grow-state.ts';

type Arrays = Pick<Ensemble, 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows'>;

/** Takes the trees of a grower out of kernel memory, in the words of the table. */
export interface TreeCollector {
  add(): void;
  readonly trees: number;
  /** The first `trees` of them; the collector is used up. */
  finish(trees?: number): Arrays & Pick<Ensemble, 'roots' | 'categories'>;
}

/** Bytes of a set of bins. */
const SET_BYTES = 32;
/** Nodes that wait in kernel memory: all of a small ensemble, so that its arrays are made once. */
const WAITING_NODES = 16_384;
const MOST_WAITING_NODES = 65_536;
/** Bounds of a feature in the table of thresholds. */
const BIN_VALUES = 256;
/** Trees differ in size: room beyond what the first ones promise, and when that was not enough. */
const MORE_NODES = 1.05;
const MANY_MORE_NODES = 1.5;
/** Arrays with more nodes are cut to size by a view: a copy costs fresh pages, which are dearer than the copying. Their buffers are a little larger then. */
const COPIED_NODES = 2 ** 20;

/** `planned`: how many trees are to come at most. */
export function collectTrees(kernels: Kernels, grower: Grower, bins: Bins, planned: number): TreeCollector {
  const { memory, exports } = kernels;
  // even, so that every plane starts where the engine copies it by the word
  const capacity = 2 * Math.ceil(Math.max(WAITING_NODES, grower.capacity, Math.min(planned * grower.capacity, MOST_WAITING_NODES)) / 2);
  const doubles = memory.alloc(capacity * 24);
  const ints = memory.alloc(capacity * 16);
  const sets = grower.get('category') === 0 ? 0 : memory.alloc(capacity * SET_BYTES);
  const decode = decoder(bins);
  const roots = [0];
  let out = room(0);
  let stored = 0;
  let used = 0;
  const flush = (isLast: boolean): void => {
    const nodes = stored + used;
    const trees = roots.length - 1;
    if (nodes > out.left.length) out = moved(out, stored, isLast ? nodes : Math.ceil(Math.max(nodes, Math.min(planned * grower.capacity, nodes / trees * planned * (stored === 0 ? MORE_NODES : MANY_MORE_NODES)))));
    const double = (plane: number): Float64Array => memory.float64(doubles + plane * capacity * 8, used);
    const int = (plane: number): Int32Array => memory.int32(ints + plane * capacity * 4, used);
    out.value.set(double(0), stored);
    out.gain.set(double(1), stored);
    out.cover.set(double(2), stored);
    out.left.set(int(0), stored);
    out.rows.set(int(3), stored);
    decode.nodes(out, stored, int(1), int(2), sets === 0 ? undefined : memory.uint8(sets, used * SET_BYTES));
    stored = nodes;
    used = 0;
  };
  return {
    get trees() { return roots.length - 1; },
    add() {
      const nodes = grower.get('nodeCount');
      if (used + nodes > capacity) flush(false);
      exports.treeExport(grower.pointer, doubles, ints, capacity, used, sets);
      used += nodes;
      roots.push((roots.at(-1)) + nodes);
    },
    finish(trees = roots.length - 1) {
      if (used > 0) flush(true);
      const kept = Int32Array.from(roots.slice(0, trees + 1));
      const n = kept[trees] as number;
      const arrays = n === out.left.length ? out : n > COPIED_NODES && n > out.left.length / MANY_MORE_NODES ? cut(out, n) : moved(out, n, n);
      return { roots: kept, ...arrays, ...decode.finish(arrays, kept) };
    },
  };
}

function room(n: number): Arrays {
  return {
    left: new Int32Array(n), feature: new Int32Array(n), threshold: new Float64Array(n), flags: new Uint8Array(n), value: new Float64Array(n), gain: new Float64Array(n), cover: new Float64Array(n), rows: new Int32Array(n),
  };
}

/** The first n nodes in arrays of `length`, one array after another: a forest is large. */
function moved(from: Arrays, n: number, length: number): Arrays {
  const copy = <T extends Int32Array | Float64Array | Uint8Array>(to: T, part: T): T => {
    to.set(part.subarray(0, n));
    return to;
  };
  return {
    left: copy(new Int32Array(length), from.left), feature: copy(new Int32Array(length), from.feature), threshold: copy(new Float64Array(length), from.threshold), flags: copy(new Uint8Array(length), from.flags),
    value: copy(new Float64Array(length), from.value), gain: copy(new Float64Array(length), from.gain), cover: copy(new Float64Array(length), from.cover), rows: copy(new Int32Array(length), from.rows),
  };
}

function cut({ left, feature, threshold, flags, value, gain, cover, rows }: Arrays, n: number): Arrays {
  return {
    left: left.subarray(0, n), feature: feature.subarray(0, n), threshold: threshold.subarray(0, n), flags: flags.subarray(0, n),
    value: value.subarray(0, n), gain: gain.subarray(0, n), cover: cover.subarray(0, n), rows: rows.subarray(0, n),
  };
}

/** Bins to thresholds, columns of records to features, sets of bins to categories. */
function decoder(bins: Bins): {
  nodes(out: Arrays, at: number, columns: Int32Array, codes: Int32Array, sets: Uint8Array | undefined): void;
  finish(out: Arrays, roots: Int32Array): Pick<Ensemble, 'categories'>;
} {
  const layout = recordColumns(bins);
  const features = Int32Array.from(layout, (source) => (typeof source === 'number' ? source : -1));
  // a cut after the last bin of numbers parts them from the missing values
  const bounds = new Float64Array(layout.length * BIN_VALUES).fill(Infinity);
  layout.forEach((source, at) => { if (typeof source === 'number') bounds.set(bins.upper[source] as Float64Array, at * BIN_VALUES); });
  const found: number[][] = [];
  return {
    nodes({ left, feature, threshold, flags }, at, columns, codes, sets) {
      for (let i = 0; i < codes.length; i++) {
        if ((left[at + i] as number) < 0) continue;
        const code = codes[i] as number;
        const column = columns[i] as number;
        if (code < 0) {
          const bits = (sets as Uint8Array).subarray(i * SET_BYTES, (i + 1) * SET_BYTES);
          const source = layout[column] as number | number[];
          if (typeof source === 'number') {
            feature[at + i] = source;
            threshold[at + i] = found.length;
            flags[at + i] = MISSING_NAN + BY_SET;
            found.push([...(bins.categories?.[source] as Float64Array)].filter((_, b) => isIn(bits, b)));
          } else {
            // of bundled 0/1 columns the one that goes right
            feature[at + i] = source.find((_, member) => !isIn(bits, member + 1)) as number;
            threshold[at + i] = bins.upper[feature[at + i] as number]?.[0] as number;
            flags[at + i] = MISSING_NAN;
          }
          continue;
        }
        feature[at + i] = features[column] as number;
        threshold[at + i] = bounds[column * BIN_VALUES + (code & 255)] as number;
        flags[at + i] = MISSING_NAN + (code >> 8);
      }
    },
    finish({ left, feature, flags, cover }, roots) {
      const bundled = new Set(layout.flatMap((source) => (typeof source === 'number' ? [] : source)));
      // no row misses a bundled column: later ones follow the heavier side
      for (let t = 0; t + 1 < roots.length && bundled.size > 0; t++) {
        for (let i = roots[t] as number; i < (roots[t + 1] as number); i++) {
          if ((left[i] as number) < 0 || !bundled.has(feature[i] as number)) continue;
          const child = (roots[t] as number) + (left[i] as number);
          flags[i] = MISSING_NAN + Number((cover[child] as number) >= (cover[child + 1] as number));
        }
      }
      if (bins.categories === undefined) return {};
      const bySet = flags.reduce((sum, flag) => sum + Number((flag & BY_SET) !== 0), 0);
      return { categories: setsOf(found.slice(0, bySet), bins.categories.map((known) => (known === undefined ? undefined : [...known]))) };
    },
  };
}

function isIn(bits: Uint8Array, bin: number): boolean {
  return ((bits[bin >> 3] as number) >> (bin & 7) & 1) === 1;
}
