import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/ridge/index.ts exports. */
export interface RidgeExports {
  readonly squares: Kernel;
  readonly leaveOneOutSums: Kernel;
}
