import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/ridge/index.ts exports. */
export interface RidgeExports {
  readonly leaveOneOutSums: Kernel;
  readonly leaveOneOutWorkspace: Kernel;
}
