import type { TopLevelSpec } from 'vega-lite';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName, shortNumber } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

const wide = { width: 760, height: 460 } as const;

/** Log loss at each step, in sample and out of fold; the step that was taken is marked. */
export function binarySelectionChart(context: BinaryContext): ChartSpec | undefined {
  const { result: { binary: { selection, positives, negatives } }, text, target } = context;
  if (selection === null || selection.steps.length < 2) return undefined;
  const exhaustive = selection.method === 'best_subset';
  const at = (step: (typeof selection.steps)[number]): number | string => (exhaustive ? step.coefficients : `${step.step}  ${step.term === null ? text(`action_${step.action}`) : `${step.action === 'add' ? '+' : '−'} ${shortName(step.term, 18)}`}`);
  const series = { in_sample: text('series_in_sample'), cv: text('series_cv') };
  const values = selection.steps.flatMap((step) => [
    { at: at(step), series: series.in_sample, value: step.deviance === null ? null : step.deviance / 2 / (positives + negatives) },
    { at: at(step), series: series.cv, value: step.cv_log_loss },
  ].filter(({ value }) => value !== null));
  const best = selection.steps[selection.best_step];
  const x = exhaustive ? { field: 'at', type: 'quantitative', axis: { title: text('axis_size'), tickMinStep: 1 }, scale: { zero: false } } : { field: 'at', type: 'ordinal', sort: selection.steps.map(at), axis: { title: null, labelAngle: -55, labelLimit: 190, labelOverlap: selection.steps.length > 30 ? 'greedy' : false, labelFontSize: 10 } };
  const color = { field: 'series', type: 'nominal', scale: { domain: Object.values(series), range: [colour.grey, colour.orange] }, legend: { title: null, orient: 'top' } };
  const y = { field: 'value', type: 'quantitative', scale: { zero: false, nice: true }, axis: { title: text('axis_log_loss') } };
  const notes = [text('note_binary_selection', { honest: shortNumber(selection.honest?.log_loss ?? null), auc: shortNumber(selection.honest?.auc ?? null), held: shortNumber(selection.held_terms?.log_loss ?? null) })];
  return chartOf(context, 'selection', 'selection', text('chart_selection', { target, method: text(`method_${selection.method}`), criterion: selection.criterion }), notes, {
    data: { values },
    layer: [
      ...(best === undefined ? [] : [{ data: { values: [{ at: at(best) }] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x } }]),
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } },
      { mark: { type: 'circle', size: 34, opacity: 1 }, encoding: { x, y, color, tooltip: [{ field: 'at', title: text('axis_step') }, { field: 'series', title: text('axis_log_loss') }, { field: 'value', title: text('axis_log_loss') }] } },
    ],
  } as Partial<TopLevelSpec>, wide);
}
