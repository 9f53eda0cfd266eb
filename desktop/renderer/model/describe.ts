import type { Notice } from '../../../schemas/index.ts';
import type { Table } from './table.ts';

export type FileKind = 'sample' | 'results' | 'table';

export interface Column {
  name: string;
  numeric: boolean;
  missing: number;
  distinct: number;
  min: number | null;
  max: number | null;
}

export interface Description {
  kind: FileKind;
  brush: string | null;
  columns: Column[];
  duplicates: number;
  notices: Notice[];
}

export const brushes = ['A13', 'A11', 'A21', 'A32'] as const;
/** Quantities that an experiment measures; what else the deburring table holds are settings or bookkeeping. */
export const measured = ['上面ダレ量', '側面ダレ量', '摩耗量', '切削力X', '切削力Y', '切削力Z', '面粗度(Ra)後', 'バリ除去'] as const;
const bookkeeping = ['id', 'No.', '実験日', '加工時間', 'D基準値', 'I基準値'];
const sampleHeader: readonly (readonly string[])[] = [['回転速度'], ['送り速度'], ['UPカット', '回転方向'], ['切込量', '切込み量'], ['突出量', '突出し量'], ['載せ率'], ['パス数']];
const measuredNames = /^(上面ダレ|側面ダレ|摩耗量|切削力|面粗度|粗度\(Ra\)|バリ除去)/;

/** Recognises the file by its header (spec ui.md §2.3) and counts what an analysis would complain about. */
export function describe(table: Table): Description {
  const { header } = table;
  const isSample = sampleHeader.every((names) => names.some((name) => header.includes(name)));
  const isMeasured = header.some((name) => measuredNames.test(name));
  const notices: Notice[] = [];
  const columns = header.map((name, at) => describeColumn(table, name, at, notices));
  const duplicates = countDuplicates(table);
  if (duplicates > 0) notices.unshift({ code: 'ui_notice_duplicates', severity: 'info', values: { count: duplicates } });
  const ragged = table.rows.flatMap((row, at) => (row.slice(header.length).some((cell) => cell.trim() !== '') || row.length < header.length ? [table.rowNumbers[at] ?? 0] : []));
  const [firstRagged] = ragged;
  if (firstRagged !== undefined) notices.push({ code: 'ui_notice_ragged', severity: 'warning', values: { count: ragged.length, row: firstRagged } });
  return { kind: isMeasured && columns.some(({ name, missing }) => measuredNames.test(name) && missing < table.rows.length) ? 'results' : isSample ? 'sample' : 'table', brush: brushOf(table), columns, duplicates, notices };
}

/** Columns that an analysis can take, with the ones it would take unasked. */
export function choicesOf(columns: readonly Column[]): { targets: Column[]; features: Column[] } {
  return {
    targets: columns.filter((column) => column.distinct > 1 && !bookkeeping.includes(column.name) && (column.numeric || column.distinct === 2)),
    features: columns.filter((column) => !measuredNames.test(column.name) && !bookkeeping.includes(column.name)),
  };
}

function describeColumn(table: Table, name: string, at: number, notices: Notice[]): Column {
  const values = table.rows.map((row) => row[at]?.trim() ?? '');
  const filled = values.filter((value) => value !== '');
  const numbers = filled.map(Number).filter((value) => Number.isFinite(value));
  const numeric = numbers.length > 0 && numbers.length >= filled.length * 0.8;
  if (numeric && numbers.length < filled.length) {
    const odd = values.findIndex((value) => value !== '' && !Number.isFinite(Number(value)));
    notices.push({ code: 'ui_notice_text_numbers', severity: 'warning', values: { column: name, count: filled.length - numbers.length, row: table.rowNumbers[odd] ?? 0, value: values[odd] ?? '' } });
  }
  const [min, max] = numbers.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  return { name, numeric, missing: values.length - filled.length, distinct: new Set(filled).size, min: numeric ? min : null, max: numeric ? max : null };
}

/** Rows that repeat an earlier one; a running number is not compared. */
function countDuplicates(table: Table): number {
  const compared = table.header.flatMap((name, at) => (/^(id|no\.?)$/i.test(name) ? [] : [at]));
  const keys = new Set(table.rows.map((row) => compared.map((at) => row[at]?.trim() ?? '').join('\u0000')));
  return table.rows.length - keys.size;
}

/** The one-hot column with most ones, as the original read it. */
function brushOf(table: Table): string | null {
  const counts = brushes.map((brush) => ({ brush, ones: table.rows.filter((row) => Number(row[table.header.indexOf(brush)]) === 1).length }));
  const best = counts.reduce((a, b) => (b.ones > a.ones ? b : a));
  return best.ones > 0 ? best.brush : null;
}
