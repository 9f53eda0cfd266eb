// Lattices of settings: blocks of cells, and trees on them without walking.
export { BLOCK_CELLS, latticeBlocks, latticeCells, latticeRows } from './lattice.ts';
export type { Lattice, LatticeBlock } from './lattice.ts';
export { predictTreesOnLattice } from './trees.ts';
