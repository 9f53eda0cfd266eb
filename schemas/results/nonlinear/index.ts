import { z } from 'zod';
import { noticeSchema } from '../notice.ts';

const figure = z.number().nullable();
const setting = z.union([z.number(), z.string(), z.boolean()]);

const scoreSchema = z.object({
  rmse: z.number(), mae: z.number(), r2: figure.describe('1 − Σ(y − ŷ)² / Σ(y − ȳ)²'),
  fold_rmse: z.array(z.number()), fold_mae: z.array(z.number()),
  r2_standard_error: figure.describe('from the spread of the squared errors over the outer folds'),
}).describe('of rows that neither tuning nor fitting has seen, in the target\'s units');
export type NonlinearScore = z.infer<typeof scoreSchema>;

const distributionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('float'), low: z.number(), high: z.number(), log: z.boolean().optional(), step: z.number().optional() }),
  z.object({ kind: z.literal('int'), low: z.number(), high: z.number(), log: z.boolean().optional(), step: z.number().optional() }),
  z.object({ kind: z.literal('categorical'), choices: z.array(setting) }),
]);

const trialSchema = z.object({
  number: z.int(), parameters: z.record(z.string(), setting), state: z.enum(['complete', 'pruned', 'failed']),
  value: figure.describe('mean squared error of the inner folds, in units of the target\'s variance'), folds: z.array(z.number()),
  criterion: figure.default(null).describe('what the trials of the family are compared by where it is not the value: of the Gaussian process −2 log likelihood + parameters · log rows'),
});

const studySchema = z.object({
  outer_fold: z.int().nullable().describe('null: the study on all rows, whose best is the final model'),
  best_trial: z.int(), best_value: z.number(), parameters: z.record(z.string(), setting), trials: z.array(trialSchema),
});
export type NonlinearStudy = z.infer<typeof studySchema>;

const familySchema = z.object({
  family: z.string(), score: scoreSchema, weight: z.number().describe('share in the final model'), stack_weight: z.number(),
  out_of_fold: z.array(z.number()), space: z.array(z.object({ name: z.string(), distribution: distributionSchema })), studies: z.array(studySchema),
});
export type NonlinearFamily = z.infer<typeof familySchema>;

const fittedTargetSchema = z.object({
  status: z.literal('fitted'),
  target: z.string(),
  features: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'levels']), levels: z.array(z.string()), low: figure, high: figure })),
  rows: z.object({ used: z.int(), missing: z.int(), conditions: z.int().describe('different settings; replicates of one stay in one fold'), file_rows: z.array(z.int()) }),
  transform: z.enum(['none', 'log', 'sqrt']).describe('scale of the fit; all values here are in the target\'s own units'),
  hold_out: z.object({
    rows: z.array(z.int()).describe('positions among the used rows'), trained_on: z.int(), chosen: z.string().describe('by the inner folds of the rows beside these'),
    families: z.array(z.object({ family: z.string(), rmse: z.number(), mae: z.number(), r2: figure, predicted: z.array(z.number()) })),
  }).nullable().describe('test score by models that have seen none of these rows'),
  observed: z.array(z.number()),
  outer_fold: z.array(z.int()),
  families: z.array(familySchema),
  stack: z.object({ score: scoreSchema.describe('with weights found on the other folds'), weights: z.record(z.string(), z.number()) }),
  final: z.object({ rule: z.enum(['stack', 'one_standard_error', 'best']), families: z.array(z.string()), score: scoreSchema, out_of_fold: z.array(z.number()) }),
  noise: z.object({ standard_deviation: figure.describe('of replicates of one condition'), degrees_of_freedom: z.int(), r2_ceiling: figure.describe('what a perfect model would reach') }),
  interval: z.object({ confidence_level: z.number(), method: z.literal('cv+'), coverage_out_of_fold: figure, half_width: figure }),
  notices: z.array(noticeSchema),
});
export type NonlinearTarget = z.infer<typeof fittedTargetSchema>;

const failedTargetSchema = z.object({
  status: z.literal('failed'), target: z.string(),
  failure: z.object({ code: z.string(), message: z.string(), where: z.record(z.string(), z.unknown()).optional(), values: z.record(z.string(), z.unknown()).optional() }),
});

/** `result.json` of a nonlinear analysis. */
export const nonlinearResultSchema = z.object({
  schema: z.literal('zerosec.nonlinear_analysis/1'),
  dataset: z.object({ name: z.string(), sha256: z.string(), rows_read: z.int(), rows_duplicate: z.int(), encoding: z.string().nullable(), sheet: z.string().nullable() }),
  parameters: z.record(z.string(), z.unknown()),
  prediction: z.object({
    file: z.string(), arrow: z.string(), input: z.object({ name: z.string(), sha256: z.string() }), rows: z.int(), confidence_level: z.number(),
    targets: z.array(z.object({ target: z.string(), predicted: z.int(), without: z.int(), extrapolated: z.int(), low: figure, high: figure })),
  }).nullable(),
  pareto: z.object({
    objectives: z.array(z.object({ name: z.string(), column: z.string(), aim: z.union([z.enum(['min', 'max']), z.object({ target: z.number() }), z.object({ low: z.number(), high: z.number() })]) })),
    candidates: z.int().describe('rows with every objective, within the constraints'), front_size: z.int(),
    front: z.array(z.object({ row: z.int(), values: z.array(z.number()) })).describe('rows of the predicted file; the first 2,000'),
    thinned: z.array(z.int()).describe('rows that represent the front, one for each cell of 2 % of the ranges'),
    knee: z.int().describe('row furthest below the plane through the ends of the front'),
    hypervolume: figure.describe('share of the box from the best of the front to a tenth of the range behind its worst; null for more than 400 points in four dimensions or more'),
  }).nullable(),
  pareto_search: z.object({
    objectives: z.array(z.object({ name: z.string(), aim: z.union([z.enum(['min', 'max']), z.object({ target: z.number() }), z.object({ low: z.number(), high: z.number() })]) })),
    evaluations: z.int(), front_size: z.int(),
    variables: z.array(z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('number'), column: z.string(), low: z.number(), high: z.number(), step: z.number().nullable() }),
      z.object({ kind: z.literal('settings'), columns: z.array(z.string()), choices: z.int().describe('combinations that were run') }),
    ])),
    front: z.array(z.object({ settings: z.record(z.string(), z.union([z.number(), z.string()])), values: z.array(z.number()), worst: z.array(z.number()).nullable().describe('under the tolerances; null without') })).describe('all of it; thinned where it has more than 2,000'),
  }).nullable().default(null),
  next_experiments: z.array(z.object({
    settings: z.record(z.string(), z.union([z.number(), z.string()])), gain: z.number().describe('expected gain of dominated volume, as a share of the box that is compared'),
    expected: z.array(z.object({ name: z.string(), mean: z.number(), error: z.number() })),
  })).default([]),
  targets: z.array(z.discriminatedUnion('status', [fittedTargetSchema, failedTargetSchema])),
  notices: z.array(noticeSchema),
});
export type NonlinearResult = z.infer<typeof nonlinearResultSchema>;
