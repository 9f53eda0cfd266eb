import type { Artifact, Job } from '../../../client/index.ts';
import { classificationResultSchema, linearResultSchema, nonlinearResultSchema, type ClassificationResult, type LinearResult, type NonlinearResult } from '../../../schemas/index.ts';
import { fetchArtifact } from '../parts/save.ts';
import type { Store } from './store.ts';

/** `result.json` of an analysis; null where there is none, or of another version. */
export type RunResult = { kind: 'linear'; result: LinearResult } | { kind: 'nonlinear'; result: NonlinearResult } | { kind: 'classification'; result: ClassificationResult } | null;

export async function readResult(store: Store, jobId: string, artifacts: readonly Artifact[], signal?: AbortSignal): Promise<RunResult> {
  const file = artifacts.find(({ path }) => path === 'result.json');
  if (file === undefined) return null;
  const value = JSON.parse(await (await fetchArtifact(store, jobId, file, signal)).text()) as unknown;
  const linear = linearResultSchema.safeParse(value);
  if (linear.success) return { kind: 'linear', result: linear.data };
  const nonlinear = nonlinearResultSchema.safeParse(value);
  if (nonlinear.success) return { kind: 'nonlinear', result: nonlinear.data };
  const classification = classificationResultSchema.safeParse(value);
  return classification.success ? { kind: 'classification', result: classification.data } : null;
}

/** Explained columns of a result. */
export function targetsOf(found: RunResult): string[] {
  if (found === null) return [];
  return found.kind === 'classification' ? [found.result.target] : found.result.targets.map(({ target }) => target);
}

function featuresOf(found: RunResult): string[] {
  switch (found?.kind) {
    case 'classification': return found.result.features.map(({ name }) => name);
    case 'nonlinear': return found.result.targets.flatMap((target) => (target.status === 'fitted' ? target.features.map(({ name }) => name) : []));
    case 'linear': return found.result.targets.flatMap((target) => (target.status === 'failed' ? [] : target.features));
    default: return [];
  }
}

/** Columns that a finished run knew, for a repetition with other settings while its table is not at hand. */
export async function columnsOfRun(store: Store, job: Job, signal?: AbortSignal): Promise<{ targets: string[]; features: string[]; all: string[] }> {
  const given = (name: string): string[] => { const value = job.parameters[name]; return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []; };
  const result = job.state === 'completed' ? await readResult(store, job.job_id, await store.client.artifacts(job.job_id, signal), signal) : null;
  const targets = unique([...given('target_columns'), ...given('target_column'), ...targetsOf(result)]);
  const features = unique([...given('feature_columns'), ...featuresOf(result)]);
  return { targets, features, all: unique([...targets, ...features]) };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
