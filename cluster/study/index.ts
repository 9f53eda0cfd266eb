export { dealStudies, type Job, type StudyProgress } from './deal.ts';
export { keyOf, ShardStore, type Keyed } from './shard-store.ts';
export { prunerOf, samplerOf, type Search } from './search.ts';
export { tune, type TrialRecord, type Tuned, type TuneOptions } from './tune.ts';
