import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassificationParameters, ClassificationResult, Notice, PredictionSet } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import type { InputFile } from '../../job/protocol.ts';
import { conditionsOf, deburringColumns, findColumn, PredictionFiles, quoted, resolveColumn, spelledAs } from '../../dataset/index.ts';
import { renderText, catalogues } from '../../../schemas/text/index.ts';
import { canonicalName, canonicalNamesIn, type Column, type Table } from '../../table/index.ts';
import type { ClassData } from '../data.ts';
import type { Classifier } from '../model.ts';
import { extraRoles, predictionRoles, severalRoles, type ClassifyTask } from './classify-block.ts';
import { predictionWorkbooks, type Decided } from './workbooks.ts';

export { stamped } from './stamp.ts';
export { classifyBlock } from './classify-block.ts';

const folder = '02_本学習結果/03_予測結果';
/** Rows of a block: a page of stored predictions reads a whole one. */
const BLOCK_ROWS = 4096;

/** Decides every row of a further table, block by block, into a CSV and an Arrow file. The blocks do not depend on the number of threads. */
export async function predictLabels(context: JobContext, { input, table, source }: { input: InputFile; table: Table; source: Table }, parameters: ClassificationParameters, data: ClassData, model: Classifier, notices: Notice[]): Promise<{ result: NonNullable<ClassificationResult['prediction']>; files: WrittenFile[] }> {
  const { pool, signal, order } = context;
  const { language, confidence_level: level } = parameters;
  const columns = table.columns.map(plain);
  const features = data.features.map((feature, j): ClassifyTask['features'][number] => {
    const position = table.columns.indexOf(findColumn(table, feature.name, 'inputs.prediction'));
    const own = columns[position] as Column;
    if (own.kind === 'text' && feature.kind === 'text') columns[position] = plain(spelledAs(feature.levels, own));
    return { position, gaps: data.x.values.subarray(j * data.x.rows, (j + 1) * data.x.rows).some((value) => Number.isNaN(value)) };
  });
  const apart = new Set([data.target.name, ...data.features.map(({ name }) => name)]);
  const conditions = conditionsOf(source, data.used, apart).flatMap((condition) => {
    const column = resolveColumn(table, condition.column);
    return column === undefined ? [] : [{ condition, position: table.columns.indexOf(column) }];
  });
  const metadata = new Map([['zerosec', JSON.stringify({ schema: 'zerosec.predictions/1', job_id: order.jobId, attempt: order.attempt, dataset: { name: order.fileName, sha256: order.datasetSha256 }, input: { name: input.fileName, sha256: input.sha256 }, confidence_level: level, models: [{ target: model.target, kind: 'binary', positive: model.positive, formula: null }] })]]);
  const shared = { model, features, tolerances: tolerancesOf(data, parameters), seed: parameters.random_seed, prevalence: { here: data.y.reduce((sum, label) => sum + label, 0) / data.y.length, field: parameters.field_prevalence }, conditions, settings: settingsOf(table, data, features), language, metadata };
  const place = (extension: string): string => `${folder}/Prediction_input_pred.${extension}`;
  await mkdir(join(order.outputDirectory, folder), { recursive: true });
  const files = await PredictionFiles.create(join(order.outputDirectory, place('csv')), join(order.outputDirectory, place('arrow')));
  const total = { predicted: 0, without: 0, outside: 0, yes: 0, gray: 0, no: 0, low: Infinity, high: -Infinity };
  const groups: PredictionSet['groups'] = [];
  const decided: Decided = { probability: new Float64Array(table.rows), label: new Int8Array(table.rows), outside: new Uint8Array(table.rows), distance: new Float64Array(table.rows) };
  let filled = 0;
  try {
    await files.head([...columns.map(({ name }) => name), ...predictionRoles.map((role) => headOf(role, model.target, language)), ...model.several === null ? [] : [...severalRoles.map((role) => renderText(catalogues, language, `prediction_${role}`)), ...model.several.labels.map((label) => `p_${label}`)], ...extraRoles({ tolerances: parameters.tolerances, prevalence: { field: parameters.field_prevalence } })].map(quoted).join(','));
    // as many blocks under way as there are threads; written in order, so that the bytes do not tell how many those were
    for (let from = 0; from < table.rows; from += BLOCK_ROWS * pool.threads) {
      context.checkCancelled();
      const starts = Array.from({ length: pool.threads }, (_, k) => from + k * BLOCK_ROWS).filter((start) => start < table.rows);
      const answers = await Promise.all(starts.map((start) => {
        const end = Math.min(table.rows, start + BLOCK_ROWS);
        return pool.run('classifyBlock', { ...shared, rowNumbers: Int32Array.from({ length: end - start }, (_, i) => table.rowNumber(start + i)), columns: columns.map((column) => slice(column, start, end)) }, { signal });
      }));
      for (const { csv, arrow, probability, outside, label, distance } of answers) {
        await files.append(csv, arrow);
        decided.probability.set(probability, filled);
        decided.label.set(label, filled);
        decided.outside.set(outside, filled);
        decided.distance.set(distance, filled);
        filled += label.length;
        const own = { predicted: 0, extrapolated: 0, low: Infinity, high: -Infinity };
        probability.forEach((p, row) => {
          total[label[row] === 1 ? 'yes' : label[row] === 0 ? 'no' : 'gray'] += 1;
          if (Number.isNaN(p)) {
            total.without += 1;
            return;
          }
          own.predicted += 1;
          own.extrapolated += outside[row] as number;
          own.low = Math.min(own.low, p);
          own.high = Math.max(own.high, p);
        });
        total.predicted += own.predicted;
        total.outside += own.extrapolated;
        total.low = Math.min(total.low, own.low);
        total.high = Math.max(total.high, own.high);
        groups.push({ rows: probability.length, targets: [{ ...own, ...limits(own) }] });
      }
    }
    await files.finish();
  } finally {
    await files.close();
  }
  if (total.without > 0) notices.push({ code: 'prediction_rows_without', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name: model.target, count: total.without } });
  if (total.outside > 0) notices.push({ code: 'prediction_rows_outside', severity: 'warning', where: { field: 'inputs.prediction' }, values: { name: model.target, count: total.outside } });
  const ofInput = { name: input.fileName, sha256: input.sha256 };
  // row and condition key come first in the Arrow file
  const first = 2;
  const at = (role: (typeof predictionRoles)[number]): number => first + columns.length + predictionRoles.indexOf(role);
  const predictions: PredictionSet = {
    rows: table.rows, confidence_level: level, input: ofInput, groups,
    conditions: columns.map(({ name, kind }, position) => ({ name, column: first + position, kind: kind === 'empty' ? 'text' : kind })),
    targets: [{ target: model.target, kind: 'binary', positive: model.positive, formula: null, predicted: total.predicted, without: total.without, extrapolated: total.outside, ...limits(total), columns: { value: at('p_cal'), mean_low: at('p_low'), mean_high: at('p_high'), outside: at('outside'), remark: at('remark') } }],
  };
  const workbooks = parameters.outputs.includes('workbook') ? await predictionWorkbooks(context, table, decided, model, notices) : [];
  return {
    result: { file: place('csv'), arrow: place('arrow'), input: ofInput, rows: table.rows, ...total, ...limits(total) },
    files: [{ path: place('csv'), fileType: 'csv' }, { path: place('arrow'), fileType: 'arrow', predictions }, ...workbooks],
  };
}

