// The exports of this family.
export { treeSort, treeSortWorkspace } from './binning';
export { treeBinColumns, treeColumnsBytes, treeSortColumns } from './columns';
export { treeGradients, treeLoss, treeSoftmaxGradients, treeSoftmaxLoss } from './objectives';
export { treeAddScores, treeAdvance, treeFill, treeFillTravelling, treeFinish, treeTallyBytes } from './records';
export { treeCrewBytes, treeHelp } from './crew';
export { treeRenew } from './renew';
export { treeBootstrap, treeFeatures, treeInfluence, treeSampleGradients, treeSampleRows } from './random';
export { treeGrowBytes, treeNodeBytes } from './grow-state';
export { treeGrow } from './grow';
export { treeDirectBytes } from './direct';
export { treeSortedPrepare } from './sorted';
export { treeCountLeftOut, treeExport, treeWalkAdd } from './walk';
export { treePredict } from './predict';
export { treeShapley } from './shapley';
