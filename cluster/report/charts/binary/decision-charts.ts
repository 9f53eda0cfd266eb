import type { TopLevelSpec } from 'vega-lite';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

const matrixSize = { width: 520, height: 420 };

/** Counts of called against actual labels at the threshold of the costs, with the share of each actual label. */
export function confusionChart(context: BinaryContext): ChartSpec {
  const { result: { binary }, text, target, source } = context;
  const confusion = binary.cross_validation?.confusion ?? binary.confusion;
  const [positive, negative] = [shortName(binary.positive_label), shortName(binary.negative_label)];
  const cell = (actual: string, called: string, count: number, total: number): object => ({ actual, called, share: total === 0 ? 0 : count / total, right: actual === called, shown: total === 0 ? String(count) : `${count}  (${(100 * count / total).toFixed(1)}%)` });
  const positives = confusion.true_positive + confusion.false_negative;
  const negatives = confusion.true_negative + confusion.false_positive;
  const values = [
    cell(positive, positive, confusion.true_positive, positives), cell(positive, negative, confusion.false_negative, positives),
    cell(negative, positive, confusion.false_positive, negatives), cell(negative, negative, confusion.true_negative, negatives),
  ];
  const axis = { labelAngle: 0, labelFontSize: 13, labelLimit: 150, domain: false, ticks: false, grid: false };
  const x = { field: 'called', type: 'nominal', sort: [positive, negative], axis: { ...axis, title: text('axis_predicted_label'), orient: 'bottom' } };
  const y = { field: 'actual', type: 'nominal', sort: [positive, negative], axis: { ...axis, title: text('axis_actual_label') } };
  return chartOf(context, 'confusion', 'confusion', text('chart_confusion', { target, threshold: Number(confusion.threshold.toPrecision(4)) }), [source], {
    data: { values },
    layer: [
      { mark: { type: 'rect', stroke: colour.paper, strokeWidth: 3 }, encoding: { x, y, color: { condition: { test: 'datum.right', value: colour.blue }, value: colour.orange }, fillOpacity: { field: 'share', type: 'quantitative', scale: { domain: [0, 1], range: [0.08, 0.85] }, legend: null } } },
      { mark: { type: 'text', fontSize: 18, color: colour.ink }, encoding: { x, y, text: { field: 'shown' } } },
    ],
  } as Partial<TopLevelSpec>, matrixSize);
}

const measures = ['sensitivity', 'specificity', 'precision', 'accuracy'] as const;
const measureColours = [colour.blue, colour.red, colour.orange, '#27ae60'];

/** What the shares of right calls are at each threshold, so that one can be chosen. */
export function thresholdChart(context: BinaryContext): ChartSpec {
  const { result: { binary }, text, target, source } = context;
  const names = measures.map((measure) => text(`head_${measure}`));
  const values = binary.thresholds.rows.flatMap((row) => measures.flatMap((measure, index) => (row[measure] === null ? [] : [{ threshold: row.threshold, share: row[measure], measure: names[index] }])));
  const x = { field: 'threshold', type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_threshold') } };
  return chartOf(context, 'thresholds', 'thresholds', text('chart_thresholds', { target }), [source, text('note_threshold', { threshold: Number(binary.threshold.value.toPrecision(4)) })], {
    layer: [
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { datum: binary.threshold.value } } },
      { data: { values }, mark: { type: 'line', strokeWidth: 2, point: { size: 24 } }, encoding: { x, y: { field: 'share', type: 'quantitative', scale: { domain: [0, 1] }, axis: { title: text('axis_share') } }, color: { field: 'measure', type: 'nominal', sort: null, scale: { domain: names, range: measureColours }, legend: { title: null, orient: 'bottom' } }, tooltip: [{ field: 'measure', title: text('head_score') }, { field: 'threshold', title: text('axis_threshold'), format: '.4f' }, { field: 'share', title: text('axis_share'), format: '.4f' }] } },
    ],
  } as Partial<TopLevelSpec>);
}
