import { classificationResultSchema, Fault, linearResultSchema, linearViews, nonlinearResultSchema, optimizationResultSchema, type LinearResult, type LinearView } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { binarySummary } from './binary.ts';
import { classificationSummary } from './classification.ts';
import { designSummary } from './design.ts';
import { nonlinearSummary } from './nonlinear.ts';
import { equalTo, figure, probability } from './figures.ts';
import { anovaLines, penaltyLines, selectionLines } from './model-building.ts';
import { displayWidth, fit as fitTo, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

/** What a terminal shows of a result.json; undefined for a result this version has no view of. @param columns width of the terminal */
export function resultSummary(json: unknown, speech: Speech, columns = Infinity): string | undefined {
  const linear = linearResultSchema.safeParse(json);
  if (linear.success) return linearSummary(linear.data, speech, columns);
  const nonlinear = nonlinearResultSchema.safeParse(json);
  if (nonlinear.success) return nonlinearSummary(nonlinear.data, speech, columns);
  const classification = classificationResultSchema.safeParse(json);
  if (classification.success) return classificationSummary(classification.data, speech, columns);
  const optimization = optimizationResultSchema.safeParse(json);
  return optimization.success ? designSummary(optimization.data, speech, columns) : undefined;
}

function linearSummary(result: LinearResult, speech: Speech, columns: number): string {
  // what concerns the whole run is said once, behind the targets
  const apart = result.targets.length > 1;
  const views = linearViews(result).map((view) => targetSummary(apart ? { ...view, notices: view.notices.slice(result.notices.length) } : view, speech, columns));
  const failures = result.targets.flatMap((entry) => (entry.status === 'failed' ? [wrap(plain(`${entry.target}: ${speech.fault(Fault.fromJSON({ ...entry.failure, class: 'user' }))}`), columns)] : []));
  const binaries = result.targets.flatMap((entry) => (entry.status === 'binary' ? [binarySummary(apart ? { ...result, notices: [] } : result, entry, speech, columns)] : []));
  const shared = apart && result.notices.length > 0 ? [result.notices.map((notice) => wrap(plain(speech.notice(notice)), columns)).join('\n')] : [];
  return [...views, ...binaries, ...failures, ...shared].join('\n\n');
}

function targetSummary(result: LinearView, speech: Speech, columns: number): string {
  const { fit, cross_validation: cv } = result;
  const statistics = [
    `R² = ${figure(fit.r2)}`, `adj. R² = ${figure(fit.adjusted_r2)}`, `σ = ${figure(fit.sigma)}`, `F(${fit.f_df1}, ${fit.f_df2}) = ${unbounded(fit.f, fit.f_p, 6)}`, equalTo('p', probability(fit.f_p)),
  ];
  const lines = [
    wrap(speech.say('result_title', { target: plain(result.target), rows_used: result.dataset.rows_used, rows_read: result.dataset.rows_read }), columns),
    '',
    coefficientTable(result, speech, columns),
    '',
    // a pair is not torn
    wrap(statistics.map((text) => text.replaceAll(' ', '\u00a0')).join('   '), columns).replaceAll('\u00a0', ' '),
  ];
  if (cv !== null) {
    lines.push(wrap(speech.say(cv.grouped_by.length > 0 ? 'result_cv_by' : 'result_cv', { r2: figure(cv.score.r2), rmse: figure(cv.score.rmse), folds: cv.folds, groups: cv.groups }), columns));
  }
  lines.push(...anovaLines(result, speech, columns), ...selectionLines(result, speech, columns), ...penaltyLines(result, speech, columns));
  if (result.notices.length > 0) lines.push('');
  return [...lines, ...result.notices.map((notice) => wrap(plain(speech.notice(notice)), columns))].join('\n');
}

type Column = 'term' | 'estimate' | 'std_error' | 't' | 'p' | 'ci';

/** From roomy to narrow: what goes first is what the interval already says. */
const layouts: readonly { columns: readonly Column[]; digits: number }[] = [
  { columns: ['term', 'estimate', 'std_error', 't', 'p', 'ci'], digits: 6 },
  { columns: ['term', 'estimate', 'std_error', 't', 'p', 'ci'], digits: 4 },
  { columns: ['term', 'estimate', 'p', 'ci'], digits: 4 },
  { columns: ['term', 'estimate', 'ci'], digits: 3 },
];

function coefficientTable(result: LinearView, speech: Speech, columns: number): string {
  const level = `${+(result.confidence_level * 100).toFixed(4)}`;
  let text = '';
  for (const layout of layouts) {
    const rows = result.coefficients.map((row): Record<Column, string> => ({
      term: fitTo(plain(row.term), Math.max(12, Math.floor(columns / 3))), estimate: figure(row.estimate, layout.digits), std_error: figure(row.std_error, layout.digits), t: unbounded(row.t, row.p, 4, row.estimate), p: probability(row.p),
      ci: `${figure(row.ci_low, layout.digits)} … ${figure(row.ci_high, layout.digits)}`,
    }));
    text = table(layout.columns.map((name) => speech.say(`column_${name}`, { level })), rows.map((row) => layout.columns.map((name) => row[name])));
    if (Math.max(...text.split('\n').map(displayWidth)) <= columns) break;
  }
  return text;
}

/** A statistic; without noise it is beyond every number, which its p of 0 tells. */
function unbounded(value: number | null, p: number | null, digits: number, sign: number | null = 1): string {
  return value === null && p === 0 ? ((sign ?? 0) < 0 ? '-∞' : '∞') : figure(value, digits);
}
