import type { BinaryPenalty, LinearView } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { figure, probability } from './figures.ts';
import { displayWidth, fit, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

/** Terms that a terminal still shows at a glance; the workbook has all. */
const MOST_TERMS = 12;

/** Analysis of variance of a fit, its type II if there is one; the terms of largest F where there are many. Empty when every term has one coefficient, whose t says the same. */
export function anovaLines({ anova }: LinearView, speech: Speech, columns: number): string[] {
  const shown = anova.find(({ type }) => type === 'II') ?? anova[0];
  if (shown === undefined || shown.rows.every(({ df }) => df === 1)) return [];
  const rows = shown.rows.length <= MOST_TERMS ? shown.rows : [...shown.rows].sort((a, b) => (b.f ?? Infinity) - (a.f ?? Infinity)).slice(0, MOST_TERMS);
  const cells = [...rows.map(({ term, df, ss, f, p }) => [shortened(term, columns), String(df), figure(ss), f === null && p === 0 ? '∞' : figure(f, 4), probability(p)]), [speech.say('anova_residual', {}), String(shown.residual.df), figure(shown.residual.ss), '', '']];
  const header = [speech.say('column_term', {}), speech.say('column_df', {}), speech.say('column_sum_of_squares', {}), 'F', 'p'];
  const text = table(header, cells);
  const title = speech.say(rows.length < shown.rows.length ? 'anova_title_most' : 'anova_title', { type: shown.type, shown: rows.length, terms: shown.rows.length });
  return ['', wrap(title, columns), Math.max(...text.split('\n').map(displayWidth)) <= columns ? text : table([header[0], header[3], header[4]] as string[], cells.map(([term, , , f, p]) => [term, f, p] as string[]))];
}

/** How the terms were chosen, and what that is worth on rows that had no say in it. */
export function selectionLines({ selection }: LinearView, speech: Speech, columns: number): string[] {
  if (selection === null) return [];
  const { method, criterion, chosen, candidates, steps, honest, held_terms: held } = selection;
  const lines = ['', wrap(speech.say('selection_title', { method: speech.say(`selection_${method}`, {}), criterion, chosen: chosen.length, candidates: candidates.length, steps: steps.length - 1 }), columns)];
  if (honest !== null) lines.push(wrap(speech.say('selection_scores', { honest: figure(honest.r2), held: figure(held?.r2 ?? null) }), columns));
  const unsteady = candidates.filter((candidate) => candidate.chosen && candidate.fold_share !== null && candidate.fold_share < 1);
  if (unsteady.length > 0) lines.push(wrap(plain(speech.say('selection_unsteady', { terms: unsteady.map(({ term, fold_share }) => `${term} (${Math.round((fold_share as number) * 100)} %)`).join(', ') })), columns));
  return lines;
}

/** The penalty that was used, and the terms that it left. */
export function penaltyLines({ penalty }: LinearView, speech: Speech, columns: number): string[] {
  if (penalty === null) return [];
  const { coefficients, used } = penalty;
  return penalised(penalty, coefficients.map((row) => ({ ...row, other: row.least_squares })), { title: 'penalty_title', rmse: figure(used.cv_rmse, 4), column: 'column_least_squares' }, speech, columns);
}

/** The same of a target of two values. */
export function binaryPenaltyLines(penalty: BinaryPenalty | null, speech: Speech, columns: number): string[] {
  if (penalty === null) return [];
  const { coefficients, used } = penalty;
  return penalised(penalty, coefficients.map((row) => ({ ...row, other: row.maximum_likelihood })), { title: 'penalty_title_binary', deviance: figure(used.cv_deviance, 4), column: 'column_unpenalised' }, speech, columns);
}

type Penalised = Pick<BinaryPenalty, 'kind' | 'lambda' | 'paths'>;

function penalised({ kind, lambda, paths }: Penalised, rows: readonly { term: string; estimate: number; other: number | null }[], { title, column, ...error }: Record<'title' | 'column', string> & Record<string, string>, speech: Speech, columns: number): string[] {
  const sizes = new Map(paths.map(({ term, sd }) => [term, sd ?? 1]));
  const size = ({ term, estimate }: { term: string; estimate: number }): number => Math.abs(estimate * (sizes.get(term) ?? 1));
  const kept = rows.filter(({ term, estimate }) => estimate !== 0 && term !== '(Intercept)');
  const largest = [...kept].sort((a, b) => size(b) - size(a)).slice(0, MOST_TERMS);
  const line = speech.say(title, { kind: speech.say(`penalty_${kind}`, {}), lambda: figure(lambda, 4), ...error, kept: kept.length, terms: paths.length });
  const header = [speech.say('column_term', {}), speech.say('column_estimate', {}), speech.say(column, {})];
  return ['', wrap(line, columns), ...largest.length > 0 ? [table(header, largest.map(({ term, estimate, other }) => [shortened(term, columns), figure(estimate, 4), figure(other, 4)]))] : []];
}

const shortened = (term: string, columns: number): string => fit(plain(term), Math.max(12, Math.floor(columns / 3)));
