import { instantiate, KernelMemory, loadKernels } from '../../kernels/index.ts';
import { predictModel } from '../../kernels/models/index.ts';
import type { Prediction, TrainedModel } from '../../kernels/models/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { Study, tpeSampler, wilcoxonPruner } from '../tuning/index.ts';
import type { Assignment, SearchSpace, StudyEvent } from '../tuning/index.ts';
import { fitInside, overrideSpace, tunedFamilies } from './families/index.ts';
import type { NonlinearFamilyName, Overrides, StudyRows } from './families/index.ts';

/** One shard of the job: tune a family on the training side of an outer fold, fit the best, predict the held-out side. */
export interface StudyTask {
  readonly name: string;
  readonly family: NonlinearFamilyName;
  readonly rows: StudyRows;
  /** rows that the study must not see; null for the study on all rows */
  readonly held: Matrix | null;
  readonly trials: number;
  /** settings that the user fixed or moved */
  readonly overrides: Overrides;
  readonly seed: number;
  /** shared Int32: [trials finished, folds evaluated] of all studies; where the progress comes from */
  readonly counters: Int32Array;
}

export interface TrialRecord {
  number: number;
  parameters: Assignment;
  state: 'complete' | 'pruned' | 'failed';
  /** mean squared error in units of the target's variance; null unless complete */
  value: number | null;
  /** loss of each inner fold so far */
  folds: number[];
}

export interface StudyOutcome {
  readonly family: NonlinearFamilyName;
  readonly best: { readonly number: number; readonly value: number; readonly parameters: Assignment };
  readonly space: SearchSpace;
  readonly trials: readonly TrialRecord[];
  readonly events: readonly StudyEvent[];
  readonly model: TrainedModel;
  /** standardised predictions of the held-out rows */
  readonly predicted: Prediction | null;
}

/** Thread side. Depends on the task alone, not on which thread runs it or what ran there before. */
export async function runStudy(task: StudyTask): Promise<StudyOutcome> {
  const { family: name, rows, held, trials, overrides, seed, counters } = task;
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const family = tunedFamilies[name];
  const evaluator = family.open(kernels, rows, seed);
  const events: StudyEvent[] = [];
  const space = overrideSpace(family.space(rows), name, overrides);
  const study = new Study({ name: task.name, space, sampler: tpeSampler(), pruner: wilcoxonPruner(), seed, onEvent: (event) => { events.push(event); } });
  for (const known of family.portfolio(rows)) study.enqueue(fitInside(space, known));
  const derived = new Map<number, Assignment>();
  const outcomes = new Map<string, { value: number; derived: Assignment } | 'pruned'>();
  const possible = combinations(space);
  for (let i = 0; i < trials && outcomes.size < possible; i++) {
    const { number, parameters } = study.ask();
    // a space of few combinations comes up with the same one again: nothing new to learn, nothing to compute
    const key = JSON.stringify(parameters);
    const before = outcomes.get(key);
    if (before === undefined) {
      const outcome = evaluate(number, parameters);
      outcomes.set(key, outcome);
      if (outcome !== 'pruned') derived.set(number, outcome.derived);
    } else if (before === 'pruned') study.prune(number);
    else {
      study.tell(number, [before.value]);
      derived.set(number, before.derived);
    }
    Atomics.add(counters, 0, 1);
  }
  Atomics.add(counters, 0, trials - study.trials.length);

  const best = study.best;
  if (best === undefined) throw new Error(`no trial of ${task.name} has a value`);
  const parameters = { ...study.parametersOf(best), ...derived.get(best.number) };
  const model = evaluator.fit(parameters);
  return {
    family: name,
    best: { number: best.number, value: best.values[0] as number, parameters },
    space,
    trials: study.trials.map((trial) => ({
      number: trial.number, parameters: { ...study.parametersOf(trial), ...derived.get(trial.number) }, state: trial.state as TrialRecord['state'], value: trial.values[0] ?? null, folds: trial.reports.map(({ value }) => value),
    })),
    events,
    model,
    predicted: held === null ? null : predictModel(kernels, model, held, { variance: name === 'gaussian_process' }),
  };

  function evaluate(number: number, parameters: Assignment): { value: number; derived: Assignment } | 'pruned' {
    const folds = [];
    for (let fold = 0; fold < rows.folds; fold++) {
      const outcome = evaluator.evaluate(parameters, fold);
      folds.push(outcome);
      Atomics.add(counters, 1, 1);
      if (study.report(number, fold, outcome.loss) && fold < rows.folds - 1) {
        study.prune(number);
        return 'pruned';
      }
    }
    const outcome = evaluator.conclude(parameters, folds);
    study.tell(number, [outcome.value]);
    return outcome;
  }
}

/** Different assignments of a space of choices only; infinite as soon as a number is searched. */
function combinations(space: SearchSpace): number {
  let count = 1;
  for (const { distribution: d } of space) count *= d.kind === 'categorical' ? d.choices.length : d.low === d.high ? 1 : Infinity;
  return count;
}
