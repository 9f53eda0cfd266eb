import type { NonlinearResult } from '../../../schemas/index.ts';
import { toCsv } from './table.ts';

/** A setting of the front: the row of the predicted table, its values of the objectives, and every column of the workbook's row. */
export interface FrontPoint { row: number; objectives: readonly number[]; cells: Readonly<Record<string, string>> }

export interface Front {
  objectives: NonNullable<NonlinearResult['pareto']>['objectives'];
  points: readonly FrontPoint[];
  /** null where none is told */
  knee: number | null;
  /** of the front and what it was chosen among */
  size: number;
  candidates: number;
  hypervolume: number | null;
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
  return { objectives: pareto.objectives, points, knee: pareto.knee, size: pareto.front_size, candidates: pareto.candidates, hypervolume: pareto.hypervolume, factors, axes: [...pareto.objectives.map(({ name }) => name), ...factors.filter((name) => varies(points, name))] };
}

/** The front of the search between the rows of the grid; its points are numbered from 1. */
export function frontOfSearch({ objectives, evaluations, front_size, front }: NonNullable<NonlinearResult['pareto_search']>): Front {
  const points = front.map(({ settings, values }, at): FrontPoint => ({ row: at + 1, objectives: values, cells: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])) }));
  const factors = Object.keys(front[0]?.settings ?? {}).filter((name) => !objectives.some((objective) => objective.name === name));
  return { objectives: objectives.map(({ name, aim }) => ({ name, column: name, aim })), points, knee: null, size: front_size, candidates: evaluations, hypervolume: null, factors, axes: [...objectives.map(({ name }) => name), ...factors.filter((name) => varies(points, name))] };
}

function varies(points: readonly FrontPoint[], name: string): boolean {
  const values = points.map(({ cells }) => cells[name] ?? '');
  return new Set(values).size > 1 && values.every((value) => value !== '' && Number.isFinite(Number(value)));
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
