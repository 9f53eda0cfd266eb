import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { STATUS_OK } from '../status.ts';
import type { PlacedDesign } from './layout.ts';
import type { DesignGoal, DesignProblem, DesignSearchResult } from './types.ts';

/** Byte offsets of `Goal` in kernels/assembly/design/goal.ts. */
const GOAL = { kind: 0, fitted: 4, points: 8, pointCount: 12, strata: 16, groups: 20, groupOf: 24, weight: 28, shrink: 32, leader: 36, swaps: 40, distinct: 44, aliasWeight: 48, mixture: 56, mixtureCount: 60, nearest: 64, bytes: 68 } as const;
const KIND = { moments: 0, E: 1, G: 2, alias: 3 } as const;

/** Gains that count: of a change, of a sweep. The criteria are logarithms, so these are relative. */
const CELL_GAIN = 1e-9;
const SWEEP_GAIN = 1e-8;
const MOST_SWEEPS = 100;
/** Share of ln det per term that tells changes apart while E or G alone does not see them. */
const TIE = 1e-2;
/** Refinements of a continuous cell: to 10⁻³ of its range while searching, to 10⁻⁸ when polishing. */
const COARSE = 8;
const FINE = 34;

/** A goal in kernel memory, beside its problem. */
export interface PlacedGoal {
  design: PlacedDesign;
  pointer: number;
  kind: DesignGoal['kind'];
  /** a mixture by det and trace whose rows stand for themselves: a look at a point costs p² */
  isBlend: boolean;
}

/** Writes what a trial search judges by. Throws KernelError kernel_shape on lengths that do not fit. */
export function placeDesignGoal(kernels: Kernels, design: PlacedDesign, problem: DesignProblem, goal: DesignGoal): PlacedGoal {
  check(kernels, problem, goal);
  const { memory } = kernels;
  const { terms } = problem;
  const ld = terms.length + (terms.length % 2);
  const count = (goal.points?.length ?? 0) / terms.length;
  const points = memory.alloc(Math.max(1, count * ld) * 8);
  const view = memory.float64(points, count * ld).fill(0);
  for (let j = 0; j < count; j++) view.set((goal.points as Float64Array).subarray(j * terms.length, (j + 1) * terms.length), j * ld);
  const ints = (values: readonly number[] | Int32Array | undefined): number => {
    if (values === undefined) return 0;
    const pointer = memory.alloc(Math.max(1, values.length) * 4);
    memory.int32(pointer, values.length).set(values);
    return pointer;
  };
  const doubles = (values: readonly number[]): number => {
    const pointer = memory.alloc(Math.max(1, values.length) * 8);
    memory.float64(pointer, values.length).set(values);
    return pointer;
  };
  const groupings = goal.groupings ?? [];
  // groups are numbered through all groupings
  const firstGroup = groupings.map((_, at) => groupings.slice(0, at).reduce((sum, { shrink }) => sum + shrink.length, 0));
  const fields = {
    kind: KIND[goal.kind], fitted: goal.fitted ?? terms.length, points, pointCount: count, strata: groupings.length, groups: groupings.reduce((sum, { shrink }) => sum + shrink.length, 0),
    groupOf: ints(groupings.flatMap(({ groupOf }, at) => groupOf.map((group) => group + (firstGroup[at] as number)))), weight: doubles(groupings.flatMap(({ weight }) => weight)), shrink: doubles(groupings.flatMap(({ shrink }) => shrink)), leader: ints(goal.leader),
    swaps: goal.interchange ? 1 : 0, distinct: goal.distinct ? 1 : 0,
    mixture: ints(goal.mixture), mixtureCount: goal.mixture?.length ?? 0, nearest: ints(goal.nearest),
  };
  const pointer = memory.alloc(GOAL.bytes);
  const target = new DataView(memory.memory.buffer);
  for (const [name, value] of Object.entries(fields)) target.setInt32(pointer + GOAL[name as keyof typeof fields], value, true);
  target.setFloat64(pointer + GOAL.aliasWeight, goal.aliasWeight ?? 0.5, true);
  const standsAlone = goal.groupings === undefined && goal.leader === undefined && fields.fitted === terms.length;
  return { design, pointer, kind: goal.kind, isBlend: goal.kind === 'moments' && standsAlone && (goal.mixture?.length ?? 0) > 1 };
}

