import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/elastic-net/index.ts exports. */
export interface ElasticNetExports {
  readonly columnSums: Kernel;
  readonly crossProducts: Kernel;
  readonly crossProductsWorkspace: Kernel;
  readonly elasticNetPath: Kernel;
  readonly elasticNetPathWorkspace: Kernel;
}
