import { z } from 'zod';
import { classificationExplanationSchema, limitPointSchema } from './classification-explanation.ts';
import { noticeSchema } from './notice.ts';

const figure = z.number().nullable();
const setting = z.union([z.number(), z.string(), z.boolean()]);
const interval = z.object({ value: figure, low: figure, high: figure });

const scoreSchema = z.object({
  auc: figure, auc_low: figure.describe('DeLong'), auc_high: figure, log_loss: z.number(), brier: z.number(),
  auc_standard_error: figure.describe('of the mean of the outer folds that hold both labels'), log_loss_standard_error: figure.describe('of the mean of the outer folds'), brier_standard_error: figure,
  fold_auc: z.array(figure), fold_log_loss: z.array(figure), fold_brier: z.array(figure),
}).describe('of probabilities of rows that no tuning, calibration or fit has seen');
export type ClassificationScore = z.infer<typeof scoreSchema>;

const distributionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('float'), low: z.number(), high: z.number(), log: z.boolean().optional(), step: z.number().optional() }),
  z.object({ kind: z.literal('int'), low: z.number(), high: z.number(), log: z.boolean().optional(), step: z.number().optional() }),
  z.object({ kind: z.literal('categorical'), choices: z.array(setting) }),
]);

const studySchema = z.object({
  outer_fold: z.int().nullable().describe('null: the study on all rows, whose best is part of the final model'),
  best_trial: z.int(), best_value: z.number(), parameters: z.record(z.string(), setting),
  trials: z.array(z.object({
    number: z.int(), parameters: z.record(z.string(), setting), state: z.enum(['complete', 'pruned', 'failed']), value: figure.describe('log-loss of the inner folds'), folds: z.array(z.number()),
  })),
});

const familySchema = z.object({
  family: z.string(), score: scoreSchema, weight: z.number().describe('share in the final model'), out_of_fold: z.array(z.number()),
  space: z.array(z.object({ name: z.string(), distribution: distributionSchema })), studies: z.array(studySchema),
});
export type ClassificationFamily = z.infer<typeof familySchema>;

const oneSided = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('certified'), threshold: z.number(), rank: z.int(), rows: z.int() }),
  z.object({ kind: z.literal('infeasible'), rows: z.int(), needed: z.int().describe('rows of the label that the limit takes'), best_limit: z.number().describe('the least limit that these rows can certify') }),
]);
const thresholdsSchema = z.object({ upper: oneSided.describe('above: the positive label'), lower: oneSided.describe('below: the other label'), overlap: z.boolean().describe('both limits hold at every threshold between: no gray zone is needed') });
export type ClassificationThresholds = z.infer<typeof thresholdsSchema>;

const calibratorSchema = z.looseObject({ kind: z.enum(['none', 'platt', 'beta', 'temperature', 'spline', 'isotonic']) });

const decisionSchema = z.enum(['yes', 'no', 'gray']);
const confusionSchema = z.object({
  counts: z.object({ positive: z.object({ yes: z.int(), gray: z.int(), no: z.int() }), negative: z.object({ yes: z.int(), gray: z.int(), no: z.int() }) }).describe('by true label'),
  false_positive_rate: interval.describe('of the negative rows, those called positive; intervals by interval_method'), false_negative_rate: interval, gray_share: interval, precision: interval, negative_predictive_value: interval, accuracy: interval.describe('of the decided rows'),
});
export type ClassificationConfusion = z.infer<typeof confusionSchema>;

const thresholdRow = z.object({ threshold: z.number(), true_positive: z.int(), false_positive: z.int(), true_negative: z.int(), false_negative: z.int(), sensitivity: figure, specificity: figure, precision: figure, accuracy: figure, cost: figure, net_benefit: figure });

