import { instantiate, KernelMemory, loadKernels, studentInterval } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import type { Language } from '../../../schemas/index.ts';
import { catalogues, renderText } from '../../../schemas/text/index.ts';
import { arrowBlock, blockColumn, conditionKeys, csvLines, leaves, type BlockColumn, type Condition } from '../../dataset/index.ts';
import type { Column } from '../../table/index.ts';
import { openTarget, type TargetModel } from '../predictor.ts';

/** Where a feature of a model is found in the new table, and what the rows of the fit had there. */
export interface FeaturePlace {
  readonly name: string;
  readonly position: number;
  readonly levels: readonly string[];
  readonly low: number;
  readonly high: number;
}

export interface PredictedModel {
  readonly model: TargetModel;
  readonly features: readonly FeaturePlace[];
  /** columns outside the model that its rows had bounded */
  readonly conditions: readonly { readonly condition: Condition; readonly position: number }[];
}

export interface BlockTask {
  readonly models: readonly PredictedModel[];
  /** columns of the new table, this block's rows only */
  readonly columns: readonly Column[];
  /** row of the file of each */
  readonly rowNumbers: Int32Array;
  readonly settings: readonly { quantity: string; position: number }[];
  readonly level: number;
  readonly language: Language;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface BlockAnswer {
  csv: Uint8Array<ArrayBuffer>;
  /** an Arrow IPC stream of one record batch */
  arrow: Uint8Array<ArrayBuffer>;
  /** per model: NaN without a prediction */
  values: Float64Array[];
  /** per model: 1 where the row leaves the data of the fit */
  outside: Uint8Array[];
}

export const roles = ['value', 'mean_low', 'mean_high', 'low', 'high', 'deviation', 'outside', 'remark'] as const;
export type Role = (typeof roles)[number];

/** Name of a column that `predictBlock` adds; the prediction itself is called as the original calls it. */
export function roleName(role: Role, target: string, language: Language): string {
  return role === 'value' ? `prediction_${target}` : renderText(catalogues, language, `prediction_${role}`, { name: target });
}

/** Thread side: one block of rows, predicted for every target and written as lines of the table and as a record batch. */
export async function predictBlock({ models, columns, rowNumbers, settings, level, language, metadata }: BlockTask): Promise<BlockAnswer> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const found = models.map((one) => {
    const mark = kernels.memory.mark();
    try {
      return evaluate(openTarget(kernels, one.model), one, columns, rowNumbers.length, { level, language });
    } finally {
      kernels.memory.release(mark);
    }
  });
  const written = [...columns.map(blockColumn), ...models.flatMap(({ model }, k) => roles.map((role): BlockColumn => {
    const name = roleName(role, model.target, language);
    const one = found[k] as Evaluated;
    if (role === 'remark') return { name, kind: 'text', values: one.remark };
    return role === 'outside' ? { name, kind: 'text', values: one.outside.map((names) => names.join('; ')) } : { name, kind: 'number', values: one[role] };
  }))];
  const keys = conditionKeys(settings.map(({ quantity, position }) => ({ quantity, column: columns[position] as Column })), rowNumbers.length);
  return {
    csv: csvLines(written, rowNumbers.length), arrow: arrowBlock(rowNumbers, keys, written, metadata),
    values: found.map(({ value }) => value), outside: found.map(({ outside }) => Uint8Array.from(outside, (names) => Number(names.length > 0))),
  };
}

type Evaluated = Record<Exclude<Role, 'outside' | 'remark'>, Float64Array> & { outside: string[][]; remark: string[] };

function evaluate(predict: ReturnType<typeof openTarget>, { model, features, conditions }: PredictedModel, columns: readonly Column[], rows: number, { level, language }: { level: number; language: Language }): Evaluated {
  const say = (code: string, values: Record<string, string>): string => renderText(catalogues, language, `prediction_${code}`, values);
  const remark = new Array<string>(rows).fill('');
  const outside: string[][] = Array.from({ length: rows }, () => []);
  const cells = features.map(({ name, position, levels, low, high }) => {
    const column = columns[position] as Column;
    const cell = levels.length > 0 ? levelNumbers(column, levels) : column.values;
    for (let row = 0; row < rows; row++) {
      const value = cell[row] as number;
      if (Number.isNaN(value)) remark[row] ||= say('missing', { name });
      else if (value < 0 && levels.length > 0) remark[row] ||= say('unseen', { name, level: textAt(column, row) });
      else if (levels.length === 0 && (value < low || value > high)) outside[row]?.push(name);
    }
    return cell;
  });
  for (const { condition, position } of conditions) {
    const column = columns[position] as Column;
    for (let row = 0; row < rows; row++) if (leaves(condition, column, row)) outside[row]?.push(condition.column);
  }
  const usable = Int32Array.from(remark.keys()).filter((row) => remark[row] === '');
  const blank = (): Float64Array => new Float64Array(rows).fill(NaN);
  const out = { value: blank(), mean_low: blank(), mean_high: blank(), low: blank(), high: blank(), deviation: blank(), outside, remark };
  if (usable.length === 0) return out;
  const x: Matrix = { values: new Float64Array(usable.length * features.length), rows: usable.length, columns: features.length, order: 'column-major' };
  cells.forEach((cell, j) => { usable.forEach((row, i) => { x.values[j * usable.length + i] = cell[row] as number; }); });
  const { mean, lower, upper, error, deviation } = predict(x, level);
  const half = studentInterval(level, model.folds.length - 1);
  usable.forEach((row, i) => {
    const centre = mean[i] as number;
    const margin = half * (error[i] as number);
    const at = { value: centre, mean_low: centre - margin, mean_high: centre + margin, low: lower[i] as number, high: upper[i] as number, deviation: deviation[i] as number };
    for (const [role, value] of Object.entries(at)) out[role as keyof typeof at][row] = Number.isFinite(value) ? value : NaN;
  });
  return out;
}

/** Number of each row's level in the fit; −1 unseen, NaN missing. */
function levelNumbers({ kind, values, levels }: Column, known: readonly string[]): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? NaN : known.indexOf(kind === 'text' ? levels[value] ?? '' : String(value))));
}

function textAt({ kind, values, levels }: Column, row: number): string {
  const value = values[row] as number;
  return kind === 'text' ? levels[value] ?? '' : String(value);
}
