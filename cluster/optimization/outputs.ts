import type { Language, OptimizationResult } from '../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import type { OutputTask } from '../report/index.ts';
import { sheetOf } from './run-sheet.ts';

/** The original's file names, one workbook and one CSV a design. */
export async function writeOutputs(context: JobContext, result: OptimizationResult, language: Language): Promise<WrittenFile[]> {
  const tasks = result.designs.flatMap((design, index): OutputTask[] => {
    const name = `${design.criterion}最適化_新規実験点`;
    const sheet = sheetOf(result, design);
    return [
      { kind: 'design_workbook', result, index, sheet, language, files: [{ path: `01_実験リスト/${name}.xlsx`, fileType: 'xlsx' }] },
      { kind: 'text', text: `\uFEFF${[sheet.columns, ...sheet.rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`, files: [{ path: `01_実験リスト/${name}.csv`, fileType: 'csv' }] },
    ];
  });
  let done = 0;
  const written = await Promise.all(tasks.map(async (task) => {
    const files = await context.pool.run('renderOutput', { task, directory: context.order.outputDirectory }, { signal: context.signal });
    done += 1;
    context.progress(80 + Math.floor(10 * done / tasks.length), 'reporting', { done, total: tasks.length });
    return files;
  }));
  return written.flat();
}

/** Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay as they are. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
