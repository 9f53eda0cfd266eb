import { makeData, makeVector, Float64, Table, tableFromIPC, tableToIPC, type Vector } from 'apache-arrow';

/**
 * Columns of doubles as one Arrow IPC buffer, the form in which results leave a thread. NaN is a value here, not a null: a
 * nullable Arrow column gives 0 for null when read as an array.
 */
export function packColumns(columns: Readonly<Record<string, Float64Array>>): Uint8Array<ArrayBuffer> {
  const bytes = tableToIPC(new Table(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, viewColumn(values)]))), 'file');
  // a buffer of its own, so that it can be transferred whole
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes as Uint8Array<ArrayBuffer> : bytes.slice();
}

/** A vector over the given values, without copying; they may lie in shared memory. */
export function viewColumn(values: Float64Array): Vector<Float64> {
  return makeVector(makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values }));
}

/** Reads what `packColumns` wrote; the arrays are views on the buffer. */
export function unpackColumns(bytes: Uint8Array): Record<string, Float64Array> {
  const table = tableFromIPC(bytes);
  return Object.fromEntries(table.schema.fields.map((field) => [field.name, (table.getChild(field.name) as Vector<Float64>).toArray()]));
}
