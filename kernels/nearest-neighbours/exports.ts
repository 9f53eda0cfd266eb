import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/nearest/index.ts exports. */
export interface NearestExports {
  readonly nearestRows: Kernel;
}
