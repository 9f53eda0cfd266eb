import { linearResultSchema, type LinearResult } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { plain, table } from './table.ts';

/** What a terminal shows of a result.json; undefined for a result this version has no view of. */
export function resultSummary(json: unknown, speech: Speech): string | undefined {
  const linear = linearResultSchema.safeParse(json);
  return linear.success ? linearSummary(linear.data, speech) : undefined;
}

function linearSummary(result: LinearResult, speech: Speech): string {
  const { fit, cross_validation: cv } = result;
  const level = `${+(result.confidence_level * 100).toFixed(4)}`;
  const rows = result.coefficients.map((row) => [
    plain(row.term), figure(row.estimate), figure(row.std_error), figure(row.t, 4), probability(row.p), `${figure(row.ci_low)} … ${figure(row.ci_high)}`,
  ]);
  const lines = [
    speech.say('result_title', { target: plain(result.target), rows_used: result.dataset.rows_used, rows_read: result.dataset.rows_read }),
    '',
    table([...['term', 'estimate', 'std_error', 't', 'p'].map((name) => speech.say(`column_${name}`)), speech.say('column_ci', { level })], rows),
    '',
    `R² = ${figure(fit.r2)}   adj. R² = ${figure(fit.adjusted_r2)}   σ = ${figure(fit.sigma)}   F(${fit.f_df1}, ${fit.f_df2}) = ${figure(fit.f)}   p = ${probability(fit.f_p)}`,
  ];
  if (cv !== null) {
    lines.push(speech.say(cv.grouped_by.length > 0 ? 'result_cv_by' : 'result_cv', { r2: figure(cv.score.r2), rmse: figure(cv.score.rmse), folds: cv.folds, groups: cv.groups }));
  }
  return [...lines, ...result.notices.map((notice) => plain(speech.notice(notice)))].join('\n');
}

/** A number to so many significant digits; – where there is none. */
function figure(value: number | null, digits = 6): string {
  return value === null ? '–' : String(+value.toPrecision(digits));
}

function probability(p: number | null): string {
  if (p === null) return '–';
  return p < 1e-16 ? '<1e-16' : p < 1e-4 ? p.toExponential(1) : String(+p.toPrecision(3));
}
