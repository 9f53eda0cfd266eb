import { hash } from 'node:crypto';
import { Field, Float64, Int32, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct, TimestampMillisecond, Utf8, type Data } from 'apache-arrow';
import { canonicalMaterial, type Column } from '../table/index.ts';

/** A column of the table of predictions, whatever it holds; NaN and null are missing. */
export type BlockColumn = { name: string } & ({ kind: 'number' | 'date'; values: Float64Array } | { kind: 'text'; values: (string | null)[] });

/**
 * Rows as one Arrow IPC stream of one record batch: row of the file, condition key, then the columns.
 * @param metadata of the schema: what the file says of where it comes from
 */
export function arrowBlock(rowNumbers: Int32Array, keys: string[], columns: readonly BlockColumn[], metadata: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const parts: [name: string, data: Data][] = [
    ['row', makeData({ type: new Int32(), length: rowNumbers.length, nullCount: 0, data: rowNumbers })], ['condition_key', textData(keys)],
    ...columns.map((column): [string, Data] => [column.name, column.kind === 'text' ? textData(column.values) : numberData(column.values, column.kind)]),
  ];
  const schema = new Schema(parts.map(([name, data]) => new Field(name, data.type, true)), new Map(metadata));
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rowNumbers.length, nullCount: 0, children: parts.map(([, data]) => data) }));
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true).slice();
}

function numberData(values: Float64Array, kind: 'number' | 'date'): Data {
  const { nullBitmap, nullCount } = validity(values.length, (i) => !Number.isNaN(values[i]));
  if (kind === 'number') return makeData({ type: new Float64(), length: values.length, nullCount, nullBitmap, data: values.slice() });
  return makeData({ type: new TimestampMillisecond(), length: values.length, nullCount, nullBitmap, data: BigInt64Array.from(values, (value) => BigInt(Number.isNaN(value) ? 0 : Math.round(value))) });
}

function textData(values: readonly (string | null)[]): Data {
  const { nullBitmap, nullCount } = validity(values.length, (i) => values[i] !== null);
  const encoder = new TextEncoder();
  const bytes = values.map((value) => (value === null || value === '' ? null : encoder.encode(value)));
  const valueOffsets = new Int32Array(values.length + 1);
  bytes.forEach((part, i) => void (valueOffsets[i + 1] = (valueOffsets[i] as number) + (part?.length ?? 0)));
  const data = new Uint8Array(valueOffsets[values.length] as number);
  bytes.forEach((part, i) => part !== null && data.set(part, valueOffsets[i]));
  return makeData({ type: new Utf8(), length: values.length, nullCount, nullBitmap, valueOffsets, data });
}

function validity(length: number, valid: (i: number) => boolean): { nullBitmap: Uint8Array | undefined; nullCount: number } {
  const bitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  let nullCount = 0;
  for (let i = 0; i < length; i += 1) {
    if (valid(i)) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
    else nullCount += 1;
  }
  return { nullBitmap: nullCount === 0 ? undefined : bitmap, nullCount };
}

/** A column of the read table as one of the block. */
export function blockColumn({ name, kind, values, levels }: Column): BlockColumn {
  if (kind === 'number' || kind === 'date') return { name, kind, values };
  return { name, kind: 'text', values: Array.from(values, (value) => (kind === 'empty' || Number.isNaN(value) ? null : levels[value] ?? null)) };
}

/**
 * Key of a row's setting: equal for equal values of the named quantities, whatever the order, spelling or other columns of
 * the table. 128 bits of SHA-256 over name=value, names in code point order.
 */
export function conditionKeys(named: readonly { quantity: string; column: Column }[], rows: number): string[] {
  const parts = [...named].sort((a, b) => (a.quantity < b.quantity ? -1 : 1)).map(({ quantity, column }) => {
    const prefix = `${JSON.stringify(quantity)}=`;
    const same = quantity === '材料' ? canonicalMaterial : (level: string): string => level;
    return column.kind === 'text'
      ? (i: number): string => prefix + JSON.stringify(same(column.levels[column.values[i] as number] ?? ''))
      : (i: number): string => prefix + (Number.isNaN(column.values[i]) ? 'null' : String(column.values[i]));
  });
  return Array.from({ length: rows }, (_, i) => hash('sha256', parts.map((part) => part(i)).join('|')).slice(0, 32));
}