const severalSchema = z.object({
  labels: z.array(z.string()), observed: z.array(z.int()).describe('number of the label of each used row'), likeliest: z.array(z.int()), out_of_fold: z.array(z.array(z.number())).describe('per label the probability of each row by models that have not seen it; they sum to one'),
  confusion: z.array(z.array(z.int())).describe('rows by true (first) and likeliest label'),
  auc_one_rest: figure.describe('mean over the labels, each against the rest'), auc_pairs: figure.describe('mean over the pairs (Hand & Till)'), log_loss: z.number(), brier: z.number().describe('sum over the labels'), top_two: z.number(),
  accuracy: z.number(), balanced_accuracy: z.number(), f1_macro: z.number(), f1_weighted: z.number(), mcc: z.number(), kappa: z.number(), quadratic_kappa: figure.describe('of labels in the order of label_order; null without one'),
  by_label: z.array(z.object({ label: z.string(), rows: z.int(), precision: figure, recall: figure, f1: z.number(), auc: figure })),
  families: z.array(z.object({ family: z.string(), weight: z.number().describe('share in the final model'), log_loss: z.number(), auc_one_rest: figure, accuracy: z.number() })).describe('each alone, on rows that it has not seen'),
  calibrator: z.enum(['none', 'temperature', 'vector']), calibrations: z.record(z.string(), z.number()).describe('log-loss of each candidate in cross-validation'),
  decision: z.array(z.int()).describe('number of the label that is called; -1: none (gray)'), gray_share: interval, decided_accuracy: interval.describe('of the rows that are not gray'),
  limits: z.array(z.object({
    label: z.string(), thresholds: thresholdsSchema.describe('upper: above it and no other label above its own, the label is called; lower: below it the label is ruled out. All limits hold together with decision_confidence (Bonferroni)'),
    false_calls: interval.describe('of rows of other labels, those called this one'), misses: interval.describe('of rows of this label, those for which it is ruled out'), coverage: interval.describe('of rows of this label, those whose conformal set holds it'),
  })),
  set_size: z.number().describe('mean number of labels of a conformal set'),
}).describe('every label of a target of more than two');

const comparisonSchema = z.object({
  a: z.string(), b: z.string(), auc_difference: figure, auc_difference_low: figure, auc_difference_high: figure, delong_p: figure, log_loss_difference: figure, nadeau_bengio_p: figure, mcnemar_p: figure, mcnemar_chi2: figure,
}).describe('of the predictions of unseen rows; DeLong 1988; corrected resampled t test of Nadeau and Bengio 2003; exact McNemar at 0.5 and its χ² without a correction');

const repeatSchema = z.object({ auc: figure, log_loss: z.number(), brier: z.number(), false_positive_rate: figure, false_negative_rate: figure, gray_share: figure });

