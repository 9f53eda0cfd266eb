import type { TopLevelSpec } from 'vega-lite';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortNumber } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

const size = { width: 560, height: 540 };

/** Observed shares against probabilities, out of fold; undefined without a cross-validation. */
export function calibrationChart(context: BinaryContext): ChartSpec | undefined {
  const { result: { binary }, text, target, level, source, predicted } = context;
  const cv = binary.cross_validation;
  if (cv === null) return undefined;
  const { calibration } = cv;
  const hosmer = binary.hosmer_lemeshow;
  const notes = [
    source, text('note_calibration', { level }),
    ...(calibration.slope === null ? [] : [text('note_calibration_line', { intercept: shortNumber(calibration.intercept), slope: shortNumber(calibration.slope) })]),
    ...(hosmer === null ? [] : [text('note_hosmer', { chi2: Number(hosmer.chi2.toPrecision(4)), df: hosmer.df, p: Number(hosmer.p.toPrecision(3)) })]),
  ];
  const values = calibration.bins.map((bin) => ({ predicted: bin.mean_predicted, observed: bin.observed, low: bin.observed_low, high: bin.observed_high, n: bin.n }));
  const scale = { domain: [0, 1], nice: false };
  const x = { field: 'predicted', type: 'quantitative', scale, axis: { title: predicted } };
  const y = { type: 'quantitative', scale, axis: { title: text('axis_observed_share', { label: binary.positive_label }) } };
  return chartOf(context, 'calibration', 'calibration', text('chart_calibration', { target }), notes, {
    layer: [
      { data: { values: [{ at: 0 }, { at: 1 }] }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'at' } } },
      { data: { values }, mark: { type: 'rule', color: colour.blue, strokeWidth: 1.5 }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
      { data: { values }, mark: { type: 'line', color: colour.blue, strokeWidth: 1.2 }, encoding: { x, y: { ...y, field: 'observed' } } },
      { data: { values }, mark: { type: 'circle', color: colour.blue, size: 80, opacity: 1 }, encoding: { x, y: { ...y, field: 'observed' }, tooltip: [{ field: 'predicted', title: text('head_mean_predicted'), format: '.4f' }, { field: 'observed', title: text('head_observed_share'), format: '.4f' }, { field: 'low', title: text('head_low', { level }), format: '.4f' }, { field: 'high', title: text('head_high', { level }), format: '.4f' }, { field: 'n', title: text('head_n') }] } },
    ],
  } as Partial<TopLevelSpec>, size);
}
