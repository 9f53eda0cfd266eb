import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { STATUS_OK } from '../status.ts';
import type { CandidateList, DesignWalkResult } from './types.ts';

/** Byte offsets of `List` in kernels/assembly/design/candidate-list.ts. */
const LIST = { blocks: 0, columns: 4, terms: 8, ld: 12, rows: 16, categories: 20, values: 24, categoryOf: 28, contrast: 32, monomial: 36, limit: 40, prior: 44, moments: 48, fixed: 52, fixedCount: 56, circle: 60, circles: 64, determinantWeight: 72, bytes: 80 } as const;
const LANES = 8;
const GAIN = 1e-10;
const MOST_SWEEPS = 200;

/** A list in kernel memory, shared by any number of walks. */
export interface PlacedList {
  pointer: number;
  rows: number;
  hasMoments: boolean;
  /** Candidate at each place; −1 where a block is padded. */
  order: Int32Array;
  /** Place of each candidate. */
  placeOf: Int32Array;
}

/** Writes a list into kernel memory, sorted by category in blocks of eight. Throws KernelError kernel_shape. */
export function placeCandidates(kernels: Kernels, list: CandidateList): PlacedList {
  const categories = check(kernels, list);
  const { memory } = kernels;
  const { columns, terms, rows, candidates } = list;
  const members = Array.from({ length: categories }, () => [] as number[]);
  for (let j = 0; j < candidates; j++) (members[list.category?.[j] ?? 0] as number[]).push(j);
  const blocks = members.reduce((sum, { length }) => sum + Math.ceil(length / LANES), 0);
  const order = new Int32Array(blocks * LANES).fill(-1);
  const k = columns.length;
  const ld = terms.length + (terms.length % 2);

  const values = memory.alloc(Math.max(1, blocks * k * LANES) * 8);
  const categoryOf = memory.alloc(blocks * 4);
  const limit = memory.alloc(blocks * LANES * 4);
  const contrast = memory.alloc(categories * terms.length * 8);
  const monomial = memory.alloc(terms.length * 4);
  const fixedPlaces = memory.alloc(Math.max(1, list.fixed?.length ?? 0) * 4);
  const circles = list.circles?.length ?? 0;
  const circle = memory.alloc(Math.max(1, circles * order.length) * 4);
  const square = (matrix: Float64Array | undefined): number => {
    const pointer = memory.alloc(ld * terms.length * 8);
    const view = memory.float64(pointer, ld * terms.length).fill(0);
    if (matrix !== undefined) for (let j = 0; j < terms.length; j++) view.set(matrix.subarray(j * terms.length, (j + 1) * terms.length), j * ld);
    return pointer;
  };
  const prior = square(list.prior);
  const moments = list.moments === undefined ? 0 : square(list.moments);
  const pointer = memory.alloc(LIST.bytes);

  const x = memory.float64(values, blocks * k * LANES);
  const placeOf = new Int32Array(candidates);
  let block = 0;
  members.forEach((list_, category) => {
    const [firstMember = 0] = list_;
    for (let from = 0; from < list_.length; from += LANES, block++) {
      memory.int32(categoryOf, blocks)[block] = category;
      for (let lane = 0; lane < LANES; lane++) {
        const candidate = list_[from + lane];
        const source = candidate ?? firstMember;
        if (candidate !== undefined) {
          order[block * LANES + lane] = candidate;
          placeOf[candidate] = block * LANES + lane;
        }
        for (let c = 0; c < k; c++) x[(block * k + c) * LANES + lane] = (columns[c] as Float64Array)[source] as number;
      }
    }
  });
  const next = memory.int32(circle, circles * order.length);
  list.circles?.forEach((following, c) => {
    order.forEach((candidate, place) => {
      next[c * order.length + place] = candidate < 0 ? place : placeOf[following[candidate] as number] as number;
    });
  });
  const most = memory.int32(limit, order.length);
  order.forEach((candidate, place) => {
    most[place] = candidate < 0 ? 0 : typeof list.limit === 'object' ? list.limit[candidate] as number : list.limit ?? rows;
  });
  memory.float64(contrast, categories * terms.length).set(list.contrasts ?? new Float64Array(categories * terms.length).fill(1));
  memory.int32(monomial, terms.length).set(terms.map((term) => monomialOf(term, k)));
  memory.int32(fixedPlaces, list.fixed?.length ?? 0).set((list.fixed ?? []).map((candidate) => placeOf[candidate] as number));

  const view = new DataView(memory.memory.buffer);
  const fields = { blocks, columns: k, terms: terms.length, ld, rows, categories, values, categoryOf, contrast, monomial, limit, prior, moments, fixed: fixedPlaces, fixedCount: list.fixed?.length ?? 0, circle, circles };
  view.setFloat64(pointer + LIST.determinantWeight, list.moments === undefined ? 1 : list.determinantWeight ?? 0, true);
  for (const [name, value] of Object.entries(fields)) view.setInt32(pointer + LIST[name as keyof typeof fields], value, true);
  return { pointer, rows, hasMoments: moments !== 0, order, placeOf };
}

