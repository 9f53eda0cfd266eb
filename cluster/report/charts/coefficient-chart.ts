import type { TopLevelSpec } from 'vega-lite';
import type { LinearView } from '../../../schemas/index.ts';
import type { ChartContext } from './chart-context.ts';
import { chartOf } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { chartSize, colour, distinctNames } from './theme.ts';

const mostTerms = 30;
const rowHeight = 22;
/** px of title, notes and axis */
const surround = 120;

interface Bar { term: string; value: number; low: number | null; high: number | null; p: number | null; estimate: number }

/** Standardised coefficients with their intervals, largest first; t values when the coefficients were not standardised. */
export function coefficientChart(context: ChartContext): ChartSpec | undefined {
  const { result, text } = context;
  const slopes = result.coefficients.filter((coefficient, index) => result.model.terms[index]?.kind !== 'intercept' && coefficient.term !== '(Intercept)' && coefficient.estimate !== null);
  if (slopes.length === 0) return undefined;
  const standardized = slopes.every((slope) => slope.standardized !== null);
  const bars = slopes.flatMap((slope) => barOf(slope, standardized)).sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.term < b.term ? -1 : 1));
  const shown = bars.slice(0, mostTerms);
  const alpha = Number((1 - result.confidence_level).toPrecision(6));
  const notes = [text('note_significance', { alpha }), ...(bars.length > mostTerms ? [text('note_terms', { shown: mostTerms, terms: bars.length })] : [])];
  const kind = standardized ? 'standardized' : 't';
  const x = { type: 'quantitative', axis: { title: text(`axis_${kind}`) }, scale: { zero: true } };
  const labels = distinctNames(shown.map(({ term }) => term));
  const y = { field: 'label', type: 'nominal', sort: null, axis: { title: null, labelLimit: 250, labelFontSize: 12 } };
  const color = { condition: { test: `datum.p !== null && datum.p < ${alpha}`, value: colour.blue }, value: colour.grey };
  const tooltip = [{ field: 'term', title: text('head_term') }, { field: 'value', title: text(`axis_${kind}`) }, { field: 'low', title: text('head_ci_low') }, { field: 'high', title: text('head_ci_high') }, { field: 'estimate', title: text('head_estimate') }, { field: 'p', title: text('head_p') }];
  return chartOf(context, 'coefficients', 'coefficients', text(`chart_coefficients_${kind}`, { target: context.target, level: Number((100 * result.confidence_level).toPrecision(6)) }), notes, {
    data: { values: shown.map((bar, index) => ({ ...bar, label: labels[index] })) },
    layer: [
      { mark: { type: 'rule', color: colour.red, strokeDash: [6, 4] }, data: { values: [{}] }, encoding: { x: { datum: 0, axis: { grid: true } } } },
      { mark: { type: 'rule', strokeWidth: 2 }, transform: [{ filter: 'datum.low !== null && datum.high !== null' }], encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color } },
      { mark: { type: 'circle', size: 70, opacity: 1 }, params: [{ name: 'zoom', select: { type: 'interval', encodings: ['x'] }, bind: 'scales' }], encoding: { x: { ...x, field: 'value' }, y, color, tooltip } },
    ],
  } as Partial<TopLevelSpec>, { width: chartSize.width, height: Math.max(chartSize.height, surround + rowHeight * shown.length) });
}

/** The interval of a standardised coefficient is the raw one times the same ratio sd(x)/sd(y). */
function barOf(slope: LinearView['coefficients'][number], standardized: boolean): Bar[] {
  const { term, estimate, p, std_error: error } = slope;
  if (estimate === null) return [];
  const value = standardized ? slope.standardized : slope.t;
  if (value === null) return [];
  const unit = standardized ? (estimate === 0 ? null : value / estimate) : error === null || error === 0 ? null : 1 / error;
  const scaled = (bound: number | null): number | null => (bound === null || unit === null ? null : value + (bound - estimate) * unit);
  return [{ term, value, low: scaled(slope.ci_low), high: scaled(slope.ci_high), p, estimate }];
}
