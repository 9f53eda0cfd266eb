/** The HTTP API as functions, for a browser and for Node. */
export { ZerosecClient, type ApiKey, type Artifact, type ClientOptions, type Design, type DesignResults, type DesignRow, type JobList, type JobTypeDescription, type Predictions, type Upload, type WaitOptions } from './client.ts';
export type { FollowOptions, Job } from './follow.ts';
export { beginTrace } from './trace.ts';
export type { OnBytes } from './upload.ts';
export { sha256, type Hash } from './sha256.ts';
