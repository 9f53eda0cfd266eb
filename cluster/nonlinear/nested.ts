import { randomStream } from '../../kernels/random/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { JobContext } from '../job/context.ts';
import { dealFolds } from '../dataset/index.ts';
import { shared, type TargetData } from './data.ts';
import { take, takeRows, type NonlinearFamilyName, type Overrides, type StudyRows } from '../families/index.ts';
import { dealStudies, type Search } from '../study/index.ts';
import type { StudyOutcome, StudyTask } from './study-task.ts';

/** Studies of one family of one target: one for each outer fold, the one on all rows, and the one that a test score is of. */
export interface FamilyStudies {
  readonly family: NonlinearFamilyName;
  readonly outer: readonly StudyOutcome[];
  readonly final: StudyOutcome;
  /** on the rows beside the test rows; null without a test */
  readonly test: StudyOutcome | null;
}

/** Which rows a study must not see: an outer fold, the test rows, or none. */
export type Side = number | 'test' | 'none';

export interface NestedPlan {
  readonly families: readonly NonlinearFamilyName[];
  readonly trials: number;
  readonly innerSplits: number;
  readonly overrides: Readonly<Partial<Record<NonlinearFamilyName, Overrides>>>;
  readonly search: Search;
  readonly seed: number;
}

/** How far the studies are. The last five are of the study that was begun last: several run at once, each on a thread. */
export interface NestedProgress {
  /** finished share of the work */
  readonly share: number;
  readonly studies: number;
  readonly trials: number;
  readonly folds: number;
  readonly target: number;
  readonly model: number;
  readonly side: number;
  readonly sides: number;
  readonly trial: number;
}

/** How a target was centred and scaled on the rows of a study. */
export interface Scaling {
  readonly mean: number;
  readonly deviation: number;
}

export function scalingOf(y: Float64Array): Scaling {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}

/** Rows that a study sees. */
export function trainingRows(data: TargetData, side: Side): Int32Array {
  return Int32Array.from(data.y.keys()).filter((row) => !isHeld(data, side, row));
}

export function heldRows(data: TargetData, side: Side): Int32Array {
  return Int32Array.from(data.y.keys()).filter((row) => isHeld(data, side, row));
}

function isHeld({ outerFold, heldOut }: TargetData, side: Side, row: number): boolean {
  return side === 'test' ? heldOut?.[row] === 1 : outerFold[row] === side;
}

/** Everything a nested cross-validation computes, as studies that do not know of each other, dealt to the pool's threads. */
export async function nestedStudies(context: JobContext, targets: readonly TargetData[], plan: NestedPlan, onProgress: (progress: NestedProgress) => void): Promise<FamilyStudies[][]> {
  const count = targets.reduce((sum, target) => sum + sidesOf(target).length, 0) * plan.families.length;
  // trials and folds of all studies, then the trials of each
  const counters = new Int32Array(new SharedArrayBuffer(4 * (2 + count)));
  let slot = 2;
  const jobs = targets.flatMap((target, t) => sidesOf(target).flatMap((fold, side, sides) => {
    const { rows, held } = studyRows(target, fold, plan);
    return plan.families.map((family, f) => {
      const own = slot++;
      return {
        t, f, fold, side, sides: sides.length,
        task: { name: `${target.target.name}/${family}/${typeof fold === 'number' ? fold + 1 : fold === 'none' ? 'all' : fold}`, family, rows, held, trials: plan.trials, overrides: plan.overrides[family] ?? {}, search: plan.search, seed: seedOf(plan.seed, t, f, fold), counters, slot: own } satisfies StudyTask,
        cost: costOf(family) * rows.y.length,
        share: () => Atomics.load(counters, own) / plan.trials,
      };
    });
  }));
  const outcomes = await dealStudies(context, jobs, counters, (task: StudyTask) => context.pool.run('runStudy', task, { signal: context.signal }), (share, studies, trials, folds, { task }) => {
    const latest = jobs[task.slot - 2];
    if (latest !== undefined) onProgress({ share, studies, trials, folds, target: latest.t + 1, model: latest.f + 1, side: latest.side + 1, sides: latest.sides, trial: Atomics.load(counters, task.slot) });
  });
  return targets.map((_, t) => plan.families.map((family, f) => {
    const own = jobs.filter((job) => job.t === t && job.f === f);
    const outcome = (job: (typeof jobs)[number] | undefined): StudyOutcome => outcomes.get(job as (typeof jobs)[number]) as StudyOutcome;
    const test = own.find(({ fold }) => fold === 'test');
    return { family, outer: own.filter(({ fold }) => typeof fold === 'number').map(outcome), final: outcome(own.find(({ fold }) => fold === 'none')), test: test === undefined ? null : outcome(test) };
  }));
}

function sidesOf({ outerFolds, heldOut }: TargetData): Side[] {
  return [...Array(outerFolds).keys(), 'none', ...heldOut === null ? [] : ['test' as const]];
}

function studyRows(target: TargetData, fold: Side, { innerSplits, seed }: NestedPlan): { rows: StudyRows; held: Matrix | null } {
  const inside = trainingRows(target, fold);
  const y = take(target.z, inside);
  const { mean, deviation } = scalingOf(y);
  const { group, groups } = renumber(target.group, inside);
  const folds = Math.min(innerSplits, groups);
  const held = fold === 'none' ? null : takeRows(target.x, heldRows(target, fold));
  const x = takeRows(target.x, inside);
  return {
    rows: {
      x: { ...x, values: shared(x.values) }, task: 'regression', y: shared(y.map((value) => (value - mean) / deviation)),
      featureNames: target.features.map(({ name }) => name), categorical: target.categorical, folds,
      // another deal than the outer one, the same for every family
      fold: dealFolds(group, groups, folds, (seed ^ 0x5bd1e995 ^ numberOf(fold)) >>> 0),
    },
    held,
  };
}

function renumber(group: Int32Array, rows: Int32Array): { group: Int32Array; groups: number } {
  const numbers = new Map<number, number>();
  const out = rows.map((row) => {
    const old = group[row] as number;
    const known = numbers.get(old);
    if (known !== undefined) return known;
    numbers.set(old, numbers.size);
    return numbers.size - 1;
  });
  return { group: out, groups: numbers.size };
}

function seedOf(seed: number, target: number, family: number, fold: Side): number {
  return Math.floor(randomStream(seed, target, family, numberOf(fold))() * 2 ** 31);
}

const numberOf = (side: Side): number => (side === 'test' ? 0 : side === 'none' ? 1 : side + 2);

/** Rough cost of a study beside the others', for the order of work and the bar: measured on 165 rows, 10 inner folds, 50 trials. */
function costOf(family: NonlinearFamilyName): number {
  return { gaussian_process: 60, random_forest: 20, extra_trees: 15, lightgbm: 20, xgboost: 20, gradient_boost: 15, elastic_net: 10, lasso: 2, response_surface: 1, ridge: 1 }[family];
}
