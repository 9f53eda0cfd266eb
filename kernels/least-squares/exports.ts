import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/least-squares/index.ts exports. */
export interface LeastSquaresExports {
  readonly columnScales: Kernel;
  readonly factor: Kernel;
  readonly factorWorkspace: Kernel;
  readonly invertUpper: Kernel;
  readonly solveUpper: Kernel;
  readonly solveUpperTransposed: Kernel;
  readonly crossInverse: Kernel;
  readonly residuals: Kernel;
  readonly residualsWorkspace: Kernel;
  readonly leverageExact: Kernel;
  readonly leverageExactWorkspace: Kernel;
  readonly leverageFast: Kernel;
  readonly leverageFastWorkspace: Kernel;
  readonly reduceRows: Kernel;
  readonly reduceRowsWorkspace: Kernel;
  readonly combineTriangles: Kernel;
  readonly crossProductExact: Kernel;
  readonly correctTriangle: Kernel;
  readonly influenceExact: Kernel;
  readonly orthonormalWorkspace: Kernel;
  readonly multiplyRows: Kernel;
  readonly multiplyRowsWorkspace: Kernel;
  readonly scaleRows: Kernel;
  readonly gatherRows: Kernel;
  readonly weightedSums: Kernel;
  readonly sumOfSquaresAbout: Kernel;
  readonly addPlanes: Kernel;
}
