import { Fault, type Notice } from '../../schemas/index.ts';
import { isKnownName } from './names.ts';
import type { Limits } from './types.ts';

/** So many names of deburring quantities make a row the header for certain. */
const recognisedFrom = 3;
/** Characters of a column name: whole questions of a survey are shorter; what is longer is a file without a header. */
const longestName = 1000;

export interface HeaderCandidate {
  cells: string[];
  /** row of the file */
  row: number;
}

/**
 * Which of the first two rows that are not blank holds the names: the first, unless it is a title (one cell filled above a row of
 * several names that are no numbers) or only the second holds names of known quantities.
 */
export function chooseHeader(first: HeaderCandidate, second: HeaderCandidate | undefined, notices: Notice[]): HeaderCandidate {
  if (second === undefined) return first;
  const filled = (row: HeaderCandidate): number => row.cells.filter((cell) => cell.trim() !== '').length;
  const known = (row: HeaderCandidate): number => row.cells.filter((cell) => isKnownName(cell.trim())).length;
  // A lone name that does not stand first, over two columns, is the header of a table with a nameless first column.
  const placed = first.cells[0]?.trim() !== '' || filled(second) > 2;
  const title = filled(first) <= 1 && placed && filled(second) > 1 && !second.cells.some(looksNumeric);
  if (!title && !(known(second) >= recognisedFrom && known(first) < recognisedFrom)) return first;
  notices.push({ code: 'header_below_title', severity: 'info', where: { row: second.row }, values: { row: second.row, title: first.cells.find((cell) => cell.trim() !== '')?.trim().slice(0, 80) ?? '' } });
  return second;
}

/**
 * The names of the columns: trimmed, NFC, without zero-width characters; a nameless one becomes `column_N`.
 * @returns names, and which of them were made up (a nameless column without values is dropped later)
 * @throws Fault `duplicate_column`, `cell_too_long`, `too_many_columns`, `empty_file`
 */
export function columnNames(header: HeaderCandidate, limits: Limits, notices: Notice[]): { names: string[]; unnamed: boolean[] } {
  refuseWidth(header.cells.length, limits);
  const names = header.cells.map((cell) => cell.replace(/[\u200b-\u200d\u2060\ufeff\u0000-\u001f]+/g, ' ').trim().replace(/ {2,}/g, ' ').normalize('NFC'));
  const unnamed = names.map((name) => name === '');
  const longest = Math.max(...names.map((name) => name.length));
  if (longest > longestName) throw new Fault('cell_too_long', `a column name of ${longest} characters`, { where: { row: header.row }, values: { limit: longestName, length: longest } });
  if (!unnamed.includes(false)) throw new Fault('no_header', `row ${header.row} holds no column name`, { where: { row: header.row }, values: { row: header.row } });
  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    if (name === '') return;
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw new Fault('duplicate_column', `columns ${earlier + 1} and ${index + 1} are both called ${name}`, {
        where: { column: name, row: header.row }, values: { name, first: earlier + 1, second: index + 1 },
      });
    }
    seen.set(name, index);
  });
  names.forEach((name, index) => {
    if (name !== '') return;
    let made = `column_${index + 1}`;
    while (seen.has(made)) made += '_';
    seen.set(made, index);
    names[index] = made;
  });
  if (names.every((name, index) => unnamed[index] || looksNumeric(name))) notices.push({ code: 'header_is_numeric', severity: 'warning', where: { row: header.row }, values: { row: header.row } });
  return { names, unnamed };
}

export function refuseWidth(columns: number, limits: Limits): void {
  if (columns > limits.columns) throw new Fault('too_many_columns', `more than ${limits.columns} columns`, { values: { limit: limits.columns } });
}

export function refuseRows(rows: number, limits: Limits): void {
  if (rows > limits.rows) throw new Fault('too_many_rows', `more than ${limits.rows} rows`, { values: { limit: limits.rows } });
}

export function refuseCells(rows: number, columns: number, limits: Limits): void {
  if (rows * columns > limits.cells) {
    throw new Fault('too_many_values', `${rows} rows × ${columns} columns are more than ${limits.cells} values`, { values: { rows, columns, limit: limits.cells } });
  }
}

function looksNumeric(text: string): boolean {
  return /^\s*[+-]?[\d.,]*\d[\d.,]*(?:e[+-]?\d+)?\s*$/i.test(text);
}
