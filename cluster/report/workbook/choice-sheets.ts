import type { SheetContext } from './linear-workbook.ts';
import { formatFor, formatForP } from './number-format.ts';
import { widthOf } from './workbook.ts';

/** 項の選択: the honest score and the optimistic one, every candidate, and the path. */
export function selectionSheet({ book, result, text }: SheetContext): void {
  const { selection } = result;
  if (selection === null) return;
  const sheet = book.sheet({ name: text('sheet_selection'), widths: [30, 14, widthOf([...selection.candidates.map(({ term }) => term), '            ']), 12, 16, 14, 14, 14, 14, 14, 14, 14, 14, 14, 60], frozenColumns: 1 });
  sheet.row([text('item_method'), text(`method_${selection.method}`)]);
  sheet.row([text('item_criterion'), selection.criterion]);
  sheet.row([text('item_honest_r2'), selection.honest?.r2 ?? null], { 1: { numFmt: '0.0000' } });
  sheet.row([text('item_held_r2'), selection.held_terms?.r2 ?? null], { 1: { numFmt: '0.0000' } });
  sheet.row([text('note_optimistic')]);
  sheet.row([]);
  sheet.header(['term', 'chosen', 'fold_share'].map((name) => text(`head_${name}`)));
  for (const { term, chosen, fold_share: share } of selection.candidates) sheet.row([term, text(chosen ? 'yes' : 'no'), share], { 2: { numFmt: '0%' } });
  sheet.row([]);
  const figures = ['criterion', 'p', 'rmse', 'r2', 'adjusted_r2', 'predicted_r2', 'aic', 'aicc', 'bic', 'cp', 'cv_rmse'] as const;
  sheet.header([...['step', 'action', 'term', 'coefficients'].map((name) => text(`head_${name}`)), ...figures.map((name) => text(`head_${name}`)), text('head_terms')]);
  for (const step of selection.steps) {
    const numFmt = (name: (typeof figures)[number]): string => (name === 'p' ? formatForP(step.p) : name.endsWith('r2') ? '0.0000' : formatFor(step[name]));
    sheet.row([step.step, text(`action_${step.action}`), step.term, step.coefficients, ...figures.map((name) => step[name]), step.terms.join(' + ')], Object.fromEntries(figures.map((name, index) => [index + 4, { numFmt: numFmt(name) }])));
  }
  sheet.close();
}

/** 罰則付き回帰: coefficients beside least squares and its refit, then the path with its errors. */
export function penaltySheet({ book, result, text }: SheetContext): void {
  const { penalty } = result;
  if (penalty === null) return;
  const sheet = book.sheet({ name: text('sheet_penalty'), widths: [widthOf([...penalty.coefficients.map(({ term }) => term), text('item_penalised_equation')]), 18, 16, 16, 18, 22, 18, 18, 16], frozenColumns: 1 });
  sheet.row([text('item_method'), text(`kind_${penalty.kind}`)]);
  sheet.row([text('item_lambda_used'), penalty.lambda], { 1: { numFmt: formatFor(penalty.lambda) } });
  sheet.row([text('item_penalised_equation'), penalty.equation]);
  sheet.row([]);
  const columns = ['estimate', 'at_min', 'at_one_se', 'least_squares', 'refit', 'refit_std_error'] as const;
  sheet.header(['term', 'penalised', 'at_min', 'at_one_se', 'least_squares', 'refit', 'refit_error'].map((name) => text(`head_${name}`)));
  for (const row of penalty.coefficients) sheet.row([row.term, ...columns.map((name) => row[name])], Object.fromEntries(columns.map((name, index) => [index + 1, { numFmt: formatFor(row[name]) }])));
  sheet.row([]);
  const figures = ['nonzero', 'r2', 'cv_rmse', 'cv_mse', 'cv_se', 'effective_df', 'gcv', 'loo_rmse'] as const;
  sheet.header(['lambda', ...figures].map((name) => text(`head_${name}`)));
  for (const point of penalty.path) sheet.row([point.lambda, ...figures.map((name) => point[name])], { 0: { numFmt: formatFor(point.lambda), alignment: { horizontal: 'left' } }, ...Object.fromEntries(figures.slice(1).map((name, index) => [index + 2, { numFmt: formatFor(point[name]) }])) });
  sheet.close();
}
