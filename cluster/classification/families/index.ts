import { tunedFamilies, type NonlinearFamilyName } from '../../families/index.ts';
import type { Parameter } from '../../tuning/index.ts';
import { additiveBoosting } from './additive.ts';
import { discriminantAnalysis, firthLogistic, gaussianProcess, logistic, nearestNeighbours, quadraticLogistic, sparseLogistic, supportVectors } from './distances.ts';
import type { ClassificationFamilyName, LabelFamily } from './family.ts';

export { shapeFunctions, type ShapeFunction } from './additive.ts';
export { probabilities } from './distances.ts';
export type { ClassificationFamilyName, LabelFamily, LabelModel } from './family.ts';

/** Trees read gaps and levels natively. */
function trees(name: ClassificationFamilyName & NonlinearFamilyName): LabelFamily {
  const family = tunedFamilies[name];
  return {
    ...family,
    name,
    open(kernels, rows, seed) {
      const evaluator = family.open(kernels, rows, seed);
      return {
        evaluate: (parameters, fold) => evaluator.evaluate(parameters, fold),
        conclude: (parameters, outcomes) => evaluator.conclude(parameters, outcomes),
        fit: (parameters, chosen) => ({ preparation: null, model: evaluator.fit(parameters, chosen) }),
        ...evaluator.rough !== undefined && { rough: (parameters, chosen) => ({ preparation: null, model: evaluator.rough?.(parameters, chosen) ?? evaluator.fit(parameters, chosen) }) },
      };
    },
  };
}

/** From so many columns on a node of a forest looks at some of them only: all would cost as many times more as there are of them, and trees that look at all are alike. */
const WIDE_COLUMNS = 100;

function wide(family: LabelFamily): LabelFamily {
  return {
    ...family,
    space: (rows) => family.space(rows).map((parameter): Parameter => (parameter.name !== 'max_features' || rows.x.columns < WIDE_COLUMNS ? parameter : { ...parameter, distribution: { kind: 'float', low: 0.5 / Math.sqrt(rows.x.columns), high: 3 / Math.sqrt(rows.x.columns) } })),
  };
}

export const labelFamilies: Readonly<Record<ClassificationFamilyName, LabelFamily>> = {
  logistic, quadratic_logistic: quadraticLogistic, gaussian_process: gaussianProcess, nearest_neighbours: nearestNeighbours,
  firth_logistic: firthLogistic, sparse_logistic: sparseLogistic, discriminant: discriminantAnalysis,
  support_vectors: supportVectors, additive_boosting: additiveBoosting,
  lightgbm: trees('lightgbm'), xgboost: trees('xgboost'), random_forest: wide(trees('random_forest')), extra_trees: wide(trees('extra_trees')),
};
