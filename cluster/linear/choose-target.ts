import { Fault, type LinearAnalysisParameters, type Notice } from '../../schemas/index.ts';
import { deburringColumns, findColumn, quantityIn } from '../dataset/index.ts';
import type { Column, Table } from '../table/index.ts';
import { isBinaryTarget, outcomeColumn, outcomeOf, type Outcome } from './binary/index.ts';
import type { TargetName } from './targets.ts';

export interface ChosenTarget {
  /** the column of the table */
  source: Column;
  /** what is fitted: the column itself, or 0 and 1 for a target of two values */
  target: Column;
  outcome: Outcome | null;
}

/** @throws Fault `column_not_found(_nearest)`, `target_not_numeric`, `target_empty`, `target_constant`, and those of outcomeOf */
export function chooseTarget(table: Table, { name, field }: TargetName, { target_kind, positive_label }: Pick<LinearAnalysisParameters, 'target_kind' | 'positive_label'>, notices: Notice[]): ChosenTarget {
  const source = findColumn(table, name, field);
  if (source.kind !== 'empty' && isBinaryTarget(source, target_kind, deburringColumns(table) === undefined ? null : quantityIn(table)(source.name))) {
    const outcome = outcomeOf(source, positive_label, notices, field);
    return { source, target: outcomeColumn(source, outcome), outcome };
  }
  return { source, target: checkTarget(source, field), outcome: null };
}

function checkTarget(target: Column, field: string): Column {
  const where = { field, column: target.name };
  if (target.kind === 'empty' || target.missing === target.values.length) throw new Fault('target_empty', `${target.name} has no value`, { where, values: { name: target.name } });
  if (target.kind !== 'number') throw new Fault('target_not_numeric', `${target.name} is not numeric`, { where, values: { name: target.name } });
  if (target.distinct < 2) throw new Fault('target_constant', `every value of ${target.name} is the same`, { where, values: { name: target.name } });
  return target;
}
