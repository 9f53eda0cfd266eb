import type { Kernels } from '../module.ts';
import { solveBlocks } from './blocks.ts';
import type { BlockProblem } from './blocks.ts';

/** Minimises one quadratic problem to rounding, from `start`: single columns by the path kernel with its direct solves, blocks of several by block descent. Mutates nothing. */
export function solveQuadratic(kernels: Kernels, problem: BlockProblem, start: Float64Array, maxSweeps = 10_000): Float64Array {
  if (problem.blocks.some((block) => block.length > 1)) return solveBlocks(problem, start, maxSweeps).beta;
  const { memory, exports } = kernels;
  const { p, blocks } = problem;
  const mark = memory.mark();
  try {
    const put = (values: Float64Array): number => {
      const view = memory.allocFloat64(values.length);
      view.set(values);
      return view.byteOffset;
    };
    const byColumn = (values: ArrayLike<number>): Float64Array => {
      const out = new Float64Array(p);
      blocks.forEach(([j], at) => { out[j as number] = values[at] as number; });
      return out;
    };
    const one = put(Float64Array.of(1));
    const beta = memory.allocFloat64(p).byteOffset;
    const stats = memory.allocFloat64(4).byteOffset;
    exports.elasticNetPath(put(problem.gram), put(problem.cross), p, put(byColumn(problem.threshold)), put(byColumn(problem.ridge)), one, one, 1, 1, 1e-12, 1, maxSweeps, put(start), beta, stats, memory.alloc(exports.elasticNetPathWorkspace(p)));
    return memory.copyFloat64(beta, p);
  } finally {
    memory.release(mark);
  }
}
