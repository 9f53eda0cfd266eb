/** Shapes: what correlation is of distance. In step with kernels/gaussian-process/types.ts; 3 is the exponential. */
// @ts-ignore: decorator
@inline export const RBF: i32 = 0;
// @ts-ignore: decorator
@inline export const MATERN52: i32 = 1;
// @ts-ignore: decorator
@inline export const MATERN32: i32 = 2;
