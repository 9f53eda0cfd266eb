import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { DesignProblem, SearchFactor } from './types.ts';

/** Byte offsets of the structs of kernels/assembly/design/problem.ts. */
const PROBLEM = {
  factors: 0, terms: 4, rows: 8, slots: 12, ld: 16, widest: 20, factor: 24, termStart: 28, termSlots: 32, slotStart: 36, slotTerms: 40, prior: 44, moments: 48, locked: 52, given: 56,
  constraint: 60, constraints: 64, forbidden: 68, forbiddenCount: 72, feasible: 76, determinantWeight: 80, bytes: 88,
} as const;
const FACTOR = { levels: 0, firstSlot: 4, basis: 8, values: 12, table: 16, low: 24, high: 32, bytes: 40 } as const;

/** A problem in kernel memory. Threads may share it: a search only reads it. */
export interface PlacedDesign {
  pointer: number;
  rows: number;
  factors: number;
  hasMoments: boolean;
}

/** Writes a problem into kernel memory; it stays until the caller releases it. Throws KernelError kernel_shape on lengths that do not fit together. */
export function placeDesignProblem(kernels: Kernels, problem: DesignProblem): PlacedDesign {
  check(kernels, problem);
  const { memory } = kernels;
  const { factors, terms, rows } = problem;
  const ld = terms.length + (terms.length % 2);
  const firstSlots = runningSums(factors.map(basisOf));
  const slots = firstSlots.at(-1);
  const termSlots = terms.map((term) => term.map(({ factor, basis }) => (firstSlots[factor] as number) + basis));
  const slotTerms = Array.from({ length: slots }, (_, slot) => terms.flatMap((_term, t) => ((termSlots[t] as number[]).includes(slot) ? [t] : [])));
  const widest = Math.max(1, ...factors.map(basisOf));

  const ints = (values: readonly number[]): number => {
    const pointer = memory.alloc(Math.max(1, values.length) * 4);
    memory.int32(pointer, values.length).set(values);
    return pointer;
  };
  const doubles = (values: ArrayLike<number>): number => {
    const pointer = memory.alloc(Math.max(1, values.length) * 8);
    memory.float64(pointer, values.length).set(values);
    return pointer;
  };
  const square = (matrix: Float64Array | undefined): number => {
    const pointer = memory.alloc(ld * terms.length * 8);
    const view = memory.float64(pointer, ld * terms.length).fill(0);
    if (matrix !== undefined) for (let j = 0; j < terms.length; j++) view.set(matrix.subarray(j * terms.length, (j + 1) * terms.length), j * ld);
    return pointer;
  };
  const factorArray = memory.alloc(factors.length * FACTOR.bytes);
  const tables = factors.map((factor) => (factor.kind === 'levels' ? { values: doubles(factor.values), table: doubles(factor.table) } : { values: 0, table: 0 }));
  const pointers = {
    factor: factorArray,
    termStart: ints(runningSums(termSlots.map((list) => list.length))), termSlots: ints(termSlots.flat()),
    slotStart: ints(runningSums(slotTerms.map((list) => list.length))), slotTerms: ints(slotTerms.flat()),
    prior: square(problem.prior), moments: problem.moments === undefined ? 0 : square(problem.moments),
    ...lockedCells(kernels, problem, doubles),
    constraint: doubles((problem.constraints ?? []).flatMap(({ weights, limit }) => [...weights, limit])),
    forbidden: doubles((problem.forbidden ?? []).flat(2)),
    feasible: doubles(problem.feasible ?? factors.map(() => 0)),
  };
  const pointer = memory.alloc(PROBLEM.bytes);
  const view = new DataView(memory.memory.buffer);
  const set = (offset: number, value: number): void => view.setInt32(pointer + offset, value, true);
  for (const [name, value] of Object.entries(pointers)) set(PROBLEM[name as keyof typeof pointers], value);
  set(PROBLEM.factors, factors.length);
  set(PROBLEM.terms, terms.length);
  set(PROBLEM.rows, rows);
  set(PROBLEM.slots, slots);
  set(PROBLEM.ld, ld);
  set(PROBLEM.widest, widest);
  set(PROBLEM.constraints, problem.constraints?.length ?? 0);
  set(PROBLEM.forbiddenCount, problem.forbidden?.length ?? 0);
  view.setFloat64(pointer + PROBLEM.determinantWeight, problem.determinantWeight ?? 1, true);
  factors.forEach((factor, k) => {
    const at = factorArray + k * FACTOR.bytes;
    view.setInt32(at + FACTOR.levels, factor.kind === 'levels' ? factor.choices ?? factor.values.length : 0, true);
    view.setInt32(at + FACTOR.firstSlot, firstSlots[k] as number, true);
    view.setInt32(at + FACTOR.basis, basisOf(factor), true);
    view.setInt32(at + FACTOR.values, tables[k]?.values ?? 0, true);
    view.setInt32(at + FACTOR.table, tables[k]?.table ?? 0, true);
    view.setFloat64(at + FACTOR.low, factor.kind === 'continuous' ? factor.low : 0, true);
    view.setFloat64(at + FACTOR.high, factor.kind === 'continuous' ? factor.high : 0, true);
  });
  return { pointer, rows, factors: factors.length, hasMoments: problem.moments !== undefined };
}

