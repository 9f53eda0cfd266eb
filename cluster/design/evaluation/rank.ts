import { Fault } from '../../../schemas/index.ts';
import type { Point } from '../factors.ts';
import type { DesignModel } from '../model.ts';
import type { RowGroups } from '../strata.ts';
import { solveDesign, type Solved } from './efficiency.ts';

export interface EstimablePart {
  solved: Solved;
  /** numbers of the columns of the whole model that are left, ascending */
  kept: readonly number[];
  /** columns that the rows leave open, and what they equal */
  lost: readonly { term: string; relation: string }[];
}

/** A design in its model, without the columns that its rows cannot estimate. */
export function solveEstimable(model: DesignModel, points: readonly Point[], precision?: Float64Array, groups?: readonly RowGroups[]): EstimablePart {
  const all = model.columns.map((_, j) => j);
  try {
    return { solved: solveDesign(model, points, precision, groups), kept: all, lost: [] };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'design_rank') throw error;
    const terms = error.values?.['terms'] as readonly string[];
    const relations = error.values?.['relations'] as readonly string[];
    const kept = all.filter((j) => !terms.includes((model.columns[j] as DesignModel['columns'][number]).name));
    if (terms.length === 0 || kept.length === 0) throw error;
    const rest = withColumns(model, kept);
    const less = solveEstimable(rest, points, precision && Float64Array.from(kept, (j) => precision[j] as number), groups);
    return { solved: less.solved, kept: less.kept.map((j) => kept[j] as number), lost: [...terms.map((term, i) => ({ term, relation: relations[i] ?? '' })), ...less.lost] };
  }
}

function withColumns(model: DesignModel, kept: readonly number[]): DesignModel {
  const place = new Map(kept.map((j, at) => [j, at]));
  const terms = model.terms.map((term) => ({ ...term, columns: term.columns.flatMap((j) => place.get(j) ?? []) })).filter(({ columns }) => columns.length > 0);
  const columns = kept.map((j) => model.columns[j] as DesignModel['columns'][number]);
  return { ...model, terms, columns: columns.map((column, at) => ({ ...column, term: terms.findIndex((term) => term.columns.includes(at)) })) };
}

/** The rows and columns of a p × p matrix that belong to the kept ones. */
export function submatrix(matrix: Float64Array, p: number, kept: readonly number[]): Float64Array {
  return Float64Array.from(kept.flatMap((a) => kept.map((b) => matrix[a * p + b] as number)));
}
