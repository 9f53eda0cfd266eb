import type { ClassificationResult, ClassificationThresholds } from '../../schemas/index.ts';
import { csvOf, type OutputTask } from '../report/index.ts';

/** The original's folders. */
const folders = { search: '01_多目的最適化', evaluation: '02_本学習結果/02_評価結果', diagnosis: '02_本学習結果/04_診断情報' } as const;

/** Files of the original under their names and with their columns, of what they should have held: out-of-fold decisions, and limits that the rows which set them have not judged. Pure. @param report lines of the diagnosis in the job's language */
export function originalFiles(result: ClassificationResult, report: readonly string[]): OutputTask[] {
  const wrong = result.observed.flatMap((y, row) => (result.final.decision[row] === (y === 1 ? 'no' : 'yes') ? [row] : []));
  return [
    text(`${folders.search}/pareto_front.csv`, paretoFront(result)),
    { kind: 'sheets_workbook', sheets: [{ name: 'Sheet1', table: { columns: outOfFold(result) } }], files: [{ path: `${folders.evaluation}/oof_predictions.xlsx`, fileType: 'xlsx' }] },
    text(`${folders.evaluation}/fold_results.json`, json(foldResults(result))),
    text(`${folders.evaluation}/dcv_results.json`, json(doubleValidation(result))),
    text(`${folders.evaluation}/summary_cls.json`, json({ ...thresholds(result.model.thresholds), calibrator: result.model.calibrator.kind })),
    ...wrong.length === 0 ? [] : misclassified(result, wrong),
    ...nextExperiments(result),
    text(`${folders.diagnosis}/diagnostic_report.txt`, `${report.join('\n')}\n`),
  ];
}

function text(path: string, contents: string): OutputTask {
  return { kind: 'text', text: contents, files: [{ path, fileType: path.endsWith('.csv') ? 'csv' : path.endsWith('.json') ? 'json' : 'txt' }] };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Pairs of limits that nothing beats; `fp_rate` is of rows that the thresholds have not seen. */
function paretoFront({ limits, final: { score } }: ClassificationResult): string {
  return csvOf(['np_alpha', 'false_negative_limit', 'fp_rate', 'fp_rate_high', 'fn_rate', 'fn_rate_high', 'coverage', 'auc', 'cost'], limits.filter(({ front }) => front).map((point) => [
    point.false_positive_limit, point.false_negative_limit, point.false_positive_rate.value, point.false_positive_rate.high, point.false_negative_rate.value, point.false_negative_rate.high, point.gray_share.value === null ? null : 1 - point.gray_share.value, score.auc, point.cost,
  ]));
}

const label = (decision: string | undefined): number => (decision === 'yes' ? 1 : decision === 'no' ? 0 : -1);

function outOfFold({ rows, observed, outer_fold, target, positive_label, negative_label, final }: ClassificationResult): { name: string; kind: 'number' | 'text'; values: (number | string)[] }[] {
  return [
    { name: 'index', kind: 'number', values: [...rows.file_rows] }, { name: 'y_true', kind: 'number', values: [...observed] }, { name: 'oof_p_cal', kind: 'number', values: [...final.out_of_fold] }, { name: 'oof_pred_label', kind: 'number', values: final.decision.map(label) },
    { name: 'fold', kind: 'number', values: outer_fold.map((fold) => fold + 1) }, { name: target, kind: 'text', values: observed.map((y) => (y === 1 ? positive_label : negative_label)) },
  ];
}

function thresholds({ upper, lower }: ClassificationThresholds): { tau_pos: number | null; tau_neg: number | null } {
  return { tau_pos: upper.kind === 'certified' ? upper.threshold : null, tau_neg: lower.kind === 'certified' ? lower.threshold : null };
}

/** Of each outer fold, decided by its own thresholds; shares of no rows are null, not 0. */
function foldResults({ observed, outer_fold, final }: ClassificationResult): unknown[] {
  return final.folds.map(({ fold, calibrator, thresholds: own }) => {
    const test = outer_fold.flatMap((at, row) => (at === fold - 1 ? [row] : []));
    const counts = countsOf(test, observed, final.decision);
    return {
      fold, test_indices: test, calibrator: calibrator.kind, n_train: observed.length - test.length, n_test: test.length, confusion_matrix: [[counts.tn, counts.fp], [counts.fn, counts.tp]], ...ratesOf(counts),
      coverage: 100 * (test.length - counts.gray) / test.length, n_gray: counts.gray, n_positive: test.filter((row) => observed[row] === 1).length, n_negative: test.filter((row) => observed[row] === 0).length, ...thresholds(own),
    };
  });
}

interface Counts { tp: number; fp: number; tn: number; fn: number; gray: number }

function countsOf(rows: readonly number[], observed: readonly number[], decision: readonly string[]): Counts {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0, gray: 0 };
  for (const row of rows) {
    const positive = observed[row] === 1;
    counts[decision[row] === 'gray' ? 'gray' : decision[row] === 'yes' ? (positive ? 'tp' : 'fp') : positive ? 'fn' : 'tn'] += 1;
  }
  return counts;
}

