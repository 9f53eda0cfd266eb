import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { rowIntervals } from './row-intervals.ts';
import { column } from '../numbers.ts';

export function rows(model: FittedModel, { table, parameters }: SectionContext): LinearSections['rows'] {
  const { used, actual, rows: fitted, validation, response, fittedMean, modelActual } = model;
  const transformed = response.kind !== 'none';
  const none = (): null[] => new Array<null>(actual.length).fill(null);
  const { prediction, fold } = validation.cross;
  return {
    row: Array.from(used, (row) => table.rowNumber(row)),
    actual: column(actual),
    fitted: column(fittedMean),
    residual: column(fitted['residual']),
    leverage: column(fitted['leverage']),
    studentized_internal: column(fitted['standardised']),
    studentized_external: column(fitted['studentised']),
    cook: column(fitted['cook']),
    dffits: column(fitted['dffits']),
    covratio: column(fitted['covratio']),
    ...rowIntervals(model, parameters.confidence_level, parameters.tolerance_coverage),
    model_actual: transformed ? column(modelActual) : null,
    model_fitted: transformed ? column(fitted['fitted']) : null,
    cv_prediction: prediction === null ? none() : column(prediction),
    cv_fold: fold === null ? none() : Array.from(fold, (number) => number + 1),
  };
}
