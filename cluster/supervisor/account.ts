import type { Config } from '../../platform/index.ts';
import type { Usage } from '../job/protocol.ts';

/** Where the time of an attempt went, ms. */
export interface AttemptAccount {
  fetchMs: number;
  computeMs: number;
  publishMs: number;
  peakMemoryBytes: number;
  /** null: the job process did not live to tell */
  usage: Usage | null;
  /** in the currency of WORKER_COST_PER_HOUR; 0 when that is not set */
  cost: number;
}

/** An attempt's share of what its worker task costs: its time in one of the task's slots. */
export function costOf({ fetchMs, computeMs, publishMs }: Pick<AttemptAccount, 'fetchMs' | 'computeMs' | 'publishMs'>, config: Pick<Config, 'WORKER_COST_PER_HOUR' | 'WORKER_CONCURRENCY'>): number {
  return (fetchMs + computeMs + publishMs) / 3_600_000 * config.WORKER_COST_PER_HOUR / config.WORKER_CONCURRENCY;
}
