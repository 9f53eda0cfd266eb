import type { Language } from '../../../schemas/index.ts';
import { catalogues, renderText } from '../../../schemas/text/index.ts';
import type { Column } from '../../table/index.ts';
import { arrowBlock, blockColumn, conditionKeys, csvLines, type BlockColumn } from '../../dataset/index.ts';
import { evaluate, type Evaluated, type Reason } from './evaluate.ts';
import { expected, type Expected } from './hurdle.ts';
import { outsideHull, type Hulls } from './hulls.ts';
import type { NumericPredictor, Predictor } from './predictor.ts';

export interface ChunkTask {
  predictors: readonly Predictor[];
  /** columns of the new table, this chunk's rows only */
  columns: readonly Column[];
  /** row of the file of each */
  rowNumbers: Int32Array;
  /** per predictor: name in the fit → position in `columns` */
  places: readonly Readonly<Record<string, number>>[];
  /** columns written before the predictions, in order */
  written: readonly number[];
  /** columns that make up the setting, under the names of their quantities */
  settings: readonly { quantity: string; position: number }[];
  /** predictor of the removal and of each quantity that exists only where the burr was removed */
  hurdle: { removal: number; quantities: readonly number[] } | null;
  level: number;
  language: Language;
  /** of the Arrow schema */
  metadata: ReadonlyMap<string, string>;
}

export interface ChunkCounts {
  predicted: number;
  without: number;
  extrapolated: number;
  /** inside every range and leverage, but no mixture of the rows of the fit; null: not looked at */
  outsideHull: number | null;
  low: number;
  high: number;
}

export interface ChunkAnswer {
  csv: Uint8Array<ArrayBuffer>;
  /** an Arrow IPC stream of one record batch */
  arrow: Uint8Array<ArrayBuffer>;
  /** per predictor */
  counts: ChunkCounts[];
}

/** Thread side: one block of rows, predicted for every target and written as lines of the table and as a record batch. */
export async function predictChunk(task: ChunkTask): Promise<ChunkAnswer> {
  const n = task.rowNumbers.length;
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const found = task.predictors.map((predictor, k) => evaluate(predictor, (name) => task.columns[task.places[k]?.[name] ?? -1], rows, task.level));
  const whole = found.map((_, k) => expectedOf(task, found, k));
  const say = sayerOf(task.language);
  const columns = [
    ...task.written.map((position) => blockColumn(task.columns[position] as Column)),
    ...predictionParts(task).map(({ predictor, role, name }): BlockColumn => ({ name, ...cellsOf(role, found[predictor] as Evaluated, whole[predictor] ?? null, say) })),
  ];
  const keys = conditionKeys(task.settings.map(({ quantity, position }) => ({ quantity, column: task.columns[position] as Column })), n);
  return { csv: csvLines(columns, n), arrow: arrowBlock(task.rowNumbers, keys, columns, task.metadata), counts: found.map((one, k) => count(one, task.predictors[k]?.hulls ?? null)) };
}

const binaryRoles = ['value', 'mean_low', 'mean_high', 'outside', 'remark'] as const;
const numericRoles = ['value', 'mean_low', 'mean_high', 'low', 'high', 'outside', 'remark'] as const;
const hurdleRoles = ['expected', 'expected_low', 'expected_high', 'run_low', 'run_high'] as const;
export type PredictionRole = (typeof numericRoles)[number] | (typeof hurdleRoles)[number];

/** The columns that `predictChunk` adds, in order: whose they are, what they say and what they are called. */
export function predictionParts({ predictors, hurdle, language }: Pick<ChunkTask, 'predictors' | 'hurdle' | 'language'>): { predictor: number; role: PredictionRole; name: string }[] {
  const say = sayerOf(language);
  return predictors.flatMap((predictor, k) => {
    const name = predictor.target;
    const roles: PredictionRole[] = [...(predictor.kind === 'binary' ? binaryRoles : numericRoles), ...(hurdle?.quantities.includes(k) ? hurdleRoles : [])];
    const called = (role: PredictionRole): string => {
      if (role !== 'value') return say(role, { name });
      return predictor.kind === 'binary' ? say('probability', { name, label: predictor.positive }) : name;
    };
    return roles.map((role) => ({ predictor: k, role, name: called(role) }));
  });
}

type Say = (code: string, values?: Record<string, string>) => string;

function sayerOf(language: Language): Say {
  return (code, values = {}) => renderText(catalogues, language, `prediction_${code}`, values);
}

function cellsOf(role: PredictionRole, one: Evaluated, whole: Expected | null, say: Say): { kind: 'number'; values: Float64Array } | { kind: 'text'; values: string[] } {
  switch (role) {
    case 'outside': return { kind: 'text', values: one.outside.map((names) => names.map((name) => (name === '' ? say('combination') : name === outsideHull ? say('hull') : name)).join('; ')) };
    case 'remark': return { kind: 'text', values: one.reason.map((reason) => remark(reason, say)) };
    default: return { kind: 'number', values: numbersOf(role, one, whole) ?? new Float64Array(one.value.length).fill(NaN) };
  }
}

function numbersOf(role: Exclude<PredictionRole, 'outside' | 'remark'>, one: Evaluated, whole: Expected | null): Float64Array | null | undefined {
  switch (role) {
    case 'value': return one.value;
    case 'mean_low': return one.meanLow;
    case 'mean_high': return one.meanHigh;
    case 'low': return one.low;
    case 'high': return one.high;
    case 'expected': return whole?.value;
    case 'expected_low': return whole?.low;
    case 'expected_high': return whole?.high;
    case 'run_low': return whole?.runLow;
    case 'run_high': return whole?.runHigh;
  }
}

function remark(reason: Reason | null, say: Say): string {
  return reason === null ? '' : say(reason.code, { name: reason.name, level: reason.level });
}

/** Probability of removal times the quantity given removal: what to expect of a run that may fail. */
function expectedOf({ hurdle, predictors, level }: ChunkTask, found: readonly Evaluated[], k: number): Expected | null {
  if (hurdle === null || !hurdle.quantities.includes(k)) return null;
  return expected(found[hurdle.removal] as Evaluated, found[k] as Evaluated, predictors[k] as NumericPredictor, level);
}

function count({ value, outside }: Evaluated, hulls: Hulls | null): ChunkCounts {
  let hull = 0;
  const counts = { predicted: 0, without: 0, extrapolated: 0, outsideHull: null, low: Infinity, high: -Infinity };
  value.forEach((number, i) => {
    if (Number.isNaN(number)) {
      counts.without += 1;
      return;
    }
    counts.predicted += 1;
    const mixed = outside[i]?.[0] !== outsideHull;
    hull += Number(!mixed);
    counts.extrapolated += Number(mixed && (outside[i] ?? []).length > 0);
    counts.low = Math.min(counts.low, number);
    counts.high = Math.max(counts.high, number);
  });
  return { ...counts, outsideHull: hulls === null ? null : hull };
}
