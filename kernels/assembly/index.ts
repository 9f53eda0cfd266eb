// The module's exports. Everything is a flat function over pointers (bytes) and sizes (elements); nothing allocates or keeps state.
export { columnScales } from './least-squares/scales';
export { crossInverse, factor, factorWorkspace, invertUpper, solveUpper, solveUpperTransposed } from './least-squares/householder';
export { reduceRows, reduceRowsWorkspace } from './least-squares/reduce';
export { residuals, residualsWorkspace } from './least-squares/residuals';
export { leverageExact, leverageFast, leverageFastWorkspace } from './least-squares/leverage';
export { gatherRows } from './least-squares/gather';
export { designFactorBytes, designOutcome, designProblemBytes, designSearchBytes } from './design/problem';
export { designGivenStart, designImprove, designRandomStart } from './design/coordinate-exchange';
export { columnSums, crossProducts, crossProductsWorkspace } from './elastic-net/cross-products';
export { elasticNetPath, elasticNetPathWorkspace } from './elastic-net/path';
export { designListBytes, designWalkBytes, designWalkImprove, designWalkOutcome, designWalkStart } from './design/row-exchange';
