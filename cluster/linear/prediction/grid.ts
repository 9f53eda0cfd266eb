import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { columnsOf, type LinearAnalysisParameters, type LinearResult, type Notice, type PredictionSet } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import type { InputFile } from '../../job/protocol.ts';
import { safeFileName } from '../../report/index.ts';
import { canonicalNamesIn, type Column, type Table } from '../../table/index.ts';
import { deburringColumns, findColumn, PredictionFiles, quoted, resolveColumn, spelledAs } from '../../dataset/index.ts';
import { finite } from '../numbers.ts';
import { predictionParts, type ChunkCounts, type ChunkTask } from './chunk.ts';
import type { Predictor } from './predictor.ts';

const folder = '04_予測計算';
/** Doubles of design that a thread holds at once. */
const chunkValues = 2_000_000;
/** A page of stored predictions reads a whole block: a few megabytes. */
const mostChunkRows = 16_384;

/** The original's table: the settings of a run in this order. */
const originalOrder = ['A13', 'A11', 'A21', 'A32', '直径', '材料', '線材長', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数', '加工時間'];

/** Predicts every row of a further table, block by block, into a CSV and an Arrow file. The blocks do not depend on the number of threads. */
export async function predictGrid(context: JobContext, { input, table }: { input: InputFile; table: Table }, parameters: LinearAnalysisParameters, predictors: readonly Predictor[], formulas: readonly (string | null)[], notices: Notice[]): Promise<{ result: NonNullable<LinearResult['prediction']>; files: WrittenFile[] }> {
  const { pool, signal, order } = context;
  const { language, confidence_level: level } = parameters;
  const { columns, places } = resolve(table, predictors);
  const metadata = new Map([['zerosec', JSON.stringify({
    schema: 'zerosec.predictions/1', job_id: order.jobId, attempt: order.attempt, dataset: { name: order.fileName, sha256: order.datasetSha256 }, input: { name: input.fileName, sha256: input.sha256 },
    confidence_level: level, models: predictors.map(({ target, kind }, k) => ({ target, kind, formula: formulas[k] ?? null })),
  })]]);
  const shared = { predictors, places, written: writtenColumns(table), settings: settingsOf(table, places), hurdle: hurdleOf(predictors), level, language, metadata };
  const widest = Math.max(1, ...predictors.map(({ plan }) => plan.columns.length));
  const size = Math.max(256, Math.min(mostChunkRows, Math.floor(chunkValues / widest)));
  const stem = input.fileName.replace(/\.[^.]*$/, '').replace(/_?未実験データ$/, '');
  const place = (extension: string): string => `${folder}/${safeFileName(`${stem}_予測結果`)}.${extension}`;
  await mkdir(join(order.outputDirectory, folder), { recursive: true });
  const files = await PredictionFiles.create(join(order.outputDirectory, place('csv')), join(order.outputDirectory, place('arrow')));
  const parts = predictionParts(shared);
  const groups: PredictionSet['groups'] = [];
  const totals: ChunkCounts[] = predictors.map(() => ({ predicted: 0, without: 0, extrapolated: 0, outsideHull: null, low: Infinity, high: -Infinity }));
  try {
    await files.head([...shared.written.map((position) => columns[position]?.name ?? ''), ...parts.map(({ name }) => name)].map(quoted).join(','));
    // as many blocks under way as there are threads; written in order, so that the bytes do not tell how many those were
    for (let from = 0; from < table.rows; from += size * pool.threads) {
      context.checkCancelled();
      const starts = Array.from({ length: pool.threads }, (_, k) => from + k * size).filter((start) => start < table.rows);
      const answers = await Promise.all(starts.map((start) => {
        const end = Math.min(table.rows, start + size);
        const rowNumbers = Int32Array.from({ length: end - start }, (_, i) => table.rowNumber(start + i));
        return pool.run('predictChunk', { ...shared, rowNumbers, columns: columns.map((column) => slice(column, start, end)) }, { signal });
      }));
      for (const [k, { csv, arrow, counts }] of answers.entries()) {
        await files.append(csv, arrow);
        groups.push({ rows: Math.min(table.rows - (starts[k] as number), size), targets: counts.map(({ predicted, extrapolated, low, high }) => ({ predicted, extrapolated, low: finite(low), high: finite(high) })) });
        counts.forEach((part, target) => add(totals[target] as ChunkCounts, part));
      }
    }
    await files.finish();
  } finally {
    await files.close();
  }
  tellTotals(predictors, totals, notices);
  const targets = predictors.map(({ target }, k) => {
    const { low, high, outsideHull: _, ...counts } = totals[k] as ChunkCounts;
    return { target, ...counts, low: finite(low), high: finite(high) };
  });
  const ofInput = { name: input.fileName, sha256: input.sha256 };
  // row and condition key come first in the Arrow file
  const first = 2;
  const predictions: PredictionSet = {
    rows: table.rows, confidence_level: level, input: ofInput, groups,
    conditions: shared.written.map((position, at) => ({ name: columns[position]?.name ?? '', column: first + at, kind: settingKind(columns[position] as Column) })),
    targets: predictors.map((predictor, k) => ({
      ...targets[k] as (typeof targets)[number], kind: predictor.kind, positive: predictor.kind === 'binary' ? predictor.positive : null, formula: formulas[k] ?? null,
      columns: Object.fromEntries(parts.flatMap(({ predictor: of, role }, at) => (of === k ? [[role, first + shared.written.length + at]] : []))) as PredictionSet['targets'][number]['columns'],
    })),
  };
  return {
    result: { file: place('csv'), arrow: place('arrow'), input: ofInput, rows: table.rows, confidence_level: level, targets: targets.map((one, k) => ({ ...one, outside_hull: totals[k]?.outsideHull ?? null })) },
    files: [{ path: place('csv'), fileType: 'csv' }, { path: place('arrow'), fileType: 'arrow', predictions }],
  };
}

function tellTotals(predictors: readonly Predictor[], totals: readonly ChunkCounts[], notices: Notice[]): void {
  predictors.forEach(({ target: name }, k) => {
    const { without = 0, extrapolated = 0 } = totals[k] ?? {};
    if (without > 0) notices.push({ code: 'prediction_rows_without', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name, count: without } });
    if (extrapolated > 0) notices.push({ code: 'prediction_rows_outside', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name, count: extrapolated } });
  });
}

