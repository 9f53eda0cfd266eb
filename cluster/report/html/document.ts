import type { Language } from '../../../schemas/index.ts';
import type { ChartSpec } from '../charts/chart-spec.ts';

/** What a report says, apart from how it looks: plain data (it crosses the border to a thread). Texts are in `language` already. */
export interface ReportDocument {
  language: Language;
  title: string;
  /** lines below the title: which file, how many rows, … */
  lead: readonly string[];
  sections: readonly ReportSection[];
}

export interface ReportSection {
  title: string;
  blocks: readonly ReportBlock[];
  /** one level below; these have none of their own */
  sections?: readonly ReportSection[];
}

export type ReportBlock =
  | { kind: 'text'; text: string }
  /** names and values, one below the other */
  | { kind: 'facts'; facts: readonly ReportFact[] }
  | ReportTable
  | { kind: 'notices'; notices: readonly ReportNotice[] }
  | ReportFigure;

export interface ReportFact {
  name: string;
  value: ReportCell;
  format?: ReportFormat;
}

export interface ReportTable {
  kind: 'table';
  caption?: string;
  columns: readonly ReportColumn[];
  /** one cell per column */
  rows: readonly (readonly ReportCell[])[];
  /** stands below the table: what was left out, what a mark means */
  note?: string;
}

export interface ReportColumn {
  title: string;
  /** of the column's numbers; `number` when absent */
  format?: ReportFormat;
}

/** null: the number does not exist (a dash). Numbers are shown rounded, and in full when pointed at. */
export type ReportCell = number | string | boolean | null;

/**
 * `number`: about six significant digits; `p`: four decimals, a power of ten below 0.0001; `share`: four decimals (R², leverages,
 * scores from 0 to 1); `integer`; `percent`: of a fraction, one decimal; `plain`: as it stands (row numbers, settings).
 */
export type ReportFormat = 'number' | 'p' | 'share' | 'integer' | 'percent' | 'plain';

export interface ReportNotice {
  severity: 'info' | 'warning' | 'error';
  text: string;
}

/** A chart, or the SVG file that the job has drawn of one already (path below the result folder). */
export interface ReportFigure {
  kind: 'figure';
  /** read aloud in place of the picture; a chart carries its title inside, so it is not printed again */
  title: string;
  picture: ChartSpec | { svgFile: string };
}
