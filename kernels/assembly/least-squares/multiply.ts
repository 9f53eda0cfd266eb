// Row blocks of X times a small matrix, in f64.
import { OK } from '../status';
import { BLOCK, blockBytes, blockTimes, packBlock, packMatrix, scratchBytes } from '../tiles/panels';
import { TILE } from '../tiles/product';

/** Bytes of scratch for `multiplyRows` with `rank` columns of X and as many or fewer of M. */
export function multiplyRowsWorkspace(n: i32, rank: i32): usize {
  return scratchBytes(rank, rank);
}

/**
 * out = X[:, pivots] diag(scales) M. x: column-major, leading dimension ld; M: rank x columns (columns <= rank), column-major, leading dimension ldm.
 * out: column-major, leading dimension ldOut >= n. Cost: 2 n rank columns flop in 4 x 4 register tiles.
 */
export function multiplyRows(x: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, m: usize, ldm: i32, columns: i32, out: usize, ldOut: i32, work: usize): i32 {
  const block = work + TILE;
  const matrix = block + blockBytes(rank);
  packMatrix(m, ldm, rank, columns, matrix);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    packBlock(x, ld, scales, pivots, rank, from, rows, block);
    blockTimes(block, rows, rank, matrix, columns, out + (<usize>from << 3), ldOut, work);
  }
  return OK;
}
