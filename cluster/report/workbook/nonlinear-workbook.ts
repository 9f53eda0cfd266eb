import type { FaultValues, Language, NonlinearResult, NonlinearTarget } from '../../../schemas/index.ts';
import { catalogues, nonlinearReportText, renderText, reportText } from '../../../schemas/text/index.ts';
import { format, widthOf, WorkbookFile, type CellValue } from './workbook.ts';

export interface NonlinearWorkbookInput {
  result: NonlinearResult;
  language: Language;
}

type Say = (code: string, values?: FaultValues) => string;
type Rows = (readonly CellValue[])[];

/** `analysis_results.xlsx`: what the outer folds said, every unseen prediction, every trial, and what repeats the analysis. Deterministic bytes. */
export async function nonlinearWorkbook({ result, language }: NonlinearWorkbookInput): Promise<Uint8Array> {
  const say: Say = (code, values) => renderText([nonlinearReportText, reportText], language, code, values);
  const fitted = result.targets.flatMap((target) => (target.status === 'fitted' ? [target] : []));
  const book = new WorkbookFile();
  table(book, say('sheet_nl_summary'), [say('head_nl_target'), say('head_item'), say('head_value')], summary(result, language, say));
  table(book, say('sheet_nl_scores'), ['target', 'model', 'r2', 'r2_se', 'rmse', 'mae', 'mae_se', 'stack_weight', 'weight'].map((name) => say(`head_nl_${name}`)), fitted.flatMap((target) => scores(target, say)));
  table(book, say('sheet_nl_folds'), ['target', 'model', 'fold', 'rows', 'rmse', 'mae'].map((name) => say(`head_nl_${name}`)), fitted.flatMap((target) => folds(target, say)));
  for (const [index, target] of fitted.entries()) {
    const families = target.families.map(({ family }) => say(`family_${family}`));
    table(book, sheetName(`${say('sheet_nl_predictions')} ${fitted.length > 1 ? target.target : ''}`, index), [say('head_row'), say('head_nl_fold'), say('head_nl_observed'), say('head_nl_final'), say('head_nl_residual'), ...families], predictions(target));
  }
  table(book, say('sheet_nl_best'), ['target', 'model', 'study', 'trial', 'loss', 'parameter', 'value'].map((name) => say(`head_nl_${name}`)), fitted.flatMap((target) => bestParameters(target, say)));
  const most = Math.max(0, ...fitted.flatMap(({ families }) => families.flatMap(({ studies }) => studies.flatMap(({ trials }) => trials.map((trial) => trial.folds.length)))));
  const inner = Array.from({ length: most }, (_, fold) => say('head_nl_inner', { fold: fold + 1 }));
  table(book, say('sheet_nl_trials'), [...['target', 'model', 'study', 'trial', 'state', 'loss', 'criterion', 'parameter'].map((name) => (name === 'criterion' ? say('axis_criterion') : say(`head_nl_${name}`))), ...inner], fitted.flatMap((target) => trials(target, say)));
  table(book, say('sheet_nl_features'), ['target', 'parameter', 'kind', 'low', 'high', 'levels'].map((name) => (name === 'parameter' ? say('head_feature') : say(`head_nl_${name}`))), fitted.flatMap(({ target, features }) => features.map(({ name, kind, low, high, levels }) => [target, name, say(`kind_${kind}`), low, high, levels.join(', ')])));
  table(book, say('sheet_nl_settings'), [say('head_nl_parameter'), say('head_nl_value')], [
    [say('item_nl_dataset'), result.dataset.name], [say('item_nl_sha256'), result.dataset.sha256], ...Object.entries(result.parameters).map(([name, value]): CellValue[] => [name, plainValue(value)]),
  ]);
  table(book, say('sheet_nl_notices'), ['target', 'severity', 'text'].map((name) => say(`head_nl_${name}`)), [...result.notices.map((notice) => ({ target: null as string | null, notice })), ...fitted.flatMap((target) => target.notices.map((notice) => ({ target: target.target, notice })))]
    .map(({ target, notice }) => [target, say(`severity_${notice.severity}`), renderText(catalogues, language, notice.code, { ...notice.where, ...notice.values })]));
  return book.finish();
}

