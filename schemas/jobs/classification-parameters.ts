import { z } from 'zod';
import { columnList, columnName, common, inputOptionsSchema, seed } from './shared-parameters.ts';

export const classificationModels = ['logistic', 'quadratic_logistic', 'gaussian_process', 'lightgbm', 'xgboost', 'random_forest', 'extra_trees', 'nearest_neighbours', 'firth_logistic', 'sparse_logistic', 'discriminant', 'support_vectors', 'additive_boosting'] as const;
export const classificationOutputs = ['charts', 'workbook', 'data', 'report'] as const;
export const calibrations = ['auto', 'none', 'platt', 'beta', 'temperature', 'spline', 'isotonic'] as const;

const hyperparameter = z.union([z.number(), z.boolean(), z.string().max(100)]);
const limit = z.number().min(0.0001).max(0.5);
const cost = z.number().min(0.000001).max(1_000_000);

export const decisionCostsSchema = z.strictObject({
  false_positive: cost.default(1).meta({ description: 'Of a row called positive that is not' }),
  false_negative: cost.default(1).meta({ description: 'Of a positive row that is called negative' }),
  gray: cost.nullable().default(null).meta({ description: 'Of deciding neither (a re-test); null: the cheapest decision is always one of the two labels' }),
}).meta({ id: 'DecisionCosts', description: 'What a wrong decision costs; the cheapest decision of each predicted row stands beside the one that keeps the limits' });

export const classificationExplanationParametersSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: 'Explain the final model and propose settings: importance, Shapley values, effects, learning curve, process map and window, smallest changes, next experiments' }),
  rows: z.int().min(0).max(2000).default(100).meta({ description: 'Rows with Shapley values, at most; 0: none' }),
  learning_curve: z.boolean().default(true).meta({ description: 'Fits on a quarter, half and three quarters of the conditions of every outer fold' }),
  map_factors: z.array(columnName).max(2).default([]).meta({ description: 'Axes of the process map; what is not named are the most important factors of numbers' }),
  fixed_factors: columnList.default([]).meta({ description: 'Factors that a proposed change of settings leaves as they are' }),
  counterfactuals: z.int().min(0).max(1000).default(30).meta({ description: 'Conditions without a yes whose smallest change to one is looked for, at most' }),
  next_experiments: z.int().min(0).max(50).default(8).meta({ description: 'Runs that are proposed where they decide most of the gray zone' }),
}).meta({ id: 'ClassificationExplanationParameters', description: 'What is explained of the final model, and what is proposed' });

