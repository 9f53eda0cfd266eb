import { tunedFamilies, type NonlinearFamilyName } from '../../families/index.ts';
import { discriminantAnalysis, firthLogistic, gaussianProcess, logistic, nearestNeighbours, quadraticLogistic, sparseLogistic } from './distances.ts';
import type { ClassificationFamilyName, LabelFamily } from './family.ts';

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

export const labelFamilies: Readonly<Record<ClassificationFamilyName, LabelFamily>> = {
  logistic, quadratic_logistic: quadraticLogistic, gaussian_process: gaussianProcess, nearest_neighbours: nearestNeighbours,
  firth_logistic: firthLogistic, sparse_logistic: sparseLogistic, discriminant: discriminantAnalysis,
  lightgbm: trees('lightgbm'), xgboost: trees('xgboost'), random_forest: trees('random_forest'), extra_trees: trees('extra_trees'),
};
