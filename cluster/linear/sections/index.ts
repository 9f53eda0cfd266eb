import type { LinearSections } from '../../../schemas/index.ts';
import type { Section } from '../fitted-model.ts';
import { offsetValues } from '../column-factors.ts';
import { aliases } from './aliases.ts';
import { bootstrap } from './bootstrap.ts';
import { imputation } from './imputation.ts';
import { coefficients, covariance } from './coefficients.ts';
import { diagnostics } from './diagnostics.ts';
import { fit } from './fit.ts';
import { influence } from './influence.ts';
import { intervalBasis } from './interval-basis.ts';
import { model } from './model.ts';
import { noise, noiseOf } from './noise.ts';
import { residualTests } from './residual-tests.ts';
import { penalty } from './penalty.ts';
import { power, response } from './response.ts';
import { robust } from './robust.ts';
import { rows } from './rows.ts';
import { selection } from './selection.ts';
import { anova, collinearity, gvif } from './term-tests.ts';
import { used } from './used.ts';

/** The report, section by section, in the order in which they are worked on and written. A new section is a line here. */
export const sections: { [Key in keyof LinearSections]: Section<LinearSections[Key]> } = {
  used,
  features: ({ specification }) => specification.features.map(({ name }) => name),
  model,
  formula: ({ specification }) => specification.formula,
  weights: ({ specification }) => specification.weights?.name ?? null,
  offsets: ({ plan }) => offsetValues(plan),
  response,
  coefficients,
  interval_basis: intervalBasis,
  covariance,
  anova,
  gvif,
  collinearity,
  aliases,
  confidence_level: (_, { parameters }) => parameters.confidence_level,
  fit,
  cross_validation: (fitted, { parameters }) => (fitted.validation.cross.result === null ? null : { ...fitted.validation.cross.result, r2_ceiling: noiseOf(fitted, parameters.replicate_tolerance)?.r2_ceiling_original ?? null }),
  holdout: ({ validation }) => validation.holdout.result,
  selection,
  penalty,
  noise,
  diagnostics,
  residual_tests: residualTests,
  robust,
  bootstrap,
  imputation,
  power,
  influence,
  rows,
};
