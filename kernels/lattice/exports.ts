import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/lattice/index.ts exports. */
export interface LatticeExports {
  readonly latticeTrees: Kernel;
  readonly latticeSum: Kernel;
  readonly latticeValues: Kernel;
}
