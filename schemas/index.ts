/** The contract: what may travel between desktop, api, queue, worker and storage. */
export { Fault, type FaultClass, type FaultJson, type FaultValues, type FaultWhere } from './fault.ts';
export type { Notice } from './notice.ts';
export { languages, type Catalogue, type Language } from './text/types.ts';
export * from './model/index.ts';
export * from './jobs/state.ts';
export * from './jobs/parameters.ts';
export * from './jobs/inputs.ts';
export * from './jobs/parse.ts';
export { nearestName } from './jobs/nearest.ts';
export * from './jobs/event.ts';
export * from './jobs/artifact.ts';
export * from './jobs/message.ts';
export * from './results/notice.ts';
export * from './results/linear/index.ts';
export * from './api/upload.ts';
export * from './api/job.ts';
export * from './api/problem.ts';
export * from './api/health.ts';
