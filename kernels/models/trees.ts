import type { Kernels } from '../module.ts';
import { predictTreesOnLattice } from '../lattice/index.ts';
import { binRows, boost, findBins, growForest, predict } from '../trees/index.ts';
import type { BinnedRows, BoostOptions, Ensemble } from '../trees/index.ts';
import type { Family, Predictor, Task, TrainingRows } from './types.ts';
import { refuseWeights } from './check.ts';

const open = (kernels: Kernels, state: Ensemble): Predictor => ({ predict: (x) => ({ mean: predict(kernels, state, x) }) });

function withBins<T>(kernels: Kernels, { x }: TrainingRows, work: (rows: BinnedRows) => T): T {
  const mark = kernels.memory.mark();
  try {
    return work(binRows(kernels, findBins(kernels, x), x));
  } finally {
    kernels.memory.release(mark);
  }
}

const OBJECTIVES: Readonly<Record<Task, (classes: number) => BoostOptions>> = {
  regression: () => ({ objective: 'squared' }), binary: () => ({ objective: 'logistic' }), multiclass: (numClass) => ({ objective: 'softmax', numClass }),
};

/** Options under LightGBM's names; growth depth-wise is XGBoost's. */
export const boosting: Family<'boosting'> = {
  name: 'boosting',
  tasks: ['regression', 'binary', 'multiclass'],
  fit: (kernels, rows, { task, classes, seed, options }) => withBins(kernels, rows, (binned) => ({
    state: boost(kernels, { rows: binned, y: rows.y, weights: rows.weights, featureNames: rows.featureNames }, { ...OBJECTIVES[task](classes), seed, ...options }).ensemble,
  })),
  open,
  onLattice: predictTreesOnLattice,
};

const forest = <F extends 'random-forest' | 'extra-trees'>(name: F): Family<'random-forest' | 'extra-trees'> => ({
  name,
  tasks: ['regression', 'binary'],
  fit: (kernels, rows, { seed, options }) => withBins(kernels, rows, (binned) => {
    refuseWeights(name, rows);
    const { ensemble, outOfBag } = growForest(kernels, binned, rows.y, { ...options, kind: name, seed });
    return { state: { ...ensemble, ...(rows.featureNames === undefined ? {} : { featureNames: [...rows.featureNames] }) }, ...(outOfBag === undefined ? {} : { unseen: { mean: outOfBag } }) };
  }),
  open,
  onLattice: predictTreesOnLattice,
});

export const randomForest = forest('random-forest') as Family<'random-forest'>;
export const extraTrees = forest('extra-trees') as Family<'extra-trees'>;