function check(kernels: Kernels, { terms, rows, factors }: DesignProblem, { points, fitted, groupings, leader, interchange, kind, mixture, nearest }: DesignGoal): void {
  const refuse = (message: string): never => {
    throw new KernelError('kernel_shape', message);
  };
  if (kernels.exports.designGoalBytes() !== GOAL.bytes) refuse('the structs of the kernel and of its binding differ');
  if (fitted !== undefined && !(fitted >= 1 && fitted <= terms.length)) refuse('fitted terms are the first ones');
  if (kind === 'G' ? !points?.length || points.length % terms.length !== 0 : points !== undefined) refuse('G, and nothing else, has points × terms');
  if (interchange === true && groupings === undefined) refuse('rows are interchanged between groups');
  for (const { groupOf, weight, shrink } of groupings ?? []) if (groupOf.length !== rows || weight.length !== rows || groupOf.some((group) => !(group >= 0 && group < shrink.length))) refuse('every row has a group and a weight in it');
  if (nearest !== undefined && (factors.length !== 2 || factors.some((factor) => factor.kind !== 'levels') || nearest.length !== factors.reduce((product, factor) => product * (factor.kind === 'levels' ? factor.choices ?? factor.values.length : 0), 1))) refuse('nearest is levels × levels of two factors');
  if (leader !== undefined && (leader.length !== rows * factors.length || leader.some((first, at) => !(first >= 0 && first <= Math.floor(at / factors.length)) || leader[first * factors.length + (at % factors.length)] !== first))) refuse('a cell is led by the first of its rows');
  if (mixture?.some((k) => factors[k]?.kind !== 'continuous') === true) refuse('shares of a mixture are ranges');
}

/** Bytes of scratch that a trial search takes. */
export function designTrialBytes(kernels: Kernels, { design, pointer }: PlacedGoal): number {
  return (kernels.exports.designTrialBytes(design.pointer, pointer) >>> 0) + (kernels.exports.designSearchBytes(design.pointer) >>> 0) + 512;
}

/**
 * Local search number `start` under `seed` by trial exchange; depends on (problem, goal, seed, start) only. E, G and alias: even starts first improve D,
 * odd ones go straight for the criterion. `trace` of the result is the criterion itself (larger is better).
 */
export function searchByTrial(kernels: Kernels, goal: PlacedGoal, seed: number, start: number): DesignSearchResult {
  return run(kernels, goal, (search, trial) => kernels.exports.designTrialStart(goal.design.pointer, goal.pointer, search, trial, seed | 0, start), start % goal.design.rows, start % 2 === 0, false);
}

/** Improves given rows (rows × factors, row-major) with tight tolerances; locked cells stay. */
export function improveByTrial(kernels: Kernels, goal: PlacedGoal, cells: Float64Array): DesignSearchResult {
  return run(kernels, goal, (search, trial) => {
    const copy = kernels.memory.alloc(cells.byteLength);
    kernels.memory.float64(copy, cells.length).set(cells);
    return kernels.exports.designTrialGiven(goal.design.pointer, goal.pointer, search, trial, copy);
  }, 0, false, true);
}

function run(kernels: Kernels, goal: PlacedGoal, begin: (search: number, trial: number) => number, first: number, throughD: boolean, polish: boolean): DesignSearchResult {
  const { exports, memory } = kernels;
  const mark = memory.mark();
  try {
    const search = memory.alloc(exports.designSearchBytes(goal.design.pointer) >>> 0);
    const trial = memory.alloc(exports.designTrialBytes(goal.design.pointer, goal.pointer) >>> 0);
    const kind = KIND[goal.kind];
    if (goal.isBlend && !polish) {
      const found = begin(search, trial) === STATUS_OK && exports.designBlendImprove(goal.design.pointer, goal.pointer, search, trial, first, CELL_GAIN, SWEEP_GAIN, MOST_SWEEPS, COARSE) === STATUS_OK;
      return outcome(kernels, goal, search, found);
    }
    const improve = (as: number, tie: number, gain: number): boolean => exports.designTrialImprove(goal.design.pointer, goal.pointer, search, trial, first, as, tie, gain, polish ? gain : SWEEP_GAIN, MOST_SWEEPS, polish ? FINE : COARSE) === STATUS_OK;
    let estimable = begin(search, trial) === STATUS_OK;
    const rough = kind === KIND.E || kind === KIND.G;
    if (estimable && throughD && kind !== KIND.moments) improve(KIND.moments, 0, CELL_GAIN);
    if (estimable && rough && !polish) improve(kind, TIE, CELL_GAIN);
    estimable = estimable && improve(kind, 0, polish ? 1e-12 : CELL_GAIN);
    return outcome(kernels, goal, search, estimable);
  } finally {
    memory.release(mark);
  }
}

function outcome({ exports, memory }: Kernels, { design }: PlacedGoal, search: number, estimable: boolean): DesignSearchResult {
  const out = memory.alloc(40);
  const cells = exports.designOutcome(search, out) >>> 0;
  const [mantissa, exponent, value, sweeps, exchanges] = memory.float64(out, 5) as unknown as [number, number, number, number, number];
  return {
    cells: memory.float64(cells, design.rows * design.factors).slice(),
    logDeterminant: estimable ? Math.log(mantissa) + exponent * Math.LN2 : -Infinity,
    trace: estimable ? value : Number.NaN,
    estimable, sweeps, exchanges,
  };
}
