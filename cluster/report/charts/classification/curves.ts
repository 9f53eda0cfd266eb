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

function thinned<Point>(curve: readonly Point[]): Point[] {
  if (curve.length <= mostCorners) return [...curve];
  const step = (curve.length - 1) / (mostCorners - 1);
  return Array.from({ length: mostCorners }, (_, k) => curve[Math.round(k * step)] as Point);
}