function tolerancesOf({ features }: ClassData, { tolerances }: ClassificationParameters): ClassifyTask['tolerances'] {
  return tolerances.map(({ column, plus_minus: plusMinus }) => ({ feature: features.findIndex(({ name }) => canonicalName(name) === canonicalName(column)), plusMinus }));
}

function headOf(role: (typeof predictionRoles)[number], name: string, language: ClassificationParameters['language']): string {
  const codes: Partial<Record<typeof role, string>> = { decision: 'prediction_decision', label_set: 'prediction_label_set', cheapest_label: 'prediction_cheapest', outside: 'prediction_outside', remark: 'prediction_remark' };
  const code = codes[role];
  return code === undefined ? role : renderText(catalogues, language, code, { name });
}

function limits({ predicted, low, high }: { predicted: number; low: number; high: number }): { low: number | null; high: number | null } {
  return { low: predicted > 0 ? low : null, high: predicted > 0 ? high : null };
}

/** What makes two rows the same setting: the process factors of a deburring table, else the columns that the model reads. */
function settingsOf(table: Table, { features }: ClassData, places: readonly { position: number }[]): { quantity: string; position: number }[] {
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const factors = deburringColumns(table);
  if (factors !== undefined) return factors.map((column) => ({ quantity: quantity(column.name), position: table.columns.indexOf(column) }));
  return features.map(({ name }, j) => ({ quantity: name, position: places[j]?.position as number }));
}

function plain({ name, kind, values, lo, levels, missing, distinct }: Column): Column {
  return { name, kind, values, lo, levels, missing, distinct };
}

function slice(column: Column, from: number, to: number): Column {
  return { ...column, distinct: column.distinct, values: column.values.subarray(from, to), lo: column.lo?.subarray(from, to) ?? null };
}
