import { desirabilitySchema, targetViews, type FaultValues, type LinearResult } from '../../../../schemas/index.ts';
import { binaryReportText, desirabilityText, htmlReportText, modelReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import type { ReportDocument, ReportSection } from '../document.ts';
import { binarySections } from './binary-target.ts';
import { numericSections } from './numeric-target.ts';
import { facts, Figures, noticesBlock, recordTable, sectionOf, type LinearReportOptions, type ReportContext } from './report-context.ts';

export type { LinearReportOptions } from './report-context.ts';

/** The report of a linear analysis: a section per target, best conditions, predictions, and what it takes to repeat the run. Pure. */
export function linearReport(result: LinearResult, { language, catalogues, charts, drawnAt }: LinearReportOptions): ReportDocument {
  const text = (code: string, values?: FaultValues): string => renderText([htmlReportText, reportText, modelReportText, binaryReportText, desirabilityText], language, code, values);
  const say = (code: string, values: FaultValues): string => renderText(catalogues, language, code, values);
  const views = targetViews(result);
  const ofRun: ReportContext = { text, figures: new Figures(charts[views.length] ?? [], drawnAt) };
  const { dataset } = result;
  let fitted = 0;
  const targets = result.targets.map((entry): ReportSection => {
    if (entry.status === 'failed') {
      const { code, where, values } = entry.failure;
      return { title: entry.target, blocks: [{ kind: 'notices', notices: [{ severity: 'error', text: say(code, { column: entry.target, ...where, ...values }) }] }] };
    }
    const view = views[fitted];
    const figures = new Figures(charts[fitted] ?? [], drawnAt);
    fitted += 1;
    if (view === undefined) throw new Error('a target without a view');
    const notices = noticesBlock(view.view.notices, say);
    const sections = view.kind === 'fitted' ? numericSections(view.view, { text, figures }, notices)
      : binarySections(view.view, { text: (code, values) => renderText([htmlReportText, binaryReportText, reportText, modelReportText], language, code, values), figures }, notices);
    const { rows_used: used, rows_missing: missing } = entry.used;
    return { title: entry.target, blocks: [{ kind: 'text', text: `${entry.formula}  (${text('item_rows_used')}: ${used}, ${text('item_rows_missing')}: ${missing})` }], sections };
  });
  return {
    language,
    title: text('html_title_linear', { name: dataset.name }),
    lead: [`${text('item_dataset')}: ${dataset.name}${dataset.sheet === null ? '' : ` (${dataset.sheet})`}`, `SHA-256: ${dataset.sha256}`, `${text('item_rows_read')}: ${dataset.rows_read}, ${text('item_rows_duplicate')}: ${dataset.rows_duplicate}`],
    sections: [...targets, conditions(result, ofRun), predictions(result, ofRun), provenance(result, ofRun)].filter((section) => section !== null),
  };
}

function conditions({ desirability: found, parameters }: LinearResult, context: ReportContext): ReportSection | null {
  if (found === null) return null;
  const { text, figures } = context;
  const { goals } = desirabilitySchema.parse(parameters['desirability']);
  const level = { level: Number((100 * Number(parameters['confidence_level'])).toPrecision(6)) };
  const all = [found.best, ...found.alternatives];
  return sectionOf(text('sheet_desirability'), [
    {
      kind: 'table', columns: [{ title: text('head_condition') }, ...all.map((_, k) => ({ title: k === 0 ? text('head_best') : text('head_alternative', { number: k }) }))],
      rows: [...found.factors.map(({ name }) => [name, ...all.map((one) => one.conditions[name] ?? null)]), [text('item_overall'), ...all.map(({ desirability }) => desirability)]],
    },
    recordTable(context, found.best.predictions.map((prediction, g) => ({ ...prediction, goal: text(`goal_${goals[g]?.goal ?? 'target'}`) })), ['target', 'goal', 'value', 'mean_low', 'mean_high', 'low', 'high', 'desirability'], {
      titles: { target: text('head_target'), goal: text('head_goal'), value: text('head_prediction'), mean_low: text('head_mean_low', level), mean_high: text('head_mean_high', level), low: text('head_new_low', level), high: text('head_new_high', level), desirability: text('head_desirability') },
    }),
    ...figures.rest(),
  ]);
}

function predictions({ prediction }: LinearResult, context: ReportContext): ReportSection | null {
  if (prediction === null) return null;
  const { text } = context;
  return sectionOf(text('html_predictions'), [
    { kind: 'text', text: `${prediction.input.name} → ${prediction.file}` },
    recordTable(context, prediction.targets, ['target', 'predicted', 'without', 'extrapolated', 'outside_hull', 'low', 'high'], { titles: { target: text('head_target'), predicted: text('html_predicted'), without: text('html_without'), extrapolated: text('html_extrapolated'), outside_hull: text('html_outside_hull'), low: text('head_minimum'), high: text('head_maximum') } }),
  ]);
}

function provenance({ dataset, parameters }: LinearResult, context: ReportContext): ReportSection | null {
  const { text } = context;
  return sectionOf(text('html_repeat'), [
    facts(context, { dataset: dataset.name, sha256: dataset.sha256, ...(dataset.encoding !== null && { encoding: dataset.encoding }), ...(dataset.sheet !== null && { sheet: dataset.sheet }) }),
    recordTable(context, dataset.columns.map(({ name, kind, missing, distinct }) => ({ column: name, kind: text(`kind_${kind}`), missing, distinct })), ['column', 'kind', 'missing', 'distinct']),
    recordTable(context, Object.entries(parameters).map(([item, value]) => ({ item, value: typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : JSON.stringify(value) })), ['item', 'value'], { caption: text('sheet_parameters') }),
  ]);
}
