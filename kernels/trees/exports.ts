import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/trees/index.ts exports. */
export interface TreesExports {
  readonly treeBinColumns: Kernel;
  readonly treeColumnsBytes: Kernel;
  readonly treeSortColumns: Kernel;
  readonly treeSort: Kernel;
  readonly treeSortWorkspace: Kernel;
  readonly treeGradients: Kernel;
  readonly treeLoss: Kernel;
  readonly treeSoftmaxGradients: Kernel;
  readonly treeSoftmaxLoss: Kernel;
  readonly treeAddScores: Kernel;
  readonly treeAdvance: Kernel;
  readonly treeFill: Kernel;
  readonly treeFillTravelling: Kernel;
  readonly treeFinish: Kernel;
  readonly treeRenew: Kernel;
  readonly treeBootstrap: Kernel;
  readonly treeFeatures: Kernel;
  readonly treeSampleRows: Kernel;
  readonly treeSampleGradients: Kernel;
  readonly treeInfluence: Kernel;
  readonly treeGrowBytes: Kernel;
  readonly treeNodeBytes: Kernel;
  readonly treeGrow: Kernel;
  readonly treeTallyBytes: Kernel;
  readonly treeCrewBytes: Kernel;
  readonly treeHelp: Kernel;
  readonly treeDirectBytes: Kernel;
  readonly treeSortedPrepare: Kernel;
  readonly treeCountLeftOut: Kernel;
  readonly treeExport: Kernel;
  readonly treeWalkAdd: Kernel;
  readonly treePredict: Kernel;
  readonly treeShapley: Kernel;
}