function settingKind({ kind }: Column): PredictionSet['conditions'][number]['kind'] {
  return kind === 'empty' ? 'text' : kind;
}

/** What makes two rows the same setting: the process factors of a deburring table, else the columns that a model reads. */
function settingsOf(table: Table, places: ChunkTask['places']): ChunkTask['settings'] {
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const factors = deburringColumns(table);
  if (factors !== undefined) return factors.map((column) => ({ quantity: quantity(column.name), position: table.columns.indexOf(column) }));
  return [...new Map(places.flatMap((place) => Object.entries(place))).entries()].map(([name, position]) => ({ quantity: name, position }));
}

/** Columns that the models read, by the names of the fit; materials under the spelling of the fit. */
function resolve(table: Table, predictors: readonly Predictor[]): { columns: Column[]; places: ChunkTask['places'] } {
  const columns: Column[] = [...table.columns];
  const places = predictors.map(({ plan, conditions }) => {
    const place = (column: Column, known: readonly string[] | undefined): number => (
      column.kind === 'text' && known !== undefined ? columns.push(spelledAs(known, plain(column))) - 1 : table.columns.indexOf(column));
    const names = columnsOf({ intercept: true, terms: plan.terms.map(({ term }) => term), offsets: plan.offsets.map(({ factor }) => factor) });
    const read = names.map((name) => {
      const levels = plan.terms.flatMap(({ factors }) => factors).find(({ learned }) => learned.column === name && learned.kind === 'levels');
      return [name, place(findColumn(table, name, 'inputs.prediction'), levels?.learned.kind === 'levels' ? levels.learned.coding.levels : undefined)] as const;
    });
    const bounded = conditions.flatMap((condition) => {
      const column = resolveColumn(table, condition.column);
      return column === undefined ? [] : [[condition.column, place(column, condition.kind === 'text' ? condition.levels : undefined)] as const];
    });
    return Object.fromEntries([...read, ...bounded]);
  });
  return { columns: columns.map(plain), places };
}

function plain({ name, kind, values, lo, levels, missing, distinct }: Column): Column {
  return { name, kind, values, lo, levels, missing, distinct };
}

function slice(column: Column, from: number, to: number): Column {
  return { ...column, values: column.values.subarray(from, to), lo: column.lo?.subarray(from, to) ?? null };
}

/** The original's columns in its order in a deburring table, then (else only) the table's own. */
function writtenColumns(table: Table): number[] {
  const all = table.columns.map((_, position) => position);
  if (deburringColumns(table) === undefined) return all;
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const first = originalOrder.map((name) => table.columns.findIndex((column) => quantity(column.name) === name)).filter((position) => position >= 0);
  return [...first, ...all.filter((position) => !first.includes(position))];
}

/** Sags are measured only where the burr was removed. */
function hurdleOf(predictors: readonly Predictor[]): ChunkTask['hurdle'] {
  const quantity = canonicalNamesIn(predictors.map(({ target }) => target));
  const removal = predictors.findIndex(({ kind, target }) => kind === 'binary' && quantity(target) === 'バリ除去');
  const quantities = predictors.flatMap(({ kind, target }, k) => (kind === 'numeric' && ['上面ダレ量', '側面ダレ量'].includes(quantity(target)) ? [k] : []));
  return removal < 0 || quantities.length === 0 ? null : { removal, quantities };
}

function add(total: ChunkCounts, part: ChunkCounts): void {
  total.predicted += part.predicted;
  total.without += part.without;
  total.extrapolated += part.extrapolated;
  if (part.outsideHull !== null) total.outsideHull = (total.outsideHull ?? 0) + part.outsideHull;
  total.low = Math.min(total.low, part.low);
  total.high = Math.max(total.high, part.high);
}
