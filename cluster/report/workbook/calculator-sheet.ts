import { scheffeMultiplier } from '../../../kernels/index.ts';
import { withUnit } from '../model/features.ts';
import { inverseOf, meanOf } from '../model/own-scale.ts';
import { predictor, productAt, type ModelView } from '../model/predictor.ts';
import { calculatorInputs, firstInput, productFormula, shownPoint, validationOf, writeInput, type CalculatorInput } from './calculator-inputs.ts';
import { boundStyle, centred, indented, outputStyle, sectionStyle, titleStyle } from './calculator-style.ts';
import { Grid, quotedSheet } from './grid.ts';
import { basisCells, intervalSheet } from './interval-sheet.ts';
import { inverseFormula } from './inverse-formula.ts';
import type { SheetContext } from './linear-workbook.ts';
import { formatFor } from './number-format.ts';
import { meanFormula, smearingSheet } from './smearing-sheet.ts';
import type { Worded } from './worded.ts';
import { headerStyle, widthOf } from './workbook.ts';

/** A leverage this much above the largest of the fit is rounding, not extrapolation. */
const leverageSlack = 1.000001;

/**
 * 予測計算機: one input per feature; prediction, interval of the mean and interval of a new measurement as live formulas on the
 * coefficient sheet and the sheet of the intervals, which it writes behind itself. An input that is no number or no known level
 * gives #N/A, not a wrong prediction; one outside the rows of the fit gives a warning beside the prediction.
 * @param coefficientsName sheet whose column B holds the coefficients; null: they are written as numbers
 */
export function calculatorSheet(context: SheetContext, coefficientsName: string | null): void {
  const { book, result, text } = context;
  const inputs = calculatorInputs(result, context.table);
  const grid = new Grid();
  const lastInput = firstInput + inputs.length - 1;
  const lists = inputs.filter(({ list }) => list !== undefined);

  grid.set(1, 1, text('calculator_title'), titleStyle);
  grid.set(2, 1, text('calculator_hint', { sheet: coefficientsName ?? text('sheet_penalty') }));
  grid.set(3, 1, text('section_input'), sectionStyle);
  ['feature', 'input', 'range', 'mean', 'minimum', 'maximum', 'check'].forEach((name, column) => grid.set(firstInput - 1, column + 1, text(`head_${name}`), headerStyle));
  for (const input of lists) grid.set(firstInput - 1, input.listColumn as number, input.name, headerStyle);
  for (const input of inputs) writeInput(context, grid, input);

  const top = lastInput + 3;
  const first = top + (result.response.transform === 'none' ? 6 : 8);
  const terms = { first, last: first - 1 + result.coefficients.length + result.offsets.length };
  writeTerms(context, result, grid, inputs, terms.first, coefficientsName);
  writePrediction(context, grid, inputs, top, terms);

  const sheet = book.sheet({ name: text('sheet_calculator'), widths: [Math.max(22, widthOf(result.coefficients.map(({ term }) => term))), 18, 26, 18, 16, 16, 30, 3, ...lists.map(({ name, levels }) => widthOf([name, ...levels]))] });
  grid.write(sheet);
  for (const input of inputs) sheet.validate(`B${input.row}`, validationOf(context, input));
  sheet.close();
  intervalSheet(context);
  smearingSheet(context);
}

