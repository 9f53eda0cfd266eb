import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NonlinearAnalysisParameters, NonlinearResult, Notice, PredictionSet } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import type { InputFile } from '../../job/protocol.ts';
import { conditionsOf, deburringColumns, findColumn, PredictionFiles, quoted, resolveColumn, spelledAs } from '../../dataset/index.ts';
import { canonicalNamesIn, type Column, type Table } from '../../table/index.ts';
import type { TargetData } from '../data.ts';
import type { TargetModel } from '../predictor.ts';
import { roleName, roles, type PredictedModel } from './predict-block.ts';

const folder = '04_予測';
/** Rows of a block: a page of stored predictions reads a whole one. */
const BLOCK_ROWS = 4096;

/** A predicted table with what the trade-off needs of it. */
export interface PredictedGrid {
  readonly table: Table;
  readonly values: readonly { readonly target: string; readonly values: Float64Array; readonly outside: Uint8Array }[];
  readonly result: NonNullable<NonlinearResult['prediction']>;
  readonly files: WrittenFile[];
}

/** Predicts every row of a further table, block by block, into a CSV and an Arrow file. The blocks do not depend on the number of threads. */
export async function predictNonlinearGrid(context: JobContext, { input, table, source }: { input: InputFile; table: Table; source: Table }, parameters: NonlinearAnalysisParameters, targets: readonly { data: TargetData; model: TargetModel }[], notices: Notice[]): Promise<PredictedGrid> {
  const { pool, signal, order } = context;
  const { language, confidence_level: level } = parameters;
  const columns = table.columns.map(plain);
  const models = targets.map((one) => placed(one, source, table, columns, targets));
  const metadata = new Map([['zerosec', JSON.stringify({ schema: 'zerosec.predictions/1', job_id: order.jobId, attempt: order.attempt, dataset: { name: order.fileName, sha256: order.datasetSha256 }, input: { name: input.fileName, sha256: input.sha256 }, confidence_level: level, models: models.map(({ model }) => ({ target: model.target, kind: 'numeric', formula: null })) })]]);
  const shared = { models, settings: settingsOf(table, models), level, language, metadata };
  const place = (extension: string): string => `${folder}/Prediction_output.${extension}`;
  await mkdir(join(order.outputDirectory, folder), { recursive: true });
  const files = await PredictionFiles.create(join(order.outputDirectory, place('csv')), join(order.outputDirectory, place('arrow')));
  const found = models.map(({ model }) => ({ target: model.target, values: new Float64Array(table.rows), outside: new Uint8Array(table.rows) }));
  const groups: PredictionSet['groups'] = [];
  try {
    await files.head([...columns.map(({ name }) => name), ...models.flatMap(({ model }) => roles.map((role) => roleName(role, model.target, language)))].map(quoted).join(','));
    // as many blocks under way as there are threads; written in order, so that the bytes do not tell how many those were
    for (let from = 0; from < table.rows; from += BLOCK_ROWS * pool.threads) {
      context.checkCancelled();
      const starts = Array.from({ length: pool.threads }, (_, k) => from + k * BLOCK_ROWS).filter((start) => start < table.rows);
      const answers = await Promise.all(starts.map((start) => {
        const end = Math.min(table.rows, start + BLOCK_ROWS);
        return pool.run('predictBlock', { ...shared, rowNumbers: Int32Array.from({ length: end - start }, (_, i) => table.rowNumber(start + i)), columns: columns.map((column) => slice(column, start, end)) }, { signal });
      }));
      for (const [k, { csv, arrow, values, outside }] of answers.entries()) {
        await files.append(csv, arrow);
        values.forEach((column, t) => { found[t]?.values.set(column, starts[k]); });
        outside.forEach((column, t) => { found[t]?.outside.set(column, starts[k]); });
        groups.push({ rows: values[0]?.length ?? 0, targets: values.map((column, t) => counts(column, outside[t] as Uint8Array)) });
      }
    }
    await files.finish();
  } finally {
    await files.close();
  }
  const totals = found.map(({ target, values, outside }) => {
    const { predicted, extrapolated, low, high } = counts(values, outside);
    return { target, predicted, without: values.length - predicted, extrapolated, low, high };
  });
  for (const { target: name, without, extrapolated } of totals) {
    if (without > 0) notices.push({ code: 'prediction_rows_without', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name, count: without } });
    if (extrapolated > 0) notices.push({ code: 'prediction_rows_outside', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name, count: extrapolated } });
  }
  const ofInput = { name: input.fileName, sha256: input.sha256 };
  // row and condition key come first in the Arrow file
  const first = 2;
  const predictions: PredictionSet = {
    rows: table.rows, confidence_level: level, input: ofInput, groups,
    conditions: columns.map(({ name, kind }, at) => ({ name, column: first + at, kind: kind === 'empty' ? 'text' : kind })),
    targets: totals.map((total, k) => ({
      ...total, kind: 'numeric', positive: null, formula: null,
      columns: Object.fromEntries(roles.flatMap((role, at) => (role === 'deviation' ? [] : [[role, first + columns.length + k * roles.length + at]]))) as PredictionSet['targets'][number]['columns'],
    })),
  };
  return {
    table, values: found,
    result: { file: place('csv'), arrow: place('arrow'), input: ofInput, rows: table.rows, confidence_level: level, targets: totals },
    files: [{ path: place('csv'), fileType: 'csv' }, { path: place('arrow'), fileType: 'arrow', predictions }],
  };
}

