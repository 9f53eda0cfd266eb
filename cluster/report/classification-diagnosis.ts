import type { ClassificationResult, Language } from '../../schemas/index.ts';
import { classificationTables } from './workbook/classification-tables.ts';

/** Tables that the text repeats, in its order. */
const told = ['settings', 'summary', 'confusion', 'window', 'runs', 'notices'] as const;

/** `diagnostic_report.txt`: what the original's told (settings, model, thresholds, predictions), and the error rates and limits that it did not. Lines. */
export function classificationDiagnosis(result: ClassificationResult, language: Language): string[] {
  const tables = classificationTables(result, language);
  const shown = (value: string | number | boolean | null | undefined): string => (value === null || value === undefined ? '—' : typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value));
  return told.flatMap((id) => {
    const table = tables.find((own) => own.id === id);
    if (table === undefined || table.rows.length === 0) return [];
    return [`■ ${table.name}`, ...table.columns.length > 4 ? [table.columns.join(' | ')] : [], ...table.rows.map((row) => `  ${row.map(shown).join(row.length > 4 ? ' | ' : '  ')}`), ''];
  });
}