function basisOf(factor: SearchFactor): number {
  return factor.kind === 'levels' ? factor.basis : factor.powers;
}

/** 0, a, a + b, … */
function runningSums(lengths: readonly number[]): number[] {
  const sums = [0];
  for (const length of lengths) sums.push((sums.at(-1)) + length);
  return sums;
}

function lockedCells(kernels: Kernels, { fixed, begin, rows, factors }: DesignProblem, doubles: (values: ArrayLike<number>) => number): { locked: number; given: number } {
  if (fixed === undefined || fixed.every((row) => row.every((cell) => cell === null))) return { locked: 0, given: 0 };
  const locked = kernels.memory.alloc(rows * factors.length);
  const flags = kernels.memory.uint8(locked, rows * factors.length).fill(0);
  const given = new Float64Array(rows * factors.length);
  fixed.forEach((row, i) => row.forEach((cell, k) => {
    given[i * factors.length + k] = cell ?? begin?.[i]?.[k] ?? 0;
    if (cell !== null) flags[i * factors.length + k] = 1;
  }));
  return { locked, given: doubles(given) };
}

function check(kernels: Kernels, problem: DesignProblem): void {
  const { factors, terms, rows } = problem;
  const refuse = (message: string): never => {
    throw new KernelError('kernel_shape', message);
  };
  if (kernels.exports.designProblemBytes() !== PROBLEM.bytes || kernels.exports.designFactorBytes() !== FACTOR.bytes) refuse('the structs of the kernel and of its binding differ');
  if (rows < 1 || factors.length < 1 || terms.length < 1) refuse('a design needs rows, factors and terms');
  factors.forEach((factor, k) => {
    if (factor.kind === 'levels' ? factor.table.length !== factor.values.length * factor.basis || factor.values.length < 1 : !(factor.high > factor.low)) refuse(`factor ${k} has no levels, no range, or a table of another size`);
  });
  for (const term of terms) {
    if (new Set(term.map(({ factor }) => factor)).size !== term.length) refuse('a term names a factor twice');
    for (const { factor, basis } of term) if (!(basis >= 0 && basis < basisOf(factors[factor] ?? refuse(`there is no factor ${factor}`)))) refuse(`factor ${factor} has no basis function ${basis}`);
  }
  const size = terms.length ** 2;
  if ((problem.prior?.length ?? size) !== size || (problem.moments?.length ?? size) !== size) refuse('prior and moments are terms × terms');
  if (problem.moments === undefined && (problem.determinantWeight ?? 1) < 1) refuse('a criterion other than D needs moments');
  if (problem.fixed !== undefined && (problem.fixed.length !== rows || problem.fixed.some((row) => row.length !== factors.length))) refuse('fixed is rows × factors');
  if (problem.constraints?.some(({ weights }) => weights.length !== factors.length) || problem.forbidden?.some((box) => box.length !== factors.length)) refuse('a restriction names every factor');
}
