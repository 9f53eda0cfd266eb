import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/logistic/index.ts exports. */
export interface LogisticExports {
  readonly logitRows: Kernel;
  readonly linearPredictor: Kernel;
  readonly weightedLeverage: Kernel;
  readonly weightedLeverageWorkspace: Kernel;
}
