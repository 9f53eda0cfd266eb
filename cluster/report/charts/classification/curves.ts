import { normalQuantile } from '../normal-quantile.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour, shortNumber } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

const square = { width: 560, height: 540 };
/** Corners of a curve beyond this are neither seen nor cheap. */
const mostCorners = 600;
const share = { domain: [0, 1], nice: false };

export function rocChart({ result: { final }, text, target, stem, level }: ClassificationContext): ChartSpec {
  const { score } = final;
  const values = thinned(final.roc).map((point, order) => ({ fpr: point.false_positive_rate, tpr: point.true_positive_rate, low: point.true_positive_low, high: point.true_positive_high, threshold: point.threshold, order }));
  const x = { field: 'fpr', type: 'quantitative', scale: share, axis: { title: text('axis_false_positive') } };
  const y = { type: 'quantitative', scale: share, axis: { title: text('axis_true_positive') } };
  return simpleChart('cls_roc', `roc_${stem}`, text('chart_cls_roc', { target }), [text('note_cls_auc', { auc: shortNumber(score.auc), low: shortNumber(score.auc_low), high: shortNumber(score.auc_high), level }), text('note_cls_band', { level })], {
    layer: [
      { data: { values }, mark: { type: 'area', color: colour.blue, fillOpacity: 0.14, opacity: 1 }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
      { data: { values: [{ fpr: 0, tpr: 0 }, { fpr: 1, tpr: 1 }] }, mark: { type: 'line', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.2 }, encoding: { x, y: { ...y, field: 'tpr' } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y: { ...y, field: 'tpr' }, order: { field: 'order', type: 'quantitative' } } },
    ],
  }, square);
}

export function precisionRecallChart({ result: { final, rows }, text, target, stem, level }: ClassificationContext): ChartSpec {
  const values = thinned(final.precision_recall).map((point, order) => ({ ...point, order }));
  const x = { field: 'recall', type: 'quantitative', scale: share, axis: { title: text('axis_cls_recall') } };
  const y = { type: 'quantitative', scale: share, axis: { title: text('axis_cls_precision') } };
  return simpleChart('cls_pr', `precision_recall_${stem}`, text('chart_cls_pr', { target }), [text('note_cls_ap', { value: shortNumber(final.average_precision) }), text('note_cls_band', { level })], {
    layer: [
      { data: { values }, mark: { type: 'area', color: colour.blue, fillOpacity: 0.14, opacity: 1 }, encoding: { x, y: { ...y, field: 'precision_low' }, y2: { field: 'precision_high' } } },
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [6, 4] }, encoding: { y: { datum: rows.positive / rows.used } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y: { ...y, field: 'precision' }, order: { field: 'order', type: 'quantitative' } } },
    ],
  }, square);
}

export function reliabilityChart({ result: { final: { calibration } }, text, target, stem, positive, level }: ClassificationContext): ChartSpec {
  const values = calibration.bins.map((bin) => ({ predicted: bin.mean_predicted, observed: bin.observed, low: bin.observed_low, high: bin.observed_high, n: bin.n }));
  const x = { field: 'predicted', type: 'quantitative', scale: share, axis: { title: text('axis_cls_probability', { label: positive }) } };
  const y = { type: 'quantitative', scale: share, axis: { title: text('axis_observed_share', { label: positive }) } };
  return simpleChart('cls_reliability', `reliability_${stem}`, text('chart_cls_reliability', { target }), [text('note_cls_calibration', { slope: shortNumber(calibration.slope), intercept: shortNumber(calibration.intercept), level })], {
    layer: [
      { data: { values: [{ at: 0 }, { at: 1 }] }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4] }, encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'at' } } },
      { data: { values }, mark: { type: 'rule', color: colour.blue, strokeWidth: 1.5 }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 1.2 }, encoding: { x, y: { ...y, field: 'observed' } } },
      { data: { values }, mark: { type: 'circle', color: colour.blue, size: 80, opacity: 1 }, encoding: { x, y: { ...y, field: 'observed' } } },
    ],
  }, square);
}

