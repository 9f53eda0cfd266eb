import type { z } from 'zod';
import type { PredictionRow, PredictionSet, predictionRowsQuerySchema } from '../schemas/index.ts';
import type { Batch, PredictionFile } from './prediction-file.ts';

export type RowFilter = Omit<z.infer<typeof predictionRowsQuerySchema>, 'limit' | 'cursor'>;

/** Record batches that one request reads at most: what it costs is bounded, whatever the filter passes over. */
const mostGroups = 8;

/**
 * A page of rows from `start` on: only the record batches are read that can hold rows of the filter. Memory is that of one
 * batch and one page. @returns `next`: where the next page begins, null at the end
 */
export async function readPredictionRows(layout: PredictionSet, file: PredictionFile, start: number, limit: number, filter: RowFilter): Promise<{ rows: PredictionRow[]; next: number | null }> {
  const shown = layout.targets.flatMap((target, k) => (filter.target === undefined || target.target === filter.target ? [k] : []));
  const rows: PredictionRow[] = [];
  let first = 0;
  let opened = 0;
  for (const [group, bounds] of layout.groups.entries()) {
    const end = first + bounds.rows;
    if (end > start && mayHold(bounds, shown, filter)) {
      if (opened === mostGroups) return { rows, next: Math.max(first, start) };
      opened += 1;
      const batch = await file.batch(group);
      for (let i = Math.max(0, start - first); i < bounds.rows; i += 1) {
        const row = rowOf(layout, shown, batch, i);
        if (!row.predictions.some((prediction) => passes(prediction, filter))) continue;
        if (rows.length === limit) return { rows, next: first + i };
        rows.push(row);
      }
    }
    first = end;
  }
  return { rows, next: null };
}

/** By the range of the predicted values. Rows without a prediction have none: only a filter by value passes over them. */
function mayHold(group: PredictionSet['groups'][number], shown: readonly number[], { min, max, extrapolated: wanted }: RowFilter): boolean {
  if (min === undefined && max === undefined) return true;
  return shown.some((k) => {
    const { predicted = 0, extrapolated = 0, low = null, high = null } = group.targets[k] ?? {};
    if (low === null || high === null || (wanted === 'true' ? extrapolated : wanted === 'false' ? predicted - extrapolated : predicted) === 0) return false;
    return high >= (min ?? -Infinity) && low <= (max ?? Infinity);
  });
}

function passes({ value, extrapolated }: PredictionRow['predictions'][number], filter: RowFilter): boolean {
  if (filter.extrapolated !== undefined && (extrapolated.length > 0) !== (filter.extrapolated === 'true')) return false;
  if (filter.min === undefined && filter.max === undefined) return true;
  return value !== null && value >= (filter.min ?? -Infinity) && value <= (filter.max ?? Infinity);
}

function rowOf(layout: PredictionSet, shown: readonly number[], batch: Batch, i: number): PredictionRow {
  const cell = (column: number): unknown => batch[column]?.get(i) ?? null;
  const number = (column: number): number | null => cell(column) as number | null;
  return {
    row: cell(0) as number,
    condition_key: cell(1) as string,
    conditions: Object.fromEntries(layout.conditions.map(({ name, column, kind }) => {
      const value = cell(column);
      return [name, kind === 'date' && value !== null ? new Date(Number(value)).toISOString() : value as number | string | null];
    })),
    predictions: shown.map((k) => {
      const { target, columns: { outside, remark, ...numbers } } = layout.targets[k] as PredictionSet['targets'][number];
      const names = cell(outside) as string | null;
      return {
        target, ...Object.fromEntries(Object.entries(numbers).map(([role, column]) => [role, number(column)])),
        extrapolated: names === null || names === '' ? [] : names.split('; '), remark: cell(remark) as string | null || null,
      } as PredictionRow['predictions'][number];
    }),
  };
}
