import type { Language } from '../../../schemas/index.ts';
import { catalogues, renderText } from '../../../schemas/text/index.ts';
import type { Column } from '../../table/index.ts';
import { evaluate, type Evaluated, type Reason } from './evaluate.ts';
import { expected, type Expected } from './hurdle.ts';
import type { NumericPredictor, Predictor } from './predictor.ts';

export interface ChunkTask {
  predictors: readonly Predictor[];
  /** columns of the new table, this chunk's rows only */
  columns: readonly Column[];
  /** per predictor: name in the fit → position in `columns` */
  places: readonly Readonly<Record<string, number>>[];
  /** columns written before the predictions, in order */
  written: readonly number[];
  /** predictor of the removal and of each quantity that exists only where the burr was removed */
  hurdle: { removal: number; quantities: readonly number[] } | null;
  level: number;
  language: Language;
}

export interface ChunkAnswer {
  csv: Uint8Array<ArrayBuffer>;
  counts: { predicted: number; without: number; extrapolated: number; low: number; high: number }[];
}

/** Thread side: one block of rows, predicted for every target and written as lines of the table. */
export async function predictChunk(task: ChunkTask): Promise<ChunkAnswer> {
  const n = task.columns[0]?.values.length ?? 0;
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const found = task.predictors.map((predictor, k) => evaluate(predictor, (name) => task.columns[task.places[k]?.[name] ?? -1], rows, task.level));
  const whole = found.map((_, k) => expectedOf(task, found, k));
  const say = (code: string, values: Record<string, string> = {}): string => renderText(catalogues, task.language, `prediction_${code}`, values);
  const lines: string[] = [];
  for (let i = 0; i < n; i += 1) {
    const cells = task.written.map((position) => cellOf(task.columns[position] as Column, i));
    for (const [k, one] of found.entries()) cells.push(...predictionCells(one, i, say), ...hurdleCells(whole[k] ?? null, i));
    lines.push(cells.join(','));
  }
  const text = lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
  return { csv: Uint8Array.from(new TextEncoder().encode(text)), counts: found.map(count) };
}

/** Names of the columns that `predictChunk` adds. */
export function predictionHeader({ predictors, hurdle, language }: Pick<ChunkTask, 'predictors' | 'hurdle' | 'language'>): string[] {
  const say = (code: string, values: Record<string, string>): string => renderText(catalogues, language, `prediction_${code}`, values);
  return predictors.flatMap((predictor, k) => {
    const name = predictor.target;
    const parts = predictor.kind === 'binary' ? ['mean_low', 'mean_high'] : ['mean_low', 'mean_high', 'low', 'high'];
    return [
      predictor.kind === 'binary' ? say('probability', { name, label: predictor.positive }) : name,
      ...[...parts, 'outside', 'remark'].map((part) => say(part, { name })), ...(hurdle?.quantities.includes(k) ? hurdleParts.map((part) => say(part, { name })) : []),
    ];
  }).map(quoted);
}

function predictionCells({ value, meanLow, meanHigh, low, high, outside, reason }: Evaluated, i: number, say: (code: string, values?: Record<string, string>) => string): string[] {
  const numbers = [value, meanLow, meanHigh, ...(low === null || high === null ? [] : [low, high])].map((values) => numberText(values[i] as number));
  const factors = (outside[i] ?? []).map((name) => (name === '' ? say('combination') : name)).join('; ');
  return [...numbers, quoted(factors), quoted(remark(reason[i] ?? null, say))];
}

function remark(reason: Reason | null, say: (code: string, values?: Record<string, string>) => string): string {
  return reason === null ? '' : say(reason.code, { name: reason.name, level: reason.level });
}

const hurdleParts = ['expected', 'expected_low', 'expected_high', 'run_low', 'run_high'] as const;

/** Probability of removal times the quantity given removal: what to expect of a run that may fail. */
function expectedOf({ hurdle, predictors, level }: ChunkTask, found: readonly Evaluated[], k: number): Expected | null {
  if (hurdle === null || !hurdle.quantities.includes(k)) return null;
  return expected(found[hurdle.removal] as Evaluated, found[k] as Evaluated, predictors[k] as NumericPredictor, level);
}

function hurdleCells(whole: Expected | null, i: number): string[] {
  if (whole === null) return [];
  return [whole.value, whole.low, whole.high, whole.runLow, whole.runHigh].map((values) => numberText(values[i] as number));
}

function count({ value, outside }: Evaluated): ChunkAnswer['counts'][number] {
  const counts = { predicted: 0, without: 0, extrapolated: 0, low: Infinity, high: -Infinity };
  value.forEach((number, i) => {
    if (Number.isNaN(number)) {
      counts.without += 1;
      return;
    }
    counts.predicted += 1;
    counts.extrapolated += Number((outside[i] ?? []).length > 0);
    counts.low = Math.min(counts.low, number);
    counts.high = Math.max(counts.high, number);
  });
  return counts;
}

function cellOf({ kind, values, levels }: Column, i: number): string {
  const value = values[i] as number;
  if (kind === 'empty' || Number.isNaN(value)) return '';
  return kind === 'text' ? quoted(levels[value] ?? '') : kind === 'date' ? new Date(value).toISOString().slice(0, 19).replace('T', ' ') : String(value);
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

export function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
