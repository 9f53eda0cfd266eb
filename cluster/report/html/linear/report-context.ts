import type { FaultValues, Language, LinearResult } from '../../../../schemas/index.ts';
import type { Catalogue } from '../../../../schemas/text/index.ts';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import type { ReportBlock, ReportCell, ReportColumn, ReportFigure, ReportFormat, ReportNotice, ReportSection } from '../document.ts';

export interface LinearReportOptions {
  language: Language;
  /** where the texts of notices are found, in order */
  catalogues: readonly Catalogue[];
  /** charts of each target with a model, in order, and of the run */
  charts: readonly (readonly ChartSpec[])[];
  /** where the job draws a chart; null: it draws none, the report does */
  drawnAt: ((chart: ChartSpec) => string) | null;
}

/** What the sections of a target are written from. */
export interface ReportContext {
  text: (code: string, values?: FaultValues) => string;
  /** the target's charts by their kind, each once: what no section asks for stands at the end */
  figures: Figures;
}

export class Figures {
  readonly #left: Map<string, ChartSpec>;
  readonly #drawnAt: LinearReportOptions['drawnAt'];

  constructor(charts: readonly ChartSpec[], drawnAt: LinearReportOptions['drawnAt']) {
    this.#left = new Map(charts.map((chart) => [chart.id, chart]));
    this.#drawnAt = drawnAt;
  }

  /** Those of these kinds that exist. */
  take(...kinds: string[]): ReportFigure[] {
    return kinds.flatMap((kind) => {
      const chart = this.#left.get(kind);
      if (chart === undefined) return [];
      this.#left.delete(kind);
      return [{ kind: 'figure', title: chart.title, picture: this.#drawnAt === null ? chart : { svgFile: this.#drawnAt(chart) } }];
    });
  }

  rest(): ReportFigure[] {
    return this.take(...this.#left.keys());
  }
}

/** Formats of columns and facts by the name of their text, where six digits are not the best. */
const formats: Readonly<Record<string, ReportFormat>> = {
  p: 'p', f_p: 'p', lack_of_fit_p: 'p', outlier_p: 'p', lr_p: 'p', hl_p: 'p',
  r2: 'share', adjusted_r2: 'share', predicted_r2: 'share', r2_ceiling: 'share', ceiling: 'share', partial_eta2: 'share', leverage: 'share', max_leverage: 'share', cook: 'share', max_cook: 'share', robust_weight: 'share',
  studentized_internal: 'share', studentized_external: 'share', dffits: 'share', covratio: 'share', t: 'share', z: 'share', standardized: 'share', vif: 'share', fold_share: 'percent', missing_information: 'percent', confidence: 'percent',
  auc: 'share', auc_low: 'share', auc_high: 'share', brier: 'share', log_loss: 'share', accuracy: 'share', balanced_accuracy: 'share', sensitivity: 'share', specificity: 'share', precision: 'share', threshold: 'share',
  row: 'plain', fold: 'plain', n: 'integer',
};

/** A table of objects: the columns are their keys, titled by the texts `head_…`. */
export function recordTable<Row>({ text }: ReportContext, rows: readonly Row[], keys: readonly (keyof Row & string)[], options: { caption?: string; note?: string; titles?: Partial<Record<keyof Row & string, string>> } = {}): ReportBlock {
  const columns = keys.map((key): ReportColumn => ({ title: options.titles?.[key] ?? text(`head_${key}`), ...(formats[key] !== undefined && { format: formats[key] }) }));
  return { kind: 'table', ...(options.caption !== undefined && { caption: options.caption }), ...(options.note !== undefined && { note: options.note }), columns, rows: rows.map((row) => keys.map((key) => cell(row[key]))) };
}

function cell(value: unknown): ReportCell {
  return value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : Array.isArray(value) ? value.join(', ') : null;
}

/** Facts titled by the texts `item_…`; undefined ones are left out. */
export function facts({ text }: ReportContext, values: Readonly<Record<string, ReportCell | undefined>>): ReportBlock {
  return {
    kind: 'facts',
    facts: Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name: text(`item_${name}`), value, ...(formats[name] !== undefined && { format: formats[name] }) }])),
  };
}

/** null without anything to show. */
export function sectionOf(title: string, blocks: readonly (ReportBlock | null)[]): ReportSection | null {
  const shown = blocks.filter((block) => block !== null);
  return shown.length === 0 ? null : { title, blocks: shown };
}

export function noticesBlock(notices: LinearResult['notices'], say: (code: string, values: FaultValues) => string): ReportBlock {
  return { kind: 'notices', notices: notices.map(({ code, severity, where, values }): ReportNotice => ({ severity: severity === 'info' ? 'info' : 'warning', text: say(code, { ...where, ...values }) })) };
}
