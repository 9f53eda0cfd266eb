import type { Logger, Platform } from '../platform/index.ts';
import type { Leftovers } from './background/leftovers.ts';
import type { Notifications } from './background/notifications.ts';
import type { Metrics } from './metrics.ts';
import type { PredictionFileCache } from './prediction-file.ts';
import type { Readiness } from './readiness.ts';

/** What the endpoints work with; made once per process (server.ts). */
export interface Services {
  platform: Platform;
  log: Logger;
  version: string;
  /** `/api/v1` */
  prefix: string;
  notifications: Notifications;
  leftovers: Leftovers;
  metrics: Metrics;
  predictionFiles: PredictionFileCache;
  readiness: Readiness;
  /** aborted when the process goes away: open event streams end, clients come back elsewhere */
  closing: AbortSignal;
  /** the OpenAPI document */
  document(): object;
}
