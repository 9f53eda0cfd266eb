import { rocOf, precisionRecallOf, reliabilityOf } from './label-curves.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour, shortName, shortNumber } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

/** Twelve colours that stay apart; more labels repeat them. */
const palette = ['#3498db', '#f39c12', '#27ae60', '#e74c3c', '#8e44ad', '#16a085', '#7f8c8d', '#d35400', '#2c3e50', '#f1c40f', '#e84393', '#6c5ce7'];
const square = { width: 620, height: 580 };
const share = { domain: [0, 1], nice: false };

/** Every label: the matrix, and each label's curves against the rest. None for two labels. */
export function severalCharts(context: ClassificationContext): ChartSpec[] {
  const { several } = context.result;
  if (several === null) return [];
  const labels = several.labels.map((label) => shortName(label, 14));
  const curve = (code: string, fileName: string, of: (hits: readonly boolean[], p: readonly number[]) => { x: number; y: number }[], axes: [string, string], diagonal: boolean, names: (k: number) => string): ChartSpec => {
    const values = labels.flatMap((_, k) => of(several.observed.map((own) => own === k), several.out_of_fold[k] as number[]).map((point, order) => ({ ...point, order, series: names(k) })));
    const color = { field: 'series', type: 'nominal', sort: null, scale: { domain: labels.map((_, k) => names(k)), range: labels.map((_, k) => palette[k % palette.length]) }, legend: { title: null, orient: 'bottom', columns: 3, labelLimit: 190 } };
    const x = { field: 'x', type: 'quantitative', scale: share, axis: { title: axes[0] } };
    const y = { field: 'y', type: 'quantitative', scale: share, axis: { title: axes[1] } };
    return simpleChart(`cls_several_${fileName}`, `${fileName}_labels_${context.stem}`, context.text(code, { target: context.target }), [context.text('note_cls_each')], {
      layer: [
        ...diagonal ? [{ data: { values: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }, mark: { type: 'line', color: colour.grey, strokeDash: [6, 4], strokeWidth: 1.2 }, encoding: { x, y } }] : [],
        { data: { values }, mark: { type: 'line', strokeWidth: 2, ...fileName === 'reliability' && { point: { size: 40 } } }, encoding: { x, y, color, order: { field: 'order', type: 'quantitative' } } },
      ],
    }, square);
  };
  const scored = (k: number): string => `${labels[k] ?? ''} (AUC ${shortNumber(several.by_label[k]?.auc ?? null)})`;
  const { text } = context;
  return [
    matrixChart(context, labels),
    curve('chart_cls_several_roc', 'roc', rocOf, [text('axis_false_positive'), text('axis_true_positive')], true, scored),
    curve('chart_cls_several_pr', 'precision_recall', precisionRecallOf, [text('axis_cls_recall'), text('axis_cls_precision')], false, (k) => labels[k] ?? ''),
    curve('chart_cls_several_reliability', 'reliability', reliabilityOf, [text('axis_cls_predicted'), text('axis_cls_observed')], true, (k) => labels[k] ?? ''),
  ];
}

function matrixChart({ result: { several }, text, target, stem }: ClassificationContext, labels: readonly string[]): ChartSpec {
  const values = (several?.confusion ?? []).flatMap((row, actual) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count, given) => ({ actual: labels[actual], given: labels[given], share: total === 0 ? 0 : count / total, kind: actual === given ? 'right' : 'wrong', shown: count === 0 ? '' : labels.length > 8 ? String(count) : `${count} (${(100 * count / total).toFixed(0)}%)` }));
  });
  const axis = { labelAngle: 0, labelLimit: 110, domain: false, ticks: false, grid: false };
  const x = { field: 'given', type: 'nominal', sort: labels, axis: { ...axis, title: text('axis_cls_likeliest'), ...labels.length > 6 && { labelAngle: -35 } } };
  const y = { field: 'actual', type: 'nominal', sort: labels, axis: { ...axis, title: text('axis_cls_actual') } };
  return simpleChart('cls_several_confusion', `confusion_matrix_labels_${stem}`, text('chart_cls_several_confusion', { target }), [text('note_cls_several', { accuracy: shortNumber(several?.accuracy ?? null), balanced: shortNumber(several?.balanced_accuracy ?? null), kappa: shortNumber(several?.kappa ?? null) })], {
    data: { values },
    layer: [
      { mark: { type: 'rect', stroke: colour.paper, strokeWidth: 2 }, encoding: { x, y, color: { field: 'kind', type: 'nominal', scale: { domain: ['right', 'wrong'], range: [colour.blue, colour.red] }, legend: null }, fillOpacity: { field: 'share', type: 'quantitative', scale: { domain: [0, 1], range: [0.05, 0.85] }, legend: null } } },
      { mark: { type: 'text', fontSize: labels.length > 8 ? 11 : 14, color: colour.ink }, encoding: { x, y, text: { field: 'shown' } } },
    ],
  }, { width: Math.max(560, 220 + 62 * labels.length), height: Math.max(420, 180 + 46 * labels.length) });
}
