import { latticeCells } from '../lattice/index.ts';
import type { Kernels } from '../module.ts';
import { checkFinite, coordinatesOf, encode } from './encode.ts';
import { scaleCoordinates } from './points.ts';
import { SHAPE_CODE } from './types.ts';
import type { GpModel } from './types.ts';

/**
 * Means of all cells, f64[cells], the last column fastest: along each column the squared distances from its levels to the training rows are tabulated once, so a cell costs one multiplication and
 * addition a training row (rbf) or one root and exponential (the others). Agrees with predictions of rows to rounding. Throws KernelError: kernel_shape, kernel_domain (levels), non_finite_input.
 */
export function predictGaussianProcessOnLattice(kernels: Kernels, model: GpModel, levels: readonly Float64Array[]): Float64Array {
  const cells = latticeCells({ levels });
  const { memory, exports } = kernels;
  const { n, p, parameters } = model;
  const n4 = Math.ceil(n / 4) * 4;
  const { column } = coordinatesOf(model.columns);
  const scaling = scaleCoordinates(coordinatesOf(model.columns), parameters);
  const mark = memory.mark();
  try {
    const axes = memory.alloc(levels.length * 8);
    // the linear part of the covariance is a sum over columns: its share of the mean needs no training rows in the cell
    const trends: Float64Array[] = [];
    levels.forEach((list, j) => {
      const table = memory.alloc(list.length * n4 * 8);
      memory.int32(axes + j * 8, 2).set([table, list.length]);
      const coordinates = encodeLevels(model, levels, j);
      const out = memory.float64(table, list.length * n4).fill(0);
      trends.push(list.map((_, level) => {
        let trend = 0;
        for (let i = 0; i < n; i++) {
          let [distance, product] = [0, 0];
          for (let k = 0; k < p; k++) {
            if (column[k] !== j) continue;
            const [a, b, divisor] = [coordinates[level * p + k] as number, model.x[i * p + k] as number, scaling.divisors[k] as number];
            distance += ((a - b) / divisor) ** 2;
            product += (scaling.linear[k] as number) * (a / divisor) * (b / divisor);
          }
          out[level * n4 + i] = model.shape === 'rbf' ? Math.exp(-distance / 2) : distance;
          trend += product * (model.alpha[i] as number);
        }
        return trend;
      }));
    });
    const weights = memory.alloc(n4 * 8);
    const w = memory.float64(weights, n4).fill(0);
    for (let i = 0; i < n; i++) w[i] = parameters.amplitude * (model.alpha[i] as number);
    const out = memory.alloc(cells * 8);
    exports.gpLattice(SHAPE_CODE[model.shape], axes, levels.length, n4, weights, memory.alloc(levels.length * n4 * 8), memory.alloc(levels.length * 4), memory.alloc(1024), out);
    const mean = memory.copyFloat64(out, cells);
    let inner = 1;
    for (let j = levels.length - 1; j >= 0; j--) {
      const trend = trends[j] as Float64Array;
      const stride = inner;
      inner *= trend.length;
      if (parameters.linear > 0) for (let cell = 0; cell < cells; cell++) mean[cell] = (mean[cell] as number) + (trend[Math.floor(cell / stride) % trend.length] as number);
    }
    return mean.map((value) => model.offset + model.scale * (model.level + value));
  } finally {
    memory.release(mark);
  }
}

/** Coordinates of the levels of one column, row-major levels × p; the other columns stand at their first level. */
function encodeLevels(model: GpModel, levels: readonly Float64Array[], j: number): Float64Array {
  const rows = (levels[j] as Float64Array).length;
  const x = { values: Float64Array.from({ length: rows * levels.length }, (_, at) => (levels[at % levels.length] as Float64Array)[at % levels.length === j ? Math.floor(at / levels.length) : 0] as number), rows, columns: levels.length, order: 'row-major' as const };
  checkFinite(x);
  return encode(x, model.columns, model.p);
}
