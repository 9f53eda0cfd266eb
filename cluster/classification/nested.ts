import { randomStream } from '../../kernels/random/index.ts';
import type { JobContext } from '../job/context.ts';
import { take, takeRows, type Overrides, type StudyRows } from '../families/index.ts';
import { dealStudies } from '../study/index.ts';
import { shared, type ClassData } from './data.ts';
import type { ClassificationFamilyName } from './families/index.ts';
import { dealStratified, renumber } from './folds.ts';
import type { LabelStudyOutcome, LabelStudyTask } from './study-task.ts';

/** Which rows a study must not see: an outer fold, the test rows, or none. */
export type Side = number | 'test' | 'none';

/** All families on the rows beside one side. */
export interface SideStudies {
  readonly side: Side;
  /** rows of the data that the studies saw, and those that they did not */
  readonly inside: Int32Array;
  readonly outside: Int32Array;
  readonly y: Float64Array;
  readonly fold: Int32Array;
  readonly folds: number;
  /** in the order of the families */
  readonly outcomes: readonly LabelStudyOutcome[];
}

export interface LabelPlan {
  readonly families: readonly ClassificationFamilyName[];
  readonly trials: number;
  readonly innerSplits: number;
  readonly overrides: Readonly<Partial<Record<string, Overrides>>>;
  readonly seed: number;
  /** the outer folds alone, without the study on all rows and the test */
  readonly outerOnly?: true;
}

/** How far the studies are, and which one was begun last: its family and side, counted from 1, and its trials so far. */
export interface LabelProgress { readonly share: number; readonly studies: number; readonly trials: number; readonly folds: number; readonly model: number; readonly side: number; readonly sides: number; readonly trial: number }

/** Everything a nested cross-validation computes, as studies that do not know of each other, dealt to the pool's threads. One entry per outer fold in order, then all rows, then the test. */
export async function labelStudies(context: JobContext, data: ClassData, plan: LabelPlan, onProgress: (progress: LabelProgress) => void): Promise<SideStudies[]> {
  const sides: Side[] = [...Array(data.outerFolds).keys(), ...plan.outerOnly === true ? [] : ['none' as const, ...data.heldOut === null ? [] : ['test' as const]]];
  const counters = new Int32Array(new SharedArrayBuffer(4 * (2 + sides.length * plan.families.length)));
  const prepared = sides.map((side, s) => {
    const [inside, outside] = split(data, side);
    const rows = studyRows(data, inside, side, plan);
    const jobs = plan.families.map((family, f) => ({
      task: { name: `${data.target.name}/${family}/${typeof side === 'number' ? side + 1 : side === 'none' ? 'all' : side}`, family, rows, held: outside.length === 0 ? null : takeRows(data.x, outside), trials: plan.trials, overrides: plan.overrides[family] ?? {}, seed: seedOf(plan.seed, f, side), counters, slot: 2 + s * plan.families.length + f } satisfies LabelStudyTask,
      cost: costOf(family) * inside.length,
    }));
    return { side, inside, outside, rows, jobs };
  });
  const outcomes = await dealStudies(context, prepared.flatMap(({ jobs }) => jobs), counters, (task: LabelStudyTask & { slot: number }) => context.pool.run('runLabelStudy', task, { signal: context.signal }), (share, studies, trials, folds, { task: { slot } }) => {
    onProgress({ share, studies, trials, folds, model: (slot - 2) % plan.families.length + 1, side: Math.floor((slot - 2) / plan.families.length) + 1, sides: sides.length, trial: Atomics.load(counters, slot) });
  });
  return prepared.map(({ side, inside, outside, rows, jobs }) => ({ side, inside, outside, y: rows.y, fold: rows.fold, folds: rows.folds, outcomes: jobs.map((job) => outcomes.get(job) as LabelStudyOutcome) }));
}

function split({ y, outerFold, heldOut }: ClassData, side: Side): [inside: Int32Array, outside: Int32Array] {
  const all = Int32Array.from(y.keys());
  const held = (row: number): boolean => (side === 'test' ? heldOut?.[row] === 1 : outerFold[row] === side);
  return [all.filter((row) => !held(row)), all.filter(held)];
}

function studyRows(data: ClassData, inside: Int32Array, side: Side, { innerSplits, seed }: LabelPlan): StudyRows {
  const y = take(data.y, inside);
  const { group, groups } = renumber(data.group, inside);
  const folds = Math.min(innerSplits, groups);
  const x = takeRows(data.x, inside);
  return {
    task: 'binary', x: { ...x, values: shared(x.values) }, y: shared(y), featureNames: data.features.map(({ name }) => name), categorical: data.categorical, folds,
    // another deal than the outer one, the same for every family
    fold: dealStratified(group, groups, y, folds, (seed ^ 0x5bd1e995 ^ numberOf(side)) >>> 0),
  };
}

function seedOf(seed: number, family: number, side: Side): number {
  return Math.floor(randomStream(seed, family, numberOf(side))() * 2 ** 31);
}

const numberOf = (side: Side): number => (side === 'test' ? 0 : side === 'none' ? 1 : side + 2);

/** Rough cost of a study beside the others', for the order of work and the bar: measured on 165 rows, 10 inner folds, 50 trials. */
export function costOf(family: ClassificationFamilyName): number {
  return { gaussian_process: 12, random_forest: 20, extra_trees: 15, lightgbm: 20, xgboost: 20, nearest_neighbours: 4, quadratic_logistic: 2, sparse_logistic: 6, firth_logistic: 2, support_vectors: 25, additive_boosting: 20, discriminant: 1, logistic: 1 }[family];
}
