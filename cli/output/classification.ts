import type { ClassificationResult } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { figure } from './figures.ts';
import { displayWidth, fit as fitTo, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

type Column = 'model' | 'auc' | 'log_loss' | 'brier' | 'weight';
/** From roomy to narrow. */
const layouts: readonly (readonly Column[])[] = [['model', 'auc', 'log_loss', 'brier', 'weight'], ['model', 'auc', 'log_loss', 'weight'], ['model', 'auc']];

/** What a terminal shows of a classification: families and final model with their nested scores, thresholds, the error rates that were realised on unseen rows. */
export function classificationSummary(result: ClassificationResult, speech: Speech, columns: number): string {
  const { target, rows, families, final, model, prediction, parameters, positive_label, negative_label } = result;
  const [positive, negative] = [plain(positive_label), plain(negative_label)];
  const scored = [...families.map(({ family, score, weight }) => ({ family, score, weight: String(+weight.toFixed(3)) })), { family: 'final', score: final.score, weight: '' }].sort((a, b) => a.score.log_loss - b.score.log_loss);
  let text = '';
  for (const layout of layouts) {
    const cells = scored.map(({ family, score, weight }): Record<Column, string> => ({
      model: fitTo(speech.say(`family_${family}`), Math.max(12, Math.floor(columns / 3))), auc: figure(score.auc, 4), log_loss: withError(score.log_loss, score.log_loss_standard_error), brier: withError(score.brier, score.brier_standard_error), weight,
    }));
    text = table(layout.map((name) => speech.say(`head_cls_${name}`)), cells.map((row) => layout.map((name) => row[name])));
    if (Math.max(...text.split('\n').map(displayWidth)) <= columns) break;
  }
  const percent = (share: unknown): string => (typeof share === 'number' ? (100 * share).toFixed(1) : '—');
  const side = ({ kind, ...rest }: typeof model.thresholds.upper): string => (kind === 'certified' && 'threshold' in rest ? figure(rest.threshold, 4) : speech.say('note_cls_infeasible'));
  const { confusion } = final;
  const lines = [
    speech.say('result_classification_title', { target: plain(target), rows_used: rows.used, positive, positives: rows.positive, negative, negatives: rows.negative, folds: final.folds.length }), '', text, '',
    speech.say('note_cls_thresholds', { low: side(model.thresholds.lower), high: side(model.thresholds.upper), positive, negative }),
    speech.say('note_cls_rates', { fpr: percent(confusion.false_positive_rate.value), alpha: percent(parameters['false_positive_limit']), fnr: percent(confusion.false_negative_rate.value), beta: percent(parameters['false_negative_limit']), gray: percent(confusion.gray_share.value) }),
    ...prediction === null ? [] : [speech.say('result_classification_predicted', { rows: prediction.rows, positive, yes: prediction.yes, negative, no: prediction.no, gray: prediction.gray, outside: prediction.outside })],
    ...result.notices.map((notice) => plain(speech.notice(notice))),
  ];
  return lines.map((line) => (line === text ? line : wrap(line, columns))).join('\n');
}

function withError(value: number | null, error: number | null): string {
  return error === null ? figure(value, 4) : `${figure(value, 4)} ± ${figure(error, 2)}`;
}
