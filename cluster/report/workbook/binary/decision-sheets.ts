import type { BinaryResult } from '../../../../schemas/index.ts';
import { finish, tableSheet } from '../table-sheets.ts';
import { formatFor, formatForP } from '../number-format.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

const shares = ['accuracy', 'sensitivity', 'specificity', 'precision'] as const;
const counts = ['true_positive', 'false_positive', 'true_negative', 'false_negative'] as const;
const four = { numFmt: '0.0000' };

/** 混同行列: called against actual in and out of sample, and the shares with their Wilson intervals. */
export function confusionSheet({ book, result: { binary }, text, level }: BinarySheetContext): void {
  const sheet = book.sheet({ name: text('sheet_confusion'), widths: [30, 18, 18, 18, 18] });
  const block = (title: string, confusion: BinaryResult['confusion']): void => {
    const { positive_label: positive, negative_label: negative } = binary;
    sheet.row([title, `${text('head_threshold')} ${Number(confusion.threshold.toPrecision(6))}`]);
    sheet.header([`${text('axis_actual_label')} \\ ${text('axis_predicted_label')}`, positive, negative]);
    sheet.row([positive, confusion.true_positive, confusion.false_negative]);
    sheet.row([negative, confusion.false_positive, confusion.true_negative]);
    sheet.row([]);
    sheet.header([text('head_score'), text('head_value'), text('head_low', level), text('head_high', level)]);
    for (const share of shares) sheet.row([text(`head_${share}`), confusion[share], ...(confusion.intervals[share] ?? [null, null])], { 1: four, 2: four, 3: four });
    sheet.row([text('head_balanced_accuracy'), confusion.balanced_accuracy], { 1: four });
    sheet.row([text('head_cost'), confusion.cost], { 1: { numFmt: formatFor(confusion.cost) } });
    sheet.row([]);
  };
  if (binary.cross_validation !== null) block(text('head_cross_validated'), binary.cross_validation.confusion);
  block(text('head_in_sample'), binary.confusion);
  sheet.close();
}

/** しきい値: what each threshold brings; the marked ones are those of the costs and the best of the rows. */
export function thresholdSheet({ book, result: { binary }, text }: BinarySheetContext): void {
  const { thresholds, threshold } = binary;
  const names = ['threshold', 'sensitivity', 'specificity', 'precision', 'accuracy', 'balanced_accuracy', 'cost', ...counts] as const;
  const sheet = tableSheet(book, text('sheet_thresholds'), [...names.map((name) => text(`head_${name}`)), text('head_mark')], { widths: [...names.map(() => 14), 44], formats: names.map((name) => (counts.includes(name as 'true_positive') ? '0' : '0.0000')) });
  for (const row of thresholds.rows) {
    const marks = [row.threshold === threshold.value ? text('mark_cost') : '', row.threshold === thresholds.youden ? text('mark_youden') : '', row.threshold === thresholds.least_cost ? text('mark_least_cost') : ''].filter((mark) => mark !== '');
    sheet.row([...names.map((name) => row[name]), marks.join(' / ')]);
  }
  const last = sheet.lastRow;
  sheet.row([]);
  sheet.row([text(thresholds.from === 'in_sample' ? 'head_in_sample' : 'head_cross_validated')]);
  finish(sheet, names.length + 1, last);
}

/** 校正: observed shares per group of out-of-fold probabilities; below it the line through them and Hosmer–Lemeshow of the fit. */
export function calibrationSheet({ book, result: { binary }, text, level }: BinarySheetContext): void {
  const { cross_validation: cv, hosmer_lemeshow: hosmer } = binary;
  if (cv === null && hosmer === null) return;
  const names = [text('head_bin_low'), text('head_bin_high'), text('head_n'), text('head_mean_predicted'), text('head_observed_share'), text('head_low', level), text('head_high', level)];
  const sheet = tableSheet(book, text('sheet_calibration'), names, { widths: [34, 18, 12, 18, 16, 16, 16], formats: ['0.0000', '0.0000', '0', '0.0000', '0.0000', '0.0000', '0.0000'] });
  for (const bin of cv?.calibration.bins ?? []) sheet.row([bin.low, bin.high, bin.n, bin.mean_predicted, bin.observed, bin.observed_low, bin.observed_high], { 0: { numFmt: '0.0000', alignment: { horizontal: 'left' } } });
  const last = sheet.lastRow;
  sheet.row([]);
  if (cv !== null) {
    sheet.row([text('item_calibration_intercept'), cv.calibration.intercept]);
    sheet.row([text('item_calibration_slope'), cv.calibration.slope]);
  }
  if (hosmer !== null) {
    sheet.row([text('item_hl_chi2'), hosmer.chi2], { 1: { numFmt: formatFor(hosmer.chi2) } });
    sheet.row([text('item_df_residual'), hosmer.df], { 1: { numFmt: '0' } });
    sheet.row([text('item_hl_p'), hosmer.p], { 1: { numFmt: formatForP(hosmer.p) } });
  }
  finish(sheet, names.length, last);
}
