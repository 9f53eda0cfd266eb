import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/pareto/index.ts exports. */
export interface ParetoExports {
  readonly paretoFront: Kernel;
  readonly paretoRanks: Kernel;
  readonly paretoRanksWorkspace: Kernel;
  readonly paretoWorkspace: Kernel;
}
