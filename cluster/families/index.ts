import { boostedOptions, gradientBoost, lightgbm, MOST_TREES, PATIENCE, pooledCurve, xgboost } from './boosting.ts';
import type { NonlinearFamilyName, TunedFamily } from './family.ts';
import { extraTrees, randomForest } from './forests.ts';
import { elasticNet, gaussianProcess, lasso, responseSurface, ridge } from './kernels.ts';

export { boostedOptions, MOST_TREES, PATIENCE, pooledCurve };
export { familyNames, pooled } from './family.ts';
export type { Evaluator, FoldOutcome, NonlinearFamilyName, StudyRows, TrialOutcome, TunedFamily } from './family.ts';
export { fitInside, overrideSpace, unknownName } from './hyperparams.ts';
export type { Override, Overrides } from './hyperparams.ts';
export { logLoss, sidesOf, someRows, take, takeRows } from './rows.ts';

export const tunedFamilies: Readonly<Record<NonlinearFamilyName, TunedFamily>> = {
  random_forest: randomForest, extra_trees: extraTrees, lightgbm, xgboost, gradient_boost: gradientBoost, ridge, lasso, elastic_net: elasticNet, response_surface: responseSurface, gaussian_process: gaussianProcess,
};
