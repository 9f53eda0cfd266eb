import { randomStream } from '../../../kernels/random/index.ts';
import type { JobContext } from '../../job/context.ts';
import { take, takeRows } from '../../families/index.ts';
import { dealStudies } from '../../study/index.ts';
import { shared, type ClassData } from '../data.ts';
import { dealByLabel, renumber } from '../folds.ts';
import { costOf, type LabelPlan, type LabelProgress } from '../nested.ts';
import type { SeveralFamilyName, SeveralRows } from './family.ts';
import type { SeveralStudyOutcome, SeveralStudyTask } from './study-task.ts';

/** All families on the rows beside one outer fold, or on all rows. */
export interface SeveralSide {
  readonly outcomes: readonly Pick<SeveralStudyOutcome, 'family' | 'unseen' | 'predicted' | 'model'>[];
  readonly y: Int32Array;
  readonly fold: Int32Array;
  readonly folds: number;
  readonly labels: number;
}

export interface SeveralStudies extends SeveralSide {
  /** rows of the data that the studies did not see; empty for the one on all rows */
  readonly outside: Int32Array;
}

/** Distinguishes draws of these studies from those of two labels. */
const STREAM = 0x7365;

/** One entry per outer fold in order, then all rows. @param y number of each row's label */
export async function severalStudies(context: JobContext, data: ClassData, y: Int32Array, labels: number, plan: LabelPlan & { readonly ordered: boolean }, onProgress: (progress: LabelProgress) => void): Promise<SeveralStudies[]> {
  const families: SeveralFamilyName[] = [...plan.families, ...plan.ordered ? ['ordinal_logistic' as const] : []];
  const sides = [...Array(data.outerFolds).keys(), null];
  const counters = new Int32Array(new SharedArrayBuffer(4 * (2 + sides.length * families.length)));
  const prepared = sides.map((side, s) => {
    const all = Int32Array.from(y.keys());
    const [inside, outside] = [all.filter((row) => side === null || data.outerFold[row] !== side), all.filter((row) => side !== null && data.outerFold[row] === side)];
    const { group, groups } = renumber(data.group, inside);
    const folds = Math.min(plan.innerSplits, groups);
    const own = Int32Array.from(inside, (row) => y[row] as number);
    const x = takeRows(data.x, inside);
    const rows: SeveralRows = {
      task: 'binary', labels, x: { ...x, values: shared(x.values) }, y: shared(take(Float64Array.from(y), inside)), featureNames: data.features.map(({ name }) => name), categorical: data.categorical, folds,
      fold: dealByLabel(group, groups, own, labels, folds, (plan.seed ^ 0x5bd1e995 ^ (s + 2)) >>> 0),
    };
    const jobs = families.map((family, f) => ({
      task: { name: `${data.target.name}/${family}/${side === null ? 'all' : side + 1}`, family, rows, held: outside.length === 0 ? null : takeRows(data.x, outside), trials: plan.trials, overrides: plan.overrides[family] ?? {}, seed: Math.floor(randomStream(plan.seed, STREAM, f, s)() * 2 ** 31), counters, slot: 2 + s * families.length + f } satisfies SeveralStudyTask,
      cost: costOf(family === 'ordinal_logistic' ? 'logistic' : family) * inside.length,
    }));
    return { rows, own, outside, jobs };
  });
  const outcomes = await dealStudies(context, prepared.flatMap(({ jobs }) => jobs), counters, (task: SeveralStudyTask) => context.pool.run('runSeveralStudy', task, { signal: context.signal }), (share, studies, trials, folds, { task: { slot } }) => {
    onProgress({ share, studies, trials, folds, model: (slot - 2) % families.length + 1, side: Math.floor((slot - 2) / families.length) + 1, sides: sides.length, trial: Atomics.load(counters, slot) });
  });
  return prepared.map(({ rows, own, outside, jobs }) => ({ outside, y: own, fold: rows.fold, folds: rows.folds, labels, outcomes: jobs.map((job) => outcomes.get(job) as SeveralStudyOutcome) }));
}
