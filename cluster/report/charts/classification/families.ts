import type { ChartSpec } from '../chart-spec.ts';
import { simpleChart } from '../nonlinear/context.ts';
import { colour, shortNumber } from '../theme.ts';
import type { ClassificationContext } from './index.ts';

/** Log-loss of each family and of the final model on unseen rows, ±1 standard error; the least first. */
export function familiesChart({ result: { families, final }, text, target, stem }: ClassificationContext): ChartSpec {
  const scored = [...families.map(({ family, score }) => ({ family, score })), { family: 'final', score: final.score }];
  const values = scored.map(({ family, score: { log_loss: loss, log_loss_standard_error: error, auc, brier } }) => ({ name: text(`family_${family}`), loss, low: Math.max(0, loss - (error ?? 0)), high: loss + (error ?? 0), kind: family === 'final', shown: `${shortNumber(loss)}   AUC ${shortNumber(auc)}`, auc, brier })).sort((a, b) => a.loss - b.loss);
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 220 } };
  const scale = { domain: [0, 1.35 * Math.max(...values.map(({ high }) => high))], nice: false };
  return simpleChart('cls_families', `model_comparison_${stem}`, text('chart_cls_families', { target }), [text('note_cls_se')], {
    data: { values },
    layer: [
      { mark: { type: 'bar', height: { band: 0.55 }, opacity: 1 }, encoding: { y, x: { field: 'loss', type: 'quantitative', scale, axis: { title: text('axis_cls_log_loss') } }, color: { condition: { test: 'datum.kind', value: colour.blue }, value: colour.frame } } },
      { mark: { type: 'rule', strokeWidth: 1.5, color: colour.ink }, encoding: { y, x: { field: 'low', type: 'quantitative', scale }, x2: { field: 'high' } } },
      { mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, color: colour.ink }, encoding: { y, x: { field: 'high', type: 'quantitative', scale }, text: { field: 'shown' } } },
    ],
  });
}
