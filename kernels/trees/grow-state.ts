import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { recordColumns } from './binning.ts';
import type { BinnedRows } from './binning.ts';

/** The fields of Grow in kernels/assembly/trees/grow-state.ts, in order: doubles, then 32-bit words. */
const DOUBLES = ['lambda', 'alpha', 'minGain', 'minHessian', 'minData', 'rate', 'maxStep', 'scaleG', 'scaleH', 'fineG', 'fineH', 'positive', 'negative', 'hessians', 'largestG', 'largestH', 'smoothing', 'catSmooth', 'catL2', 'minDataPerGroup'] as const;
const WORDS = [
  'rows', 'stride', 'features', 'shift', 'hessian', 'order', 'maxLeaves', 'maxDepth', 'arena', 'otherArena', 'quantised', 'pool', 'slots', 'slotBytes', 'freeSlots', 'freeCount', 'nodes', 'nodeCount',
  'frontier', 'frontierGain', 'frontierCount', 'frontierFirst', 'bins', 'missing', 'treeMask', 'nodeMask', 'perNode', 'seed', 'tree', 'directRows', 'randomCuts', 'midway', 'packed', 'sorted', 'order32', 'draws', 'drawable', 'binValues',
  'general', 'gradients', 'hessianValues', 'counts', 'walk', 'monotone', 'sets', 'category', 'maxCatThreshold', 'maxCatToOnehot', 'catScratch', 'levelGain', 'tally', 'crew', 'perLevel', 'levelMask',
] as const;
const WORDS_AT = DOUBLES.length * 8;
const GROW_BYTES = WORDS_AT + WORDS.length * 4;
const NODE_BYTES = 184;
/** Histograms beyond one a leaf: threads split leaves before it is their turn, see session.ts in the assembly. */
const SPARE_SLOTS = 32;
const QUANTISED_ROWS = 512;
/** Histograms kept for subtraction; beyond, they are built anew. */
const POOL_BYTES = 64 * 2 ** 20;

export const HESSIAN = { one: 0, logistic: 1, stored: 2 } as const;
export const ORDER = { bestFirst: 0, levelByLevel: 1, depthFirst: 2, oneConditionALevel: 3 } as const;

type Field = (typeof DOUBLES)[number] | (typeof WORDS)[number];

/** A grower in kernel memory: its struct, and room for records, histograms and nodes. */
export interface Grower {
  pointer: number;
  /** most nodes of a tree */
  capacity: number;
  set(fields: Partial<Record<Field, number>>): void;
  get(field: Field): number;
}

export interface GrowerShape {
  data: BinnedRows;
  /** bytes behind the bins of a record: 4 (gradient) or 12 (row, hessian, gradient) */
  payload: 4 | 12;
  maxLeaves: number;
  /** rows at or below which nodes are searched without histograms; all of them for forests */
  directRows: number;
  /** of extra trees */
  randomCuts?: boolean;
}

/** Lays a grower out; it lives until the caller releases its mark. */
export function createGrower(kernels: Kernels, { data, payload, maxLeaves, directRows, randomCuts }: GrowerShape): Grower {
  const { memory, exports } = kernels;
  if (exports.treeGrowBytes() !== GROW_BYTES || exports.treeNodeBytes() !== NODE_BYTES) throw new KernelError('kernel_shape', 'the structs of the kernel and of its binding differ');
  const { bins, rows } = data;
  const layout = recordColumns(bins);
  const features = layout.length;
  const padded = Math.ceil(features / 4) * 4;
  const stride = Math.max(32, Math.ceil((padded + payload) / 16) * 16);
  const numbers = layout.map((source) => (typeof source === 'number' ? (bins.upper[source] as Float64Array).length + 1 : source.length + 1));
  const missing = layout.map((source) => typeof source === 'number' && (bins.missing[source] === true || data.missing[source] === true));
  const counts = numbers.map((count, at) => count + Number(missing[at]));
  const shift = Math.max(5, Math.ceil(Math.log2(Math.max(...counts))));
  const slotBytes = padded * 8 * 2 ** shift;
  const leaves = Math.max(1, Math.min(maxLeaves, rows));
  const allDirect = directRows >= rows;
  const slots = allDirect ? 0 : Math.max(2, Math.min(leaves + SPARE_SLOTS, Math.floor(POOL_BYTES / slotBytes)));
  const capacity = 2 * leaves - 1;
  const pointer = memory.alloc(GROW_BYTES + 8);
  const words = {
    stride, features, shift, maxLeaves: leaves, arena: memory.alloc(rows * stride + 64), otherArena: memory.alloc(rows * stride + 64), quantised: memory.alloc(QUANTISED_ROWS * 8),
    pool: memory.alloc((slots + 1) * slotBytes + 64), slots, slotBytes, freeSlots: memory.alloc(Math.max(1, slots) * 4), nodes: memory.alloc((capacity + 2) * NODE_BYTES),
    frontier: memory.alloc(capacity * 4), frontierGain: memory.alloc(capacity * 8), bins: memory.alloc(padded * 4), missing: memory.alloc(padded), treeMask: memory.alloc(padded), nodeMask: memory.alloc(padded), levelMask: memory.alloc(padded),
    directRows, packed: randomCuts === true ? memory.alloc(rows * 8) : 0, sorted: memory.alloc(exports.treeDirectBytes()), order32: memory.alloc(padded * 4), draws: memory.alloc(padded * 4), walk: memory.alloc(capacity * 8), tally: memory.alloc(exports.treeTallyBytes()),
  };
  memory.int32(words.bins, features).set(numbers);
  memory.uint8(words.missing, features).set(missing.map(Number));
  memory.uint8(words.treeMask, padded).fill(0).fill(1, 0, features);
  exports.treeSortedPrepare(words.sorted);
  memory.uint8(pointer, GROW_BYTES).fill(0);
  const view = new DataView(memory.memory.buffer, pointer, GROW_BYTES);
  const doubleAt = new Map(DOUBLES.map((name, i) => [name as string, i * 8]));
  const wordAt = new Map(WORDS.map((name, i) => [name as string, WORDS_AT + i * 4]));
  const grower: Grower = {
    pointer, capacity,
    set(fields) {
      for (const [name, value] of Object.entries(fields)) {
        const double = doubleAt.get(name);
        if (double !== undefined) view.setFloat64(double, value, true);
        else view.setInt32(wordAt.get(name) as number, value | 0, true);
      }
    },
    get(field) {
      const double = doubleAt.get(field);
      return double === undefined ? view.getInt32(wordAt.get(field) as number, true) : view.getFloat64(double, true);
    },
  };
  grower.set(words);
  return grower;
}
