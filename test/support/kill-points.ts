import type { JobEvent } from '../../schemas/index.ts';

/** A moment in the life of a job at which something can be killed. */
export interface KillPoint {
  name: string;
  /** seen in the job's events … */
  event?: (event: JobEvent) => boolean;
  /** … or in a request to the storage */
  request?: (request: { method: string; key: string }) => boolean;
  /** whose death at this point costs the job its attempt; the others are idle then, or not needed */
  costsAttempt: readonly string[];
}

export const killPoints: readonly KillPoint[] = [
  { name: 'when the job is queued', event: (event) => event.state === 'queued', costsAttempt: [] },
  { name: 'when the job is claimed', event: (event) => event.state === 'running' && event.stage === 'starting', costsAttempt: ['supervisor'] },
  { name: 'while the input is downloaded', request: ({ method, key }) => method === 'GET' && key.startsWith('inputs/'), costsAttempt: ['supervisor'] },
  { name: 'while the file is read', event: (event) => event.stage === 'loading', costsAttempt: ['supervisor', 'job process'] },
  { name: 'while the model is fitted', event: (event) => event.stage === 'fitting', costsAttempt: ['supervisor', 'job process'] },
  { name: 'during cross-validation', event: (event) => event.stage === 'validating', costsAttempt: ['supervisor', 'job process'] },
  { name: 'while the report is written', event: (event) => event.stage === 'reporting', costsAttempt: ['supervisor', 'job process'] },
  { name: 'when publishing begins', event: (event) => event.state === 'publishing', costsAttempt: ['supervisor'] },
  { name: 'while result files go up', request: ({ method, key }) => method === 'PUT' && key.startsWith('outputs/') && key.endsWith('.png'), costsAttempt: ['supervisor'] },
  { name: 'while the manifest goes up', request: ({ method, key }) => method === 'PUT' && key.endsWith('manifest.json'), costsAttempt: ['supervisor'] },
  { name: 'when the job is completed but its message is not deleted yet', event: (event) => event.state === 'completed', costsAttempt: [] },
];
