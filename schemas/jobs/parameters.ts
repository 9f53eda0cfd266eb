import { z } from 'zod';
import { contrastChoiceSchema, longestFormula, modelPresets, modelTermsSchema } from '../model/index.ts';
import { classificationParametersSchema } from './classification-parameters.ts';
import { desirabilitySchema } from './desirability-parameters.ts';
import { optimizationParametersSchema } from './optimization-parameters.ts';
import { columnList, columnName, common, inputOptionsSchema, seed } from './shared-parameters.ts';

/**
 * Parameters of the four job types. Names, defaults and bounds of the original API (spec backend.md §1.1) are kept; what
 * stands below the line "ours" in each is new. Objects are strict: an unknown name is an error (see parse.ts).
 */
export { inputOptionsSchema, type InputOptions } from './shared-parameters.ts';
export * from './optimization-parameters.ts';
export * from './classification-parameters.ts';
export { desirabilitySchema, type DesirabilityParameters } from './desirability-parameters.ts';

const share = z.number().min(0).max(0.5).default(0.2).meta({ description: 'Share of rows held out for a test score; 0 switches it off. The reported model always uses all rows.' });

const cost = z.number().min(0.000001).max(1_000_000).default(1);

const termList = z.array(z.string().trim().min(1).max(1000)).max(1000).default([]);

export const selectionMethods = ['none', 'forward', 'backward', 'both', 'best_subset'] as const;
export const selectionCriteria = ['aic', 'aicc', 'bic', 'cp', 'adjusted_r2', 'press', 'cv', 'p'] as const;

/** Which of the model's terms stay. */
export const selectionSchema = z.strictObject({
  method: z.enum(selectionMethods).default('none').meta({ description: 'forward: terms enter one by one; backward: they leave; both: either, from all terms; best_subset: every set is weighed (exact, at most 35 terms)' }),
  criterion: z.enum(selectionCriteria).default('aicc').meta({ description: 'What decides. press: leave-one-out error; cv: error out of fold (folds of the cross-validation); p: F test of a term (stepwise only). best_subset weighs press and cv among the five best sets of each size. A target of two values: aic, aicc, bic, cv (log loss) and p (likelihood ratio), best_subset up to 15 terms' }),
  enter: z.number().gt(0).lt(1).default(0.05).meta({ description: 'criterion = p: a term enters below this p' }),
  remove: z.number().gt(0).lt(1).default(0.1).meta({ description: 'criterion = p: a term leaves above this p; raised to `enter`' }),
  hierarchy: z.enum(['strong', 'none']).default('strong').meta({ description: 'strong: a product or power only with all its parents; none: numeric ones also without (a product with a factor always keeps them, it would be another model otherwise)' }),
  forced: termList.meta({ description: 'Terms that always stay, as in a formula, e.g. `a`, `a:b`, `I(a^2)`; with their parents' }),
}).meta({ id: 'SelectionParameters', description: 'Choice of terms by the data, of a numeric target. Done again inside each fold, so that the cross-validated score is honest' });
export type SelectionParameters = z.infer<typeof selectionSchema>;

export const penaltySchema = z.strictObject({
  kind: z.enum(['none', 'ridge', 'lasso', 'elastic_net']).default('none'),
  l1_ratio: z.number().gt(0).lt(1).default(0.5).meta({ description: 'elastic_net: share of the absolute penalty; the rest is the squared one' }),
  choose: z.enum(['min', 'one_se']).default('one_se').meta({ description: 'Penalty that is used: least error out of fold, or the largest within one standard error of it' }),
  lambda: z.number().min(0).max(1e12).nullable().default(null).meta({ description: 'This penalty instead of the chosen one' }),
  count: z.int().min(5).max(1000).default(100).meta({ description: 'Penalties on the path' }),
  standardize: z.boolean().default(true).meta({ description: 'Penalise the coefficients of columns scaled to equal spread; false: as they stand' }),
  groups: z.enum(['none', 'terms']).default('none').meta({ description: 'terms: the columns of a term (levels of a factor, powers) enter and leave together; with lasso the group lasso, whatever the coding of the levels' }),
  unpenalized: termList.meta({ description: 'Terms whose coefficients are left alone, as in a formula' }),
  predict: z.boolean().default(false).meta({ description: 'Predict by the penalised coefficients: stored predictions, equation files, calculator, effects and best conditions. Without intervals, which such a fit does not have' }),
}).meta({ id: 'PenaltyParameters', description: 'Ridge, lasso or elastic net beside the fit, of a target of two values by its likelihood; the penalty found by cross-validation with replicates together' });
export type PenaltyParameters = z.infer<typeof penaltySchema>;

