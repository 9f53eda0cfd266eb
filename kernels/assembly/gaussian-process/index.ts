export { gpFactor, gpSolveRows, gpInverse, gpForward, gpBackward, gpRowSquares, gpRowsTimes } from './panels';
export { gpCovariance, gpContract, gpContractWorkspace } from './covariance';
export { gpLattice } from './lattice';
