import type { OptimizationDesign, OptimizationResult } from '../../schemas/index.ts';
import { brushColumns, brushName } from './source.ts';

export interface RunSheet {
  columns: string[];
  rows: (string | number | null)[][];
}

const conditions = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];
const responses = ['上面ダレ', '側面ダレ', '摩耗量', '面粗度(Ra)前', '面粗度(Ra)後', '切削力X', '切削力Y', '切削力Z', '実験日'];

/**
 * The list that goes to the machine. A deburring table: the original's 23 columns in its order, then the run order and whatever else there is;
 * otherwise the columns of the input. `D基準値` is ln|M|, `I基準値` the mean prediction variance, of the design in its coded model.
 */
export function sheetOf(result: OptimizationResult, design: OptimizationDesign): RunSheet {
  const settings = design.rows.map((row) => ({ ...result.constants, ...row }));
  const names = [...Object.keys(result.constants), ...result.factors.map(({ name }) => name)];
  const value = design.criterion === 'D' ? design.criteria.log_determinant : design.criterion === 'A' ? design.criteria.trace_of_inverse : design.criteria.average_variance;
  const criterion = `${design.criterion}基準値`;
  const order = (row: number): number => design.run_order[row] ?? row + 1;
  if (!conditions.every((name) => names.includes(name))) {
    return { columns: ['No.', ...names, criterion, '実験順'], rows: settings.map((row, i) => [i + 1, ...names.map((name) => row[name] ?? null), value, order(i)]) };
  }
  const placed = [...conditions, '線材長', brushName, ...brushColumns];
  const others = names.filter((name) => !placed.includes(name));
  return {
    columns: ['No.', ...brushColumns, ...conditions, '線材長', criterion, ...responses, '実験順', ...others],
    rows: settings.map((row, i) => [
      i + 1, ...brushColumns.map((brush) => (row[brushName] === undefined ? null : Number(row[brushName] === brush))), ...[...conditions, '線材長'].map((name) => row[name] ?? null),
      value, ...responses.map(() => null), order(i), ...others.map((name) => row[name] ?? null),
    ]),
  };
}