function monomialOf(term: readonly number[], columns: number): number {
  if (term.length === 0) return 0;
  const [i, k] = [...term].sort((a, b) => a - b) as [number, number | undefined];
  if (k === undefined) return 1 + i;
  return 1 + columns + i * columns - (i * (i - 1)) / 2 + (k - i);
}

function check(kernels: Kernels, { columns, terms, rows, candidates, category, contrasts, limit, fixed, prior, moments, circles }: CandidateList): number {
  const refuse = (message: string): never => {
    throw new KernelError('kernel_shape', message);
  };
  if (kernels.exports.designListBytes() !== LIST.bytes) refuse('the structs of the kernel and of its binding differ');
  if (candidates < 1 || rows < 1 || terms.length < 1) refuse('a list needs candidates, terms and rows to choose');
  if (columns.some(({ length }) => length !== candidates) || (category?.length ?? candidates) !== candidates) refuse('columns and categories have one value a candidate');
  if (terms.some((term) => term.length > 2 || term.some((column) => !(column >= 0 && column < columns.length)))) refuse('a term is a product of at most two columns that exist');
  const categories = category === undefined ? 1 : category.reduce((most, value) => Math.max(most, value), 0) + 1;
  if (contrasts !== undefined && contrasts.length !== categories * terms.length) refuse('contrasts are categories × terms');
  if (typeof limit === 'object' && limit.length !== candidates) refuse('limits have one value a candidate');
  if (fixed !== undefined && (fixed.length > rows || fixed.some((candidate) => !(candidate >= 0 && candidate < candidates)))) refuse('fixed rows are candidates, and no more than the rows');
  if (circles?.some((following) => following.length !== candidates) === true) refuse('a circle leads every candidate to one');
  if ([prior, moments].some((matrix) => matrix !== undefined && matrix.length !== terms.length ** 2)) refuse('prior and moments are terms × terms');
  return categories;
}

/** Bytes of scratch that a walk takes. */
export function designWalkBytes(kernels: Kernels, list: PlacedList): number {
  return (kernels.exports.designWalkBytes(list.pointer) >>> 0) + 256;
}

/**
 * Local search number `start` under `seed`: random candidates, then the best exchange for each row in turn until none gains; `near`: only within the circles of the
 * list, unless those cannot estimate the model. Depends on (list, seed, start) only. Source: Cook & Nachtsheim 1980 (Technometrics 22).
 */
export function walkCandidates(kernels: Kernels, list: PlacedList, seed: number, start: number, { near = false } = {}): DesignWalkResult {
  return run(kernels, list, (walk) => kernels.exports.designWalkStart(list.pointer, walk, seed | 0, start), start % list.rows, near);
}

/** Improves chosen candidates by exchanges for any other. */
export function improveCandidates(kernels: Kernels, list: PlacedList, candidates: ArrayLike<number>): DesignWalkResult {
  return run(kernels, list, (walk) => {
    const places = kernels.memory.alloc(list.rows * 4);
    kernels.memory.int32(places, list.rows).set(Array.from(candidates, (candidate) => list.placeOf[candidate] as number));
    return kernels.exports.designWalkGiven(list.pointer, walk, places);
  }, 0, false);
}

function run(kernels: Kernels, list: PlacedList, begin: (walk: number) => number, first: number, near: boolean): DesignWalkResult {
  const { exports, memory } = kernels;
  const mark = memory.mark();
  try {
    const walk = memory.alloc(exports.designWalkBytes(list.pointer) >>> 0);
    const estimable = begin(walk) === STATUS_OK && exports.designWalkImprove(list.pointer, walk, first, GAIN, MOST_SWEEPS, near ? 0 : 1) === STATUS_OK;
    const out = memory.alloc(40);
    const places = exports.designWalkOutcome(walk, out) >>> 0;
    const [mantissa, exponent, trace, sweeps, exchanges] = memory.float64(out, 5) as unknown as [number, number, number, number, number];
    return {
      candidates: Int32Array.from(memory.int32(places, list.rows), (place) => list.order[place] as number),
      logDeterminant: estimable ? Math.log(mantissa) + exponent * Math.LN2 : -Infinity,
      trace: estimable && list.hasMoments ? trace : Number.NaN,
      estimable, sweeps, exchanges,
    };
  } finally {
    memory.release(mark);
  }
}
