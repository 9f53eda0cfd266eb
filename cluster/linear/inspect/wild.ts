import { KernelMemory, wildInfluence, wildReplicates, type KernelSlab, type WildInfluence } from '../../../kernels/index.ts';
import type { Design } from '../design.ts';
import { takeTurns, type Done, type Share } from '../spread.ts';

export interface WildPiece {
  given: {
    design: Design;
    /** columns with a coefficient */
    kept: readonly number[];
    residual: Float64Array;
    leverage: Float64Array;
    cluster: Int32Array | null;
    seed: number;
  };
  from: number;
  to: number;
}

/** Replicates of a wild bootstrap, block after block; a task. @returns t* of each block, and the standard errors of the fit itself */
export function wildPieces(share: Share<WildPiece>): Promise<Done<{ t: Float64Array; standardErrors: Float64Array }>> {
  const [first] = share.pieces;
  if (first === undefined) return Promise.resolve([]);
  const made = influenceOf(share.slab, first.given);
  return Promise.resolve(takeTurns(share, ({ given: { seed }, from, to }) => ({ t: wildReplicates(made, seed, from, to), standardErrors: made.standardErrors })));
}

/** Rows times √w, so that errors have one variance. */
function influenceOf(slab: KernelSlab, { design: { n, x, weights }, kept, residual, leverage, cluster }: WildPiece['given']): WildInfluence {
  const memory = KernelMemory.attach(slab);
  const root = weights === null ? null : memory.float64(weights, n).map(Math.sqrt);
  const scaled = (values: Float64Array): Float64Array => (root === null ? values.slice() : values.map((value, i) => value * (root[i] as number)));
  return wildInfluence(n, kept.map((j) => scaled(memory.float64(x + j * n * 8, n))), scaled(residual), leverage, cluster);
}