export const linearOutputs = ['charts', 'workbook', 'data', 'report'] as const;
export const nonlinearOutputs = ['charts', 'workbook', 'data', 'report'] as const;

export const linearAnalysisParametersSchema = z.strictObject({
  target_column: columnName.nullable().default(null).meta({ description: 'Column to explain: numeric, or of two values. Or target_columns, or the left side of the formula' }),
  feature_columns: columnList.default([]).meta({ description: 'Columns to explain it with; empty takes every usable column (for a deburring table: the process factors)' }),
  standardize: z.boolean().default(true).meta({ description: 'Also report standardised coefficients' }),
  train_test_split: share,
  cv_splits: z.int().min(2).max(20).default(5).meta({ description: 'Folds of the cross-validation' }),
  // ours
  target_columns: columnList.default([]).meta({ description: 'Several columns to explain, each by a model of its own, instead of target_column' }),
  model: z.enum(modelPresets).default('main').meta({ description: 'Terms made from the features when neither formula nor terms is given: main effects; and products of two; and squares' }),
  formula: z.string().trim().min(1).max(longestFormula).nullable().default(null).meta({ description: 'The model as text, e.g. `y ~ a*b + I(x^2) + C(brush, sum) + offset(z) - 1`; names with signs in backticks; `.` is every feature' }),
  terms: modelTermsSchema.nullable().default(null).meta({ description: 'The model as data, instead of a formula' }),
  contrasts: z.record(columnName, contrastChoiceSchema).default({}).meta({ description: 'Coding of the levels per column; treatment against the most frequent level when absent' }),
  weights_column: columnName.nullable().default(null).meta({ description: 'Weight of each row (inverse variance), at least 0' }),
  offset_column: columnName.nullable().default(null).meta({ description: 'Column that enters with the coefficient 1' }),
  target_kind: z.enum(['auto', 'numeric', 'binary']).default('auto').meta({ description: 'binary: probability of one of two values. auto: binary for a text of two levels and for バリ除去 of a deburring table' }),
  positive_label: z.string().max(255).nullable().default(null).meta({ description: 'Value of a binary target whose probability is modelled; null: the larger number, or the text that says yes' }),
  link: z.enum(['logit', 'probit', 'cloglog']).default('logit').meta({ description: 'Of a binary target: how the linear predictor becomes a probability' }),
  firth: z.enum(['auto', 'always', 'never']).default('auto').meta({ description: 'Bias-reduced estimates of a binary target (logit only): where the labels are separated, always, or never' }),
  misclassification_cost: z.strictObject({ false_positive: cost, false_negative: cost }).prefault({}).meta({ description: 'Cost of calling a row positive that is not, and of missing one: sets the threshold of a binary target' }),
  anova_types: z.array(z.enum(['I', 'II', 'III'])).max(3).default(['I', 'II', 'III']).meta({ description: 'Analysis-of-variance tables; III is computed in sum coding' }),
  transform: z.enum(['none', 'log', 'log10', 'sqrt', 'box_cox', 'yeo_johnson', 'auto']).default('none').meta({ description: 'Scale on which the target is fitted; box_cox and yeo_johnson: λ by the likelihood of the regression; auto: one of them, with a λ that can be explained, or none. Predictions and their scores are on the target\'s own scale' }),
  replicate_tolerance: z.number().min(0).max(0.5).default(0).meta({ description: 'Lack of fit: rows that differ by at most this share of each feature\'s range count as replicates' }),
  covariance: z.enum(['classical', 'hc0', 'hc1', 'hc2', 'hc3', 'hc4', 'cluster']).default('classical').meta({ description: 'Where standard errors come from: equal variances; unequal ones (HC0–HC4); errors that go together within the values of cluster_column' }),
  cluster_column: columnName.nullable().default(null).meta({ description: 'For covariance = cluster' }),
  robust: z.enum(['none', 'huber', 'bisquare', 'mm', 'lts']).default('none').meta({ description: 'A fit that outliers cannot move, beside least squares; lts: least trimmed squares, reweighted' }),
  wild_bootstrap: z.int().min(0).max(100_000).default(0).meta({ description: 'Replicates of a wild bootstrap: intervals and p-values of the coefficients that hold under unequal variances, or within clusters of cluster_column, without a normal distribution; 0: none. 1,999 is plenty' }),
  tolerance_coverage: z.number().min(0.5).max(0.9999).nullable().default(null).meta({ description: 'Share of future measurements that a tolerance interval at each row covers, with the confidence of confidence_level; null: none' }),
  imputations: z.int().min(0).max(200).default(0).meta({ description: 'Fill missing numeric features so often by chained equations (predictive mean matching) and pool the fits by Rubin\'s rules, beside the fit of complete rows; targets are never filled. 0: do not; 20 is plenty' }),
  selection: selectionSchema.prefault({}),
  penalty: penaltySchema.prefault({}),
  confidence_level: z.number().min(0.5).max(0.9999).default(0.95),
  cv_groups: z.enum(['condition', 'none']).default('condition').meta({ description: 'condition: replicates of one condition stay in one fold; none: rows are independent' }),
  duplicates: z.enum(['drop', 'keep']).default('drop').meta({ description: 'Rows that repeat an earlier row exactly, measured values included: left out (with a notice) or kept' }),
  units: z.record(columnName, z.string().trim().min(1).max(20)).default({}).meta({ description: 'Unit per column, e.g. { "回転速度": "min⁻¹" }: stands on axes, in the calculator and in summaries; nothing is converted' }),
  random_seed: seed,
  desirability: desirabilitySchema.nullable().default(null).meta({ description: 'Look for the best conditions; null: do not' }),
  prediction_input: inputOptionsSchema.nullable().default(null).meta({ description: 'How inputs.prediction is read; null: as the table (its sheet where there is one of that name)' }),
  outputs: z.array(z.enum(linearOutputs)).max(4).default([...linearOutputs]).meta({ description: 'What is written beside result.json; report: everything as one HTML page' }),
  ...common,
}).refine((given) => namesTarget(given), { path: ['target_column'], when: () => true }).meta({ id: 'LinearAnalysisParameters' });
export type LinearAnalysisParameters = z.infer<typeof linearAnalysisParametersSchema>;

