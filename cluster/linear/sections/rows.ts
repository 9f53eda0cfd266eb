import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { column } from '../numbers.ts';

export function rows({ used, actual, rows: fitted, validation }: FittedModel, { table }: SectionContext): LinearSections['rows'] {
  const none = (): null[] => new Array<null>(actual.length).fill(null);
  const { prediction, fold } = validation.cross;
  return {
    row: Array.from(used, (row) => table.rowNumber(row)),
    actual: column(actual),
    fitted: column(fitted['fitted']),
    residual: column(fitted['residual']),
    leverage: column(fitted['leverage']),
    studentized_internal: column(fitted['standardised']),
    studentized_external: column(fitted['studentised']),
    cook: column(fitted['cook']),
    dffits: column(fitted['dffits']),
    cv_prediction: prediction === null ? none() : column(prediction),
    cv_fold: fold === null ? none() : Array.from(fold, (number) => number + 1),
  };
}
