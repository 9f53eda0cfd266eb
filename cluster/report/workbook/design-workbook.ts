import type { FaultValues, Language, OptimizationResult } from '../../../schemas/index.ts';
import { catalogues, designReportText, designWorkbookText, renderText, reportText } from '../../../schemas/text/index.ts';
import { format, headerStyle, widthOf, WorkbookFile, type CellValue } from './workbook.ts';

export interface DesignWorkbookInput {
  result: OptimizationResult;
  /** which of its designs */
  index: number;
  /** the list of runs, first sheet */
  sheet: { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] };
  language: Language;
}

type Design = OptimizationResult['designs'][number];

/** Criteria in the order in which they are read, and how they are shown: as they are, or as per cent. */
const criteria: readonly (readonly [keyof Design['criteria'], number])[] = [
  ['d', 100], ['d_bound', 100], ['d_relative', 100], ['a_efficiency', 1], ['g_efficiency', 1], ['average_variance', 1], ['largest_variance', 1], ['e', 1], ['condition_number', 1], ['smallest_distance', 1], ['log_determinant', 1], ['trace_of_inverse', 1], ['original_d', 1],
];
const letters = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';

/** `D最適化_新規実験点.xlsx`: the original's Sheet1, and behind it what the design is worth and how it was made. Deterministic bytes. */
export async function designWorkbook({ result, index, sheet, language }: DesignWorkbookInput): Promise<Uint8Array> {
  const design = result.designs[index];
  if (design === undefined) throw new Error(`no design ${index}`);
  const text = (code: string, values?: FaultValues): string => renderText([designWorkbookText, designReportText, reportText], language, code, values);
  const book = new WorkbookFile();
  table(book, 'Sheet1', sheet.columns, sheet.rows);
  evaluationSheet(book, result, design, language, text);
  const degrees = new Map(design.terms.map((term) => [term.name, term]));
  table(book, text('sheet_design_coefficients'), [text('head_term'), text('head_std_error'), text('head_vif'), text('head_power')], design.coefficients.map((row) => [row.name, row.standard_error, row.variance_inflation, row.power ?? degrees.get(row.name)?.power ?? null]));
  table(book, text('sheet_design_correlations'), ['', ...design.correlations.columns], design.correlations.columns.map((name, i) => [name, ...(design.correlations.values[i] ?? [])]));
  if (design.alias !== null) table(book, text('sheet_design_alias'), ['', ...design.alias.columns], design.alias.rows.map((name, i) => [name, ...(design.alias?.values[i] ?? [])]));
  table(book, text('sheet_design_variance'), [text('head_share'), text('head_variance')], design.prediction_variance.fractions.map((fraction, i) => [fraction, design.prediction_variance.variances[i] ?? null]));
  allRunsSheet(book, result, design, text);
  if (result.comparisons.length > 0) {
    table(book, text('sheet_design_comparison'), [text('head_first'), text('head_second'), text('head_ratio_d'), text('head_ratio_a'), text('head_ratio_e'), text('head_ratio_i'), text('head_ratio_g'), ''],
      result.comparisons.map((row, i) => [text(`design_${row.first}`), text(`design_${row.second}`), row.d, row.a, row.e, row.average_variance, row.largest_variance, i === 0 ? text('note_ratio') : null]));
  }
  if (result.scan !== null) {
    const { scan } = result;
    table(book, text('sheet_design_scan'), [text('head_runs'), text('measure_standard_error'), text('measure_power'), text('measure_d'), text('measure_variance'), text('head_residual_df'), text('head_suggested')],
      scan.entries.map((entry) => [entry.runs, entry.largest_standard_error, entry.smallest_power, 100 * entry.d, entry.average_variance, entry.residual_degrees_of_freedom, entry.runs === scan.suggestion.runs ? text(`scan_${scan.suggestion.reason}`, { runs: entry.runs }) : null]));
  }
  recipeSheet(book, result, design, text);
  return book.finish();
}

type Say = (code: string, values?: FaultValues) => string;

