import { Fault } from '../../schemas/index.ts';
import { assignmentOf, checkSpace, pointOf } from './space.ts';
import type { Assignment, Point, SearchSpace } from './space.ts';
import type { Sampler } from './samplers/sampler.ts';
import type { Pruner } from './pruners/pruner.ts';
import { lossOf } from './trial.ts';
import type { Direction, StudyView, Trial } from './trial.ts';

export interface StudyOptions {
  readonly name: string;
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  /** default: nothing is pruned */
  readonly pruner?: Pruner;
  /** one for each objective; default minimize */
  readonly directions?: readonly Direction[];
  readonly seed: number;
  /** Told of everything that changes the study, in order; what a journal writes. */
  readonly onEvent?: (event: StudyEvent) => void;
}

/** Everything that ever happens to a study. Replaying the events of one gives the same study. */
export type StudyEvent =
  | { readonly op: 'enqueue'; readonly point: Point }
  | { readonly op: 'ask'; readonly trial: number; readonly point: Point }
  | { readonly op: 'report'; readonly trial: number; readonly step: number; readonly value: number }
  | { readonly op: 'tell'; readonly trial: number; readonly state: 'complete' | 'pruned' | 'failed'; readonly values: readonly number[]; readonly violation?: number };

/** A trial that is being evaluated. */
export interface OpenTrial {
  readonly number: number;
  readonly parameters: Assignment;
}

/**
 * A study: a search space, a sampler that proposes trials and what came of them. Nothing here waits or runs in parallel: the owner asks, evaluates
 * wherever it likes, reports and tells. The same questions and answers in the same order give the same study, whoever evaluates.
 */
export class Study implements StudyView {
  readonly name: string;
  readonly space: SearchSpace;
  readonly directions: readonly Direction[];
  readonly seed: number;
  readonly trials: Trial[] = [];
  readonly #sampler: Sampler;
  readonly #pruner: Pruner | undefined;
  readonly #onEvent: (event: StudyEvent) => void;
  readonly #queue: Point[] = [];

  constructor({ name, space, sampler, pruner, directions = ['minimize'], seed, onEvent = () => undefined }: StudyOptions) {
    checkSpace(space);
    this.name = name;
    this.space = space;
    this.directions = directions;
    this.seed = seed;
    this.#sampler = sampler;
    this.#pruner = pruner;
    this.#onEvent = onEvent;
  }

  /** The next ask returns these parameters instead of drawn ones: known good configurations, or points the user wants tried. */
  enqueue(parameters: Assignment): void {
    const point = pointOf(this.space, parameters);
    this.#queue.push(point);
    this.#onEvent({ op: 'enqueue', point });
  }

  /** Starts a trial. */
  ask(): OpenTrial {
    const queued = this.#queue.shift();
    const number = this.trials.length;
    const point = queued ?? this.#sampler.sample(this.space, this, number);
    return this.#open(number, point, queued ? 'enqueued' : 'sampler');
  }

  #open(number: number, point: Point, origin: Trial['origin']): OpenTrial {
    this.trials.push({ number, point, origin, state: 'running', values: [], reports: [], violation: 0, notes: {} });
    this.#onEvent({ op: 'ask', trial: number, point });
    return { number, parameters: assignmentOf(this.space, point) };
  }

  /** An intermediate value, for instance the loss of one more fold. Steps must ascend. Returns whether the pruner would stop the trial here. */
  report(number: number, step: number, value: number): boolean {
    const trial = this.#running(number);
    const last = trial.reports.at(-1);
    if (last && last.step >= step) throw new Fault('tuning_report', `trial ${number} reported step ${step} after step ${last.step}`, { class: 'bug', values: { trial: number, step } });
    trial.reports.push({ step, value });
    this.#onEvent({ op: 'report', trial: number, step, value });
    return this.shouldPrune(number);
  }

  /** The pruner's answer to the newest report once more: who resumes a trial asks before going on with it. */
  shouldPrune(number: number): boolean {
    const trial = this.#running(number);
    return trial.reports.length > 0 && (this.#pruner?.shouldPrune(this, trial) ?? false);
  }

  /** Ends a trial. NaN or a missing value makes it failed: no sampler learns from it, and it is never the best. */
  tell(number: number, values: readonly number[], { violation = 0 }: { violation?: number } = {}): void {
    const trial = this.#running(number);
    if (values.length !== this.directions.length) throw new Fault('tuning_values', `trial ${number} has ${values.length} values for ${this.directions.length} objectives`, { class: 'bug', values: { trial: number } });
    const failed = values.some((value) => Number.isNaN(value));
    this.#close(trial, failed ? 'failed' : 'complete', failed ? [] : values, violation);
  }

  prune(number: number): void {
    this.#close(this.#running(number), 'pruned', [], 0);
  }

  fail(number: number): void {
    this.#close(this.#running(number), 'failed', [], 0);
  }

  #close(trial: Trial, state: 'complete' | 'pruned' | 'failed', values: readonly number[], violation: number): void {
    Object.assign(trial, { state, values, violation });
    this.#onEvent({ op: 'tell', trial: trial.number, state, values, ...violation !== 0 && { violation } });
  }

  #running(number: number): Trial {
    const trial = this.trials[number];
    if (trial?.state !== 'running') throw new Fault('tuning_trial', `trial ${number} is not running`, { class: 'bug', values: { trial: number } });
    return trial;
  }

  /** The complete, feasible trial with the least loss, the earlier one of equals. Undefined before there is one, and for several objectives. */
  get best(): Trial | undefined {
    if (this.directions.length > 1) return undefined;
    let best: Trial | undefined;
    for (const trial of this.trials) {
      if (trial.state !== 'complete' || trial.violation > 0) continue;
      if (!best || lossOf(this, trial) < lossOf(this, best)) best = trial;
    }
    return best;
  }

  parametersOf(trial: Trial): Assignment {
    return assignmentOf(this.space, trial.point);
  }

  /** Does to the study what an event says, without drawing anything: how a journal brings it back. */
  replay(event: StudyEvent): void {
    if (event.op === 'enqueue') this.#queue.push(event.point);
    else if (event.op === 'ask') {
      const queued = this.#queue[0] !== undefined && JSON.stringify(this.#queue[0]) === JSON.stringify(event.point);
      if (queued) this.#queue.shift();
      this.trials.push({ number: event.trial, point: event.point, origin: queued ? 'enqueued' : 'sampler', state: 'running', values: [], reports: [], violation: 0, notes: {} });
    } else if (event.op === 'report') this.#running(event.trial).reports.push({ step: event.step, value: event.value });
    else Object.assign(this.#running(event.trial), { state: event.state, values: event.values, violation: event.violation ?? 0 });
  }
}
