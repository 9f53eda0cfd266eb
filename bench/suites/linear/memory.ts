import { toColumns, type Problem } from '../../generators/tables.ts';
import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';

export interface Loaded {
  kernels: Kernels;
  /** column-major, in the kernels' memory */
  x: Float64Array;
  y: Float64Array;
}

/** Kernels with a problem in their memory and room for `scratch` bytes beside it. */
export async function loadProblem({ x, y, n, p }: Problem<Float64Array | Int32Array>, { intercept, scratch }: { intercept: boolean; scratch: number }): Promise<Loaded> {
  const columns = p + (intercept ? 1 : 0);
  const bytes = 8 * n * (columns + 1) + scratch + 2 ** 20;
  const kernels = await instantiate(await loadKernels(), KernelMemory.create({ initialBytes: bytes, maximumBytes: Math.max(2 * bytes, 2 ** 26) }));
  const design = toColumns(x, n, p, kernels.memory.allocFloat64(n * columns), intercept);
  const response = kernels.memory.allocFloat64(n);
  response.set(y);
  return { kernels, x: design, y: response };
}