/** `result.json` of a classification. */
export const classificationResultSchema = z.object({
  schema: z.literal('zerosec.classification/1'),
  dataset: z.object({ name: z.string(), sha256: z.string(), rows_read: z.int(), rows_duplicate: z.int(), encoding: z.string().nullable(), sheet: z.string().nullable() }),
  parameters: z.record(z.string(), z.unknown()),
  target: z.string(), positive_label: z.string(), negative_label: z.string(),
  features: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'levels']), levels: z.array(z.string()), low: figure, high: figure })),
  rows: z.object({ used: z.int(), positive: z.int(), negative: z.int(), missing: z.int(), conditions: z.int().describe('different settings; replicates of one stay in one fold'), file_rows: z.array(z.int()) }),
  noise: z.object({ mixed_conditions: z.int().describe('conditions that were measured with both labels'), best_accuracy: z.number().describe('that any rule of the features could reach on these rows') }),
  observed: z.array(z.int()), outer_fold: z.array(z.int()),
  families: z.array(familySchema),
  final: z.object({
    rule: z.enum(['stack', 'one_standard_error', 'best']), score: scoreSchema, out_of_fold: z.array(z.number()).describe('calibrated probability of the positive label'), uncalibrated: z.array(z.number()),
    bootstrap: z.object({ resamples: z.int(), auc: interval, log_loss: interval, brier: interval }).nullable().describe('percentiles over resampled conditions, as many of each label; null for so many rows that there is no need'),
    decision: z.array(decisionSchema), confusion: confusionSchema,
    roc: z.array(z.object({ threshold: figure, false_positive_rate: z.number(), true_positive_rate: z.number(), true_positive_low: z.number(), true_positive_high: z.number() })),
    precision_recall: z.array(z.object({ threshold: z.number(), recall: z.number(), precision: z.number(), precision_low: z.number(), precision_high: z.number() })), average_precision: figure,
    calibration: z.object({
      bins: z.array(z.object({ low: z.number(), high: z.number(), n: z.int(), mean_predicted: z.number(), observed: z.number(), observed_low: z.number(), observed_high: z.number() })),
      slope: figure, intercept: figure.describe('of the logistic recalibration; 1 and 0 are right'), expected_error: z.number().describe('mean distance of observed share and probability over the bins'),
    }),
    thresholds: z.array(thresholdRow),
    figures: z.object({
      at_half: z.object({ accuracy: z.number(), balanced_accuracy: z.number(), f1: z.number(), mcc: z.number(), kappa: z.number() }).describe('of the labels called at a probability of one half'),
      widest_gap: figure.describe('of the two rates over all thresholds: Youden\'s J, the statistic of Kolmogorov and Smirnov'), widest_gap_threshold: figure,
      partial_auc: figure.describe('up to a false positive rate of 0.1'), partial_auc_corrected: figure.describe('½ a coin, 1 perfect (McClish)'),
      expected_calibration_error: z.number().describe('15 bins of equal width'), largest_calibration_error: z.number(), spiegelhalter_p: figure.describe('of calibrated probabilities'), hosmer_lemeshow_p: figure.describe('ten groups of unseen rows'),
      hanley_mcneil_error: figure.describe('standard error of the area (Hanley & McNeil)'), no_information_rate: z.number().describe('accuracy of always naming the commoner label'), no_information_p: z.number().describe('of an accuracy as high as ours without information (exact)'),
    }),
    folds: z.array(z.object({ fold: z.int(), weights: z.record(z.string(), z.number()), calibrator: calibratorSchema, thresholds: thresholdsSchema })),
  }),
  comparisons: z.array(comparisonSchema),
  equal_areas: z.object({ chi2: z.number(), df: z.int(), p: z.number() }).nullable().describe('whether all families rank alike (DeLong); null where the rows cannot tell'),
  hold_out: z.object({ rows: z.array(z.int()).describe('positions among the used rows'), trained_on: z.int(), score: scoreSchema.nullable(), confusion: confusionSchema, probability: z.array(z.number()) }).nullable().describe('by models, calibration and thresholds that have seen none of these rows'),
  several: severalSchema.nullable(),
  repeats: z.object({ runs: z.array(repeatSchema).describe('the first is the one that everything else is about'), mean: repeatSchema, standard_deviation: repeatSchema }).nullable().describe('the outer cross-validation with other folds; null for one'),
  additive_curves: z.array(z.object({ feature: z.string(), values: z.array(z.union([z.number(), z.string()])), log_odds: z.array(z.number()).describe('added by the feature, centred over the rows'), rows: z.array(z.int()).describe('nearest to each value') })).nullable().describe('of additive_boosting on all rows; exact for trees of one column'),
  limits: z.array(limitPointSchema),
  explanation: classificationExplanationSchema.nullable(),
  model: z.object({
    weights: z.record(z.string(), z.number()), calibrator: calibratorSchema, calibrations: z.record(z.string(), z.number()).describe('log-loss of each candidate in cross-validation'), thresholds: thresholdsSchema,
    cost_threshold: z.number().describe('probability above which the positive label is the cheaper one'), gate: z.object({ distance_limit: figure.describe('squared distance above which a row is flagged; null: too few rows for so rare alarms'), false_alarms: z.number(), rows: z.int() }), conformal: z.object({ epsilon: z.number(), coverage_positive: figure, coverage_negative: figure }),
  }),
  prediction: z.object({
    file: z.string(), arrow: z.string(), input: z.object({ name: z.string(), sha256: z.string() }), rows: z.int(), predicted: z.int(), without: z.int(), outside: z.int(), yes: z.int(), gray: z.int(), no: z.int(), low: figure, high: figure,
  }).nullable(),
  notices: z.array(noticeSchema),
}).meta({ id: 'ClassificationResult' });
export type ClassificationResult = z.infer<typeof classificationResultSchema>;
