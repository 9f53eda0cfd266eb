import type { TopLevelSpec } from 'vega-lite';
import { studentQuantile } from '../../../kernels/index.ts';
import { chartOf, type ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { chartSize, colour, distinctNames } from './theme.ts';

const mostTerms = 30;
const rowHeight = 22;
const surround = 130;

/** |t| of every term, the largest first, against the value it has to pass; the colour tells the sign. */
export function paretoChart(context: ChartContext): ChartSpec | undefined {
  const { result, text, target } = context;
  const bars = result.coefficients.flatMap(({ term, t, p, estimate }, index) => (result.model.terms[index]?.kind === 'intercept' || t === null ? [] : [{ term, size: Math.abs(t), sign: text(t < 0 ? 'effect_negative' : 'effect_positive'), p, estimate }]))
    .sort((a, b) => b.size - a.size || (a.term < b.term ? -1 : 1));
  const { covariance } = result;
  // t values under another covariance have degrees of freedom of their own
  const limit = covariance.kind === 'classical' ? result.interval_basis?.t ?? null : covariance.df === null || covariance.df <= 0 ? null : studentQuantile((1 + result.confidence_level) / 2, covariance.df);
  if (bars.length === 0) return undefined;
  const shown = bars.slice(0, mostTerms);
  const alpha = Number((1 - result.confidence_level).toPrecision(6));
  const notes = [...(limit === null ? [] : [text('note_pareto', { alpha, limit: limit.toFixed(3) })]), ...(bars.length > mostTerms ? [text('note_terms', { shown: mostTerms, terms: bars.length })] : [])];
  const labels = distinctNames(shown.map(({ term }) => term));
  const y = { field: 'label', type: 'nominal', sort: null, axis: { title: null, labelLimit: 250, labelFontSize: 12 } };
  return chartOf(context, 'pareto', 'pareto', text('chart_pareto', { target }), notes, {
    data: { values: shown.map((bar, index) => ({ ...bar, label: labels[index] })) },
    layer: [
      { mark: { type: 'bar', opacity: 1, height: { band: 0.68 } }, encoding: { x: { field: 'size', type: 'quantitative', axis: { title: text('axis_abs_t') }, scale: { zero: true } }, y, color: { field: 'sign', type: 'nominal', scale: { domain: [text('effect_positive'), text('effect_negative')], range: [colour.blue, colour.orange] }, legend: { title: null, orient: 'bottom' } }, tooltip: [{ field: 'term', title: text('head_term') }, { field: 'size', title: text('axis_abs_t') }, { field: 'p', title: text('head_p') }, { field: 'estimate', title: text('head_estimate') }] } },
      ...(limit === null ? [] : [{ data: { values: [{}] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { datum: limit } } }]),
    ],
  } as Partial<TopLevelSpec>, { width: chartSize.width, height: Math.max(chartSize.height, surround + rowHeight * shown.length) });
}
