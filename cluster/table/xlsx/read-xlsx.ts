import { parseDecimal } from '../../../kernels/index.ts';
import { Fault, type Notice } from '../../../schemas/index.ts';
import { assemble } from '../assemble.ts';
import { ColumnBuilder } from '../column-builder.ts';
import { chooseHeader, columnNames, refuseCells, refuseRows, refuseWidth, type HeaderCandidate } from '../header.ts';
import { RowNumbers } from '../row-numbers.ts';
import { TokenReader } from '../tokens.ts';
import type { Limits, ReadOptions, Table } from '../types.ts';
import { readSheet, sheetsToTry, type Cell, type SheetFacts, type SheetRow } from './sheet.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';
import { Zip } from './zip.ts';

/** An xlsx workbook: the sheet asked for, or the first that has a cell. Memory: the columns, one row, one piece of XML. */
export async function readXlsx(file: Buffer, options: ReadOptions, limits: Limits, notices: Notice[]): Promise<Table> {
  const zip = new Zip(file, limits);
  const workbook = await readWorkbook(zip, limits.texts);
  const tokens = new TokenReader({ decimal: options.decimal ?? '.', thousands: options.thousands, naTokens: options.naTokens });
  const candidates = sheetsToTry(workbook, options.sheet);
  for (const sheet of candidates) {
    const reader = new SheetReader(tokens, options, limits, notices);
    const facts = await readSheet(zip, sheet, workbook, (row) => reader.row(row));
    if (reader.isEmpty) continue;
    if (candidates.length > 1) notices.push({ code: 'other_sheets_ignored', severity: 'info', values: { sheet: sheet.name, others: candidates.filter((other) => other !== sheet).map(({ name }) => name) } });
    tell(facts, notices);
    return reader.finish(zip, sheet, workbook);
  }
  throw new Fault('empty_file', 'no sheet holds a cell', {});
}

/** Takes rows: the first one or two settle the header, the others go to the column builders. */
class SheetReader {
  readonly #tokens: TokenReader;
  readonly #options: ReadOptions;
  readonly #limits: Limits;
  readonly #notices: Notice[];
  readonly #budget;
  readonly #rowNumbers = new RowNumbers();
  #pending: SheetRow[] = [];
  #header: { names: string[]; unnamed: boolean[] } | undefined;
  #headerRow = 0;
  #builders: (ColumnBuilder | null)[] = [];
  #rows = 0;
  #capacity = 0;
  #lastRow = 0;
  #blank = 0;

  constructor(tokens: TokenReader, options: ReadOptions, limits: Limits, notices: Notice[]) {
    this.#tokens = tokens;
    this.#options = options;
    this.#limits = limits;
    this.#notices = notices;
    this.#budget = { used: 0, limits };
  }

  get isEmpty(): boolean {
    return this.#header === undefined && this.#pending.length === 0;
  }

