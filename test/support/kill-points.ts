import type { JobEvent } from '../../schemas/index.ts';

/** A moment in the life of a job at which something can be killed. */
export interface KillPoint {
  name: string;
  /** seen in the job's events … */
  event?: (event: JobEvent) => boolean;
  /** … or in a request to the storage */
  request?: (request: { method: string; key: string }) => boolean;
}

export const killPoints: readonly KillPoint[] = [
  { name: 'when the job is queued', event: (event) => event.state === 'queued' },
  { name: 'when the job is claimed', event: (event) => event.state === 'running' && event.stage === 'starting' },
  { name: 'while the input is downloaded', request: ({ method, key }) => method === 'GET' && key.startsWith('inputs/') },
  { name: 'while the file is read', event: (event) => event.stage === 'loading' },
  { name: 'while the model is fitted', event: (event) => event.stage === 'fitting' },
  { name: 'during cross-validation', event: (event) => event.stage === 'validating' },
  { name: 'while the report is written', event: (event) => event.stage === 'reporting' },
  { name: 'when publishing begins', event: (event) => event.state === 'publishing' },
  { name: 'while result files go up', request: ({ method, key }) => method === 'PUT' && key.startsWith('outputs/') && key.endsWith('.png') },
  { name: 'while the manifest goes up', request: ({ method, key }) => method === 'PUT' && key.endsWith('manifest.json') },
  { name: 'when the job is completed but its message is not deleted yet', event: (event) => event.state === 'completed' },
];
