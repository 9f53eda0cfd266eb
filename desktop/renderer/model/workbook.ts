/** Cells of the first sheet that holds any, as text. An .xlsx is a zip of XML; only what a preview needs is read (ECMA-376 part 1, §18.3). */
export async function readWorkbook(blob: Blob): Promise<string[][]> {
  const files = await unzip(new Uint8Array(await blob.arrayBuffer()));
  const text = async (name: string): Promise<string | undefined> => files.get(name)?.();
  const shared = stringsOf(await text('xl/sharedStrings.xml'));
  const dates = dateStylesOf(await text('xl/styles.xml'));
  const sheets = [...files.keys()].filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]));
  for (const name of sheets) {
    const records = recordsOf(xml(await text(name) ?? ''), shared, dates);
    if (records.length > 0) return records;
  }
  if (sheets.length === 0) throw new Error('no worksheet');
  return [];
}

function recordsOf(sheet: Document, shared: readonly string[], dates: ReadonlySet<number>): string[][] {
  const records: string[][] = [];
  for (const row of elements(sheet, 'row')) {
    const record: string[] = [];
    for (const cell of elements(row, 'c')) {
      const column = columnOf(cell.getAttribute('r') ?? '') ?? record.length;
      while (record.length < column) record.push('');
      record[column] = valueOf(cell, shared, dates);
    }
    const at = Number(row.getAttribute('r') ?? records.length + 1) - 1;
    while (records.length < at) records.push([]);
    records[at] = record;
  }
  return records;
}

function valueOf(cell: Element, shared: readonly string[], dates: ReadonlySet<number>): string {
  const type = cell.getAttribute('t');
  if (type === 'inlineStr') return elements(cell, 't').map((part) => part.textContent).join('');
  const value = elements(cell, 'v')[0]?.textContent ?? '';
  if (type === 's') return shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === null && value !== '' && dates.has(Number(cell.getAttribute('s') ?? 0))) return new Date(Math.round((Number(value) - 25569) * 86_400_000)).toISOString().replace('T', ' ').replace(/( 00:00:00)?\.\d+Z$/, '');
  return value;
}

function stringsOf(text: string | undefined): string[] {
  // phonetic guides (rPh) are no part of the text
  return text === undefined ? [] : elements(xml(text), 'si').map((item) => elements(item, 't').filter((part) => part.parentElement?.localName !== 'rPh').map((part) => part.textContent).join(''));
}

/** Cell formats that show a number as a date: the built-in ones, and codes with a day, month or year. */
function dateStylesOf(text: string | undefined): Set<number> {
  if (text === undefined) return new Set();
  const styles = xml(text);
  const custom = new Set(elements(styles, 'numFmt').filter((format) => /[dy]|m{3}/i.test((format.getAttribute('formatCode') ?? '').replace(/"[^"]*"|\[[^\]]*\]/g, ''))).map((format) => Number(format.getAttribute('numFmtId'))));
  const formats = elements(styles, 'cellXfs')[0];
  return new Set((formats === undefined ? [] : elements(formats, 'xf')).flatMap((format, at) => {
    const id = Number(format.getAttribute('numFmtId'));
    return (id >= 14 && id <= 22) || custom.has(id) ? [at] : [];
  }));
}

function columnOf(reference: string): number | undefined {
  const letters = /^[A-Z]+/.exec(reference)?.[0];
  return letters === undefined ? undefined : [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function xml(text: string): Document {
  return new DOMParser().parseFromString(text, 'application/xml');
}

function elements(parent: Document | Element, name: string): Element[] {
  return [...parent.getElementsByTagNameNS('*', name)];
}

/** name → how to get its text (APPNOTE 4.3: central directory at the end). */
async function unzip(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, () => Promise<string>>> {
  const view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error('not an Excel workbook');
  const files = new Map<string, () => Promise<string>>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const body = bytes.subarray(start, start + size);
    files.set(name, () => new Response(method === 0 ? body : new Blob([body]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text());
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}
