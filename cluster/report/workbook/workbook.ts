import { PassThrough } from 'node:stream';
import ExcelJS from 'exceljs';
import { charactersOf } from './text-lines.ts';
import { fixZipDates } from './zip-dates.ts';

/** What a cell may hold here: never an object from a user, so no text of theirs can become a formula or a link. */
export type CellValue = string | number | boolean | null | Formula;
/** `result`: what Excel would compute, shown until it does */
export interface Formula { formula: string; result: number | string }

export interface SheetOptions {
  name: string;
  /** width of each column in characters; see `widthOf` */
  widths: readonly number[];
  /** rows that stay in view */
  frozen?: number;
  frozenColumns?: number;
  /** number format per column */
  formats?: readonly (string | undefined)[];
}

/** Number formats of the workbooks. */
export const format = { general: '0.######', significant: '0.00000E+00', p: '0.0000', whole: '#,##0', plain: '0', date: 'yyyy-mm-dd hh:mm' } as const;

/** A style with a font of its own has to name it again, or viewers fall back to a serif. */
export const typeface: Partial<ExcelJS.Font> = { name: 'Calibri', family: 2, size: 11 };

/** Thin borders all round. */
export const boxStyle: Partial<ExcelJS.Style> = { border: { top: { style: 'thin' }, left: { style: 'thin' }, bottom: { style: 'thin' }, right: { style: 'thin' } } };

/** The original's header style: white bold on 366092, centred, thin borders. */
export const headerStyle: Partial<ExcelJS.Style> = {
  font: { ...typeface, bold: true, color: { argb: 'FFFFFFFF' } },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FF366092' } },
  alignment: { horizontal: 'center', vertical: 'middle', wrapText: true },
  ...boxStyle,
};

/** Fixed, because a workbook must not depend on when it was written. */
const epoch = new Date(Date.UTC(2000, 0, 1));
const longestCell = 32_767;
/** points */
const headerHeight = 21;
const lineHeight = 16;

/**
 * An xlsx written row by row (rows leave memory as they come, so 10⁶ rows are no worse than 10). Same calls, same bytes.
 * Text is always stored as a string cell: a value such as `=1+1` stays text and is never evaluated by Excel or LibreOffice.
 */
export class WorkbookFile {
  readonly #chunks: Buffer[] = [];
  readonly #sink = new PassThrough();
  readonly #writer: ExcelJS.stream.xlsx.WorkbookWriter;
  readonly #drained: Promise<void>;

  constructor() {
    this.#sink.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#drained = new Promise((resolve, reject) => this.#sink.once('end', resolve).once('error', reject));
    this.#writer = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: this.#sink, useStyles: true, useSharedStrings: false });
    Object.assign(this.#writer, { created: epoch, modified: epoch, creator: 'zerosec', lastModifiedBy: 'zerosec' });
  }

  sheet(options: SheetOptions): SheetWriter {
    const frozen = options.frozen ?? 0;
    const views: Partial<ExcelJS.WorksheetView>[] = frozen > 0 || (options.frozenColumns ?? 0) > 0 ? [{ state: 'frozen', ySplit: frozen, xSplit: options.frozenColumns ?? 0 }] : [];
    const sheet = this.#writer.addWorksheet(options.name, { views, pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 0 } });
    sheet.columns = options.widths.map((width, column) => {
      const numFmt = options.formats?.[column];
      return { width, ...(numFmt === undefined ? {} : { style: { numFmt } }) };
    });
    return new SheetWriter(sheet);
  }

  /** @returns the bytes of the file */
  async finish(): Promise<Uint8Array> {
    await this.#writer.commit();
    await this.#drained;
    const bytes = new Uint8Array(Buffer.concat(this.#chunks));
    fixZipDates(bytes);
    return bytes;
  }
}

export class SheetWriter {
  readonly #sheet: ExcelJS.Worksheet;
  #rows = 0;

  constructor(sheet: ExcelJS.Worksheet) {
    this.#sheet = sheet;
  }

  /** number of the last row written, 1-based */
  get lastRow(): number {
    return this.#rows;
  }

  row(values: readonly CellValue[], styles: Readonly<Record<number, Partial<ExcelJS.Style>>> = {}, height?: number, merged?: readonly [number, number]): number {
    const row = this.#sheet.addRow(values.map(cell));
    for (const [column, style] of Object.entries(styles)) Object.assign(row.getCell(Number(column) + 1), style);
    if (height !== undefined) row.height = height;
    if (merged !== undefined) this.#sheet.mergeCells(row.number, merged[0], row.number, merged[1]);
    row.commit();
    this.#rows += 1;
    return this.#rows;
  }

  header(names: readonly string[]): number {
    return this.row(names, Object.fromEntries(names.map((_, column) => [column, headerStyle])), headerHeight);
  }

  /** A row whose last text runs over the columns up to `lastColumn` (1-based), wrapped; `width` characters fit in a line. */
  longText(values: readonly string[], lastColumn: number, width: number): void {
    const last = values.length - 1;
    const lines = Math.ceil(charactersOf(values[last] ?? '') / width);
    this.row(values, { 0: { alignment: { vertical: 'top' } }, [last]: { alignment: { wrapText: true, vertical: 'top', horizontal: 'left' } } }, lineHeight * Math.max(1, lines), [last + 1, lastColumn]);
  }

  /** Filter arrows over a table whose header is in row `header`. Call before `close`. */
  filter(header: number, columns: number, last = this.#rows): void {
    this.#sheet.autoFilter = { from: { row: header, column: 1 }, to: { row: Math.max(header, last), column: columns } };
  }

  validate(address: string, validation: ExcelJS.DataValidation): void {
    // The streaming sheet has the collection at runtime; the type knows it on cells only.
    (this.#sheet as unknown as { dataValidations: { add: (address: string, validation: ExcelJS.DataValidation) => void } }).dataValidations.add(address, validation);
  }

  close(): void {
    this.#sheet.commit();
  }
}

function cell(value: CellValue): ExcelJS.CellValue {
  if (typeof value === 'string') return value.toWellFormed().slice(0, longestCell);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value;
}

const narrowest = 12;
const widest = 48;

/** Width for a column that has to show these texts. */
export function widthOf(texts: Iterable<string>): number {
  let width = narrowest;
  for (const text of texts) width = Math.max(width, 2 + charactersOf(text));
  return Math.min(widest, Math.ceil(width));
}