/** One of the three ways to name a target is used. Asked of what may not be valid otherwise, so that every problem is told at once. */
function namesTarget(given: unknown): boolean {
  const { target_column, target_columns, formula } = (given ?? {}) as Record<string, unknown>;
  return (target_column ?? null) !== null || (Array.isArray(target_columns) ? target_columns.length > 0 : target_columns !== undefined) || (typeof formula === 'string' && /^[^~]*\S[^~]*~/.test(formula));
}

export const nonlinearModels = ['random_forest', 'lightgbm', 'xgboost', 'gradient_boost', 'ridge', 'lasso', 'elastic_net', 'extra_trees', 'gaussian_process', 'response_surface'] as const;
/** What proposes the trials of a study, and what gives hopeless ones up. */
export const tuningSamplers = ['tpe', 'gp', 'cma_es', 'nsga2', 'random', 'qmc'] as const;
export type TuningSampler = (typeof tuningSamplers)[number];
export const tuningPruners = ['race', 'wilcoxon', 'median', 'successive_halving', 'hyperband', 'none'] as const;
export type TuningPruner = (typeof tuningPruners)[number];
const paretoAim = z.union([z.enum(['min', 'max']), z.strictObject({ target: z.number() }), z.strictObject({ low: z.number(), high: z.number() })]);
const hyperparameter = z.union([z.number(), z.boolean(), z.string().max(100)]);
const hyperparameterSchema = z.union([hyperparameter, z.strictObject({ low: z.number(), high: z.number(), log: z.boolean().optional() }), z.strictObject({ choices: z.array(hyperparameter).min(1).max(100) })]);
export const nonlinearAnalysisParametersSchema = z.strictObject({
  target_columns: columnList.default([]),
  models_to_use: z.array(z.enum(nonlinearModels)).min(1).max(20).default(['random_forest', 'lightgbm', 'xgboost', 'gaussian_process', 'response_surface']).meta({ description: 'Families that are tuned and compared. The default of the original API was the first three; on small designed experiments the last two are the better ones' }),
  outer_splits: z.int().min(2).max(20).default(10).meta({ description: 'Folds that score: no tuning and no fit has seen the rows it is scored on' }),
  n_trials: z.int().min(10).max(500).default(50).meta({ description: 'Trials of each study (target × family × outer fold) at most; a family with few choices needs fewer' }),
  train_test_split: share,
  hyperparams: z.record(z.string().max(100), z.record(z.string().max(100), hyperparameterSchema)).default({}).meta({ description: 'Per family: a setting\'s value, or where it is searched ({ low, high, log } or { choices })' }),
  enable_shap: z.boolean().default(true).meta({ description: 'Explain the final model: Shapley values in the target\'s units, importance by shuffling unseen rows, accumulated local effects' }),
  shap_max_samples: z.int().min(20).max(500).default(200).meta({ description: 'Rows that are explained at most, spread over the file' }),
  enable_pareto: z.boolean().default(true).meta({ description: 'Trade-offs among the predicted settings; needs inputs.prediction' }),
  pareto_objectives: z.array(z.strictObject({ column: columnName, aim: paretoAim.default('min') })).max(6).default([]).meta({ description: 'Targets or columns of the predicted table; empty: all targets and 切削時間, the less the better' }),
  pareto_constraints: z.array(z.strictObject({ column: columnName, low: z.number().nullable().default(null), high: z.number().nullable().default(null) })).max(100).default([]).meta({ description: 'Limits on targets or columns that a setting must keep' }),
  pareto_extrapolated: z.boolean().default(true).meta({ description: 'Whether settings outside the data of the models take part' }),
  random_seed: seed,
  // ours
  pareto_epsilon: z.number().min(0).max(0.5).default(0.02).meta({ description: 'Width of the cells of the thinned front that is drawn, as a share of the range of each objective; 0: the whole front' }),
  pareto_lexicographic: z.array(z.strictObject({ primary: z.array(columnName).min(1).max(6), secondary: z.array(columnName).min(1).max(6) })).max(20).default([]).meta({ description: 'Fronts of the secondary objectives among the settings that no other beats in the primary ones; empty: the two cases of the original where the objectives allow them' }),
  pareto_evaluations: z.int().min(0).max(200_000).default(0).meta({ description: 'Settings that a search by generations (NSGA-II, NSGA-III) tries between the rows of any grid, within the data; 0: no search. 10,000 is plenty for a dozen factors' }),
  pareto_factors: z.array(z.strictObject({ column: columnName, low: z.number().optional(), high: z.number().optional(), step: z.number().positive().optional() })).max(100).default([]).meta({ description: 'Limits and steps of that search; a number that is not named keeps to the range of the data, whole numbers stay whole, yes/no columns and texts keep to the combinations that were run' }),
  pareto_tolerances: z.array(z.strictObject({ column: columnName, plus_minus: z.number().positive() })).max(10).default([]).meta({ description: 'How far the machine may be off in a factor: that search then judges a setting by its worst' }),
  next_experiments: z.int().min(0).max(50).default(0).meta({ description: 'Experiments to propose from that search: those with the greatest expected gain of dominated volume' }),
  prediction_input: inputOptionsSchema.nullable().default(null).meta({ description: 'How inputs.prediction is read; null: as the table (its sheet where there is one of that name)' }),
  feature_columns: columnList.default([]).meta({ description: 'Columns to explain the targets with; empty takes every usable column (for a deburring table: the process factors)' }),
  fold_column: columnName.nullable().default(null).meta({ description: 'Column that says the outer fold of each row (rows without a fold, or with a negative one, are left out) instead of outer_splits; for instance blocks of time' }),
  group_column: columnName.nullable().default(null).meta({ description: 'Column whose equal values stay in one fold, outer and inner (workpiece, day, batch), instead of cv_groups' }),
  inner_splits: z.int().min(2).max(20).default(10).meta({ description: 'Folds within the training side of an outer fold, by which trials are compared' }),
  sampler: z.enum(tuningSamplers).default('tpe').meta({ description: 'What proposes the trials: tpe: Parzen estimators; gp: a Gaussian process and the logarithm of its expected improvement, fewer trials at more cost each; cma_es: evolution of a covariance; nsga2: generations; random; qmc: a Sobol sequence' }),
  pruner: z.enum(tuningPruners).default('wilcoxon').meta({ description: 'What gives hopeless trials up. race: behind the best by more than two standard errors, which are learnt from all trials; wilcoxon: signed ranks of the folds beside those of the best trial; median, successive_halving, hyperband: by the mean loss so far; none' }),
  target_transform: z.enum(['none', 'log', 'sqrt', 'auto']).default('none').meta({ description: 'Scale on which the targets are learnt; predictions are means in the target\'s units (smearing). auto: by the distribution of the target' }),
  final_model: z.enum(['stack', 'one_standard_error', 'best']).default('stack').meta({ description: 'stack: all families by weights from their predictions of unseen rows; one_standard_error: the simplest family that is as good as the best; best: the best family' }),
  confidence_level: z.number().min(0.5).max(0.9999).default(0.9).meta({ description: 'Of prediction intervals (CV+)' }),
  cv_groups: z.enum(['condition', 'none']).default('condition').meta({ description: 'condition: replicates of one condition stay in one fold; none: rows are independent' }),
  duplicates: z.enum(['drop', 'keep']).default('drop').meta({ description: 'Rows that repeat an earlier row exactly, measured values included: left out (with a notice) or kept' }),
  outputs: z.array(z.enum(nonlinearOutputs)).max(4).default([...nonlinearOutputs]).meta({ description: 'What is written beside result.json and the models; report: everything as one HTML page' }),
  ...common,
}).meta({ id: 'NonlinearAnalysisParameters' });
export type NonlinearAnalysisParameters = z.infer<typeof nonlinearAnalysisParametersSchema>;

export const jobTypes = ['optimization', 'linear_analysis', 'nonlinear_analysis', 'classification'] as const;
export const jobTypeSchema = z.enum(jobTypes);
export type JobType = (typeof jobTypes)[number];

export const parameterSchemas = {
  optimization: optimizationParametersSchema,
  linear_analysis: linearAnalysisParametersSchema,
  nonlinear_analysis: nonlinearAnalysisParametersSchema,
  classification: classificationParametersSchema,
} as const satisfies Record<JobType, z.ZodType>;
export type JobParameters<T extends JobType = JobType> = z.infer<(typeof parameterSchemas)[T]>;

/**
 * The job types a worker of this version can run. The others have a contract and are refused at the door with
 * `job_type_unavailable`: a job that nothing computes must never be queued, let alone completed (spec backend.md D3).
 */
export const availableJobTypes: readonly JobType[] = ['optimization', 'linear_analysis', 'nonlinear_analysis', 'classification'];
