import { formatFor } from '../number-format.ts';
import { widthOf } from '../workbook.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

/** 罰則付き回帰: coefficients beside those by likelihood and their refit, then the path with its deviances. */
export function binaryPenaltySheet({ book, result: { binary: { penalty } }, text }: BinarySheetContext): void {
  if (penalty === null) return;
  const sheet = book.sheet({ name: text('sheet_penalty'), widths: [widthOf([...penalty.coefficients.map(({ term }) => term), text('item_penalised_equation')]), 18, 16, 16, 18, 22, 22, 22], frozenColumns: 1 });
  sheet.row([text('item_method'), text(`kind_${penalty.kind}`)]);
  sheet.row([text('item_lambda_used'), penalty.lambda], { 1: { numFmt: formatFor(penalty.lambda) } });
  sheet.row([text('item_penalised_equation'), penalty.equation]);
  sheet.row([]);
  const columns = ['estimate', 'odds_ratio', 'at_min', 'at_one_se', 'maximum_likelihood', 'refit', 'refit_std_error'] as const;
  sheet.header(['term', 'penalised', 'odds_ratio', 'at_min', 'at_one_se', 'unpenalised', 'refit_likelihood', 'refit_error'].map((name) => text(`head_${name}`)));
  for (const row of penalty.coefficients) sheet.row([row.term, ...columns.map((name) => row[name])], Object.fromEntries(columns.map((name, index) => [index + 1, { numFmt: formatFor(row[name]) }])));
  sheet.row([]);
  const figures = ['nonzero', 'deviance_ratio', 'cv_deviance', 'cv_se'] as const;
  sheet.header(['lambda', 'nonzero', 'deviance_ratio', 'cv_deviance', 'cv_deviance_se'].map((name) => text(`head_${name}`)));
  for (const point of penalty.path) sheet.row([point.lambda, ...figures.map((name) => point[name])], { 0: { numFmt: formatFor(point.lambda), alignment: { horizontal: 'left' } }, ...Object.fromEntries(figures.slice(1).map((name, index) => [index + 2, { numFmt: formatFor(point[name]) }])) });
  sheet.close();
}
