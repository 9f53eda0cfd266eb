import type { BinaryResult, BinaryView } from '../../../../schemas/index.ts';
import { modelOf, probabilityPredictor } from '../../model/probability.ts';
import { calculatorInputs, firstInput, shownPoint, validationOf, writeInput } from '../calculator-inputs.ts';
import { writeTerms } from '../calculator-sheet.ts';
import { boundStyle, centred, outputStyle, sectionStyle, titleStyle } from '../calculator-style.ts';
import { columnLetter, Grid, quotedSheet } from '../grid.ts';
import { formatFor } from '../number-format.ts';
import { headerStyle, widthOf } from '../workbook.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

const firstCovarianceRow = 5;

/**
 * 予測計算機 of a target of two values: one input per feature; linear predictor, probability, its interval and the call as live
 * formulas on the coefficient sheet and the sheet of the covariance, which it writes behind itself. An input that is no number or no
 * known level gives #N/A.
 * @param coefficientsName null: coefficients are written where they are used
 */
export function probabilitySheet(context: BinarySheetContext, coefficientsName: string | null): void {
  const { book, result, text } = context;
  const model = modelOf(result);
  const inputs = calculatorInputs(model, context.table);
  const grid = new Grid();
  const lists = inputs.filter(({ list }) => list !== undefined);
  grid.set(1, 1, text('probability_title'), titleStyle);
  grid.set(2, 1, text('calculator_hint', { sheet: coefficientsName ?? text('sheet_penalty') }));
  grid.set(3, 1, text('section_input'), sectionStyle);
  ['feature', 'input', 'range', 'mean', 'minimum', 'maximum', 'check'].forEach((name, column) => grid.set(firstInput - 1, column + 1, text(`head_${name}`), headerStyle));
  for (const input of lists) grid.set(firstInput - 1, input.listColumn as number, input.name, headerStyle);
  for (const input of inputs) writeInput(context, grid, input);

  const top = firstInput + inputs.length + 2;
  const terms = { first: top + 5, last: top + 4 + model.coefficients.length + model.offsets.length };
  writeTerms(context, model, grid, inputs, terms.first, coefficientsName);
  writeResult(context, grid, { inputs, top, terms });

  const sheet = book.sheet({ name: text('sheet_calculator'), widths: [Math.max(26, widthOf(model.coefficients.map(({ term }) => term))), 18, 26, 20, 20, 18, 30, 3, ...lists.map(({ name, levels }) => widthOf([name, ...levels]))] });
  grid.write(sheet);
  for (const input of inputs) sheet.validate(`B${input.row}`, validationOf(context, input));
  sheet.close();
  covarianceSheet(context);
}

function writeResult({ result, text, level }: BinarySheetContext, grid: Grid, { inputs, top, terms }: { inputs: ReturnType<typeof calculatorInputs>; top: number; terms: { first: number; last: number } }): void {
  const { binary } = result;
  const at = probabilityPredictor(result)(shownPoint(inputs));
  const checks = inputs.length === 0 ? undefined : `$G$${firstInput}:$G$${firstInput + inputs.length - 1}`;
  const valid = checks === undefined ? 'TRUE' : `COUNTIF(${checks},"${text('check_invalid')}")=0`;
  const outside = checks === undefined ? 'FALSE' : `COUNTIF(${checks},"${text('check_outside')}")>0`;
  const row = top + 2;
  const basis = binary.covariance.matrix;
  grid.set(top, 1, text('section_result'), sectionStyle);
  const heads = ['target', 'probability', 'linear_predictor', ...(basis === null ? [] : ['probability_low', 'probability_high'])];
  heads.forEach((name, column) => grid.set(top + 1, column + 1, text(`head_${name}`, level), headerStyle));
  grid.set(top + 1, 6, text('head_call'), headerStyle);
  grid.set(top + 1, 7, text('head_check'), headerStyle);
  grid.set(row, 1, `${result.target} = ${binary.positive_label}`);
  grid.set(row, 2, { formula: inverseLinkFormula(binary.link, `$C$${row}`), result: at.mean }, { ...outputStyle, numFmt: '0.0000' });
  grid.set(row, 3, { formula: `IF(${valid},SUM($D$${terms.first}:$D$${terms.last}),NA())`, result: at.eta }, { ...boundStyle, numFmt: formatFor(at.eta) });
  const threshold = binary.threshold.value;
  // the labels stand in cells of their own: no user text inside a formula
  grid.set(top + 3, 5, binary.positive_label, centred);
  grid.set(top + 3, 6, binary.negative_label, centred);
  grid.set(top + 3, 1, text('item_threshold'));
  grid.set(top + 3, 2, threshold, { numFmt: '0.0000' });
  grid.set(row, 6, { formula: `IF($B$${row}>=$B$${top + 3},$E$${top + 3},$F$${top + 3})`, result: at.mean >= threshold ? binary.positive_label : binary.negative_label }, { ...outputStyle, ...centred });
  grid.set(row, 7, { formula: `IF(${valid},IF(${outside},"${text('check_outside')}","${text('check_inside')}"),"${text('check_invalid')}")`, result: text('check_inside') }, centred);
  if (basis === null) return;
  const { matrix, quantile } = covarianceCells(result, text('sheet_covariance'));
  const x = `$C$${terms.first}:$C$${terms.first + binary.coefficients.length - 1}`;
  const half = `${quantile}*SQRT(MAX(0,SUMPRODUCT(${x},MMULT(${matrix},${x}))))`;
  const known = (formula: string): string => `IF(ISNUMBER($C$${row}),${formula},NA())`;
  grid.set(row, 4, { formula: known(inverseLinkFormula(binary.link, `($C$${row}-${half})`)), result: at.low ?? 0 }, { ...boundStyle, numFmt: '0.0000' });
  grid.set(row, 5, { formula: known(inverseLinkFormula(binary.link, `($C$${row}+${half})`)), result: at.high ?? 0 }, { ...boundStyle, numFmt: '0.0000' });
}

/** Probability at a linear predictor, without overflow at either end. */
export function inverseLinkFormula(link: BinaryResult['link'], eta: string): string {
  switch (link) {
    case 'logit': return `IF(${eta}<0,EXP(MAX(${eta},-700))/(1+EXP(MAX(${eta},-700))),1/(1+EXP(-MAX(${eta},0))))`;
    case 'probit': return `NORMSDIST(${eta})`;
    case 'cloglog': return `1-EXP(-EXP(MIN(${eta},700)))`;
  }
}

function covarianceCells(result: BinaryView, sheet: string): { matrix: string; quantile: string } {
  const name = quotedSheet(sheet);
  const p = result.binary.coefficients.length;
  return { quantile: `${name}!$B$2`, matrix: `${name}!$B$${firstCovarianceRow}:$${columnLetter(p + 1)}$${firstCovarianceRow + p - 1}` };
}

/** 係数の共分散: the normal quantile and V, in full. */
function covarianceSheet({ book, result, text }: BinarySheetContext): void {
  const { matrix, quantile, kind } = result.binary.covariance;
  if (matrix === null) return;
  const names = result.binary.coefficients.map(({ term }) => term);
  const sheet = book.sheet({ name: text('sheet_covariance'), widths: [Math.max(32, widthOf(names)), ...names.map((term) => Math.min(24, widthOf([term])))] });
  sheet.row([text('item_covariance'), text(`covariance_${kind}`)]);
  sheet.row([text('item_quantile'), quantile]);
  sheet.row([text('covariance_hint')]);
  sheet.header(['', ...names]);
  matrix.forEach((row, j) => sheet.row([names[j] ?? '', ...row]));
  sheet.close();
}
