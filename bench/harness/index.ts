/** The benchmark harness: cases, contestants, comparison, records. Knows no suite. */
export { compareAnswers } from './compare.ts';
export { contest } from './contest.ts';
export { inProcess } from './in-process.ts';
export { peerProcess } from './peer-process.ts';
export { describeMachine, type Machine } from './machine.ts';
export { measureSpeeds } from './probe.ts';
export { parseOptions, usage, UsageError, type Options } from './options.ts';
export { showMachine, showRecords, showSeconds, showSummary, showTable } from './print.ts';
export { recordSchema, toRecord, type Record } from './record.ts';
export { saveResults } from './results.ts';
export type { Absent, Answers, Case, CaseResult, Comparison, Contestant, Entrant, Floor, Setting, Suite, Timing } from './types.ts';
