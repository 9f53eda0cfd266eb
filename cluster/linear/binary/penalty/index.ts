/** Ridge, lasso and elastic net of a target of two values; the thread's side is paths.ts. */
export { refitBinary, solveBinaryPaths } from './paths.ts';
export { penaliseBinary } from './penalise.ts';
