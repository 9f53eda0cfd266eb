import type { OptimizationDesign, OptimizationResult } from '../../schemas/index.ts';
import { blockName, plotName, subplotName } from './request.ts';
import { brushColumns, brushName } from './source.ts';

export interface RunSheet {
  columns: string[];
  rows: (string | number | null)[][];
}

/** The seven conditions of a deburring run, in the original's order. */
export const conditions = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];
const responses = ['上面ダレ', '側面ダレ', '摩耗量', '面粗度(Ra)前', '面粗度(Ra)後', '切削力X', '切削力Y', '切削力Z', '実験日'];

/** Heading and figure of the criterion: the original's score of D, the mean prediction variance of I, the trace of A. */
export function criterionOf({ criterion, criteria }: OptimizationDesign): { heading: string; value: number | null } {
  switch (criterion) {
    case 'I': return { heading: 'I基準値', value: criteria.average_variance };
    case 'A': return { heading: 'A基準値', value: criteria.trace_of_inverse };
    default: return { heading: 'D基準値', value: criteria.original_d };
  }
}

/**
 * The list that goes to the machine, in run order. A deburring table: the original's 23 columns in its order, then the place in the design, the
 * efficiency and whatever else there is; otherwise the columns of the input. The last column names the design, so that results find back to it.
 */
export function sheetOf(result: OptimizationResult, design: OptimizationDesign): RunSheet {
  const order = design.rows.map((_, i) => i).sort((a, b) => (design.run_order[a] ?? a) - (design.run_order[b] ?? b));
  const names = [...Object.keys(result.constants), ...result.factors.map(({ name }) => name), ...Object.keys(design.rows[0] ?? {}).filter((name) => !result.factors.some((factor) => factor.name === name))];
  const { heading, value } = criterionOf(design);
  const settings = (i: number): Record<string, number | string> => ({ ...result.constants, ...design.rows[i] });
  const efficiency = 100 * design.criteria.d;
  const behind = ['標準順', 'D効率(%)'];
  if (!conditions.every((name) => names.includes(name))) {
    return { columns: ['No.', ...names, heading, ...behind, '計画ID'], rows: order.map((i, at) => [at + 1, ...names.map((name) => settings(i)[name] ?? null), value, i + 1, efficiency, design.id]) };
  }
  const placed = [...conditions, '線材長', brushName, ...brushColumns];
  const others = names.filter((name) => !placed.includes(name));
  return {
    columns: ['No.', ...brushColumns, ...conditions, '線材長', heading, ...responses, ...behind, ...others, '計画ID'],
    rows: order.map((i, at) => {
      const row = settings(i);
      return [
        at + 1, ...brushColumns.map((brush) => (row[brushName] === undefined ? null : Number(row[brushName] === brush))), ...[...conditions, '線材長'].map((name) => row[name] ?? null),
        value, ...responses.map(() => null), i + 1, efficiency, ...others.map((name) => row[name] ?? null), design.id,
      ];
    }),
  };
}

/** The table of the original's preview: conditions, the criterion, and the responses that will be measured. */
export function previewTable(result: OptimizationResult, design: OptimizationDesign): RunSheet {
  const { columns, rows } = sheetOf(result, design);
  const shown = ['No.', blockName, plotName, subplotName, ...conditions, ...(design.criterion === 'I' ? ['I基準値'] : ['D基準値', 'A基準値']), '上面ダレ', '側面ダレ', '摩耗量'];
  const isOriginal = conditions.every((name) => columns.includes(name));
  const kept = columns.flatMap((name, k) => (isOriginal ? shown.includes(name) : name !== '計画ID') ? [k] : []);
  return { columns: kept.map((k) => columns[k] as string), rows: rows.map((row) => kept.map((k) => row[k] ?? null)) };
}
