import { scheffeMultiplier } from '../../../kernels/index.ts';
import type { LinearView } from '../../../schemas/index.ts';
import { columnLetter, quotedSheet } from './grid.ts';
import type { SheetContext } from './linear-workbook.ts';
import { format, widthOf } from './workbook.ts';

const firstFactorRow = 10;

/** Where the calculator finds the numbers of the intervals on their sheet. */
export function basisCells(result: LinearView, sheet: string): { t: string; sigma: string; simultaneous: string; factor: string } {
  const name = quotedSheet(sheet);
  const rank = result.interval_basis?.factor[0]?.length ?? 0;
  return { t: `${name}!$B$3`, sigma: `${name}!$B$4`, simultaneous: `${name}!$B$6`, factor: `${name}!$B$${firstFactorRow}:$${columnLetter(result.coefficients.length + 1)}$${firstFactorRow + rank - 1}` };
}

/**
 * 区間の計算: t, σ and the factor F' of (X'X)⁻¹ = F·F', one column per term, in full. With x the column of values on the
 * calculator, SUMSQ(MMULT(F', x)) is the variance of the prediction over σ².
 */
export function intervalSheet({ book, result, text }: SheetContext): void {
  const basis = result.interval_basis;
  if (basis === null) return;
  const sheet = book.sheet({ name: text('sheet_intervals'), widths: [44, ...result.coefficients.map(({ term }) => Math.min(24, widthOf([term])))] });
  sheet.header([text('head_item'), text('head_value')]);
  sheet.row([text('item_confidence'), result.confidence_level], { 1: { numFmt: '0.0%' } });
  sheet.row([text('item_t_quantile'), basis.t]);
  sheet.row([text('item_sigma'), result.fit.sigma]);
  sheet.row([text('item_df_residual'), result.model.df_residual], { 1: { numFmt: format.whole } });
  const rank = basis.factor[0]?.length ?? 0;
  const multiplier = result.model.df_residual > 0 ? scheffeMultiplier(result.confidence_level, rank, result.model.df_residual) : 0;
  sheet.row([text('item_simultaneous_multiplier'), multiplier]);
  sheet.row([text('intervals_hint')]);
  sheet.row(result.weights === null ? [] : [text('intervals_weight', { name: result.weights })]);
  sheet.header([text('item_factor'), ...result.coefficients.map(({ term }) => term)]);
  for (let k = 0; k < rank; k += 1) sheet.row([k + 1, ...basis.factor.map((row) => row[k] ?? 0)]);
  sheet.close();
}
