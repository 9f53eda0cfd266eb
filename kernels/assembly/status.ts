// What every kernel returns. Keep in step with kernels/status.ts.
// @ts-ignore: decorator
@inline export const OK: i32 = 0;
/** An input is NaN or infinite. */
// @ts-ignore: decorator
@inline export const NON_FINITE: i32 = 1;
/** A matrix that has to be inverted is singular. */
// @ts-ignore: decorator
@inline export const SINGULAR: i32 = 2;
