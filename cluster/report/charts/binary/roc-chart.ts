import type { TopLevelSpec } from 'vega-lite';
import type { BinaryResult } from '../../../../schemas/index.ts';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortNumber } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

type Curve = BinaryResult['roc'];

/** Corners of a curve beyond this are neither seen nor cheap. */
const mostCorners = 600;
const size = { width: 560, height: 520 };

/** Out-of-fold curve with its band, the in-sample curve behind it, and where the threshold of the costs lies. Undefined with one label only. */
export function rocChart(context: BinaryContext): ChartSpec | undefined {
  const { result: { binary }, text, target, level } = context;
  const cv = binary.cross_validation;
  const main = cv?.roc ?? binary.roc;
  if (main.length === 0) return undefined;
  const name = text(cv === null ? 'series_in_sample' : 'series_cross_validated');
  const series = [...(cv === null ? [] : [{ name: text('series_in_sample'), curve: binary.roc, score: binary.in_sample }]), { name, curve: main, score: cv?.score ?? binary.in_sample }];
  const labels = series.map((entry) => `${entry.name}　AUC ${shortNumber(entry.score.auc)}${entry.score.auc_low === null ? '' : ` [${shortNumber(entry.score.auc_low)}, ${shortNumber(entry.score.auc_high)}]`}`);
  const confusion = cv?.confusion ?? binary.confusion;
  const at = confusion.sensitivity === null || confusion.specificity === null ? [] : [{ fpr: 1 - confusion.specificity, tpr: confusion.sensitivity, threshold: confusion.threshold }];
  const x = { field: 'fpr', type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_false_positive') } };
  const y = { field: 'tpr', type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_true_positive') } };
  return chartOf(context, 'roc', 'roc', text('chart_roc', { target }), [text('note_roc', { level }), text('note_threshold_mark', { threshold: Number(confusion.threshold.toPrecision(4)) })], {
    layer: [
      { data: { values: bandOf(thinned(main)) }, mark: { type: 'area', color: colour.blue, opacity: 1, fillOpacity: 0.14, interpolate: 'linear', clip: true }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
      { data: { values: [{ fpr: 0, tpr: 0 }, { fpr: 1, tpr: 1 }] }, mark: { type: 'line', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.2, clip: true }, encoding: { x, y } },
      {
        data: { values: series.flatMap(({ curve }, index) => thinned(curve).map((point, order) => ({ fpr: point.false_positive_rate, tpr: point.true_positive_rate, threshold: point.threshold, series: labels[index], order }))) },
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { x, y, order: { field: 'order', type: 'quantitative' }, color: { field: 'series', type: 'nominal', sort: null, scale: { domain: labels, range: cv === null ? [colour.blue] : [colour.frame, colour.blue] }, legend: { title: null, orient: 'bottom', direction: 'vertical', labelLimit: 420, labelFontSize: 12 } } },
      },
      { data: { values: at }, mark: { type: 'point', shape: 'diamond', size: 120, filled: true, opacity: 1, color: colour.red }, encoding: { x, y, tooltip: [{ field: 'threshold', title: text('head_threshold') }, { field: 'tpr', title: text('head_sensitivity'), format: '.4f' }, { field: 'fpr', title: text('axis_false_positive'), format: '.4f' }] } },
    ],
  } as Partial<TopLevelSpec>, size);
}

/** Per false positive rate the widest of its corners: a step up is one value of the axis. */
function bandOf(curve: Curve): { fpr: number; low: number; high: number }[] {
  const bands = new Map<number, { fpr: number; low: number; high: number }>();
  for (const { false_positive_rate: fpr, true_positive_low: low, true_positive_high: high } of curve) {
    const known = bands.get(fpr);
    bands.set(fpr, { fpr, low: Math.min(low, known?.low ?? 1), high: Math.max(high, known?.high ?? 0) });
  }
  return [...bands.values()];
}

function thinned(curve: Curve): Curve {
  if (curve.length <= mostCorners) return curve;
  const step = (curve.length - 1) / (mostCorners - 1);
  return Array.from({ length: mostCorners }, (_, k) => curve[Math.round(k * step)] as Curve[number]);
}
