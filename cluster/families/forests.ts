import type { Kernels } from '../../kernels/index.ts';
import { binRows, findBins, growForest, predict } from '../../kernels/trees/index.ts';
import type { TrainedModel } from '../../kernels/models/index.ts';
import type { BinnedRows, ForestOptions } from '../../kernels/trees/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { Assignment, SearchSpace } from '../tuning/index.ts';
import { pooled } from './family.ts';
import type { Evaluator, StudyRows, TunedFamily } from './family.ts';
import { lossOf, sidesOf, someRows } from './rows.ts';

/** Trees of a forest while it is tuned, and of the one that is kept: more never hurt, they only cost. */
const TUNING_TREES = 50;
const FINAL_TREES = 300;

const number = (parameters: Assignment, name: string): number => parameters[name] as number;

function space({ y, x }: StudyRows): SearchSpace {
  return [
    { name: 'max_depth', distribution: { kind: 'int', low: 2, high: 50, log: true } },
    { name: 'min_samples_leaf', distribution: { kind: 'int', low: 1, high: Math.max(2, Math.min(15, Math.floor(y.length / 10))), log: true } },
    { name: 'max_features', distribution: { kind: 'float', low: Math.max(0.2, 1 / x.columns), high: 1 } },
    { name: 'bootstrap', distribution: { kind: 'categorical', choices: [true, false] } },
  ];
}

function forestFamily(name: 'random_forest' | 'extra_trees', kind: 'random-forest' | 'extra-trees', complexity: number, portfolio: readonly Assignment[]): TunedFamily {
  return {
    name,
    complexity,
    space,
    portfolio: () => portfolio,
    open: (kernels, rows, seed) => evaluatorOf(kernels, rows, (p, trees) => ({
      kind, seed, nEstimators: trees, maxDepth: number(p, 'max_depth'), minSamplesLeaf: number(p, 'min_samples_leaf'), maxFeatures: number(p, 'max_features'), bootstrap: p['bootstrap'] as boolean,
    }), kind),
  };
}

function evaluatorOf(kernels: Kernels, rows: StudyRows, options: (parameters: Assignment, trees: number) => ForestOptions, family: 'random-forest' | 'extra-trees'): Evaluator {
  const folds = new Map<number, { training: BinnedRows; y: Float64Array; heldX: Matrix; heldY: Float64Array }>();
  const grown = (parameters: Assignment, trees: number, chosen?: Int32Array): TrainedModel => {
    const { x, y } = someRows(rows, chosen);
    const mark = kernels.memory.mark();
    try {
      const { ensemble } = growForest(kernels, binRows(kernels, findBins(kernels, x), x), y, options(parameters, trees));
      return { family, task: rows.task, features: [...rows.featureNames], state: { ...ensemble, featureNames: [...rows.featureNames] } };
    } finally {
      kernels.memory.release(mark);
    }
  };
  return {
    evaluate(parameters, fold) {
      let sides = folds.get(fold);
      if (!sides) {
        const { x, y, heldX, heldY } = sidesOf(rows, fold);
        folds.set(fold, sides = { training: binRows(kernels, findBins(kernels, x), x), y, heldX, heldY });
      }
      const { ensemble } = growForest(kernels, sides.training, sides.y, options(parameters, TUNING_TREES));
      return { loss: lossOf(rows.task, predict(kernels, ensemble, sides.heldX), sides.heldY), held: sides.heldY.length };
    },
    conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
    fit: (parameters, chosen) => grown(parameters, FINAL_TREES, chosen),
    rough: (parameters, chosen) => grown(parameters, TUNING_TREES, chosen),
  };
}

export const randomForest = forestFamily('random_forest', 'random-forest', 5, [
  { max_depth: 50, min_samples_leaf: 1, max_features: 1, bootstrap: true },
  { max_depth: 50, min_samples_leaf: 1, max_features: 0.6, bootstrap: false },
]);
export const extraTrees = forestFamily('extra_trees', 'extra-trees', 6, [
  { max_depth: 50, min_samples_leaf: 1, max_features: 1, bootstrap: false },
  { max_depth: 50, min_samples_leaf: 2, max_features: 1, bootstrap: true },
]);
