import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import exceljs from 'exceljs';
import { contest, inProcess, peerProcess, type Answers, type Case, type Suite } from '../../harness/index.ts';
import { cachedFile } from '../../generators/cache.ts';
import { csvRows, csvText } from '../../generators/csv.ts';
import { readTable, type Table } from '../../../cluster/table/index.ts';

/** Sums of a million values in different orders. */
const tolerances = { rows: 0, f0: 1e-9, k: 1e-12, words: 0 };

const csv: Case = {
  name: 'csv-100mb',
  about: `${csvRows.toLocaleString('en')} rows × 11 columns, 99 MB: numbers exact to the decimal, a column of words`,
  async run(setting) {
    const rows = setting.quick ? 20_000 : csvRows;
    const path = await cachedFile(setting.cache, `table-${rows}.csv`, () => csvText(rows));
    const { size } = await stat(path);
    return contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => readTable(path, { fileName: 'table.csv' }), describe),
      peers: [
        () => peerProcess('pandas read_csv', 'tables.py', ['pandas', path], setting.threads),
        () => peerProcess('Python csv + float', 'tables.py', ['csv', path], setting.threads),
      ],
      tolerances,
      floor: { seconds: size / setting.machine.bytes, of: `${(size / 1e6).toFixed(0)} MB read once from memory` },
    });
  },
};

const xlsx: Case = {
  name: 'xlsx-20k',
  about: 'the first 20,000 rows of the same table as a workbook',
  async run(setting) {
    const rows = setting.quick ? 1_000 : 20_000;
    const path = await workbook(setting.cache, rows);
    const { size } = await stat(path);
    return contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => readTable(path, { fileName: 'table.xlsx' }), describe),
      peers: [
        async () => inProcess('exceljs', 'of package.json', () => readWithExceljs(path), (answers) => answers),
        () => peerProcess('openpyxl read_only', 'tables.py', ['openpyxl', path], setting.threads),
      ],
      tolerances,
      floor: { seconds: size / setting.machine.bytes, of: `${(size / 1e6).toFixed(1)} MB of zip read once from memory (inflating is not counted)` },
    });
  },
};

function describe(table: Table): Answers {
  const column = (name: string) => {
    const found = table.columns.find((one) => one.name === name);
    if (found === undefined) throw new Error(`column ${name} is missing`);
    return found;
  };
  const sum = (name: string): number => column(name).values.reduce((total, value) => total + value, 0);
  return { rows: table.rows, f0: sum('f0'), k: sum('k'), words: column('cat').distinct };
}

async function workbook(cache: string, rows: number): Promise<string> {
  const path = join(cache, `table-${rows}.xlsx`);
  if (await stat(path).catch(() => null) !== null) return path;
  const growing = `${path}.${process.pid}`;
  const writer = new exceljs.stream.xlsx.WorkbookWriter({ filename: growing, useSharedStrings: true });
  const sheet = writer.addWorksheet('table');
  for (const line of [...csvText(rows)].join('').trimEnd().split('\n')) {
    sheet.addRow(line.split(',').map((cell) => (cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell))).commit();
  }
  await writer.commit();
  await rename(growing, path);
  return path;
}

async function readWithExceljs(path: string): Promise<Answers> {
  const book = new exceljs.Workbook();
  await book.xlsx.load(await readFile(path) as unknown as ArrayBuffer);
  const sheet = book.worksheets[0];
  if (sheet === undefined) throw new Error('a workbook without sheets');
  const head = (sheet.getRow(1).values as (string | undefined)[]);
  const at = (name: string): number => head.indexOf(name);
  const [f0, k, cat] = [at('f0'), at('k'), at('cat')];
  let [sumF0, sumK, rows] = [0, 0, 0];
  const words = new Set<unknown>();
  sheet.eachRow((row, number) => {
    if (number === 1) return;
    rows += 1;
    sumF0 += Number(row.getCell(f0).value);
    sumK += Number(row.getCell(k).value);
    words.add(row.getCell(cat).value);
  });
  return { rows, f0: sumF0, k: sumK, words: words.size };
}

export const table: Suite = { name: 'table', about: 'reading tables beside pandas, Python, exceljs and openpyxl', cases: [csv, xlsx] };
