import { Fault, type NonlinearResult, type NonlinearScore, type NonlinearTarget } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { figure } from './figures.ts';
import { displayWidth, fit as fitTo, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

/** What a terminal shows of a nonlinear analysis: of each target the families with their nested scores, the ceiling of noise, the final model and its interval. */
export function nonlinearSummary(result: NonlinearResult, speech: Speech, columns: number): string {
  const targets = result.targets.map((target) => (target.status === 'fitted' ? targetSummary(target, speech, columns) : wrap(plain(`${target.target}: ${speech.fault(Fault.fromJSON({ ...target.failure, class: 'user' } as Parameters<typeof Fault.fromJSON>[0]))}`), columns)));
  return [...targets, ...result.notices.map((notice) => wrap(plain(speech.notice(notice)), columns))].join('\n\n');
}

type Column = 'model' | 'r2' | 'mae' | 'rmse' | 'weight';
/** From roomy to narrow. */
const layouts: readonly (readonly Column[])[] = [['model', 'r2', 'mae', 'rmse', 'weight'], ['model', 'r2', 'mae', 'weight'], ['model', 'r2']];

function targetSummary({ target, rows, families, stack, final, noise, interval, notices }: NonlinearTarget, speech: Speech, columns: number): string {
  const scored = [...families.map(({ family, score, weight }) => ({ family, score, weight: String(+weight.toFixed(3)) })), { family: 'stack', score: stack.score, weight: '' }].sort((a, b) => a.score.rmse - b.score.rmse);
  let text = '';
  for (const layout of layouts) {
    const cells = scored.map(({ family, score, weight }): Record<Column, string> => ({
      model: fitTo(speech.say(`family_${family}`), Math.max(12, Math.floor(columns / 3))), r2: withError(score.r2, score.r2_standard_error), mae: withError(score.mae, errorOf(score.fold_mae)), rmse: figure(score.rmse, 4), weight,
    }));
    text = table(layout.map((name) => speech.say(`column_nl_${name}`)), cells.map((row) => layout.map((name) => row[name])));
    if (Math.max(...text.split('\n').map(displayWidth)) <= columns) break;
  }
  const members = families.filter(({ weight }) => weight > 0).map(({ family, weight }) => (weight === 1 ? speech.say(`family_${family}`) : `${speech.say(`family_${family}`)} ${+weight.toFixed(3)}`)).join(' + ');
  const lines = [
    speech.say('result_nonlinear_title', { target: plain(target), rows_used: rows.used, conditions: rows.conditions, folds: foldsOf(final.score) }), '', text, '',
    noise.r2_ceiling === null ? speech.say('note_nl_no_ceiling') : speech.say('result_nonlinear_ceiling', { r2: figure(noise.r2_ceiling, 4), df: noise.degrees_of_freedom }),
    speech.say('result_nonlinear_final', { model: members, rule: speech.say(`rule_${final.rule}`) }),
    ...(interval.half_width === null || interval.coverage_out_of_fold === null ? [] : [speech.say('result_nonlinear_interval', { level: +(100 * interval.confidence_level).toFixed(2), half: figure(interval.half_width, 3), coverage: (100 * interval.coverage_out_of_fold).toFixed(1) })]),
    ...notices.map((notice) => plain(speech.notice(notice))),
  ];
  return lines.map((line) => (line === text ? line : wrap(line, columns))).join('\n');
}

const foldsOf = (score: NonlinearScore): number => score.fold_rmse.length;

/** Standard error of the mean over the folds. */
function errorOf(folds: readonly number[]): number {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length;
  return Math.sqrt(folds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, folds.length - 1) / folds.length);
}

function withError(value: number | null, error: number | null): string {
  return error === null ? figure(value, 4) : `${figure(value, 4)} ± ${figure(error, 2)}`;
}