/** Features of a model in the new table; a text column goes beside the original one under the spelling of the fit. */
function placed({ data, model }: { data: TargetData; model: TargetModel }, source: Table, table: Table, columns: Column[], targets: readonly { data: TargetData }[]): PredictedModel {
  const place = (name: string, levels: readonly string[]): number => {
    const column = findColumn(table, name, 'inputs.prediction');
    const position = table.columns.indexOf(column);
    if (column.kind === 'text' && levels.length > 0) columns[position] = plain(spelledAs(levels, columns[position] as Column));
    return position;
  };
  const features = data.features.map((feature, j) => {
    const values = Float64Array.from(data.x.values.subarray(j * data.x.rows, (j + 1) * data.x.rows));
    const levels = feature.kind === 'text' ? feature.levels : [];
    return { name: feature.name, position: place(feature.name, levels), levels, low: values.reduce((a, b) => Math.min(a, b), Infinity), high: values.reduce((a, b) => Math.max(a, b), -Infinity) };
  });
  const apart = new Set([...data.features, ...targets.map((other) => other.data.target)].map(({ name }) => name));
  const conditions = conditionsOf(source, data.used, apart).flatMap((condition) => {
    const column = resolveColumn(table, condition.column);
    return column === undefined ? [] : [{ condition, position: table.columns.indexOf(column) }];
  });
  return { model, features, conditions };
}

/** What makes two rows the same setting: the process factors of a deburring table, else the columns that a model reads. */
function settingsOf(table: Table, models: readonly PredictedModel[]): { quantity: string; position: number }[] {
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const factors = deburringColumns(table);
  if (factors !== undefined) return factors.map((column) => ({ quantity: quantity(column.name), position: table.columns.indexOf(column) }));
  return [...new Map(models.flatMap(({ features }) => features.map(({ name, position }) => [name, position] as const))).entries()].map(([name, position]) => ({ quantity: name, position }));
}

function counts(values: Float64Array, outside: Uint8Array): { predicted: number; extrapolated: number; low: number | null; high: number | null } {
  let [predicted, extrapolated, low, high] = [0, 0, Infinity, -Infinity];
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    predicted += 1;
    extrapolated += outside[row] as number;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  return { predicted, extrapolated, low: predicted > 0 ? low : null, high: predicted > 0 ? high : null };
}

function plain({ name, kind, values, lo, levels, missing, distinct }: Column): Column {
  return { name, kind, values, lo, levels, missing, distinct };
}

function slice(column: Column, from: number, to: number): Column {
  return { ...column, distinct: column.distinct, values: column.values.subarray(from, to), lo: column.lo?.subarray(from, to) ?? null };
}
