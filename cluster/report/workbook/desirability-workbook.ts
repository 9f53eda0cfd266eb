import type { DesirabilityParameters, DesirabilityResult, Language } from '../../../schemas/index.ts';
import { desirabilityText, modelReportText, renderText, reportText } from '../../../schemas/text/index.ts';
import { formatFor } from './number-format.ts';
import { WorkbookFile, widthOf, type CellValue } from './workbook.ts';

export interface DesirabilityWorkbookInput {
  found: DesirabilityResult;
  goals: DesirabilityParameters['goals'];
  language: Language;
}

/** 最適条件: the best conditions beside the alternatives, what the models predict there, and what was asked for. */
export async function desirabilityWorkbook({ found, goals, language }: DesirabilityWorkbookInput): Promise<Uint8Array> {
  const text = (code: string, values: Record<string, string | number> = {}): string => renderText([desirabilityText, modelReportText, reportText], language, code, values);
  const all = [found.best, ...found.alternatives];
  const book = new WorkbookFile();
  const sheet = book.sheet({ name: text('sheet_desirability'), widths: [widthOf([...found.factors.map(({ name }) => name), ...goals.map(({ target }) => target), text('item_overall')]), 16, ...all.flatMap(() => [14, 14, 14, 14, 14, 14])], frozenColumns: 1 });
  const names = all.map((_, k) => (k === 0 ? text('head_best') : text('head_alternative', { number: k })));
  const line = (name: string, cells: readonly CellValue[]): number => sheet.row([name, ...cells], Object.fromEntries(cells.map((cell, k) => [k + 1, typeof cell === 'number' ? { numFmt: formatFor(cell) } : {}])));
  sheet.header([text('head_condition'), ...names]);
  for (const { name } of found.factors) line(name, all.map(({ conditions }) => conditions[name] ?? null));
  line(text('item_overall'), all.map(({ desirability }) => desirability));
  for (const [k, { predictions }] of all.entries()) {
    sheet.row([]);
    sheet.header([names[k] ?? '', ...['goal', 'limits', 'value', 'mean_low', 'mean_high', 'new_low', 'new_high', 'desirability', 'outside'].map((code) => text(`head_${code}`))]);
    for (const [g, prediction] of predictions.entries()) {
      const goal = goals[g];
      if (goal === undefined) continue;
      const limits = [goal.low, ...(goal.goal === 'target' ? [goal.aim ?? (goal.low + goal.high) / 2] : []), goal.high].join(' – ');
      line(prediction.target, [text(`goal_${goal.goal}`), limits, prediction.value, prediction.mean_low, prediction.mean_high, prediction.low, prediction.high, prediction.desirability, prediction.extrapolated.filter((name) => name !== '').join('; ')]);
    }
  }
  sheet.close();
  return book.finish();
}
