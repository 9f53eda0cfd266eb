import type { ClassificationResult, FaultValues, Language } from '../../../../schemas/index.ts';
import { catalogues, htmlReportText, renderText } from '../../../../schemas/text/index.ts';
import { classificationSpeech } from '../../charts/classification/index.ts';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { classificationTables, type ReportSheet } from '../../workbook/classification-tables.ts';
import type { ReportBlock, ReportDocument, ReportFigure, ReportSection } from '../document.ts';

/** Lines of a table on the page; the workbook has all. */
const mostRows = 120;

/** What stands in which section: charts by their kind and tables by their name. */
const sections: readonly { title: string; charts: readonly RegExp[]; tables: readonly string[] }[] = [
  { title: 'html_cls_decisions', charts: [/^cls_confusion$/, /^cls_scores$/], tables: ['summary', 'confusion'] },
  { title: 'html_cls_several', charts: [/^cls_several/], tables: ['several'] },
  { title: 'html_cls_ranking', charts: [/^cls_roc$/, /^cls_pr$/, /^cls_det$/, /^cls_lift$/], tables: [] },
  { title: 'html_cls_calibration', charts: [/^cls_reliability$/], tables: ['calibration'] },
  { title: 'html_cls_limits', charts: [/^cls_gray_curve$/, /^cls_benefit$/, /^cls_cost$/], tables: ['limits', 'thresholds'] },
  { title: 'html_cls_models', charts: [/^cls_families$/], tables: ['scores', 'comparisons', 'folds'] },
  { title: 'html_cls_explanation', charts: [/^cls_importance$/, /shap/, /ale$/, /^cls_learning$/], tables: ['importance', 'learning'] },
  { title: 'html_cls_proposals', charts: [/^cls_map$/, /^cls_window$/, /^cls_changes$/, /^cls_runs$/], tables: ['window', 'changes', 'runs'] },
  { title: 'html_repeat', charts: [], tables: ['features', 'best', 'settings'] },
];

/** Lines that say enough on a page: twentieths of the thresholds, one limit for both errors and the front. */
const thinning: Readonly<Record<string, (row: ReportSheet['rows'][number], place: number) => boolean>> = { thresholds: (_, k) => k % 5 === 4, limits: (row) => row[0] === row[1] || row.at(-1) === '○' };
/** Titles of columns of p values. */
const pValues = /^p ?[（(]/;

/** The report of a classification as one page: every table but those with a line per row, every chart. Pure. @param drawnAt where the job draws a chart; null: it draws none, the report does */
export function classificationReport(result: ClassificationResult, charts: readonly ChartSpec[], language: Language, drawnAt: ((chart: ChartSpec) => string) | null): ReportDocument {
  const own = classificationSpeech(language);
  const text = (code: string, values?: FaultValues): string => (code.startsWith('html_') ? renderText([htmlReportText], language, code, values) : own(code, values));
  const tables = classificationTables(result, language);
  const { dataset, rows, target, positive_label: positive, negative_label: negative } = result;
  const figure = (chart: ChartSpec): ReportFigure => ({ kind: 'figure', title: chart.title, picture: drawnAt === null ? chart : { svgFile: drawnAt(chart) } });
  const written = sections.map(({ title, charts: kinds, tables: names }): ReportSection => ({
    title: text(title),
    blocks: [
      ...names.slice(0, 1).flatMap((id) => tableOf(tables, id, text)),
      ...kinds.flatMap((kind) => charts.filter(({ id }) => kind.test(id)).map(figure)),
      ...names.slice(1).flatMap((id) => tableOf(tables, id, text)),
    ],
  })).filter(({ blocks }) => blocks.length > 0);
  const notices = result.notices.map(({ code, severity, where, values }) => ({ severity, text: renderText(catalogues, language, code, { ...where, ...values }) }));
  return {
    language, title: text('html_title_classification', { target, name: dataset.name }),
    lead: [`${text('item_nl_dataset')}: ${dataset.name}${dataset.sheet === null ? '' : ` (${dataset.sheet})`}`, `SHA-256: ${dataset.sha256}`, text('html_cls_lead', { rows: rows.used, positive, positives: rows.positive, negative, negatives: rows.negative, conditions: rows.conditions })],
    sections: [...(notices.length > 0 ? [{ title: text('sheet_cls_notices'), blocks: [{ kind: 'notices' as const, notices }] }] : []), ...written],
  };
}

function tableOf(tables: readonly ReportSheet[], id: string, text: (code: string, values?: FaultValues) => string): ReportBlock[] {
  const found = tables.find((table) => table.id === id);
  if (found === undefined || found.rows.length === 0) return [];
  const chosen = thinning[id];
  const shown = (chosen === undefined ? found.rows : found.rows.filter(chosen)).slice(0, mostRows);
  return [{
    kind: 'table', caption: found.name, columns: found.columns.map((title) => ({ title, ...pValues.test(title) && { format: 'p' as const } })), rows: shown.map((row) => found.columns.map((_, k) => row[k] ?? null)),
    ...shown.length < found.rows.length && { note: text('html_rows_shown', { rows: found.rows.length, shown: shown.length }) },
  }];
}
