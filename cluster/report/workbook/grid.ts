import type ExcelJS from 'exceljs';
import type { CellValue, SheetWriter } from './workbook.ts';

interface Placed {
  value: CellValue;
  style?: Partial<ExcelJS.Style>;
}

/** Cells placed freely, then written row by row as the streaming writer wants them. */
export class Grid {
  readonly #rows: Map<number, Placed>[] = [];

  set(row: number, column: number, value: CellValue, style?: Partial<ExcelJS.Style>): void {
    (this.#rows[row] ??= new Map()).set(column, { value, style });
  }

  write(sheet: Pick<SheetWriter, 'row'>): void {
    for (let row = 1; row < this.#rows.length; row += 1) {
      const cells = this.#rows[row] ?? new Map<number, Placed>();
      const values: CellValue[] = Array.from({ length: Math.max(0, ...cells.keys()) }, () => null);
      const styles: Record<number, Partial<ExcelJS.Style>> = {};
      for (const [column, { value, style }] of cells) {
        values[column - 1] = value;
        if (style !== undefined) styles[column - 1] = style;
      }
      sheet.row(values, styles);
    }
  }
}

/** 1 → A, 27 → AA */
export function columnLetter(column: number): string {
  return column <= 26 ? String.fromCharCode(64 + column) : columnLetter(Math.floor((column - 1) / 26)) + columnLetter(((column - 1) % 26) + 1);
}

/** A sheet's name as it stands before the `!` of a reference. */
export function quotedSheet(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