function ratesOf({ tp, fp, tn, fn }: Counts): { accuracy: number | null; precision_pos: number | null; recall_pos: number | null } {
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return { accuracy: share(tp + tn, tp + fp + tn + fn), precision_pos: share(tp, tp + fp), recall_pos: share(tp, tp + fn) };
}

function doubleValidation({ observed, final, model, rows }: ClassificationResult): unknown {
  const counts = countsOf([...observed.keys()], observed, final.decision);
  return {
    ...thresholds(model.thresholds), oof_coverage: 100 * (observed.length - counts.gray) / observed.length, oof_accuracy: ratesOf(counts).accuracy, n_samples: rows.used, n_gray: counts.gray, n_positive: rows.positive, n_negative: rows.negative,
    oof_auc: final.score.auc, oof_log_loss: final.score.log_loss, oof_brier: final.score.brier, fp_rate: final.confusion.false_positive_rate, fn_rate: final.confusion.false_negative_rate,
  };
}

function misclassified({ observed, outer_fold, rows, final }: ClassificationResult, wrong: readonly number[]): OutputTask[] {
  const folds = [...new Set(wrong.map((row) => outer_fold[row] as number))].sort((a, b) => a - b);
  const of = (fold: number, y: number): number[] => wrong.filter((row) => outer_fold[row] === fold && observed[row] === y).map((row) => rows.file_rows[row] as number);
  return [
    text(`${folders.evaluation}/misclassified_samples.csv`, csvOf(['fold', 'FN_indices', 'FP_indices', 'FN_count', 'FP_count'], folds.map((fold) => [fold + 1, of(fold, 1).join(' '), of(fold, 0).join(' '), of(fold, 1).length, of(fold, 0).length]))),
    text(`${folders.evaluation}/misclassified_samples_detailed.csv`, csvOf(['fold', 'type', 'sample_index', 'oof_p_cal'], wrong.map((row) => [(outer_fold[row] as number) + 1, observed[row] === 1 ? 'FN' : 'FP', rows.file_rows[row] as number, final.out_of_fold[row] as number]))),
  ];
}

/** Settings that can be loaded as candidates of a design. */
function nextExperiments({ explanation }: ClassificationResult): OutputTask[] {
  if (explanation === null || explanation.next_experiments.runs.length === 0) return [];
  const { factors, next_experiments: { runs } } = explanation;
  const cells = factors.flatMap(({ features, name }, f) => (features.length > 1 ? features.map((feature) => ({ name: feature, value: (settings: readonly (number | string)[]) => Number(settings[f] === feature) })) : [{ name, value: (settings: readonly (number | string)[]) => settings[f] ?? null }]));
  return [text(`${folders.diagnosis}/next_experiments.csv`, csvOf([...cells.map(({ name }) => name), 'p_cal', 'expected_decided'], runs.map(({ settings, probability, decided }) => [...cells.map(({ value }) => value(settings)), probability, decided])))];
}
