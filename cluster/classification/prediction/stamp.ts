import type { ClassificationParameters } from '../../../schemas/index.ts';
import { canonicalName, type Column, type Table } from '../../table/index.ts';

const brushes = ['A13', 'A11', 'A21', 'A32'] as const;

/** The table of settings with brush, material and wire of the parameters in every row, as the original's dialog stamps them; what is null stays as the table says. Columns that it lacks come behind the others. */
export function stamped(table: Table, { brush_type, material, wire_length, wire_count }: Pick<ClassificationParameters, 'brush_type' | 'material' | 'wire_length' | 'wire_count'>): Table {
  const stamps: Column[] = [];
  const number = (name: string, value: number): void => void stamps.push(constant(name, 'number', value, [], table.rows));
  if (brush_type !== null) for (const brush of brushes) number(brush, Number(brush === brush_type));
  if (material !== null) stamps.push(constant('材料', 'text', 0, [material], table.rows));
  if (wire_length !== null) number('線材長', wire_length);
  if (wire_count !== null) number('線材本数', wire_count);
  if (stamps.length === 0) return table;
  const own = (name: string): Column | undefined => stamps.find((stamp) => canonicalName(stamp.name) === canonicalName(name));
  const columns = table.columns.map((column) => {
    const stamp = own(column.name);
    return stamp === undefined ? column : { ...stamp, name: column.name, distinct: stamp.distinct };
  });
  const absent = stamps.filter((stamp) => !table.columns.some((column) => own(column.name) === stamp));
  return { ...table, columns: [...columns, ...absent] };
}

function constant(name: string, kind: 'number' | 'text', value: number, levels: string[], rows: number): Column {
  return { name, kind, values: new Float64Array(new SharedArrayBuffer(8 * rows)).fill(value), lo: null, levels, missing: 0, distinct: 1 };
}
