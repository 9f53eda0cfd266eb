import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

/** Gray share and both errors of unseen rows against one limit for both errors; undefined with a single point. */
export function grayCurveChart({ result: { limits, parameters }, text, target, stem, level }: ClassificationContext): ChartSpec | undefined {
  const equal = limits.filter((point) => point.false_positive_limit === point.false_negative_limit);
  if (equal.length < 2) return undefined;
  const names = [text('axis_cls_gray'), text('axis_false_positive'), text('axis_cls_false_negative')];
  const values = equal.flatMap((point) => [point.gray_share, point.false_positive_rate, point.false_negative_rate].map((rate, k) => ({ limit: point.false_positive_limit, value: rate.value, low: rate.low, high: rate.high, series: names[k], certified: point.certified })));
  const x = { field: 'limit', type: 'quantitative', scale: { domain: [0, 1.04 * Math.max(...equal.map((point) => point.false_positive_limit))], nice: false }, axis: { title: text('axis_cls_limit'), format: '.0%' } };
  const scale = { domain: [0, 1], nice: false };
  const color = { field: 'series', type: 'nominal', sort: null, scale: { domain: names, range: [colour.grey, colour.red, colour.orange] }, legend: { title: null, orient: 'bottom' } };
  const top = Math.max(...equal.map((point) => point.false_positive_limit));
  const own = [...new Set([parameters['false_positive_limit'], parameters['false_negative_limit']] as number[])].filter((at) => at <= top);
  return simpleChart('cls_gray_curve', `gray_share_curve_${stem}`, text('chart_cls_gray_curve', { target }), [text('note_cls_gray_curve', { level })], {
    layer: [
      { data: { values: [{ limit: 0, value: 0 }, { limit: top, value: top }] }, mark: { type: 'line', color: colour.frame, strokeDash: [6, 4] }, encoding: { x, y: { field: 'value', type: 'quantitative', scale } } },
      { data: { values: own.map((at) => ({ at })) }, mark: { type: 'rule', color: colour.blue, strokeDash: [3, 3], strokeWidth: 1.2 }, encoding: { x: { field: 'at', type: 'quantitative' } } },
      { data: { values }, mark: { type: 'area', opacity: 1, fillOpacity: 0.12 }, encoding: { x, y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' }, color } },
      { data: { values }, mark: { type: 'line', strokeWidth: 2, point: { size: 36 } }, encoding: { x, y: { field: 'value', type: 'quantitative', scale, axis: { title: text('axis_cls_share'), format: '.0%' } }, color } },
    ],
  });
}
