import type { SheetContext } from './linear-workbook.ts';
import { formatFor, formatForP } from './number-format.ts';
import { finish, tableSheet } from './table-sheets.ts';
import { format, widthOf, type CellValue } from './workbook.ts';

/** 分散分析: the tables of every type asked for, below each other, told apart by their first column. */
export function anovaSheet({ book, result, text }: SheetContext): void {
  if (result.anova.length === 0) return;
  const names = ['anova_type', 'term', 'df', 'ss', 'ms', 'f', 'p', 'partial_eta2'];
  const sheet = tableSheet(book, text('sheet_anova'), names.map((name) => text(`head_${name}`)), { widths: [10, widthOf(result.anova.flatMap(({ rows }) => rows.map(({ term }) => term))), 8, 16, 16, 14, 14, 14] });
  for (const { type, rows, residual } of result.anova) {
    for (const { term, df, ss, ms, f, p, partial_eta2: eta } of rows) sheet.row([type, term, df, ss, ms, f, p, eta], { 3: { numFmt: formatFor(ss) }, 4: { numFmt: formatFor(ms) }, 5: { numFmt: formatFor(f) }, 6: { numFmt: formatForP(p) }, 7: { numFmt: '0.0000' } });
    sheet.row([type, text('anova_residual'), residual.df, residual.ss, residual.ms], { 3: { numFmt: formatFor(residual.ss) }, 4: { numFmt: formatFor(residual.ms) } });
  }
  finish(sheet, names.length);
}

/** 多重共線性: generalised variance inflation per term; below it Belsley's condition indexes and variance proportions; aliases at the end. */
export function collinearitySheet({ book, result, text }: SheetContext): void {
  const { gvif, collinearity, aliases } = result;
  if (gvif.length === 0 && collinearity === null && aliases.length === 0) return;
  const sheet = book.sheet({ name: text('sheet_collinearity'), widths: [widthOf([...gvif.map(({ term }) => term), text('head_condition_index')]), 14, 16, 18, ...(collinearity?.columns ?? []).map((name) => widthOf([name]))], frozenColumns: 1 });
  if (gvif.length > 0) {
    sheet.header(['term', 'df', 'gvif', 'gvif_adjusted'].map((name) => text(`head_${name}`)));
    for (const { term, df, gvif: value, adjusted } of gvif) sheet.row([term, df, value, adjusted], { 2: { numFmt: formatFor(value) }, 3: { numFmt: formatFor(adjusted) } });
    sheet.row([]);
  }
  if (collinearity !== null) {
    sheet.header([text('head_condition_index'), ...collinearity.columns]);
    collinearity.indexes.forEach((index, i) => {
      const shares = collinearity.proportions[i] ?? [];
      sheet.row([index, ...shares], { 0: { numFmt: formatFor(index), alignment: { horizontal: 'left' } }, ...Object.fromEntries(shares.map((_, j) => [j + 1, { numFmt: '0.000' }])) });
    });
    sheet.row([]);
  }
  if (aliases.length > 0) {
    sheet.header([text('head_aliased_column'), text('head_alias')]);
    for (const { column, expression } of aliases) sheet.row([column, expression]);
  }
  sheet.close();
}

/** 残差の検定: statistic, degrees of freedom, p; a test that could not be made says why. */
export function residualTestsSheet({ book, result, text }: SheetContext): void {
  const tests = result.residual_tests;
  if (tests.length === 0) return;
  const names = ['test_name', 'hypothesis', 'statistic', 'df', 'p', 'note'];
  const sheet = tableSheet(book, text('sheet_residual_tests'), names.map((name) => text(`head_${name}`)), { widths: [34, 28, 16, 14, 14, 40] });
  for (const { test, hypothesis, statistic, df, p, unavailable } of tests) {
    sheet.row([text(`test_${test}`), hypothesis === null ? null : text(`hypothesis_${hypothesis}`), statistic, df.map((value) => Number(value.toPrecision(6))).join(', '), p, unavailable === null ? null : text(`test_unavailable_${unavailable}`)], { 2: { numFmt: formatFor(statistic) }, 4: { numFmt: formatForP(p) } });
  }
  finish(sheet, names.length);
}

/** ロバスト回帰: least squares and the robust fit side by side, then the weight of every row that lost some. */
export function robustSheet({ book, result, text }: SheetContext): void {
  const { robust } = result;
  if (robust === null) return;
  const sheet = book.sheet({ name: text('sheet_robust'), widths: [widthOf(robust.coefficients.map(({ term }) => term)), 16, 16, 14, 14, 18], frozenColumns: 1 });
  sheet.row([text('item_robust_method'), robust.method]);
  sheet.row([text('item_robust_scale'), robust.scale], { 1: { numFmt: formatFor(robust.scale) } });
  sheet.row([text('item_robust_converged'), text(robust.converged ? 'yes' : 'no')]);
  sheet.row([]);
  sheet.header([...['term', 'estimate', 'std_error', 't', 'p'].map((name) => text(`head_${name}`)), text('head_least_squares')]);
  for (const { term, estimate, std_error: error, t, p } of robust.coefficients) {
    const least = result.coefficients.find((coefficient) => coefficient.term === term)?.estimate ?? null;
    sheet.row([term, estimate, error, t, p, least], { 1: { numFmt: formatFor(estimate) }, 2: { numFmt: formatFor(error) }, 3: { numFmt: '0.0000' }, 4: { numFmt: formatForP(p) }, 5: { numFmt: formatFor(least) } });
  }
  sheet.row([]);
  sheet.header([text('head_row'), text('head_robust_weight')]);
  const lost: [CellValue, CellValue][] = robust.weights.flatMap((weight, index): [CellValue, CellValue][] => (weight !== null && weight < 1 ? [[result.rows.row[index] ?? null, weight]] : []));
  for (const line of lost) sheet.row(line, { 0: { numFmt: format.plain, alignment: { horizontal: 'left' } }, 1: { numFmt: '0.0000' } });
  sheet.close();
}
