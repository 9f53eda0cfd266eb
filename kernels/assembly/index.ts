// The module's exports. Everything is a flat function over pointers (bytes) and sizes (elements); nothing allocates or keeps state.
export * from './least-squares/index';
export * from './gram/index';
export * from './design/index';
export * from './elastic-net/index';
export * from './ridge/index';
export * from './logistic/index';
export * from './trees/index';
export * from './gaussian-process/index';
export * from './pareto/index';
export * from './nearest/index';
export * from './lattice/index';
