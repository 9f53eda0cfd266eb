// Public face of the kernels room: numerics on one shared memory. Knows no job, file, network or thread pool.
export { KernelError } from './errors.ts';
export type { KernelErrorCode } from './errors.ts';
export { KernelMemory } from './memory.ts';
export type { KernelSlab, Mark } from './memory.ts';
export { instantiate, loadKernels } from './module.ts';
export type { Kernels } from './module.ts';
export { fitModel } from './regression/index.ts';
export type { FittedModel } from './regression/index.ts';
export * from './robust-covariance/index.ts';
export * from './regression-tests/index.ts';
export * from './power-transform/index.ts';
export * from './decimal/index.ts';
export * from './distributions/index.ts';
export { columnPower, columnProduct } from './double-double/index.ts';
export type { Column, DoubleDouble } from './double-double/index.ts';
export * from './least-squares/index.ts';
export * from './design/index.ts';
export * from './elastic-net/index.ts';
