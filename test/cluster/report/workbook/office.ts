import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';

/** Why a test of formulas is skipped; false where LibreOffice can evaluate them. */
export const withoutOffice: string | false = spawnSync('soffice', ['--version']).status === 0 ? false : 'needs LibreOffice (soffice) to evaluate formulas';

export async function openBook(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as Parameters<typeof book.xlsx.load>[0]);
  return book;
}

/** The workbook as LibreOffice computes it, values only to 15 digits. What we had written beside the formulas is thrown away first. */
export async function recalculated(book: ExcelJS.Workbook): Promise<ExcelJS.Workbook> {
  const [computed] = await recalculatedTogether([book]);
  return computed as ExcelJS.Workbook;
}

/** The same of several: most of what one of them takes is the start of LibreOffice. */
export async function recalculatedTogether(books: readonly ExcelJS.Workbook[]): Promise<ExcelJS.Workbook[]> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-office-'));
  try {
    const names = books.map((_, at) => `asked${at}.xlsx`);
    for (const [at, book] of books.entries()) {
      for (const sheet of book.worksheets) sheet.eachRow((row) => row.eachCell((cell) => {
        if (cell.type === ExcelJS.ValueType.Formula) cell.value = { formula: cell.formula };
      }));
      await book.xlsx.writeFile(join(directory, names[at] as string));
    }
    const computed = join(directory, 'computed');
    execFileSync('soffice', [`-env:UserInstallation=file://${directory}/profile`, '--headless', '--convert-to', 'xlsx:Calc MS Excel 2007 XML', '--outdir', computed, ...names.map((name) => join(directory, name))], { stdio: 'ignore', timeout: 270_000 });
    const read: ExcelJS.Workbook[] = [];
    for (const name of names) read.push(await openBook(await readFile(join(computed, name))));
    return read;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The value a formula cell came to; an error as its name. */
export function valueOf(cell: ExcelJS.Cell): unknown {
  const result = cell.type === ExcelJS.ValueType.Formula ? (cell.result as unknown) : cell.value;
  return typeof result === 'object' && result !== null && 'error' in result ? (result as { error: string }).error : result;
}

/** Copies of a sheet below each other, references to its own cells moved along: one evaluation answers many questions. */
export function stacked(sheet: ExcelJS.Worksheet, target: ExcelJS.Worksheet, copies: number, wanted: (cell: ExcelJS.Cell) => boolean = () => true): number {
  const height = sheet.rowCount + 1;
  const moved = (formula: string, by: number): string => formula.replace(/"[^"]*"|('[^']*'!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)|(?<![A-Za-z0-9_])(\$?[A-Z]{1,3}\$?)(\d+)(?![\d(])/g,
    (whole, foreign: string | undefined, column: string | undefined, row: string | undefined) => (foreign !== undefined || column === undefined ? whole : `${column}${Number(row) + by}`));
  sheet.eachRow((row, number) => row.eachCell((cell, column) => {
    if (!wanted(cell)) return;
    for (let copy = 0; copy < copies; copy += 1) {
      target.getRow(number + copy * height).getCell(column).value = cell.type === ExcelJS.ValueType.Formula ? { formula: moved(cell.formula, copy * height) } : cell.value;
    }
  }));
  return height;
}