/** Efficiencies with their meaning, degrees of freedom, how it was found or built, and what to mind. */
function evaluationSheet(book: WorkbookFile, result: OptimizationResult, design: Design, language: Language, text: Say): void {
  const warnings = result.notices.filter(({ where }) => where?.field === `designs.${design.name}`).map((notice) => renderText(catalogues, language, notice.code, { ...notice.where, ...notice.values }));
  const columns = [text('head_item'), text('head_value'), text('head_criterion_meaning')];
  const rows: CellValue[][] = [[text('section_efficiency'), null, null]];
  for (const [name, scale] of criteria) {
    const value = design.criteria[name];
    if (typeof value === 'number') rows.push([text(`item_${name}`), value * scale, text(`mean_${name}`) + (name === 'd_bound' ? ` (${text(`bound_${design.criteria.bound_by}`)})` : '')]);
  }
  const { bound_omitted: omitted } = design.criteria;
  if (omitted !== null) rows.push([text('item_d_bound'), null, text(`omitted_${omitted}`)]);
  if (design.strata.length > 0) rows.push([text('section_strata'), null, null]);
  for (const { kind, column, sizes, variance_ratio: ratio, hard_to_change: hard, assigned } of design.strata) {
    rows.push([text(`strata_${kind}`), sizes.length, text(`strata_${assigned}`)], [text('item_sizes'), sizes.join(', '), column]);
    if (ratio !== null) rows.push([text('item_variance_ratio'), ratio, null]);
    if (hard.length > 0) rows.push([text('item_hard_to_change'), hard.join(', '), null]);
  }
  rows.push([text('section_df'), null, null], ...Object.entries(design.degrees_of_freedom).map(([name, value]) => [text(`item_${name}`), value, null]));
  if (design.search !== null) {
    rows.push([text('section_search'), null, null], ...Object.entries(design.search).map(([name, value]) => [text(`item_${name}`), typeof value === 'string' ? text(`stopped_${value}`) : value, null]));
  }
  if (design.construction !== null) {
    const { kind, generators, defining_relation: relation, resolution, alias_groups: groups, array } = design.construction;
    const line = (name: string, value: CellValue): CellValue[][] => (value === null || value === '' ? [] : [[text(`item_${name}`), value, null]]);
    rows.push([text('section_construction'), null, null], ...line('kind', text(`design_${kind}`)), ...line('array', array), ...line('resolution', resolution), ...line('generators', generators.join(', ')), ...line('defining_relation', relation.map((word) => `I = ${word}`).join(', ')), ...line('alias_groups', groups.map((group) => group.join(' = ')).join('; ')));
    if (generators.length > 0) rows.push([text('item_letters'), result.factors.map(({ name }, k) => `${letters[k] ?? '?'} = ${name}`).join(', '), null]);
  }
  if (warnings.length > 0) rows.push([text('section_warnings'), null, null], ...warnings.map((warning) => [null, warning, null]));
  const sections = new Set(['section_efficiency', 'section_strata', 'section_df', 'section_search', 'section_construction', 'section_warnings'].map((code) => text(code)));
  const sheet = book.sheet({ name: text('sheet_design_evaluation'), widths: [widthOf(rows.map(([item]) => shown(item))), 24, widthOf(rows.map(([, , meaning]) => shown(meaning)))], frozen: 1, formats: [undefined, format.general, undefined] });
  sheet.header(columns);
  for (const row of rows) sheet.row(row, sections.has(shown(row[0])) && row[1] === null ? { 0: { font: { ...headerStyle.font, bold: true, color: { argb: 'FF366092' } } } } : { 1: { alignment: { horizontal: 'left', vertical: 'top' } } });
  sheet.close();
}

function shown(value: CellValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Earlier and new runs together, each new one with its leverage. */
function allRunsSheet(book: WorkbookFile, result: OptimizationResult, design: Design, text: Say): void {
  const names = [...new Set([...result.factors.map(({ name }) => name), ...Object.keys(design.rows[0] ?? {})])];
  const line = (kind: string, row: Readonly<Record<string, string | number>>, leverage: number | null): CellValue[] => [kind, ...names.map((name) => row[name] ?? null), leverage];
  table(book, text('sheet_design_all'), [text('head_data_kind'), ...names, text('head_leverage')], [...result.history.map((row) => line(text('kind_existing'), row, null)), ...design.rows.map((row, i) => line(text('kind_new'), row, design.leverages[i] ?? null))]);
}

/** All that makes the design again. */
function recipeSheet(book: WorkbookFile, result: OptimizationResult, design: Design, text: Say): void {
  const recipe: [string, unknown][] = [
    [text('recipe_id'), design.id], [text('recipe_dataset'), result.dataset.name], [text('recipe_sha256'), result.dataset.sha256], [text('recipe_schema'), result.schema], [text('recipe_model'), result.model.columns.join(', ')],
    ...Object.entries(result.parameters).map(([name, value]): [string, unknown] => [text('recipe_parameter', { name }), value]), [text('recipe_constants'), result.constants], ...result.factors.map((factor): [string, unknown] => [text('recipe_factor', { name: factor.name }), factor]),
  ];
  table(book, text('sheet_design_recipe'), [text('head_item'), text('head_value')], recipe.map(([name, value]) => [name, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)]));
}

function table(book: WorkbookFile, name: string, columns: readonly string[], rows: readonly (readonly CellValue[])[]): void {
  const widths = columns.map((column, k) => widthOf([`${column}  `, ...rows.slice(0, 200).map((row) => (typeof row[k] === 'string' ? row[k] : ''))]));
  const sheet = book.sheet({ name, widths, frozen: 1, frozenColumns: 1, formats: columns.map(() => format.general) });
  sheet.header(columns);
  for (const row of rows) sheet.row(row);
  sheet.filter(1, columns.length);
  sheet.close();
}
