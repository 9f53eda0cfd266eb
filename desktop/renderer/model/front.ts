import type { NonlinearResult } from '../../../schemas/index.ts';
import { toCsv } from './table.ts';

/** A setting of the front: the row of the predicted table, its values of the objectives, and every column of the workbook's row. */
export interface FrontPoint { row: number; objectives: readonly number[]; cells: Readonly<Record<string, string>> }

export interface Front {
  objectives: NonNullable<NonlinearResult['pareto']>['objectives'];
  points: readonly FrontPoint[];
  knee: number;
  /** columns of the table of settings */
  factors: readonly string[];
  /** what an axis may show: objectives by name, then factors that vary as numbers */
  axes: readonly string[];
}

/** The front of `result.json` with its settings from the sheet `pareto_only`, whose rows are in the same order. */
export function frontOf(pareto: NonNullable<NonlinearResult['pareto']>, sheet: readonly (readonly string[])[]): Front {
  const [header = [], ...rows] = sheet;
  const points = pareto.front.map(({ row, values }, at): FrontPoint => ({ row, objectives: values, cells: Object.fromEntries(header.map((name, column) => [name, rows[at]?.[column] ?? ''])) }));
  const columns = new Set(pareto.objectives.map(({ column }) => column));
  const factors = header.filter((name) => !columns.has(name) && !name.startsWith('prediction_'));
  const varies = (name: string): boolean => {
    const values = points.map(({ cells }) => cells[name] ?? '');
    return new Set(values).size > 1 && values.every((value) => value !== '' && Number.isFinite(Number(value)));
  };
  return { objectives: pareto.objectives, points, knee: pareto.knee, factors, axes: [...pareto.objectives.map(({ name }) => name), ...factors.filter(varies)] };
}

/** Value of a point on an axis. */
export function valueOn({ objectives }: Front, point: FrontPoint, axis: string): number {
  const at = objectives.findIndex(({ name }) => name === axis);
  return at >= 0 ? (point.objectives[at] ?? NaN) : Number(point.cells[axis]);
}

export function csvOfFront({ objectives, factors }: Front, points: readonly FrontPoint[]): string {
  return toCsv(['row', ...factors, ...objectives.map(({ column }) => column)], points.map((point) => [String(point.row), ...factors.map((name) => point.cells[name] ?? ''), ...point.objectives.map(String)]));
}

/** Every pair of the objectives, the charts of the original (`pareto_<x>__vs__<y>`). */
export function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((x, at) => names.slice(at + 1).map((y): [string, string] => [x, y]));
}