function writePrediction(context: SheetContext, grid: Grid, inputs: readonly CalculatorInput[], top: number, terms: { first: number; last: number }): void {
  const { result, text } = context;
  const basis = result.interval_basis;
  const at = predictor(result)(shownPoint(inputs));
  const level = { level: Number((100 * result.confidence_level).toPrecision(6)) };
  const checks = inputs.length === 0 ? undefined : `$G$${firstInput}:$G$${firstInput + inputs.length - 1}`;
  const valid = checks === undefined ? 'TRUE' : `COUNTIF(${checks},"${text('check_invalid')}")=0`;
  const [row, leverageRow] = [top + 2, top + 3];
  grid.set(top, 1, text('section_result'), sectionStyle);
  const heads = ['target', 'prediction', ...(basis === null ? [] : ['mean_low', 'mean_high', 'new_low', 'new_high'])];
  heads.forEach((name, column) => grid.set(top + 1, column + 1, text(`head_${name}`, level), headerStyle));
  grid.set(top + 1, 7, text('head_check'), headerStyle);
  grid.set(row, 1, result.response.transform === 'none' ? withUnit(result.target, result.units[result.target]) : result.response.label);
  const numFmt = formatFor(result.fit.sigma === null || result.fit.sigma === 0 ? at.mean : Math.max(Math.abs(at.mean) / 1000, result.fit.sigma));
  writeOwnScale(context, grid, row, [at.mean, ...(basis === null ? [] : [at.confidence ?? 0, at.prediction ?? 0].flatMap((half) => [at.mean - half, at.mean + half]))]);
  grid.set(row, 2, { formula: `IF(${valid},SUM($D$${terms.first}:$D$${terms.last}),NA())`, result: at.mean }, { ...outputStyle, numFmt });
  const outside = checks === undefined ? 'FALSE' : `COUNTIF(${checks},"${text('check_outside')}")>0`;
  const far = basis === null ? 'FALSE' : `$B$${leverageRow}>$D$${leverageRow}*${leverageSlack}`;
  grid.set(row, 7, { formula: `IF(${valid},IF(${outside},"${text('check_outside')}",IF(${far},"${text('check_far')}","${text('check_inside')}")),"${text('check_invalid')}")`, result: text('check_inside') }, centred);
  if (basis === null) return;
  const cells = basisCells(result, text('sheet_intervals'));
  const x = `$C$${terms.first}:$C$${terms.first + result.coefficients.length - 1}`;
  grid.set(leverageRow, 1, text('item_leverage_here'));
  grid.set(leverageRow, 2, { formula: `IF(${valid},SUMSQ(MMULT(${cells.factor},${x})),NA())`, result: at.leverage ?? 0 }, { numFmt: '0.0000' });
  grid.set(leverageRow, 3, text('item_max_leverage'), indented);
  grid.set(leverageRow, 4, result.diagnostics.max_leverage, { numFmt: '0.0000' });
  const all = scheffeMultiplier(result.confidence_level, basis.factor[0]?.length ?? 1, result.model.df_residual);
  grid.set(leverageRow, 5, text('item_simultaneous_half'), indented);
  grid.set(leverageRow, 6, { formula: `${cells.simultaneous}*${cells.sigma}*SQRT($B$${leverageRow})`, result: all * (result.fit.sigma ?? 0) * Math.sqrt(at.leverage ?? 0) }, { ...boundStyle, numFmt });
  const halves = [
    { half: at.confidence ?? 0, formula: `${cells.t}*${cells.sigma}*SQRT($B$${leverageRow})` },
    { half: at.prediction ?? 0, formula: `${cells.t}*${cells.sigma}*SQRT(1+$B$${leverageRow})` },
  ];
  halves.forEach(({ half, formula }, pair) => {
    grid.set(row, 3 + 2 * pair, { formula: `$B$${row}-${formula}`, result: at.mean - half }, { ...boundStyle, numFmt });
    grid.set(row, 4 + 2 * pair, { formula: `$B$${row}+${formula}`, result: at.mean + half }, { ...boundStyle, numFmt });
  });
}

/** Below a prediction of a transformed target: its mean (and the interval of that), then the median with every interval, on the target's own scale. */
function writeOwnScale({ result: { response, target, units, fit: { rmse } }, text }: SheetContext, grid: Grid, row: number, values: readonly number[]): void {
  if (response.transform === 'none') return;
  const inverse = inverseOf(response);
  const lines = [
    { label: 'original_scale_mean', columns: 3, at: meanOf(response, inverse), formula: (cell: string) => meanFormula(response, cell, text('sheet_smearing')) },
    { label: 'original_scale', columns: 5, at: inverse, formula: (cell: string) => inverseFormula(response, cell) },
  ];
  lines.forEach(({ label, columns, at, formula }, line) => {
    grid.set(row + 2 + line, 1, text(label, { target: withUnit(target, units[target]) }));
    values.slice(0, columns).forEach((value, column) => {
      const numFmt = formatFor(Math.max(Math.abs(at(value)) / 1000, Math.abs(at(value + (rmse ?? 0)) - at(value))));
      grid.set(row + 2 + line, column + 2, { formula: formula(`$${'BCDEF'[column]}$${row}`) as string, result: at(value) }, { ...(column === 0 ? outputStyle : boundStyle), numFmt });
    });
  });
}

/** Term, coefficient, value, product: one line per coefficient, then one per offset. */
export function writeTerms({ text }: Worded, result: ModelView, grid: Grid, inputs: readonly CalculatorInput[], first: number, coefficientsName: string | null): void {
  const point = shownPoint(inputs);
  const withLevels = result.model.terms.some(({ level }) => level !== null);
  ['term', 'estimate', 'value', 'product', ...(withLevels ? ['level'] : [])].forEach((name, column) => grid.set(first - 1, column + 1, text(`head_${name}`), headerStyle));
  const lines = [
    ...result.coefficients.map((coefficient, index) => ({ name: coefficient.term, estimate: coefficient.estimate ?? 0, source: coefficientsName === null ? null : `${quotedSheet(coefficientsName)}!$B$${index + 2}`, factors: result.model.terms[index]?.factors ?? [], level: result.model.terms[index]?.level ?? null })),
    ...result.offsets.map((factor) => ({ name: `offset(${factor.column})`, estimate: 1, source: null, factors: [factor], level: null })),
  ];
  lines.forEach(({ name, estimate, source, factors, level }, index) => {
    const row = first + index;
    const value = productAt(factors, point);
    grid.set(row, 1, name);
    grid.set(row, 2, source === null ? estimate : { formula: source, result: estimate }, { numFmt: formatFor(estimate) });
    grid.set(row, 3, factors.length === 0 ? 1 : { formula: productFormula(factors, inputs), result: value }, { numFmt: formatFor(value) });
    grid.set(row, 4, { formula: `N(B${row})*C${row}`, result: estimate * value }, { numFmt: formatFor(estimate * value) });
    if (level !== null) grid.set(row, 5, level, indented);
  });
}
