import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/gaussian-process/index.ts exports. */
export interface GaussianProcessExports {
  readonly gpFactor: Kernel;
  readonly gpSolveRows: Kernel;
  readonly gpInverse: Kernel;
  readonly gpForward: Kernel;
  readonly gpBackward: Kernel;
  readonly gpRowSquares: Kernel;
  readonly gpRowsTimes: Kernel;
  readonly gpCovariance: Kernel;
  readonly gpContract: Kernel;
  readonly gpContractWorkspace: Kernel;
  readonly gpLattice: Kernel;
}
