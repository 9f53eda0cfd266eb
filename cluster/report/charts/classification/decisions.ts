import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

const between = ({ low, high }: { low: number | null; high: number | null }): string => (low === null || high === null ? '' : ` [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`);
const percent = (share: number | null): string => (share === null ? '—' : (100 * share).toFixed(1));
const matrixSize = { width: 640, height: 400 };

/** Three decisions by two labels: counts and shares of each label, with the rates that the limits are about. */
export function confusionChart({ result: { final: { confusion }, parameters }, text, target, stem, positive, negative }: ClassificationContext): ChartSpec {
  const names = { yes: positive, gray: text('decision_gray'), no: negative };
  const values = (['positive', 'negative'] as const).flatMap((actual) => {
    const own = confusion.counts[actual];
    const total = own.yes + own.gray + own.no;
    return (['yes', 'gray', 'no'] as const).map((decision) => ({
      actual: actual === 'positive' ? positive : negative, decision: names[decision], share: total === 0 ? 0 : own[decision] / total,
      kind: decision === 'gray' ? 'gray' : (decision === 'yes') === (actual === 'positive') ? 'right' : 'wrong', shown: `${own[decision]}  (${percent(total === 0 ? null : own[decision] / total)}%)`,
    }));
  });
  const axis = { labelAngle: 0, labelFontSize: 13, labelLimit: 150, domain: false, ticks: false, grid: false };
  const x = { field: 'decision', type: 'nominal', sort: [names.yes, names.gray, names.no], axis: { ...axis, title: text('axis_cls_decision'), orient: 'bottom' } };
  const y = { field: 'actual', type: 'nominal', sort: [positive, negative], axis: { ...axis, title: text('axis_cls_actual') } };
  const note = text('note_cls_rates', {
    fpr: percent(confusion.false_positive_rate.value) + between(confusion.false_positive_rate), alpha: percent(parameters['false_positive_limit'] as number), fnr: percent(confusion.false_negative_rate.value) + between(confusion.false_negative_rate), beta: percent(parameters['false_negative_limit'] as number), gray: percent(confusion.gray_share.value) + between(confusion.gray_share),
  });
  return simpleChart('cls_confusion', `confusion_matrix_oof_${stem}`, text('chart_cls_confusion', { target }), [note], {
    data: { values },
    layer: [
      { mark: { type: 'rect', stroke: colour.paper, strokeWidth: 3 }, encoding: { x, y, color: { field: 'kind', type: 'nominal', scale: { domain: ['right', 'gray', 'wrong'], range: [colour.blue, colour.grey, colour.red] }, legend: null }, fillOpacity: { field: 'share', type: 'quantitative', scale: { domain: [0, 1], range: [0.08, 0.85] }, legend: null } } },
      { mark: { type: 'text', fontSize: 18, color: colour.ink }, encoding: { x, y, text: { field: 'shown' } } },
    ],
  }, matrixSize);
}

const bins = 25;

/** How many unseen rows of each label got which probability, and where the thresholds lie. */
export function scoresChart({ result: { final, model, observed }, text, target, stem, positive, negative }: ClassificationContext): ChartSpec {
  const labels = [positive, negative];
  const values = [1, 0].flatMap((label, at) => {
    const counts = new Array<number>(bins).fill(0);
    final.out_of_fold.forEach((p, row) => {
      if (observed[row] !== label) return;
      const bin = Math.min(bins - 1, Math.floor(p * bins));
      counts[bin] = (counts[bin] as number) + 1;
    });
    return counts.map((count, bin) => ({ from: bin / bins, to: (bin + 1) / bins, count, label: labels[at] }));
  });
  const { upper, lower } = model.thresholds;
  const marks = [lower, upper].flatMap((side) => (side.kind === 'certified' ? [{ at: side.threshold }] : []));
  const shown = (side: typeof upper): string => (side.kind === 'certified' ? side.threshold.toFixed(4) : text('note_cls_infeasible'));
  return simpleChart('cls_scores', `score_distribution_${stem}`, text('chart_cls_scores', { target }), [text('note_cls_thresholds', { low: shown(lower), high: shown(upper), positive, negative })], {
    layer: [
      { data: { values }, mark: { type: 'bar', opacity: 1, stroke: colour.paper, strokeWidth: 0.8 }, encoding: { x: { field: 'from', type: 'quantitative', bin: { binned: true, step: 1 / bins }, scale: { domain: [0, 1], nice: false }, axis: { title: text('axis_cls_probability', { label: positive }) } }, x2: { field: 'to' }, y: { field: 'count', type: 'quantitative', stack: true, axis: { title: text('axis_count'), tickMinStep: 1, format: ',d' } }, color: { field: 'label', type: 'nominal', sort: null, scale: { domain: labels, range: [colour.blue, colour.orange] }, legend: { title: text('axis_cls_actual'), orient: 'bottom' } } } },
      { data: { values: marks }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { field: 'at', type: 'quantitative' } } },
    ],
  });
}
