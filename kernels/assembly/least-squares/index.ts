// The family's exports.
export { columnScales } from './scales';
export { crossInverse, factor, factorWorkspace, invertUpper, solveUpper, solveUpperTransposed } from './householder';
export { combineTriangles, reduceRows, reduceRowsWorkspace } from './reduce';
export { residuals, residualsWorkspace } from './residuals';
export { leverageExact, leverageExactWorkspace, leverageFast, leverageFastWorkspace } from './leverage';
export { correctTriangle, crossProductExact, influenceExact, orthonormalWorkspace } from './orthonormal';
export { multiplyRows, multiplyRowsWorkspace } from './multiply';
export { scaleRows } from './rows';
export { gatherRows } from './gather';
export { addPlanes, sumOfSquaresAbout, weightedSums } from './sums';
