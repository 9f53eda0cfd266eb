import { z } from 'zod';
import { noticeSchema } from '../notice.ts';
import { bootstrapSchema } from './bootstrap.ts';
import { imputationSchema } from './imputation.ts';
import { binaryResultSchema } from './binary.ts';
import { aliasSchema, coefficientSchema } from './coefficients.ts';
import { usedRowsSchema } from './dataset.ts';
import { diagnosticsSchema, fitSchema, noiseSchema } from './fit.ts';
import { intervalBasisSchema } from './interval-basis.ts';
import { influenceSchema } from './influence.ts';
import { factorValueSchema, modelSchema, termSchema } from './model.ts';
import { penaltyResultSchema } from './penalty.ts';
import { residualTestSchema } from './residual-tests.ts';
import { powerSchema, responseSchema } from './response.ts';
import { covarianceSchema, robustSchema } from './robust.ts';
import { rowsSchema } from './rows.ts';
import { anovaSchema, collinearitySchema, gvifSchema } from './term-tests.ts';
import { selectionResultSchema } from './selection.ts';
import { crossValidationSchema, holdoutSchema } from './validation.ts';

/**
 * The sections of a fitted target, each with its schema in a file of its own; cluster/linear/sections/ has one function per
 * key. A new section is a key here with a default, a schema file and a function there.
 */
export const sectionSchemas = {
  used: usedRowsSchema,
  features: z.array(z.string()),
  model: modelSchema,
  /** canonical text of the model */
  formula: z.string(),
  weights: z.string().nullable(),
  offsets: z.array(factorValueSchema),
  response: responseSchema,
  coefficients: z.array(coefficientSchema),
  /** null above 200 coefficients */
  interval_basis: intervalBasisSchema.nullable().default(null),
  covariance: covarianceSchema,
  anova: z.array(anovaSchema),
  gvif: z.array(gvifSchema),
  collinearity: collinearitySchema.nullable(),
  aliases: z.array(aliasSchema),
  confidence_level: z.number(),
  fit: fitSchema,
  cross_validation: crossValidationSchema.nullable(),
  holdout: holdoutSchema.nullable(),
  /** null: terms as asked for */
  selection: selectionResultSchema.nullable().default(null),
  /** null: least squares alone */
  penalty: penaltyResultSchema.nullable().default(null),
  noise: noiseSchema.nullable(),
  diagnostics: diagnosticsSchema,
  residual_tests: z.array(residualTestSchema),
  robust: robustSchema.nullable(),
  /** null: not asked for, or no degrees of freedom */
  bootstrap: bootstrapSchema.nullable().default(null),
  /** null: not asked for, or nothing to fill */
  imputation: imputationSchema.nullable().default(null),
  /** empty where no power was looked for: weights, an offset, too much work */
  power: z.array(powerSchema),
  influence: influenceSchema,
  rows: rowsSchema,
};

export const fittedTargetSchema = z.object({ status: z.literal('fitted'), target: z.string(), ...sectionSchemas, notices: z.array(noticeSchema) });
export type FittedTarget = z.infer<typeof fittedTargetSchema>;
/** What the sections write. */
export type LinearSections = Omit<FittedTarget, 'status' | 'target' | 'notices'>;

/** A target of two values: the probability of one of them. */
export const binaryTargetSchema = z.object({
  status: z.literal('binary'), target: z.string(),
  used: usedRowsSchema, features: z.array(z.string()),
  model: z.object({ terms: z.array(termSchema), n: z.int(), equation: z.string().describe('linear predictor in raw units') }),
  formula: z.string(), weights: z.string().nullable(), offsets: z.array(factorValueSchema), aliases: z.array(aliasSchema), confidence_level: z.number(),
  binary: binaryResultSchema,
  notices: z.array(noticeSchema),
});
export type BinaryTarget = z.infer<typeof binaryTargetSchema>;

/** A target that could not be analysed while others could: why, as a fault that the catalogue has a text for. */
export const failedTargetSchema = z.object({
  status: z.literal('failed'),
  target: z.string(),
  failure: z.object({
    code: z.string(),
    message: z.string(),
    where: z.object({ field: z.string().optional(), column: z.string().optional(), row: z.int().optional() }).optional(),
    values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()])).readonly().optional(),
  }),
});
export type FailedTarget = z.infer<typeof failedTargetSchema>;

export const linearTargetSchema = z.discriminatedUnion('status', [fittedTargetSchema, binaryTargetSchema, failedTargetSchema]);
export type LinearTarget = z.infer<typeof linearTargetSchema>;
