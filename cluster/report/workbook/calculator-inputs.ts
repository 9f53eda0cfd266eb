import type ExcelJS from 'exceljs';
import { factorText, type FactorValue } from '../../../schemas/index.ts';
import { featuresOf, type Feature } from '../model/features.ts';
import type { ModelView, Point } from '../model/predictor.ts';
import { columnLetter, type Grid } from './grid.ts';
import type { Worded } from './worded.ts';
import { formatFor } from './number-format.ts';
import type { TableExtract } from './table-extract.ts';
import { boxStyle, format, typeface } from './workbook.ts';

export const firstInput = 5;
/** Column I, with one empty column beside the inputs: one list of levels per categorical feature, which the drop-downs read. */
export const firstListColumn = 9;
/** Excel counts days from 1899-12-30, the model from 1970. */
const excelEpoch = 25_569;

const inputStyle: Partial<ExcelJS.Style> = { ...boxStyle, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE7F3FF' } }, font: typeface };
const indented: Partial<ExcelJS.Style> = { alignment: { horizontal: 'left', indent: 1 } };
const centred: Partial<ExcelJS.Style> = { alignment: { horizontal: 'center' } };

/** One input of the calculator: a feature and where it stands. */
export interface CalculatorInput extends Feature {
  row: number;
  /** `$B$5` */
  cell: string;
  /** `$I$5:$I$7`; undefined unless the feature has levels */
  list: string | undefined;
  listColumn: number | undefined;
}

export function calculatorInputs(result: ModelView, table: TableExtract): CalculatorInput[] {
  let lists = 0;
  return featuresOf(result, table).map((feature, index) => {
    const listColumn = feature.kind === 'level' ? firstListColumn + lists++ : undefined;
    const letter = listColumn === undefined ? '' : `$${columnLetter(listColumn)}$`;
    return { ...feature, row: firstInput + index, cell: `$B$${firstInput + index}`, listColumn, list: listColumn === undefined ? undefined : `${letter}${firstInput}:${letter}${firstInput + feature.levels.length - 1}` };
  });
}

/** A number of the feature as its cell holds it. */
export function onSheet({ kind }: Feature, value: number): number {
  return kind === 'date' ? value + excelEpoch : value;
}

/** What the inputs show before anyone changes them: means, and the reference of a category. */
export function shownPoint(inputs: readonly CalculatorInput[]): Point {
  return Object.fromEntries(inputs.map(({ name, kind, levels, mean }) => [name, kind === 'level' ? levels[0] ?? '' : mean]));
}

export function writeInput({ text }: Worded, grid: Grid, input: CalculatorInput): void {
  const { row, kind, list } = input;
  const [inside, outside, invalid] = [text('check_inside'), text('check_outside'), text('check_invalid')];
  grid.set(row, 1, input.name);
  if (list !== undefined) {
    grid.set(row, 2, input.levels[0] ?? null, inputStyle);
    grid.set(row, 3, input.levels.join(' / '), indented);
    grid.set(row, 7, { formula: `IF(ISNUMBER(MATCH(TRUE,INDEX(EXACT(${list},B${row}),0),0)),"${inside}","${invalid}")`, result: inside }, centred);
    input.levels.forEach((level, index) => grid.set(firstInput + index, input.listColumn as number, level));
    return;
  }
  const numFmt = kind === 'date' ? format.date : formatFor(input.mean);
  grid.set(row, 2, onSheet(input, input.mean), { ...inputStyle, numFmt });
  grid.set(row, 3, `${rangeText(input)}${input.unit === null ? '' : ` ${input.unit}`}`, indented);
  grid.set(row, 4, onSheet(input, input.mean), { numFmt });
  grid.set(row, 5, onSheet(input, input.minimum), { numFmt });
  grid.set(row, 6, onSheet(input, input.maximum), { numFmt });
  grid.set(row, 7, { formula: `IF(ISNUMBER(B${row}),IF(AND(B${row}>=E${row},B${row}<=F${row}),"${inside}","${outside}"),"${invalid}")`, result: inside }, centred);
}

/** Levels from their list; numbers outside the range of the rows only after a question. */
export function validationOf({ text }: Worded, input: CalculatorInput): ExcelJS.DataValidation {
  const shared = { allowBlank: false, showErrorMessage: true, errorTitle: text('head_input'), showInputMessage: true, promptTitle: text('prompt_range') };
  if (input.list !== undefined) return { ...shared, type: 'list', formulae: [input.list], error: text('input_choose'), prompt: clipped(input.levels.join(' / ')) };
  return { ...shared, type: 'decimal', operator: 'between', formulae: [`$E$${input.row}`, `$F$${input.row}`], errorStyle: 'warning', error: text('input_outside'), prompt: rangeText(input) };
}

/** The product of factors as arithmetic on the input cells. No user text stands inside a formula: a level is compared with its cell in the lists. */
export function productFormula(factors: readonly FactorValue[], inputs: readonly CalculatorInput[]): string {
  const inputOf = (column: string): CalculatorInput => inputs.find(({ name }) => name === column) as CalculatorInput;
  return factors.map((factor) => factorText(factor, {
    power: '^', ln: 'LN',
    value: (column) => (inputOf(column).kind === 'date' ? `(${inputOf(column).cell}-${excelEpoch})` : inputOf(column).cell),
    level: (column, level) => `IF(EXACT(${inputOf(column).cell},$${columnLetter(inputOf(column).listColumn as number)}$${firstInput + inputOf(column).levels.indexOf(level)}),1,0)`,
  })).join('*');
}

function rangeText({ kind, minimum, maximum }: Feature): string {
  const shown = (value: number): string => (kind === 'date' ? new Date(Math.round(value * 86_400_000)).toISOString().slice(0, 10) : value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9) ? value.toExponential(3) : value.toFixed(3));
  return `${shown(minimum)} - ${shown(maximum)}`;
}

/** Excel refuses a file with a longer prompt. */
const longestPrompt = 255;

function clipped(text: string): string {
  return text.length <= longestPrompt ? text : `${text.slice(0, longestPrompt - 1)}…`.toWellFormed();
}
