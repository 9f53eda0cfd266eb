export { addScaled, dot, extendBasis, influenceRows, modelBasis, orthonormalBasis, residualsOn } from './basis.ts';
export type { Basis } from './basis.ts';
export { columnOf, fitModel, leverageOf } from './model.ts';
export type { FittedModel } from './model.ts';
