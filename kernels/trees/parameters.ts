import { KernelError } from '../errors.ts';
import type { ObjectiveName } from './objectives.ts';
import type { BoostOptions } from './options.ts';

type Name = keyof BoostOptions;

/** LightGBM's names and aliases, XGBoost's names, scikit-learn wrappers' names. */
const NAMES: Readonly<Record<string, Name>> = {
  num_iterations: 'numIterations', n_estimators: 'numIterations', num_round: 'numIterations', num_boost_round: 'numIterations', num_trees: 'numIterations', max_iter: 'numIterations',
  learning_rate: 'learningRate', eta: 'learningRate', shrinkage_rate: 'learningRate', num_leaves: 'numLeaves', max_leaves: 'numLeaves', max_leaf_nodes: 'numLeaves', max_depth: 'maxDepth',
  min_data_in_leaf: 'minDataInLeaf', min_child_samples: 'minDataInLeaf', min_samples_leaf: 'minDataInLeaf', min_sum_hessian_in_leaf: 'minSumHessianInLeaf', min_child_weight: 'minSumHessianInLeaf',
  min_gain_to_split: 'minGainToSplit', min_split_gain: 'minGainToSplit', gamma: 'minGainToSplit', min_split_loss: 'minGainToSplit', lambda_l1: 'lambdaL1', reg_alpha: 'lambdaL1', lambda_l2: 'lambdaL2', reg_lambda: 'lambdaL2',
  lambda: 'lambdaL2', max_delta_step: 'maxDeltaStep', bagging_fraction: 'baggingFraction', subsample: 'baggingFraction', bagging_freq: 'baggingFreq', subsample_freq: 'baggingFreq', feature_fraction: 'featureFraction',
  colsample_bytree: 'featureFraction', colsample_bylevel: 'featureFractionByLevel', feature_fraction_bynode: 'featureFractionByNode', colsample_bynode: 'featureFractionByNode', seed: 'seed', random_state: 'seed', early_stopping_round: 'earlyStoppingRound',
  early_stopping_rounds: 'earlyStoppingRound', num_class: 'numClass', scale_pos_weight: 'scalePosWeight', data_sample_strategy: 'dataSampleStrategy', top_rate: 'topRate', other_rate: 'otherRate', path_smooth: 'pathSmooth',
  cat_smooth: 'catSmooth', cat_l2: 'catL2', max_cat_threshold: 'maxCatThreshold', max_cat_to_onehot: 'maxCatToOnehot', min_data_per_group: 'minDataPerGroup', monotone_constraints: 'monotoneConstraints',
  interaction_constraints: 'interactionConstraints', quantile_alpha: 'alpha', huber_slope: 'alpha',
};

const OBJECTIVES: Readonly<Record<string, ObjectiveName>> = {
  'regression': 'squared', 'regression_l2': 'squared', 'l2': 'squared', 'mse': 'squared', 'reg:squarederror': 'squared', 'regression_l1': 'absolute', 'l1': 'absolute', 'mae': 'absolute', 'reg:absoluteerror': 'absolute',
  'huber': 'huber', 'quantile': 'quantile', 'reg:quantileerror': 'quantile', 'poisson': 'poisson', 'count:poisson': 'poisson', 'binary': 'logistic', 'binary:logistic': 'logistic', 'multiclass': 'softmax', 'softmax': 'softmax',
  'multi:softprob': 'softmax', 'multi:softmax': 'softmax',
};

const GROWTHS: Readonly<Record<string, NonNullable<BoostOptions['growth']>>> = { lossguide: 'leaf-wise', depthwise: 'depth-wise', leafwise: 'leaf-wise', symmetrictree: 'oblivious' };

/**
 * Options from the parameters of LightGBM or XGBoost under their own names. What is not given has that library's default: for XGBoost depth-wise trees of depth 6, eta 0.3, lambda 1,
 * min_child_weight 1, no least number of rows. XGBoost's gamma is compared with the same gain as here. XGBoost's curvature of a softmax is 2 p(1 - p), ours LightGBM's K/(K - 1) p(1 - p):
 * what is measured in curvatures is converted, so that the same parameters give XGBoost's trees. `alpha` is LightGBM's loss parameter and XGBoost's L1 penalty.
 * Throws KernelError kernel_domain naming a parameter that is not known or given twice.
 */
export function boostOptionsFrom(library: 'lightgbm' | 'xgboost', parameters: Readonly<Record<string, unknown>>): BoostOptions {
  const refuse = (name: string, why: string): never => { throw new KernelError('kernel_domain', `the parameter ${name} ${why}`, { name }); };
  const out: Record<string, unknown> = library === 'lightgbm' ? { objective: 'squared' }
    : { objective: 'squared', growth: 'depth-wise', learningRate: 0.3, lambdaL2: 1, minSumHessianInLeaf: 1, minDataInLeaf: 1 };
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    const target = name === 'objective' || name === 'application' ? 'objective' : name === 'grow_policy' ? 'growth' : name === 'alpha' ? (library === 'lightgbm' ? 'alpha' : 'lambdaL1') : NAMES[name];
    if (target === undefined) return refuse(name, 'is not known');
    if (given.has(target)) return refuse(name, `says again what ${given.get(target)} says`);
    given.set(target, name);
    if (target === 'objective' || target === 'growth') {
      const known = (target === 'objective' ? OBJECTIVES : GROWTHS)[String(value).toLowerCase()];
      if (known === undefined) return refuse(name, `cannot be ${String(value)}`);
      out[target] = known;
    } else out[target] = target === 'maxDepth' && Number(value) < 0 ? 0 : target === 'numLeaves' && Number(value) === 0 ? undefined : value;
  }
  if (out['numLeaves'] === undefined) delete out['numLeaves'];
  const options = out as unknown as BoostOptions;
  return library === 'xgboost' && options.objective === 'softmax' ? inOurCurvature(options) : options;
}

/** With h' = c h: the same gain / c and the same steps where lambda and the least curvature are times c, the rate too, and limits of gain and step divided. */
function inOurCurvature(options: BoostOptions): BoostOptions {
  const classes = options.numClass ?? 1;
  const c = classes / (classes - 1) / 2;
  const { learningRate = 0.3, lambdaL2 = 1, minSumHessianInLeaf = 1, minGainToSplit, maxDeltaStep } = options;
  return {
    ...options, learningRate: learningRate * c, lambdaL2: lambdaL2 * c, minSumHessianInLeaf: minSumHessianInLeaf * c,
    ...(minGainToSplit === undefined ? {} : { minGainToSplit: minGainToSplit / c }), ...(maxDeltaStep === undefined ? {} : { maxDeltaStep: maxDeltaStep / c }),
  };
}
