import { columnsOf, Fault, type ModelTerms } from '../../../schemas/index.ts';
import { findColumn } from '../../dataset/index.ts';
import type { Table } from '../../table/index.ts';

const field = 'inputs.prediction';

/** @throws Fault `column_not_found(_nearest)`, `term_not_numeric`: before anything is fitted, what the fit would stumble over after it */
export function checkGrid(grid: Table, model: ModelTerms, isCategorical: (column: string) => boolean): void {
  for (const name of columnsOf(model)) {
    const column = findColumn(grid, name, field);
    if (column.kind !== 'text' || isCategorical(name)) continue;
    const [example = ''] = column.levels;
    throw new Fault('prediction_not_numeric', `${column.name} holds text such as ${example}; the model needs numbers`, { where: { field, column: column.name }, values: { name: column.name, example } });
  }
}
