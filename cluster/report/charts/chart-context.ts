import type { TopLevelSpec } from 'vega-lite';
import type { FaultValues, LinearView } from '../../../schemas/index.ts';
import { safeFileName } from '../file-name.ts';
import type { Effects } from '../model/effects.ts';
import { withUnit } from '../model/features.ts';
import type { TableExtract } from '../workbook/table-extract.ts';
import type { ChartSpec } from './chart-spec.ts';
import type { Points } from './points.ts';
import { chartSize, frame, shortName } from './theme.ts';

/** What charts that are drawn for every kind of target read of its result. */
export interface ChartResult extends Pick<LinearView, 'target' | 'confidence_level' | 'features' | 'units'> {
  rows: { row: readonly number[]; actual: readonly (number | null)[] };
}

/** What every chart of a result is made from. */
export interface ChartContext<Result extends ChartResult = LinearView> {
  result: Result;
  text: (code: string, values?: FaultValues) => string;
  /** the target's name, short enough for a title */
  target: string;
  /** the rows of the fit, all columns */
  table: TableExtract;
  /** the model along its features */
  effects: Effects;
  points: Points;
  /** what the model predicts, as an axis says it */
  predicted: string;
  /** stands below the title of every chart of rows: tells when points were left out */
  notes: readonly string[];
}

/** Fitted values on the scale of the residuals, and how axes name that scale: of a transformed target neither is that of the file. */
export function fitScale({ result: { rows, response, units, target }, text }: ChartContext): { fitted: readonly (number | null)[]; axis: (code: string) => string } {
  const transformed = rows.model_fitted !== null;
  const label = shortName(response.label, longestLabel);
  return { fitted: rows.model_fitted ?? rows.fitted, axis: (code) => (transformed ? text('axis_on_scale', { axis: text(code), label }) : withUnit(text(code), units[target])) };
}

/** Characters of a scale's name that fit behind an axis title. */
const longestLabel = 24;

export function chartOf(context: ChartContext<ChartResult>, id: string, stem: string, title: string, notes: readonly string[], body: Partial<TopLevelSpec>, size: { width: number; height: number } = chartSize): ChartSpec {
  return { id, fileName: `${stem}_${safeFileName(context.result.target)}`, title, spec: { ...frame(title, notes, size), ...body } as TopLevelSpec, ...size };
}
