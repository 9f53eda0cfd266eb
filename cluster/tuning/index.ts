/**
 * Tuning in the field's vocabulary: a study searches a space by asking a sampler for trials; a pruner stops hopeless ones; a journal keeps it all.
 * Knows no job, data or model. Deterministic: the same answers in the same order give the same study.
 */
export * from './pruners/index.ts';
export * from './samplers/index.ts';
export { assignmentOf, checkSpace } from './space.ts';
export type { Assignment, Distribution, Parameter, ParameterValue, SearchSpace } from './space.ts';
export { Study } from './study.ts';
export type { OpenTrial, StudyEvent, StudyOptions } from './study.ts';
export type { Direction, Trial, TrialState } from './trial.ts';
export { eventLine, headLine, readJournal, resumeStudy } from './journal.ts';
export type { JournalHead } from './journal.ts';
export { optunaJournal } from './optuna-journal.ts';
export { evolve } from './evolution/index.ts';
export type { Evaluation, Evolved, EvolutionOptions, EvolutionProblem } from './evolution/index.ts';
