import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { predict } from '../trees/index.ts';
import type { Ensemble } from '../trees/index.ts';
import { latticeCells, latticeRows } from './lattice.ts';

/** Flags of a node that compares x <= threshold for every number: default side and "NaN is missing". */
const PLAIN_FLAGS = 1 | 4;
/** Rows made and predicted at once where trees cannot be added as boxes. */
const ROWS = 4096;

/**
 * Predictions of all cells, f64[cells], of an ensemble with one output: leaves are added as boxes of levels (specification §7.6), whose cost does not grow with cells times trees.
 * Sums are exact to 2^-60 of the largest; an ensemble in single precision has them without its roundings. Throws KernelError: kernel_shape, kernel_domain, kernel_memory_exhausted.
 */
export function predictTreesOnLattice(kernels: Kernels, ensemble: Ensemble, levels: readonly Float64Array[]): Float64Array {
  const cells = latticeCells({ levels });
  if (levels.length !== ensemble.features) throw new KernelError('kernel_shape', `${levels.length} columns, the model has ${ensemble.features}`, { columns: levels.length, expected: ensemble.features });
  if (ensemble.outputs !== 1) throw new KernelError('kernel_shape', `an ensemble of ${ensemble.outputs} outputs`, { outputs: ensemble.outputs });
  if (!ensemble.flags.every((flag) => (flag & ~PLAIN_FLAGS) === 0)) return byRows(kernels, ensemble, levels, cells);
  const { memory, exports } = kernels;
  const trees = ensemble.roots.length - 1;
  const mark = memory.mark();
  try {
    const nodes = placeNodes(kernels, ensemble);
    const roots = memory.alloc(ensemble.roots.byteLength);
    memory.int32(roots, ensemble.roots.length).set(ensemble.roots);
    const axes = memory.alloc(levels.length * 24);
    const strides = placeAxes(kernels, axes, levels, ensemble.arithmetic === 'f32');
    const scale = fixedPoint(ensemble);
    const out = memory.alloc(cells * 8);
    memory.float64(out, cells).fill(0);
    exports.latticeTrees(nodes, roots, trees, axes, levels.length, scale, out, memory.alloc(256));
    levels.forEach(({ length }, j) => { if (length > 1) exports.latticeSum(out, cells, length, strides[j] as number); });
    exports.latticeValues(out, cells, 1 / scale / (ensemble.average ? trees : 1), (ensemble.base[0] as number) / (ensemble.average ? trees : 1));
    const scores = memory.copyFloat64(out, cells);
    if (ensemble.link === 'logistic') return scores.map((score) => 1 / (1 + Math.exp(-score)));
    return ensemble.link === 'log' ? scores.map(Math.exp) : scores;
  } finally {
    memory.release(mark);
  }
}

function byRows(kernels: Kernels, ensemble: Ensemble, levels: readonly Float64Array[], cells: number): Float64Array {
  const out = new Float64Array(cells);
  for (let from = 0; from < cells; from += ROWS) out.set(predict(kernels, ensemble, latticeRows({ levels }, from, Math.min(cells, from + ROWS))), from);
  return out;
}

/** A power of two that keeps any sum of one leaf per tree below 2^61. */
function fixedPoint({ roots, left, value }: Ensemble): number {
  let sum = 0;
  for (let t = 0; t + 1 < roots.length; t++) {
    let most = 0;
    for (let i = roots[t] as number; i < (roots[t + 1] as number); i++) if ((left[i] as number) < 0) most = Math.max(most, Math.abs(value[i] as number));
    sum += most;
  }
  return sum > 0 ? 2 ** Math.min(900, 60 - Math.ceil(Math.log2(sum))) : 1;
}

function placeAxes({ memory }: Kernels, axes: number, levels: readonly Float64Array[], single: boolean): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let j = levels.length - 1; j >= 0; j--) {
    strides[j] = stride;
    stride *= (levels[j] as Float64Array).length;
  }
  levels.forEach((list, j) => {
    const at = memory.alloc(list.length * 8);
    memory.float64(at, list.length).set(single ? list.map(Math.fround) : list);
    memory.int32(axes + j * 24, 6).set([at, list.length, strides[j] as number, 0, list.length, 0]);
  });
  return strides;
}

/** The layout of treePredict. */
function placeNodes({ memory }: Kernels, { left, feature, threshold, value, flags }: Ensemble): number {
  const n = left.length;
  const pointer = memory.alloc(n * 16);
  const doubles = memory.float64(pointer, n * 2);
  const ints = memory.int32(pointer, n * 4);
  for (let i = 0; i < n; i++) {
    doubles[2 * i] = ((left[i] as number) < 0 ? value[i] : threshold[i]) as number;
    ints[4 * i + 2] = left[i] as number;
    ints[4 * i + 3] = (feature[i] as number) | ((flags[i] as number) << 16);
  }
  return pointer;
}
