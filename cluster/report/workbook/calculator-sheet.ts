import type ExcelJS from 'exceljs';
import { factorAt, factorText, type FactorValue, type LinearView } from '../../../schemas/index.ts';
import type { SheetContext } from './linear-workbook.ts';
import { formatFor } from './number-format.ts';
import type { TableExtract } from './table-extract.ts';
import { excelDate } from './table-sheets.ts';
import { format, headerStyle, typeface, widthOf, type CellValue } from './workbook.ts';

const firstInput = 5;
/** Column I, with one empty column beside the inputs: one list of levels per text feature, which the drop-downs read. */
const firstListColumn = 9;

const titleStyle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 16 } };
const sectionStyle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 14 } };
const inputStyle: Partial<ExcelJS.Style> = { fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE7F3FF' } }, border: { top: { style: 'thin' }, left: { style: 'thin' }, bottom: { style: 'thin' }, right: { style: 'thin' } } };
const outputStyle: Partial<ExcelJS.Style> = { fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF2CC' } }, font: { ...typeface, bold: true }, border: inputStyle.border };
const indented: Partial<ExcelJS.Style> = { alignment: { horizontal: 'left', indent: 1 } };
const centred: Partial<ExcelJS.Style> = { alignment: { horizontal: 'center' } };

type Column = TableExtract['columns'][number];

/** One input of the calculator: where it stands and what it may be. */
export interface CalculatorInput {
  feature: string;
  kind: 'number' | 'text' | 'date';
  /** `$B$5` */
  cell: string;
  row: number;
  levels: string[];
  /** on the sheet's scale: dates as Excel days */
  minimum: number;
  mean: number;
  maximum: number;
}

/**
 * 予測計算機: one input per feature, the prediction as live formulas on the coefficient sheet. No user text stands inside a
 * formula: levels are compared with cells. An input that is no number or no known level gives #N/A, not a wrong prediction.
 */
export function calculatorSheet(context: SheetContext, coefficientsName: string): void {
  const { book, result, text } = context;
  const inputs = calculatorInputs(result, context.table);
  const grid = new Grid();
  const lists = inputs.filter(({ kind }) => kind === 'text');
  const lastInput = firstInput + inputs.length - 1;

  grid.set(1, 1, text('calculator_title'), titleStyle);
  grid.set(2, 1, text('calculator_hint', { sheet: coefficientsName }));
  grid.set(3, 1, text('section_input'), sectionStyle);
  ['feature', 'input', 'range', 'mean', 'minimum', 'maximum', 'check'].forEach((name, column) => grid.set(firstInput - 1, column + 1, text(`head_${name}`), headerStyle));
  for (const input of inputs) writeInput(context, grid, input, listOf(input, lists));
  lists.forEach((input, index) => {
    grid.set(firstInput - 1, firstListColumn + index, input.feature, headerStyle);
    input.levels.forEach((level, row) => grid.set(firstInput + row, firstListColumn + index, level));
  });

  const top = lastInput + 3;
  grid.set(top, 1, text('section_result'), sectionStyle);
  ['target', 'prediction'].forEach((name, column) => grid.set(top + 1, column + 1, text(`head_${name}`), headerStyle));
  const firstTerm = top + 6;
  const products = writeTerms(context, grid, inputs, firstTerm, coefficientsName);
  const valid = inputs.length === 0 ? 'TRUE' : `COUNTIF($G$${firstInput}:$G$${lastInput},"${text('check_invalid')}")=0`;
  const total = products.reduce((sum, product) => sum + product, 0);
  grid.set(top + 2, 1, result.target);
  grid.set(top + 2, 2, { formula: `IF(${valid},SUM($D$${firstTerm}:$D$${firstTerm + products.length - 1}),NA())`, result: total }, { ...outputStyle, numFmt: formatFor(total) });

  const sheet = book.sheet({ name: text('sheet_calculator'), widths: [Math.max(22, widthOf(result.coefficients.map(({ term }) => term))), 18, 26, 18, 14, 14, 24, 3, ...lists.map(({ feature, levels }) => widthOf([feature, ...levels]))] });
  grid.write(sheet);
  for (const input of inputs) sheet.validate(`B${input.row}`, validationOf(context, input, listOf(input, lists)));
  sheet.close();
}

export function calculatorInputs(result: LinearView, table: TableExtract): CalculatorInput[] {
  return result.features.map((feature, index) => {
    const column = table.columns.find(({ name }) => name === feature);
    const levels = levelsOf(result, feature);
    const kind = levels.length > 0 ? 'text' : (column?.kind ?? 'number');
    return { feature, kind, cell: `$B$${firstInput + index}`, row: firstInput + index, levels, ...range(column) };
  });
}

/** Levels of a categorical feature, the reference first; none for a number. */
function levelsOf(result: LinearView, feature: string): string[] {
  const terms = result.model.terms.filter((term) => term.column === feature && term.kind === 'level');
  const listed = result.model.terms.flatMap(({ factors }) => factors).find((factor) => factor.kind === 'level' && factor.column === feature);
  const all = listed?.kind === 'level' ? listed.values.map(({ level }) => level) : terms.map(({ level }) => level ?? '');
  const reference = terms[0]?.reference ?? null;
  return reference === null ? all : [reference, ...all.filter((level) => level !== reference)];
}

function range(column: Column | undefined): { minimum: number; mean: number; maximum: number } {
  let minimum = Infinity, maximum = -Infinity, sum = 0, count = 0;
  for (const value of column?.values ?? []) {
    if (typeof value !== 'number') continue;
    const shown = column?.kind === 'date' ? excelDate(value) : value;
    minimum = Math.min(minimum, shown);
    maximum = Math.max(maximum, shown);
    sum += shown;
    count += 1;
  }
  return count === 0 ? { minimum: 0, mean: 0, maximum: 0 } : { minimum, mean: sum / count, maximum };
}

function writeInput({ text }: SheetContext, grid: Grid, input: CalculatorInput, list: string): void {
  const { row, kind } = input;
  const [inside, outside, invalid] = [text('check_inside'), text('check_outside'), text('check_invalid')];
  grid.set(row, 1, input.feature);
  if (kind === 'text') {
    grid.set(row, 2, input.levels[0] ?? null, inputStyle);
    grid.set(row, 3, input.levels.join(' / '), indented);
    grid.set(row, 7, { formula: `IF(ISNUMBER(MATCH(TRUE,INDEX(EXACT(${list},B${row}),0),0)),"${inside}","${invalid}")`, result: inside }, centred);
    return;
  }
  const numFmt = kind === 'date' ? format.date : formatFor(input.mean);
  const shown = (value: number): string => (kind === 'date' ? new Date(Math.round((value - 25_569) * 86_400_000)).toISOString().slice(0, 10) : value.toFixed(3));
  grid.set(row, 2, input.mean, { ...inputStyle, numFmt });
  grid.set(row, 3, `${shown(input.minimum)} - ${shown(input.maximum)}`, indented);
  grid.set(row, 4, input.mean, { numFmt });
  grid.set(row, 5, input.minimum, { numFmt });
  grid.set(row, 6, input.maximum, { numFmt });
  grid.set(row, 7, { formula: `IF(ISNUMBER(B${row}),IF(AND(B${row}>=E${row},B${row}<=F${row}),"${inside}","${outside}"),"${invalid}")`, result: inside }, centred);
}

/** Term, coefficient, value, product: one line per coefficient; @returns the products at the shown inputs. */
function writeTerms({ result, text }: SheetContext, grid: Grid, inputs: readonly CalculatorInput[], first: number, coefficientsName: string): number[] {
  [text('head_term'), text('head_estimate'), text('head_value'), text('head_product'), ...(result.model.terms.some(({ level }) => level !== null) ? [text('head_level')] : [])].forEach((name, column) => grid.set(first - 1, column + 1, name, headerStyle));
  const quoted = `'${coefficientsName.replaceAll("'", "''")}'`;
  const lines = [
    ...result.coefficients.map((coefficient, index) => ({ name: coefficient.term, estimate: coefficient.estimate ?? 0, formula: `${quoted}!$B$${index + 2}`, term: result.model.terms.find(({ name }) => name === coefficient.term) })),
    ...result.offsets.map((factor) => ({ name: `offset(${factor.column})`, estimate: 1, formula: null, term: { kind: 'derived' as const, column: null, level: null, factors: [factor] } })),
  ];
  return lines.map(({ name, estimate, formula: source, term }, index) => {
    const row = first + index;
    const input = inputs.find(({ feature }) => feature === term?.column);
    const { formula, value } = term?.kind === 'derived' ? productOf(term.factors, inputs) : termValue(term?.kind ?? 'intercept', input, term?.level ?? null, row);
    grid.set(row, 1, name);
    grid.set(row, 2, source === null ? estimate : { formula: source, result: estimate }, { numFmt: formatFor(estimate) });
    grid.set(row, 3, formula === null ? value : { formula, result: value }, { numFmt: formatFor(value) });
    grid.set(row, 4, { formula: `N(B${row})*C${row}`, result: estimate * value }, { numFmt: formatFor(estimate * value) });
    if (term?.level != null) grid.set(row, 5, term.level, indented);
    return estimate * value;
  });
}

/** A product, function or contrast as arithmetic on the input cells; a level is compared with its cell in the lists beside the inputs. */
function productOf(factors: readonly FactorValue[], inputs: readonly CalculatorInput[]): { formula: string; value: number } {
  const lists = inputs.filter(({ kind }) => kind === 'text');
  const inputOf = (column: string): CalculatorInput | undefined => inputs.find(({ feature }) => feature === column);
  const formula = factors.map((factor) => factorText(factor, {
    power: '^', ln: 'LN',
    value: (column) => (inputOf(column)?.kind === 'date' ? `(${inputOf(column)?.cell}-25569)` : inputOf(column)?.cell ?? 'NA()'),
    level: (column, level) => {
      const input = inputOf(column);
      const list = lists.findIndex((candidate) => candidate === input);
      if (input === undefined || list < 0) return 'NA()';
      return `IF(EXACT(${input.cell},$${columnLetter(firstListColumn + list)}$${firstInput + input.levels.indexOf(level)}),1,0)`;
    },
  })).join('*');
  const value = factors.reduce((product, factor) => {
    const input = inputOf(factor.column);
    return product * factorAt(factor, input?.kind === 'date' ? input.mean - 25_569 : input?.mean ?? 0, input?.levels[0] ?? '');
  }, 1);
  return { formula, value };
}

function termValue(kind: 'intercept' | 'numeric' | 'level', input: CalculatorInput | undefined, level: string | null, row: number): { formula: string | null; value: number } {
  if (kind === 'intercept' || input === undefined) return { formula: null, value: 1 };
  if (kind === 'level') return { formula: `IF(EXACT(${input.cell},$E$${row}),1,0)`, value: input.levels[0] === level ? 1 : 0 };
  // The model counts a date in days since 1970, Excel since 1899-12-30.
  return input.kind === 'date' ? { formula: `${input.cell}-25569`, value: input.mean - 25_569 } : { formula: input.cell, value: input.mean };
}

function listOf(input: CalculatorInput, lists: readonly CalculatorInput[]): string {
  const letter = columnLetter(firstListColumn + lists.indexOf(input));
  return `$${letter}$${firstInput}:$${letter}$${firstInput + input.levels.length - 1}`;
}

function validationOf({ text }: SheetContext, { kind }: CalculatorInput, list: string): ExcelJS.DataValidation {
  if (kind === 'text') return { type: 'list', allowBlank: false, formulae: [list], showErrorMessage: true, errorTitle: text('head_input'), error: text('input_choose') };
  return { type: 'decimal', operator: 'between', allowBlank: false, formulae: [-1e300, 1e300], showErrorMessage: true, errorTitle: text('head_input'), error: text('input_number') };
}

function columnLetter(column: number): string {
  return column <= 26 ? String.fromCharCode(64 + column) : columnLetter(Math.floor((column - 1) / 26)) + columnLetter(((column - 1) % 26) + 1);
}

/** Cells placed freely, then written row by row as the streaming writer wants them. */
class Grid {
  readonly #rows: Map<number, { value: CellValue; style?: Partial<ExcelJS.Style> }>[] = [];

  set(row: number, column: number, value: CellValue, style?: Partial<ExcelJS.Style>): void {
    (this.#rows[row] ??= new Map()).set(column, { value, style });
  }

  write(sheet: { row: (values: CellValue[], styles: Record<number, Partial<ExcelJS.Style>>) => void }): void {
    for (let row = 1; row < this.#rows.length; row += 1) {
      const cells = this.#rows[row] ?? new Map<number, { value: CellValue; style?: Partial<ExcelJS.Style> }>();
      const values: CellValue[] = Array.from({ length: Math.max(0, ...cells.keys()) }, () => null);
      const styles: Record<number, Partial<ExcelJS.Style>> = {};
      for (const [column, { value, style }] of cells) {
        values[column - 1] = value;
        if (style !== undefined) styles[column - 1] = style;
      }
      sheet.row(values, styles);
    }
  }
}
