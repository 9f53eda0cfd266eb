import { Fault } from '../../../schemas/index.ts';
import { serialDate } from '../dates.ts';
import type { Sheet, Workbook } from './workbook.ts';
import { attribute, parseXml } from './xml.ts';
import { malformed, type Zip } from './zip.ts';

export type Cell =
  | { kind: 'number'; value: number }
  | { kind: 'date'; ms: number }
  | { kind: 'text'; text: string }
  | { kind: 'error' };

export interface SheetRow {
  number: number;
  /** by column, with holes */
  cells: (Cell | undefined)[];
}

export interface SheetFacts {
  hiddenRows: number;
  mergedRanges: number;
  /** formulas that no program has calculated yet */
  formulasWithoutValue: number;
}

/** Columns an xlsx sheet can have. */
const mostColumns = 16_384;

/**
 * Calls `sink` with each row that has a cell, in order. Formulas give their cached value; hidden rows are rows.
 * @throws Fault `malformed_workbook`
 */
export async function readSheet(zip: Zip, sheet: Sheet, workbook: Workbook, sink: (row: SheetRow) => void): Promise<SheetFacts> {
  const facts: SheetFacts = { hiddenRows: 0, mergedRanges: 0, formulasWithoutValue: 0 };
  let row: SheetRow = { number: 0, cells: [] };
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let formula = false;
  let reading = false;
  let inReadingAid = false;
  let started = false;
  await parseXml(zip.pieces(sheet.part), {
    open: (name, tag) => {
      switch (name) {
        case 'c': {
          column = columnOf(attribute(tag, 'r'), column + 1);
          type = attribute(tag, 't') ?? 'n';
          style = Number(attribute(tag, 's') ?? 0);
          value = '';
          formula = false;
          break;
        }
        case 'v': case 't': reading = true; break;
        case 'rPh': inReadingAid = true; break;
        case 'f': formula = true; break;
        case 'row': {
          const number = Number(attribute(tag, 'r') ?? row.number + 1);
          if (!Number.isInteger(number) || number <= row.number) throw malformed(`the rows of ${sheet.name} are out of order`);
          row = { number, cells: [] };
          column = -1;
          if (/^(?:1|true)$/.test(attribute(tag, 'hidden') ?? '')) facts.hiddenRows++;
          break;
        }
        case 'mergeCell': facts.mergedRanges++; break;
        case 'worksheet': started = true; break;
      }
    },
    text: (text) => {
      if (reading && !inReadingAid) value += text;
    },
    close: (name) => {
      switch (name) {
        case 'v': case 't': reading = false; break;
        case 'rPh': inReadingAid = false; break;
        case 'c': {
          if (formula && value === '' && type !== 'str') facts.formulasWithoutValue++;
          const cell = value === '' ? undefined : cellOf(type, style, value, workbook);
          if (cell !== undefined) row.cells[column] = cell;
          break;
        }
        case 'row': if (row.cells.length > 0) sink(row); break;
      }
    },
  });
  if (!started) throw malformed(`${sheet.name} is not a sheet`);
  return facts;
}

function cellOf(type: string, style: number, value: string, workbook: Workbook): Cell | undefined {
  switch (type) {
    case 's': {
      const text = workbook.sharedStrings[Number(value)];
      if (text === undefined) throw malformed('a cell points to a text that does not exist');
      return text.trim() === '' ? undefined : { kind: 'text', text };
    }
    case 'str': case 'inlineStr': case 'd': return value.trim() === '' ? undefined : { kind: 'text', text: value };
    case 'b': return { kind: 'text', text: value.trim() === '1' || value.trim() === 'true' ? 'TRUE' : 'FALSE' };
    // #N/A is how a sheet says "no value".
    case 'e': return value === '#N/A' ? undefined : { kind: 'error' };
    case 'n': {
      const number = Number(value);
      if (!Number.isFinite(number)) throw malformed(`a cell holds ${value.slice(0, 30)} as a number`);
      const ms = workbook.dateStyles[style] === true ? serialDate(number, workbook.from1904) : undefined;
      return ms === undefined ? { kind: 'number', value: number } : { kind: 'date', ms };
    }
    default: throw malformed(`a cell has the type ${type.slice(0, 30)}`);
  }
}

/** `AB12` → 27. */
function columnOf(reference: string | undefined, next: number): number {
  if (reference === undefined) return next;
  let column = 0;
  for (const char of reference) {
    const letter = char.charCodeAt(0) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  if (column < 1 || column > mostColumns) throw malformed(`a cell stands at ${reference.slice(0, 20)}`);
  return column - 1;
}

/**
 * The sheet asked for by name, else the visible ones in order.
 * @throws Fault `sheet_not_found` with the names there are
 */
export function sheetsToTry(workbook: Workbook, asked: string | undefined): Sheet[] {
  if (asked === undefined) return workbook.sheets.filter(({ hidden }) => !hidden).concat(workbook.sheets.filter(({ hidden }) => hidden));
  const sheet = workbook.sheets.find(({ name }) => name === asked) ?? workbook.sheets.find(({ name }) => name.normalize('NFKC').trim() === asked.normalize('NFKC').trim());
  if (sheet === undefined) {
    const names = workbook.sheets.map(({ name }) => name);
    throw new Fault('sheet_not_found', `no sheet is called ${asked}; there are ${names.join(', ')}`, { where: { field: 'sheet' }, values: { sheet: asked, sheets: names.slice(0, 50) } });
  }
  return [sheet];
}
