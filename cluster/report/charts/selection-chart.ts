import type { TopLevelSpec } from 'vega-lite';
import { chartOf, type ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, shortName, shortNumber } from './theme.ts';

const wide = { width: 760, height: 460 } as const;

/** Error at each step: in sample, without a row, and out of fold; the step that was taken is marked. */
export function selectionChart(context: ChartContext): ChartSpec | undefined {
  const { result: { selection, model }, text, target } = context;
  if (selection === null || selection.steps.length < 2) return undefined;
  const exhaustive = selection.method === 'best_subset';
  const sst = selection.steps.find(({ r2, rss }) => r2 !== null && r2 < 1 && rss !== null);
  const total = sst === undefined ? null : (sst.rss as number) / (1 - (sst.r2 as number));
  const at = (step: (typeof selection.steps)[number]): number | string => (exhaustive ? step.coefficients : `${step.step}  ${step.term === null ? text(`action_${step.action}`) : `${step.action === 'add' ? '+' : '−'} ${shortName(step.term, 18)}`}`);
  const series = { in_sample: text('series_in_sample'), loo: text('series_loo'), cv: text('series_cv') };
  const values = selection.steps.flatMap((step) => [
    { at: at(step), series: series.in_sample, value: step.rmse },
    { at: at(step), series: series.loo, value: step.predicted_r2 === null || total === null ? null : Math.sqrt(Math.max(0, (1 - step.predicted_r2) * total) / model.n) },
    { at: at(step), series: series.cv, value: step.cv_rmse },
  ].filter(({ value }) => value !== null));
  const best = selection.steps[selection.best_step];
  const x = exhaustive ? { field: 'at', type: 'quantitative', axis: { title: text('axis_size'), tickMinStep: 1 }, scale: { zero: false } } : { field: 'at', type: 'ordinal', sort: selection.steps.map(at), axis: { title: null, labelAngle: -55, labelLimit: 190, labelOverlap: selection.steps.length > 30 ? 'greedy' : false, labelFontSize: 10 } };
  const color = { field: 'series', type: 'nominal', scale: { domain: Object.values(series), range: [colour.grey, colour.blue, colour.orange] }, legend: { title: null, orient: 'top' } };
  const y = { field: 'value', type: 'quantitative', scale: { zero: false, nice: true }, axis: { title: text('axis_rmse') } };
  return chartOf(context, 'selection', 'selection', text('chart_selection', { target, method: text(`method_${selection.method}`), criterion: selection.criterion }), [text('note_selection_honest', { honest: shortNumber(selection.honest?.r2 ?? null), held: shortNumber(selection.held_terms?.r2 ?? null) })], {
    data: { values },
    layer: [
      ...(best === undefined ? [] : [{ data: { values: [{ at: at(best) }] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x } }]),
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } },
      { mark: { type: 'circle', size: 34, opacity: 1 }, encoding: { x, y, color, tooltip: [{ field: 'at', title: text('axis_step') }, { field: 'series', title: text('axis_rmse') }, { field: 'value', title: text('axis_rmse') }] } },
    ],
  } as Partial<TopLevelSpec>, wide);
}
