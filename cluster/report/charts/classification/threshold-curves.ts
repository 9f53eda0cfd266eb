import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

/** Vickers & Elkin 2006: benefit of acting on the model, on all rows, on none. */
export function benefitChart({ result: { final, rows }, text, target, stem, positive }: ClassificationContext): ChartSpec {
  const names = [text('series_cls_model'), text('series_cls_all', { label: positive }), text('series_cls_none')];
  const prevalence = rows.positive / rows.used;
  const floor = -0.1;
  const values = final.thresholds.flatMap(({ threshold, net_benefit: benefit }) => {
    const all = prevalence - (1 - prevalence) * threshold / (1 - threshold);
    return [...(benefit === null ? [] : [{ threshold, benefit, series: names[0] }]), ...(all < floor ? [] : [{ threshold, benefit: all, series: names[1] }]), { threshold, benefit: 0, series: names[2] }];
  });
  return simpleChart('cls_benefit', `decision_curve_${stem}`, text('chart_cls_benefit', { target }), [], {
    data: { values }, mark: { type: 'line', strokeWidth: 2, clip: true },
    encoding: {
      x: { field: 'threshold', type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_threshold') } },
      y: { field: 'benefit', type: 'quantitative', scale: { domain: [floor, Math.max(0.1, prevalence)] }, axis: { title: text('axis_cls_benefit') } },
      color: { field: 'series', type: 'nominal', sort: null, scale: { domain: names, range: [colour.blue, colour.orange, colour.grey] }, legend: { title: null, orient: 'bottom' } },
    },
  });
}

/** What a row costs on average at each single threshold, and where break-even lies. */
export function costChart({ result: { final, model }, text, target, stem }: ClassificationContext): ChartSpec {
  const values = final.thresholds.flatMap(({ threshold, cost }) => (cost === null ? [] : [{ threshold, cost }]));
  return simpleChart('cls_cost', `cost_curve_${stem}`, text('chart_cls_cost', { target }), [text('note_threshold', { threshold: Number(model.cost_threshold.toPrecision(4)) })], {
    layer: [
      { data: { values }, mark: { type: 'line', strokeWidth: 2, color: colour.blue }, encoding: { x: { field: 'threshold', type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_threshold') } }, y: { field: 'cost', type: 'quantitative', axis: { title: text('axis_cls_cost') } } } },
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { datum: model.cost_threshold } } },
    ],
  });
}