  row(row: SheetRow): void {
    if (this.#header !== undefined) {
      this.#data(row);
      return;
    }
    if (this.#options.headerRow !== undefined) {
      if (row.number < this.#options.headerRow) return;
      if (row.number > this.#options.headerRow) throw new Fault('no_header', `row ${this.#options.headerRow} holds no column name`, { where: { row: this.#options.headerRow }, values: { row: this.#options.headerRow } });
      this.#begin([row], row);
      return;
    }
    this.#pending.push(row);
    if (this.#pending.length === 2) this.#settle();
  }

  #settle(): void {
    const [first, second] = this.#pending;
    const candidate = (row: SheetRow): HeaderCandidate => ({ cells: Array.from(row.cells, headerText), row: row.number });
    const chosen = chooseHeader(candidate(first as SheetRow), second && candidate(second), this.#notices);
    this.#begin(this.#pending, chosen.row === second?.number ? second : first as SheetRow);
  }

  #begin(rows: SheetRow[], header: SheetRow): void {
    refuseWidth(header.cells.length, this.#limits);
    this.#header = columnNames({ cells: Array.from(header.cells, headerText), row: header.number }, this.#limits, this.#notices);
    this.#headerRow = this.#lastRow = header.number;
    const forced = new Set(this.#options.textColumns ?? []);
    this.#capacity = 256;
    this.#builders = this.#header.names.map((name) => new ColumnBuilder(this.#tokens, this.#budget, this.#capacity, forced.has(name) ? 'forced-text' : 'undecided'));
    for (const row of rows) if (row.number > header.number) this.#data(row);
  }

  #data({ number, cells }: SheetRow): void {
    const row = this.#rows;
    const width = this.#builders.length;
    if (row === this.#capacity) {
      refuseRows(row + 1, this.#limits);
      this.#capacity = Math.min(2 * row, this.#limits.rows);
      refuseCells(row + 1, width, this.#limits);
      for (const builder of this.#builders) builder?.grow(this.#capacity);
    }
    if (cells.length > width) throw new Fault('row_too_long', `row ${number} has more than ${width} cells`, { where: { row: number }, values: { row: number, columns: width } });
    for (let column = 0; column < width; column++) {
      const builder = this.#builders[column] as ColumnBuilder | null;
      if (builder !== null) put(builder, cells[column], row);
    }
    this.#blank += number - this.#lastRow - 1;
    this.#lastRow = number;
    this.#rowNumbers.set(row, number);
    this.#rows++;
  }

  async finish(zip: Zip, sheet: Sheet, workbook: Workbook): Promise<Table> {
    if (this.#header === undefined) this.#settle();
    const header = this.#header as unknown as { names: string[]; unnamed: boolean[] };
    const rows = this.#rows;
    if (this.#blank > 0) this.#notices.push({ code: 'blank_rows_skipped', severity: 'info', values: { count: this.#blank } });
    const columns = await assemble(header, this.#builders as ColumnBuilder[], rows, this.#rowNumbers, this.#options, this.#notices, async (wanted) => {
      const texts = wanted.map((want) => (want ? new ColumnBuilder(this.#tokens, this.#budget, rows, 'text') : null));
      let row = 0;
      await readSheet(zip, sheet, workbook, ({ number, cells }) => {
        if (number <= this.#headerRow) return;
        texts.forEach((builder, column) => builder && put(builder, cells[column], row));
        row++;
      });
      return texts;
    });
    return {
      columns, rows, rowNumber: (row) => this.#rowNumbers.of(row),
      format: 'xlsx', encoding: null, delimiter: null, decimal: this.#tokens.decimal, sheet: sheet.name, notices: this.#notices,
    };
  }
}

function put(builder: ColumnBuilder, cell: Cell | undefined, row: number): void {
  if (cell === undefined) builder.missing(row);
  else if (cell.kind === 'number') builder.number(cell.value, Number.isInteger(cell.value) ? 0 : decimalRest(cell.value), row);
  else if (cell.kind === 'date') builder.date(cell.ms, row);
  else if (cell.kind === 'text') builder.text(cell.text, row);
  else builder.error(row);
}

/** A sheet stores doubles with 17 digits (0.41499999999999998); the decimal that was meant is the shortest that gives the double. */
function decimalRest(value: number): number {
  return parseDecimal(String(value))?.lo ?? 0;
}

function headerText(cell: Cell | undefined): string {
  if (cell === undefined || cell.kind === 'error') return '';
  if (cell.kind === 'text') return cell.text;
  return cell.kind === 'number' ? String(cell.value) : new Date(cell.ms).toISOString().slice(0, 10);
}

function tell(facts: SheetFacts, notices: Notice[]): void {
  const counted = (code: string, count: number, severity: Notice['severity']): void => {
    if (count > 0) notices.push({ code, severity, values: { count } });
  };
  counted('hidden_rows_kept', facts.hiddenRows, 'info');
  counted('merged_cells', facts.mergedRanges, 'warning');
  counted('formulas_without_value', facts.formulasWithoutValue, 'warning');
}