/** Both errors at every threshold on axes of normal quantiles, where two normal scores make a straight line (Martin et al. 1997). */
export function tradeOffChart({ result: { final, rows }, text, target, stem, level }: ClassificationContext): ChartSpec {
  // half a row: a rate of 0 has no place on such an axis
  const inside = (rate: number, count: number): number => Math.min(Math.max(rate, 0.5 / count), 1 - 0.5 / count);
  const values = thinned(final.roc).map((point, order) => {
    const [fpr, fnr] = [inside(point.false_positive_rate, rows.negative), inside(1 - point.true_positive_rate, rows.positive)];
    const miss = (rate: number): number => normalQuantile(inside(1 - rate, rows.positive));
    return { fpr, fnr, x: normalQuantile(fpr), y: normalQuantile(fnr), low: miss(point.true_positive_high), high: miss(point.true_positive_low), threshold: point.threshold, order };
  });
  const marked = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8].filter((rate) => rate >= 0.4 / Math.max(rows.positive, rows.negative));
  const ticks = marked.map(normalQuantile);
  const labels = `{${marked.map((rate) => `'${Math.round(1000 * normalQuantile(rate))}': '${100 * rate}%'`).join(', ')}}[round(1000 * datum.value)]`;
  const axis = (title: string): object => ({ title, values: ticks, labelExpr: labels });
  const scale = { domain: [Math.min(...values.map(({ x, y }) => Math.min(x, y))) - 0.1, Math.max(...ticks) + 0.1], nice: false, zero: false, clamp: true };
  return simpleChart('cls_det', `det_${stem}`, text('chart_cls_det', { target }), [text('note_cls_det'), text('note_cls_band', { level })], {
    layer: [
      { data: { values: ticks.map((at) => ({ at })) }, mark: { type: 'line', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.2 }, encoding: { x: { field: 'at', type: 'quantitative', scale, axis: axis(text('axis_false_positive')) }, y: { field: 'at', type: 'quantitative', scale, axis: axis(text('axis_cls_false_negative')) } } },
      { data: { values }, mark: { type: 'area', color: colour.blue, fillOpacity: 0.14, opacity: 1, clip: true }, encoding: { x: { field: 'x', type: 'quantitative', scale }, y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 2, clip: true }, encoding: { x: { field: 'x', type: 'quantitative', scale }, y: { field: 'y', type: 'quantitative', scale }, order: { field: 'order', type: 'quantitative' } } },
    ],
  }, square);
}

/** Share of the positives among the rows of highest probability, over the share among all. */
export function liftChart({ result: { final, rows }, text, target, stem, positive }: ClassificationContext): ChartSpec {
  const values = thinned(final.roc).flatMap(({ true_positive_rate: hits, false_positive_rate: alarms, threshold }) => {
    const called = (hits * rows.positive + alarms * rows.negative) / rows.used;
    return called > 0 ? [{ called, lift: hits / called, threshold }] : [];
  });
  const best = rows.used / rows.positive;
  const x = { type: 'quantitative', scale: share, axis: { title: text('axis_cls_called', { label: positive }), format: '.0%' } };
  const y = { type: 'quantitative', scale: { domain: [0, 1.05 * best], nice: false }, axis: { title: text('axis_cls_lift') } };
  const ideal = [{ at: 0.001, lift: best }, { at: rows.positive / rows.used, lift: best }, ...Array.from({ length: 20 }, (_, k) => rows.positive / rows.used + (k + 1) / 20 * (1 - rows.positive / rows.used)).map((at) => ({ at, lift: 1 / at }))];
  return simpleChart('cls_lift', `lift_${stem}`, text('chart_cls_lift', { target }), [text('note_cls_lift')], {
    layer: [
      { data: { values: [{ at: 0, lift: 1 }, { at: 1, lift: 1 }] }, mark: { type: 'line', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.2 }, encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'lift' } } },
      { data: { values: ideal }, mark: { type: 'line', color: colour.orange, strokeDash: [2, 3], strokeWidth: 1.2 }, encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'lift' } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x: { ...x, field: 'called' }, y: { ...y, field: 'lift' } } },
    ],
  });
}

function thinned<Point>(curve: readonly Point[]): Point[] {
  if (curve.length <= mostCorners) return [...curve];
  const step = (curve.length - 1) / (mostCorners - 1);
  return Array.from({ length: mostCorners }, (_, k) => curve[Math.round(k * step)] as Point);
}