function summary(result: NonlinearResult, language: Language, say: Say): Rows {
  return result.targets.flatMap((target): Rows => {
    if (target.status === 'failed') {
      const { code, message, where, values } = target.failure;
      const worded = renderText(catalogues, language, code, { ...where, ...values } as FaultValues);
      return [[target.target, say('item_nl_failed'), worded.startsWith('[') ? message : worded]];
    }
    const { rows, final, noise, interval, families } = target;
    const members = families.filter(({ weight }) => weight > 0).map(({ family, weight }) => `${say(`family_${family}`)} ${Number(weight.toPrecision(4))}`).join(', ');
    const lines: [string, CellValue][] = [
      ['item_nl_rows', rows.used], ['item_nl_missing', rows.missing], ['item_nl_conditions', rows.conditions], ['item_nl_rule', say(`rule_${final.rule}`)], ['item_nl_members', members],
      ['head_nl_r2', final.score.r2], ['head_nl_r2_se', final.score.r2_standard_error], ['head_nl_rmse', final.score.rmse], ['head_nl_mae', final.score.mae],
      ['item_nl_ceiling', noise.r2_ceiling], ['item_nl_noise', noise.standard_deviation], ['item_nl_noise_df', noise.degrees_of_freedom], ['item_nl_interval', interval.confidence_level], ['item_nl_coverage', interval.coverage_out_of_fold], ['item_nl_half_width', interval.half_width],
    ];
    return lines.map(([name, value]) => [target.target, say(name), value]);
  });
}

function scores({ target, families, stack }: NonlinearTarget, say: Say): Rows {
  return [...families.map(({ family, score, weight, stack_weight }) => ({ family, score, weight, stack_weight })), { family: 'stack', score: stack.score, weight: null, stack_weight: null }]
    .map(({ family, score, weight, stack_weight }) => [target, say(`family_${family}`), score.r2, score.r2_standard_error, score.rmse, score.mae, spreadOf(score.fold_mae), stack_weight, weight]);
}

/** Standard error of the mean over the folds. */
export function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1) / values.length);
}

function folds({ target, families, stack, outer_fold }: NonlinearTarget, say: Say): Rows {
  return [...families, { family: 'stack', score: stack.score }].flatMap(({ family, score }) => score.fold_rmse.map((rmse, fold) => [target, say(`family_${family}`), fold + 1, outer_fold.filter((own) => own === fold).length, rmse, score.fold_mae[fold] ?? null]));
}

function predictions({ rows, outer_fold, observed, final, families }: NonlinearTarget): Rows {
  return observed.map((y, i) => [rows.file_rows[i] ?? null, (outer_fold[i] as number) + 1, y, final.out_of_fold[i] ?? null, y - (final.out_of_fold[i] as number), ...families.map(({ out_of_fold }) => out_of_fold[i] ?? null)]);
}

function bestParameters({ target, families }: NonlinearTarget, say: Say): Rows {
  return families.flatMap(({ family, studies }) => studies.flatMap(({ outer_fold: fold, best_trial, best_value, parameters }) => Object.entries(parameters).map(([name, value]) => [target, say(`family_${family}`), fold === null ? say('head_nl_all_rows') : fold + 1, best_trial, best_value, name, plainValue(value)])));
}

function trials({ target, families }: NonlinearTarget, say: Say): Rows {
  return families.flatMap(({ family, studies }) => studies.flatMap(({ outer_fold: fold, trials: own }) => own.map(({ number, state, value, criterion, parameters, folds: losses }) => [
    target, say(`family_${family}`), fold === null ? say('head_nl_all_rows') : fold + 1, number, say(`state_trial_${state}`), value, criterion, Object.entries(parameters).map(([name, setting]) => `${name}=${typeof setting === 'number' ? Number(setting.toPrecision(6)) : setting}`).join(', '), ...losses,
  ])));
}

function plainValue(value: unknown): CellValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}

/** Excel allows 31 characters, and none of these signs; the number keeps two names of one beginning apart. */
function sheetName(name: string, index: number): string {
  const safe = name.trim().replace(/[\\/*?:[\]]/g, '_');
  return safe.length <= 31 ? safe : `${safe.slice(0, 28)}_${index + 1}`;
}

function table(book: WorkbookFile, name: string, columns: readonly string[], rows: Rows): void {
  const widths = columns.map((column, k) => widthOf([`${column}  `, ...rows.slice(0, 200).map((row) => (typeof row[k] === 'string' ? row[k] : ''))]));
  const sheet = book.sheet({ name, widths, frozen: 1, formats: columns.map(() => format.general) });
  sheet.header(columns);
  for (const row of rows) sheet.row(row, Object.fromEntries(row.flatMap((value, column) => (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4 ? [[column, { numFmt: format.significant }]] : []))));
  sheet.filter(1, columns.length);
  sheet.close();
}
