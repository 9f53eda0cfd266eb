import type { BinaryTarget, LinearResult } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { equalTo, figure, probability } from './figures.ts';
import { binaryPenaltyLines } from './model-building.ts';
import { displayWidth, fit as fitTo, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

/** A target of two values: coefficients with odds ratios, how well rows are told apart out of fold, and the notices (separation is one). */
export function binarySummary(result: LinearResult, entry: BinaryTarget, speech: Speech, columns: number): string {
  const { binary } = entry;
  const { cross_validation: cv } = binary;
  const lines = [
    wrap(speech.say('binary_title', { target: plain(entry.target), positive: plain(binary.positive_label), positives: binary.positives, negatives: binary.negatives, rows_used: entry.used.rows_used, rows_read: result.dataset.rows_read }), columns),
    '', coefficientTable(entry, speech, columns), '',
    wrap(speech.say('binary_fit', { link: binary.link, method: binary.method, mcfadden: figure(binary.fit.mcfadden_r2), chi2: figure(binary.fit.lr_chi2), df: binary.fit.lr_df, p: equalTo('p', probability(binary.fit.lr_p)) }), columns),
  ];
  if (cv !== null) lines.push(wrap(speech.say('binary_cv', { auc: figure(cv.score.auc), brier: figure(cv.score.brier), log_loss: figure(cv.score.log_loss), folds: cv.folds, groups: cv.groups }), columns));
  lines.push(...binaryPenaltyLines(binary.penalty, speech, columns));
  return [...lines, ...[...result.notices, ...entry.notices].map((notice) => wrap(plain(speech.notice(notice)), columns))].join('\n');
}

type Column = 'term' | 'estimate' | 'std_error' | 'z' | 'p' | 'ci' | 'odds';

const layouts: readonly (readonly Column[])[] = [['term', 'estimate', 'std_error', 'z', 'p', 'ci', 'odds'], ['term', 'estimate', 'p', 'odds'], ['term', 'estimate', 'p']];

function coefficientTable({ binary, confidence_level: confidence }: BinaryTarget, speech: Speech, columns: number): string {
  const level = `${+(confidence * 100).toFixed(4)}`;
  let text = '';
  for (const layout of layouts) {
    const rows = binary.coefficients.map((row): Record<Column, string> => ({
      term: fitTo(plain(row.term), Math.max(12, Math.floor(columns / 3))), estimate: figure(row.estimate, 4), std_error: figure(row.std_error, 4), z: figure(row.z, 4), p: probability(row.p),
      // the profile is the better interval; it has no end where the labels are separated
      ci: `${figure(row.profile_low ?? row.ci_low, 4)} … ${figure(row.profile_high ?? row.ci_high, 4)}`, odds: figure(row.odds_ratio, 4),
    }));
    text = table(layout.map((name) => speech.say(`column_${name}`, { level })), rows.map((row) => layout.map((name) => row[name])));
    if (Math.max(...text.split('\n').map(displayWidth)) <= columns) break;
  }
  return text;
}