/** Names, defaults and bounds of the original API are kept where their meaning is; what stands below the line "ours" is new. */
export const classificationParametersSchema = z.strictObject({
  target_column: columnName,
  positive_label: z.string().min(1).max(255).default('YES').meta({ description: 'The label whose probability is predicted. Width and case do not matter; any word for yes finds the label that means it' }),
  models_to_use: z.array(z.enum(classificationModels)).min(1).max(20).default(['logistic', 'quadratic_logistic', 'gaussian_process', 'lightgbm', 'random_forest', 'extra_trees', 'nearest_neighbours']).meta({ description: 'Families that are tuned and compared. The default of the original API was lightgbm and random_forest; on small designed experiments the Gaussian process is the better one' }),
  outer_splits: z.int().min(2).max(20).default(10).meta({ description: 'Folds that score: no tuning, calibration, threshold or fit has seen the rows it is scored on' }),
  n_trials_inner: z.int().min(10).max(500).default(50).meta({ description: 'Trials of each study (family × outer fold) at most; a family with few choices needs fewer' }),
  train_test_split: z.number().min(0).max(0.5).default(0.2).meta({ description: 'Share of conditions held out for a test score; 0 switches it off. The reported model always uses all rows' }),
  brush_type: z.enum(['A13', 'A11', 'A21', 'A32']).nullable().default(null).meta({ description: 'Stamped on every row of inputs.prediction; null: as the table says' }),
  material: z.string().max(50).nullable().default(null).meta({ description: 'Stamped on every row of inputs.prediction; null: as the table says' }),
  wire_length: z.number().min(30).max(75).nullable().default(null).meta({ description: 'mm; stamped on every row of inputs.prediction; null: as the table says' }),
  wire_count: z.int().min(1).nullable().default(null).meta({ description: 'Stamped on every row of inputs.prediction; null: as the table says' }),
  random_seed: seed,
  // ours
  negative_labels: z.array(z.string().min(1).max(255)).max(1000).default([]).meta({ description: 'Labels that count as the other one; rows with a further label are left out. Empty: all that are not positive' }),
  all_labels: z.boolean().default(false).meta({ description: 'With more than two labels: beside the positive one a probability of every label (several times the work), with limits and sets of labels' }),
  label_order: z.array(z.string().min(1).max(255)).max(20).default([]).meta({ description: 'Labels from low to high, with all_labels: adds a proportional-odds model and a kappa that weighs distances. Empty: labels have no order' }),
  feature_columns: columnList.default([]).meta({ description: 'Columns to explain the target with; empty takes every usable column (for a deburring table: the process factors)' }),
  prediction_input: inputOptionsSchema.nullable().default(null).meta({ description: 'How inputs.prediction is read; null: as the table (its sheet where there is one of that name)' }),
  fold_column: columnName.nullable().default(null).meta({ description: 'Column that says the outer fold of each row (rows without a fold, or with a negative one, are left out) instead of outer_splits; for instance blocks of time' }),
  group_column: columnName.nullable().default(null).meta({ description: 'Column whose equal values stay in one fold, outer and inner (workpiece, day, batch), instead of cv_groups' }),
  time_column: columnName.nullable().default(null).meta({ description: 'Column of dates or times (or of run numbers): outer folds are blocks of it one after another, so that a score is that of another time than the models\'; its rows without a value are left out' }),
  cv_repeats: z.int().min(1).max(10).default(1).meta({ description: 'How often the outer cross-validation is done, each time with other folds (as many times the work): what the figures owe to the deal' }),
  inner_splits: z.int().min(2).max(20).default(10).meta({ description: 'Folds within the training side of an outer fold: trials are compared, calibration and thresholds are found on them' }),
  hyperparams: z.record(z.string().max(100), z.record(z.string().max(100), z.union([hyperparameter, z.strictObject({ low: z.number(), high: z.number(), log: z.boolean().optional() }), z.strictObject({ choices: z.array(hyperparameter).min(1).max(100) })]))).default({}).meta({ description: 'Per family: a setting\'s value, or where it is searched ({ low, high, log } or { choices })' }),
  final_model: z.enum(['stack', 'one_standard_error', 'best']).default('stack').meta({ description: 'Chosen inside every fold. stack: all families, weights by the likelihood of their predictions of unseen rows; one_standard_error: the simplest family that is as good as the best; best: the best family' }),
  calibration: z.enum(calibrations).default('auto').meta({ description: 'Correction of the probabilities, fitted on predictions of unseen rows. auto: the one with the least log-loss in cross-validation (spline from 200 rows on, isotonic from 1,000)' }),
  false_positive_limit: limit.default(0.1).meta({ description: 'At most this share of negative rows is called positive (the original\'s NP_ALPHA), with confidence decision_confidence' }),
  false_negative_limit: limit.default(0.1).meta({ description: 'At most this share of positive rows is called negative, with confidence decision_confidence' }),
  decision_confidence: z.number().min(0.5).max(0.9999).default(0.95).meta({ description: 'Of both limits: 1 − δ' }),
  tolerances: z.array(z.strictObject({ column: columnName, plus_minus: z.number().positive() })).max(20).default([]).meta({ description: 'How far the machine may be off in a factor, in its units: each predicted row then says how often the decision would be another one within that' }),
  field_prevalence: z.number().min(0.0001).max(0.9999).nullable().default(null).meta({ description: 'Share of positive rows where the model is used, if it is another than in the table: probabilities and cheapest decisions of predicted rows are moved there; the two limits hold at any share. null: as in the table' }),
  costs: decisionCostsSchema.prefault({}),
  out_of_distribution_alarms: z.number().min(0.0001).max(0.2).default(0.01).meta({ description: 'Share of rows like those of the fit that may be flagged as unlike them (the original\'s 99th percentile)' }),
  explanation: classificationExplanationParametersSchema.prefault({}),
  confidence_level: z.number().min(0.5).max(0.9999).default(0.95).meta({ description: 'Of the intervals of the report, and of the sets of labels of predicted rows' }),
  interval_method: z.enum(['exact', 'wilson', 'jeffreys']).default('exact').meta({ description: 'Of the intervals of error rates and shares (the original\'s CI_METHOD): exact (Clopper–Pearson) covers at least as often as it says, wilson and jeffreys on average' }),
  cv_groups: z.enum(['condition', 'none']).default('condition').meta({ description: 'condition: replicates of one condition stay in one fold; none: rows are independent' }),
  duplicates: z.enum(['drop', 'keep']).default('drop').meta({ description: 'Rows that repeat an earlier row exactly, measured values included: left out (with a notice) or kept' }),
  outputs: z.array(z.enum(classificationOutputs)).max(4).default([...classificationOutputs]).meta({ description: 'What is written beside result.json and the model' }),
  ...common,
}).meta({ id: 'ClassificationParameters' });
export type ClassificationParameters = z.infer<typeof classificationParametersSchema>;
