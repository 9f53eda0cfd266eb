import { KernelError } from '../errors.ts';
import { BLOCK_CELLS, latticeBlocks, latticeCells, latticeRows } from '../lattice/index.ts';
import type { Lattice } from '../lattice/index.ts';
import type { Kernels } from '../module.ts';
import type { Matrix } from '../trees/index.ts';
import { countClasses } from './classes.ts';
import { discriminantAnalysis } from './discriminant.ts';
import { gaussianProcess } from './gaussian-process.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { supportVectors } from './support-vectors.ts';
import { elasticNetSurface, responseSurface } from './surface.ts';
import { boosting, extraTrees, randomForest } from './trees.ts';
import type { Family, FamilyName, FamilyTypes, Prediction, Predictor, Task, TrainedModel, TrainingRows } from './types.ts';

/** Every family, by name. */
export const families: Readonly<{ [F in FamilyName]: Family<F> }> = {
  'boosting': boosting, 'random-forest': randomForest, 'extra-trees': extraTrees, 'gaussian-process': gaussianProcess, 'nearest-neighbours': nearestNeighbours,
  'response-surface': responseSurface, 'elastic-net': elasticNetSurface, 'discriminant': discriminantAnalysis, 'support-vectors': supportVectors,
};

export interface FitSettings<F extends FamilyName> {
  /** Default regression. */
  task?: Task;
  /** Labels of the task multiclass. Default: the largest label of the rows and 1. */
  classes?: number;
  /** Default 0. */
  seed?: number;
  options?: FamilyTypes[F]['options'];
}

/**
 * Fits a family. Depends on rows, settings and seed only; scratch is taken from `kernels.memory` and given back.
 * Throws KernelError: kernel_domain (a task that the family does not have, labels, options), and what the family throws.
 */
export function fitModel<F extends FamilyName>(kernels: Kernels, family: F, rows: TrainingRows, settings: FitSettings<F> = {}): { model: TrainedModel<F>; unseen?: Prediction } {
  const { task = 'regression', seed = 0, options = {} } = settings;
  const { columns } = rows.x;
  const names = rows.featureNames;
  if (names !== undefined && names.length !== columns) throw new KernelError('kernel_shape', `${names.length} names for ${columns} columns`, { names: names.length, columns });
  const own: Family<F> = families[family];
  if (!own.tasks.includes(task)) throw new KernelError('kernel_domain', `${family} has no task ${task}`, { name: 'task', value: task, family });
  const classes = countClasses(task, rows.y, settings.classes);
  const { state, unseen } = own.fit(kernels, rows, { task, classes, seed, options });
  const model = { family, task, ...(task === 'multiclass' ? { classes } : {}), features: names === undefined ? Array.from({ length: columns }, (_, j) => `Column_${j}`) : [...names], state };
  return unseen === undefined ? { model } : { model, unseen };
}

/** Lays a model out for many predictions; release the caller's mark to free it. With `variance` families that know theirs give it, at a cost. */
export function openModel<F extends FamilyName>(kernels: Kernels, model: TrainedModel<F>, { variance = false }: { variance?: boolean } = {}): Predictor {
  const family: Family<F> = families[model.family];
  const inner = family.open(kernels, model.state, { task: model.task, variance });
  return {
    predict(x) {
      checkColumns(x, model.features.length);
      const prediction = inner.predict(x);
      return model.task === 'binary' ? { ...prediction, mean: prediction.mean.map(probability) } : prediction;
    },
  };
}

/** Predictions of rows. Throws KernelError kernel_shape, and what the family throws. */
export function predictModel(kernels: Kernels, model: TrainedModel, x: Matrix, want: { variance?: boolean } = {}): Prediction {
  const mark = kernels.memory.mark();
  try {
    return openModel(kernels, model, want).predict(x);
  } finally {
    kernels.memory.release(mark);
  }
}

export interface LatticePrediction extends Prediction {
  /** Number of the first cell; the last column runs fastest. */
  first: number;
}

/** Cells made into rows at once. */
const ROWS = 8192;

/**
 * Predictions of all combinations of levels, block by block in the order of the cells: memory is that of a block, whatever the size of the lattice. Trees are added as boxes of levels.
 * Throws KernelError: kernel_shape, kernel_domain (levels), and what the family throws.
 */
export function* predictLattice<F extends FamilyName>(kernels: Kernels, model: TrainedModel<F>, lattice: Lattice, { variance = false, blockCells = BLOCK_CELLS }: { variance?: boolean; blockCells?: number } = {}): Generator<LatticePrediction> {
  latticeCells(lattice);
  if (lattice.levels.length !== model.features.length) throw new KernelError('kernel_shape', `${lattice.levels.length} columns, the model has ${model.features.length}`, { columns: lattice.levels.length, expected: model.features.length });
  const family: Family<F> = families[model.family];
  const mark = kernels.memory.mark();
  try {
    let opened: Predictor | undefined;
    for (const block of latticeBlocks(lattice, blockCells)) {
      const values = opened === undefined && model.task !== 'multiclass' ? family.onLattice?.(kernels, model.state, block.levels, { variance }) : undefined;
      if (values !== undefined) {
        yield { first: block.first, mean: model.task === 'binary' ? values.map(probability) : values };
        continue;
      }
      opened ??= openModel(kernels, model, { variance });
      const planes = model.classes ?? 1;
      const mean = new Float64Array(planes * block.cells);
      let variances: Float64Array | undefined;
      for (let from = 0; from < block.cells; from += ROWS) {
        const to = Math.min(block.cells, from + ROWS);
        const part = opened.predict(latticeRows(block, from, to));
        for (let k = 0; k < planes; k++) mean.set(part.mean.subarray(k * (to - from), (k + 1) * (to - from)), k * block.cells + from);
        if (part.variance !== undefined) (variances ??= new Float64Array(block.cells)).set(part.variance, from);
      }
      yield { first: block.first, mean, ...(variances === undefined ? {} : { variance: variances }) };
    }
  } finally {
    kernels.memory.release(mark);
  }
}

/** Sums of leaves may pass 0 and 1 by a rounding. */
const probability = (value: number): number => Math.min(1, Math.max(0, value));

function checkColumns({ values, rows, columns }: Matrix, expected: number): void {
  if (columns !== expected) throw new KernelError('kernel_shape', `${columns} columns, the model has ${expected}`, { columns, expected });
  if (values.length !== rows * columns || rows < 1) throw new KernelError(rows < 1 ? 'no_rows' : 'kernel_shape', `${values.length} values are not ${rows} × ${columns}`, { values: values.length, rows, columns });
}
