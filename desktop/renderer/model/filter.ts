import type { Column } from './describe.ts';
import { brushes } from './describe.ts';
import type { Table } from './table.ts';

/** Conditions of the filter page: each row must meet all of them. A range may have one end only. */
export interface Filter {
  ranges: Readonly<Record<string, { min: string; max: string }>>;
  values: Readonly<Record<string, string>>;
  brushes: readonly string[];
}

export const noFilter: Filter = { ranges: {}, values: {}, brushes: [] };

/** Columns in the order of the original's page, the file's others after them. */
const order = ['実験日', 'バリ除去', '上面ダレ量', '側面ダレ量', '面粗度(Ra)前', '面粗度(Ra)後', '摩耗量', '切削力X', '切削力Y', '切削力Z', '材料', 'ブラシ選択', '直径', '線材本数', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数', '線材長', '加工時間'];
const mostChoices = 12;

export type FilterField = { name: string; kind: 'range' | 'date' | 'choice' | 'brush'; column: Column; choices: string[] };

export function fieldsOf(table: Table, columns: readonly Column[]): FilterField[] {
  const fields = columns.filter(({ name }) => !brushes.some((brush) => brush === name) && !/^(id|no\.?)$/i.test(name)).map((column): FilterField => {
    const at = table.header.indexOf(column.name);
    if (column.name === '実験日') return { name: column.name, kind: 'date', column, choices: [] };
    const isChoice = !column.numeric || ['バリ除去', 'UPカット', '材料'].includes(column.name);
    const choices = isChoice && column.distinct <= mostChoices ? [...new Set(table.rows.map((row) => row[at]?.trim() ?? ''))].filter((value) => value !== '').sort() : [];
    return { name: column.name, kind: choices.length > 0 ? 'choice' : 'range', column, choices };
  }).filter((field) => field.kind !== 'range' || field.column.numeric);
  const [first] = columns.filter(({ name }) => brushes.some((brush) => brush === name));
  if (first !== undefined) fields.push({ name: 'ブラシ選択', kind: 'brush', column: first, choices: brushes.filter((brush) => table.header.includes(brush)) });
  const place = (name: string): number => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return fields.map((field, at) => ({ field, at })).sort((a, b) => place(a.field.name) - place(b.field.name) || a.at - b.at).map(({ field }) => field);
}

/** Places of the rows that match. A cell that is empty meets no condition on its column. */
export function matching(table: Table, filter: Filter): number[] {
  const conditions = [
    ...Object.entries(filter.ranges).filter(([, { min, max }]) => min !== '' || max !== '').map(([name, { min, max }]) => {
      const at = table.header.indexOf(name);
      return name === '実験日'
        ? (row: string[]): boolean => { const day = (row[at] ?? '').slice(0, 10).replaceAll('/', '-'); return day !== '' && (min === '' || day >= min) && (max === '' || day <= max); }
        : (row: string[]): boolean => { const cell = row[at]?.trim() ?? ''; const value = Number(cell); return cell !== '' && (min === '' || value >= Number(min)) && (max === '' || value <= Number(max)); };
    }),
    ...Object.entries(filter.values).filter(([, value]) => value !== '').map(([name, value]) => {
      const at = table.header.indexOf(name);
      return (row: string[]): boolean => row[at]?.trim() === value;
    }),
    ...(filter.brushes.length === 0 ? [] : [(row: string[]): boolean => filter.brushes.some((brush) => Number(row[table.header.indexOf(brush)]) === 1)]),
  ];
  return table.rows.flatMap((row, at) => (conditions.every((meets) => meets(row)) ? [at] : []));
}

/** The conditions in words, for chips and the result's summary. */
export function chipsOf(filter: Filter): { name: string; text: string; without: Filter }[] {
  const { ranges, values } = filter;
  const except = <T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> => Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
  return [
    ...Object.entries(ranges).filter(([, { min, max }]) => min !== '' || max !== '').map(([name, { min, max }]) => ({ name, text: min === '' ? `${name} ≤ ${max}` : max === '' ? `${name} ≥ ${min}` : `${name} ${min} – ${max}`, without: { ...filter, ranges: except(ranges, name) } })),
    ...Object.entries(values).filter(([, value]) => value !== '').map(([name, value]) => ({ name, text: `${name} = ${value}`, without: { ...filter, values: except(values, name) } })),
    ...(filter.brushes.length === 0 ? [] : [{ name: 'ブラシ選択', text: filter.brushes.join(' + '), without: { ...filter, brushes: [] } }]),
  ];
}
