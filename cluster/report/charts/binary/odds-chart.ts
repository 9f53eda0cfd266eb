import type { TopLevelSpec } from 'vega-lite';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { chartSize, colour, distinctNames } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

const mostTerms = 30;
const rowHeight = 22;
/** px of title, notes and axis */
const surround = 140;
/** Beyond e to this power a ratio says no more than "very much", and an interval that ends there would flatten all others. */
const mostExponent = 7;

interface Bar { term: string; value: number; low: number | null; high: number | null; p: number | null; estimate: number }

/**
 * Odds ratios with their intervals on a log scale, the strongest first: per standard deviation where those are known, because a ratio
 * per unit compares nothing. Under another link than the logit the same of the coefficients.
 */
export function oddsChart(context: BinaryContext): ChartSpec | undefined {
  const { result, text, target, level } = context;
  const { binary } = result;
  const slopes = binary.coefficients.filter((_, index) => result.model.terms[index]?.kind !== 'intercept');
  const perSd = slopes.every(({ standardized, estimate }) => estimate === null || standardized !== null);
  const logit = binary.link === 'logit';
  const bars = slopes.flatMap((slope) => barOf(slope, perSd)).sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.term < b.term ? -1 : 1));
  if (bars.length === 0) return undefined;
  const at = (value: number): number => (logit ? Math.exp(Math.min(mostExponent, Math.max(-mostExponent, value))) : value);
  const shown = bars.slice(0, mostTerms).map((bar) => ({ ...bar, value: at(bar.value), low: bar.low === null ? null : at(bar.low), high: bar.high === null ? null : at(bar.high) }));
  const alpha = Number((1 - result.confidence_level).toPrecision(6));
  const title = logit ? text(perSd ? 'axis_odds_ratio_sd' : 'axis_odds_ratio') : text(perSd ? 'head_per_sd' : 'head_estimate');
  const notes = [
    text('note_significance', { alpha }), text('note_robust', { kind: text(`covariance_${binary.covariance.kind}`) }),
    ...(bars.length > mostTerms ? [text('note_terms', { shown: mostTerms, terms: bars.length })] : []),
  ];
  const x = { type: 'quantitative', axis: { title, ...(logit ? { format: '~g' } : {}) }, scale: logit ? { type: 'log', nice: true } : { zero: true } };
  const labels = distinctNames(shown.map(({ term }) => term));
  const y = { field: 'label', type: 'nominal', sort: null, axis: { title: null, labelLimit: 250, labelFontSize: 12 } };
  const color = { condition: { test: `datum.p !== null && datum.p < ${alpha}`, value: colour.blue }, value: colour.grey };
  const tooltip = [{ field: 'term', title: text('head_term') }, { field: 'value', title }, { field: 'low', title: text('head_ci_low') }, { field: 'high', title: text('head_ci_high') }, { field: 'estimate', title: text('head_estimate') }, { field: 'p', title: text('head_p') }];
  return chartOf(context, 'odds', logit ? 'odds_ratio' : 'coefficients', text(logit ? 'chart_odds' : 'chart_binary_coefficients', { target, level }), notes, {
    data: { values: shown.map((bar, index) => ({ ...bar, label: labels[index] })) },
    layer: [
      { mark: { type: 'rule', color: colour.red, strokeDash: [6, 4] }, data: { values: [{}] }, encoding: { x: { datum: logit ? 1 : 0, axis: { grid: true } } } },
      { mark: { type: 'rule', strokeWidth: 2 }, transform: [{ filter: 'datum.low !== null && datum.high !== null' }], encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color } },
      { mark: { type: 'circle', size: 70, opacity: 1 }, encoding: { x: { ...x, field: 'value' }, y, color, tooltip } },
    ],
  } as Partial<TopLevelSpec>, { width: chartSize.width, height: Math.max(300, surround + rowHeight * shown.length) });
}

/** Profile ends where there are any, both on the scale of the value. */
function barOf(slope: BinaryContext['result']['binary']['coefficients'][number], perSd: boolean): Bar[] {
  const { term, estimate, p, standardized } = slope;
  if (estimate === null) return [];
  const unit = perSd ? (estimate === 0 ? 0 : (standardized ?? 0) / estimate) : 1;
  const scaled = (bound: number | null): number | null => (bound === null ? null : bound * unit);
  return [{ term, value: estimate * unit, low: scaled(slope.profile_low ?? slope.ci_low), high: scaled(slope.profile_high ?? slope.ci_high), p, estimate }];
}
