// The exports of this family.
export { columnSums, crossProducts, crossProductsWorkspace } from './cross-products';
export { elasticNetPath, elasticNetPathWorkspace } from './path';
