/** A table as text: what a file holds before anything is made of it. */
export interface Table {
  header: string[];
  /** cells as they stand in the file, one array a row */
  rows: string[][];
  /** file row (as a spreadsheet counts) of each of `rows` */
  rowNumbers: number[];
}

/** RFC 4180 with the delimiters that the server knows; quotes may hold line breaks. */
export function parseDelimited(text: string): string[][] {
  const delimiter = delimiterOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    record.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === delimiter) endCell();
    else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      endCell();
      records.push(record);
      record = [];
    } else cell += character;
  }
  if (cell !== '' || record.length > 0) {
    endCell();
    records.push(record);
  }
  return records;
}

/** The one that parts the first line most often. */
function delimiterOf(text: string): string {
  const line = text.slice(0, Math.max(0, (text + '\n').search(/[\r\n]/)));
  const counts = [',', '\t', ';', '|'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

/** Records → table: the header is the first record of at least two filled cells (a title may stand above it); empty lines are no rows. */
export function tableOf(records: readonly string[][]): Table {
  const isEmpty = (record: readonly string[]): boolean => record.every((cell) => cell.trim() === '');
  const filled = (record: readonly string[]): number => record.filter((cell) => cell.trim() !== '').length;
  const widest = Math.max(0, ...records.slice(0, 20).map(filled));
  const top = records.findIndex((record) => filled(record) >= Math.min(2, widest) && filled(record) > 0);
  if (top < 0) return { header: [], rows: [], rowNumbers: [] };
  const header = (records[top] ?? []).map((name) => name.trim());
  while (header.at(-1) === '') header.pop();
  const rows: string[][] = [];
  const rowNumbers: number[] = [];
  for (let at = top + 1; at < records.length; at += 1) {
    const record = records[at] ?? [];
    if (isEmpty(record)) continue;
    rows.push(record);
    rowNumbers.push(at + 1);
  }
  return { header, rows, rowNumbers };
}

export function toCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `\uFEFF${[header, ...rows].map((row) => row.map(quote).join(',')).join('\r\n')}\r\n`;
}
