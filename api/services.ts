import type { Logger, Platform, Readiness, TenantPlatform, Tracing } from '../platform/index.ts';
import type { Leftovers } from './background/leftovers.ts';
import type { Notifications } from './background/notifications.ts';
import type { Metrics } from './metrics.ts';
import type { PredictionFileCache } from './prediction-file.ts';

/** What an endpoint works with: the same for everybody, but for the platform, which is the tenant's. */
export interface TenantServices extends Omit<Services, 'platform'> {
  platform: TenantPlatform;
}

/** Made once per process (server.ts). */
export interface Services {
  platform: Platform;
  log: Logger;
  version: string;
  /** `/api/v1` */
  prefix: string;
  notifications: Notifications;
  leftovers: Leftovers;
  metrics: Metrics;
  tracing: Tracing;
  predictionFiles: PredictionFileCache;
  readiness: Readiness;
  /** aborted when the process goes away: open event streams end, clients come back elsewhere */
  closing: AbortSignal;
  /** the OpenAPI document */
  document(): object;
}
