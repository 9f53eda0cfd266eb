import { formatFor, formatForP } from '../number-format.ts';
import { widthOf } from '../workbook.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

/** 項の選択: the honest scores and the optimistic ones, every candidate, and the path. */
export function binarySelectionSheet({ book, result: { binary: { selection } }, text }: BinarySheetContext): void {
  if (selection === null) return;
  const sheet = book.sheet({ name: text('sheet_selection'), widths: [34, 16, widthOf([...selection.candidates.map(({ term }) => term), '            ']), 12, 16, 14, 14, 14, 14, 14, 14, 18, 60], frozenColumns: 1 });
  sheet.row([text('item_selection_method'), text(`method_${selection.method}`)]);
  sheet.row([text('item_criterion'), selection.criterion]);
  for (const [kind, score] of [['honest', selection.honest], ['held', selection.held_terms]] as const) {
    sheet.row([text(`item_${kind}_log_loss`), score?.log_loss ?? null], { 1: { numFmt: '0.0000' } });
    sheet.row([text(`item_${kind}_auc`), score?.auc ?? null], { 1: { numFmt: '0.0000' } });
  }
  sheet.row([text('note_optimistic')]);
  sheet.row([]);
  sheet.header(['term', 'chosen', 'fold_share'].map((name) => text(`head_${name}`)));
  for (const { term, chosen, fold_share: share } of selection.candidates) sheet.row([term, text(chosen ? 'yes' : 'no'), share], { 2: { numFmt: '0%' } });
  sheet.row([]);
  const figures = ['criterion', 'p', 'deviance', 'mcfadden_r2', 'aic', 'aicc', 'bic', 'cv_log_loss'] as const;
  sheet.header([...['step', 'action', 'term', 'coefficients'].map((name) => text(`head_${name}`)), ...figures.map((name) => text(`head_${name}`)), text('head_terms')]);
  for (const step of selection.steps) {
    const numFmt = (name: (typeof figures)[number]): string => (name === 'p' ? formatForP(step.p) : name === 'mcfadden_r2' ? '0.0000' : formatFor(step[name]));
    sheet.row([step.step, text(`action_${step.action}`), step.term, step.coefficients, ...figures.map((name) => step[name]), step.terms.join(' + ')], Object.fromEntries(figures.map((name, index) => [index + 4, { numFmt: numFmt(name) }])));
  }
  sheet.close();
}
