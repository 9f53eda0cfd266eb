// The module's exports. Everything is a flat function over pointers (bytes) and sizes (elements); nothing allocates or keeps state.
export * from './least-squares/index';
export * from './gram/index';
export { designFactorBytes, designOutcome, designProblemBytes, designSearchBytes } from './design/problem';
export { designGivenStart, designImprove, designRandomStart } from './design/coordinate-exchange';
export { columnSums, crossProducts, crossProductsWorkspace } from './elastic-net/cross-products';
export { elasticNetPath, elasticNetPathWorkspace } from './elastic-net/path';
export { designListBytes, designWalkBytes, designWalkImprove, designWalkOutcome, designWalkStart } from './design/row-exchange';
export * from './ridge/index';
export { linearPredictor, weightedLeverage, weightedLeverageWorkspace } from './logistic/rows';
