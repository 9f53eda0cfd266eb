import { Study, tpeSampler, wilcoxonPruner } from '../tuning/index.ts';
import type { Assignment, Pruner, Sampler, SearchSpace, StudyEvent } from '../tuning/index.ts';
import { fitInside, pooled } from '../families/index.ts';
import type { Evaluator, FoldOutcome, TrialOutcome } from '../families/index.ts';

export interface TrialRecord {
  number: number;
  parameters: Assignment;
  state: 'complete' | 'pruned' | 'failed';
  /** mean loss of the inner folds; null unless complete */
  value: number | null;
  /** what the trials are compared by if not the value; null otherwise */
  criterion: number | null;
  /** loss of each inner fold so far */
  folds: number[];
}

export interface Tuned {
  readonly best: { readonly number: number; readonly value: number; readonly parameters: Assignment };
  readonly trials: readonly TrialRecord[];
  readonly events: readonly StudyEvent[];
}

export interface TuneOptions {
  readonly name: string;
  readonly space: SearchSpace;
  /** tried first, moved into the space */
  readonly portfolio: readonly Assignment[];
  readonly folds: number;
  readonly trials: number;
  readonly seed: number;
  /** default: TPE */
  readonly sampler?: Sampler;
  /** default: Wilcoxon; null: every trial is finished */
  readonly pruner?: Pruner | null;
  /** shared Int32: [trials finished, folds evaluated] of all studies; where the progress comes from */
  readonly counters: Int32Array;
  /** place in `counters` where the trials of this study alone are counted; none without */
  readonly slot?: number;
}

/** Searches the settings with the least loss over the inner folds; a trial that falls behind is cut off. Depends on evaluator and options alone. */
export function tune(evaluator: Pick<Evaluator<unknown>, 'whole' | 'evaluate' | 'conclude'>, { name, space, portfolio, folds, trials, seed, sampler = tpeSampler(), pruner = wilcoxonPruner(), counters, slot }: TuneOptions): Tuned {
  const events: StudyEvent[] = [];
  const study = new Study({ name, space, sampler, ...pruner !== null && { pruner }, seed, onEvent: (event) => { events.push(event); } });
  for (const known of portfolio) study.enqueue(fitInside(space, known));
  const concluded = new Map<number, TrialOutcome>();
  const losses = new Map<number, number[]>();
  const outcomes = new Map<string, TrialOutcome | 'pruned'>();
  const possible = combinations(space);
  for (let i = 0; i < trials && outcomes.size < possible; i++) {
    const { number, parameters } = study.ask();
    // a space of few combinations comes up with the same one again: nothing new to learn, nothing to compute
    const key = JSON.stringify(parameters);
    const before = outcomes.get(key);
    if (before === undefined) {
      const outcome = evaluate(number, parameters);
      outcomes.set(key, outcome);
      if (outcome !== 'pruned') concluded.set(number, outcome);
    } else if (before === 'pruned') study.prune(number);
    else {
      study.tell(number, [before.criterion ?? before.value]);
      concluded.set(number, before);
    }
    Atomics.add(counters, 0, 1);
    if (slot !== undefined) Atomics.add(counters, slot, 1);
  }
  Atomics.add(counters, 0, trials - study.trials.length);

  const best = study.best;
  if (best === undefined) throw new Error(`no trial of ${name} has a value`);
  const outcomeOf = ({ number }: { number: number }): TrialOutcome | undefined => concluded.get(number);
  return {
    best: { number: best.number, value: outcomeOf(best)?.value as number, parameters: { ...study.parametersOf(best), ...outcomeOf(best)?.derived } },
    trials: study.trials.map((trial) => {
      const { value = null, criterion = null, derived = {} } = outcomeOf(trial) ?? {};
      return { number: trial.number, parameters: { ...study.parametersOf(trial), ...derived }, state: trial.state as TrialRecord['state'], value, criterion, folds: losses.get(trial.number) ?? [] };
    }),
    events,
  };

  function evaluate(number: number, parameters: Assignment): TrialOutcome | 'pruned' {
    const done: FoldOutcome[] = [];
    const own: number[] = [];
    losses.set(number, own);
    for (let fold = 0; fold < folds; fold++) {
      const outcome = evaluator.evaluate(parameters, fold);
      done.push(outcome);
      Atomics.add(counters, 1, 1);
      own.push(outcome.loss);
      // pruners that compare trials at a step need what a trial has come to by then, those that pair folds the fold itself
      const reported = pruner?.compares === 'progress' ? pooled(done) : outcome.loss;
      if (study.report(number, fold, reported) && evaluator.whole !== true && fold < folds - 1) {
        study.prune(number);
        return 'pruned';
      }
    }
    const outcome = evaluator.conclude(parameters, done);
    study.tell(number, [outcome.criterion ?? outcome.value]);
    return outcome;
  }
}

/** Different assignments of a space of choices only; infinite as soon as a number is searched. */
function combinations(space: SearchSpace): number {
  let count = 1;
  for (const { distribution: d } of space) count *= d.kind === 'categorical' ? d.choices.length : d.low === d.high ? 1 : Infinity;
  return count;
}
