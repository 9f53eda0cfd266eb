import type { Distribution, SearchSpace } from './space.ts';
import type { Study } from './study.ts';

/** Operations of Optuna's journal storage (optuna.storages.JournalStorage, 3.1 and later). */
const operation = { createStudy: 0, createTrial: 4, setParameter: 5, setState: 6, setIntermediate: 7, setUserAttribute: 8 } as const;
/** optuna.trial.TrialState */
const state = { running: 0, complete: 1, pruned: 2, failed: 3 } as const;
/** optuna.study.StudyDirection */
const direction = { minimize: 1, maximize: 2 } as const;

/**
 * Studies as a journal file that Optuna and optuna-dashboard read: JournalStorage(JournalFileStorage(path)). Times are not ours to invent, so
 * each trial starts and ends at `at` unless its notes have startedAt / endedAt (ISO 8601). Unfinished trials are shown as running.
 */
export function optunaJournal(studies: readonly Study[], { at = '1970-01-01T00:00:00.000000' }: { at?: string } = {}): string {
  const lines: object[] = [];
  let trialId = 0;
  studies.forEach((study, studyId) => {
    const worker = `zerosec-${studyId}`;
    lines.push({ op_code: operation.createStudy, worker_id: worker, study_name: study.name, directions: study.directions.map((name) => direction[name]) });
    for (const trial of study.trials) {
      const id = trialId++;
      const add = (op_code: number, rest: object): void => { lines.push({ op_code, worker_id: worker, trial_id: id, ...rest }); };
      lines.push({ op_code: operation.createTrial, worker_id: worker, study_id: studyId, datetime_start: note(trial.notes['startedAt']) ?? at });
      for (const { name, value, distribution } of parameters(study.space, trial.point)) add(operation.setParameter, { param_name: name, param_value_internal: value, distribution });
      for (const { step, value } of trial.reports) add(operation.setIntermediate, { step, intermediate_value: value });
      if (trial.origin === 'enqueued') add(operation.setUserAttribute, { user_attr: { origin: 'portfolio' } });
      if (trial.state === 'running') continue;
      const values = trial.state === 'pruned' ? [trial.reports.at(-1)?.value ?? null].filter((value) => value !== null) : trial.values;
      add(operation.setState, { state: state[trial.state], values: trial.state === 'failed' || values.length === 0 ? null : values, datetime_complete: note(trial.notes['endedAt']) ?? at });
    }
  });
  // Python's json reads NaN and Infinity as bare words, which is how Optuna itself writes them
  return lines.map((line) => `${JSON.stringify(line, bareWords).replace(/"\\u0000(NaN|-?Infinity)"/g, '$1')}\n`).join('');
}

function bareWords(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? `\u0000${value}` : value;
}

const note = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function parameters(space: SearchSpace, point: Readonly<Record<string, number>>): { name: string; value: number; distribution: string }[] {
  return space.flatMap(({ name, distribution }) => {
    const value = point[name];
    return value === undefined ? [] : [{ name, value, distribution: JSON.stringify(optunaDistribution(distribution)) }];
  });
}

function optunaDistribution(d: Distribution): object {
  if (d.kind === 'categorical') return { name: 'CategoricalDistribution', attributes: { choices: d.choices } };
  if (d.kind === 'int') return { name: 'IntDistribution', attributes: { log: d.log ?? false, step: d.step ?? 1, low: d.low, high: d.high } };
  return { name: 'FloatDistribution', attributes: { step: d.step ?? null, low: d.low, high: d.high, log: d.log ?? false } };
}
