import { Fault, type Notice } from '../../schemas/index.ts';
import type { ColumnBuilder } from './column-builder.ts';
import type { RowNumbers } from './row-numbers.ts';
import type { Column, ReadOptions } from './types.ts';

/**
 * Builders → columns. Columns that turned out to be text after all are read again by `again`; nameless columns without a value are
 * dropped.
 */
export async function assemble(
  header: { names: string[]; unnamed: boolean[] }, builders: ColumnBuilder[], rows: number, rowNumbers: RowNumbers, options: ReadOptions, notices: Notice[],
  again: (wanted: boolean[]) => Promise<(ColumnBuilder | null)[]>,
): Promise<Column[]> {
  if (rows === 0) throw new Fault('no_rows', 'the table has column names but no row', {});
  const rowNumber = (row: number): number => rowNumbers.of(row);
  const turned = builders.map((builder, index) => builder.mustBecomeText(header.names[index] as string, rows, rowNumber));
  if (turned.includes(true)) {
    const texts = await again(turned);
    texts.forEach((builder, index) => {
      if (builder === null) return;
      builders[index] = builder;
      notices.push({ code: 'mixed_as_text', severity: 'warning', where: { column: header.names[index] as string }, values: { column: header.names[index] as string } });
    });
  }
  const columns: Column[] = [];
  for (const [index, builder] of builders.entries()) {
    const name = header.names[index] as string;
    if (header.unnamed[index] && builder.isEmpty) continue;
    if (header.unnamed[index]) notices.push({ code: 'unnamed_column', severity: 'warning', where: { column: name }, values: { column: name, position: index + 1 } });
    columns.push(builder.finish(name, rows, rowNumber, options.allocate, notices));
  }
  return columns;
}
