import { doubleDouble, type KernelMemory } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { Column, Table } from '../table/index.ts';
import { buildColumns, buildOffset, type DesignPlan, type Planes } from './model/index.ts';

/** A design in the job's shared memory: column-major planes, leading dimension n. Offsets are bytes. */
export interface Design {
  n: number;
  p: number;
  /** n × p, high parts */
  x: number;
  /** n × p, low parts; null when every value is a double as it stands */
  xLow: number | null;
  /** n: the target less the offset */
  y: number;
  yLow: number | null;
  /** n; null without weights */
  weights: number | null;
  /** n; null without offset */
  offset: number | null;
  intercept: boolean;
  /** n: the target as in the file where y is a transformation of it; null otherwise */
  raw: number | null;
}

export interface DesignSource {
  plan: DesignPlan;
  table: Table;
  column: (name: string) => Column;
  target: Column;
  weights: Column | null;
  rows: Int32Array;
}

/** Writes the used rows of design and target into shared memory, where every thread sees them. @throws Fault `function_domain` with the row */
export function placeDesign(memory: KernelMemory, { plan, table, column, target, weights, rows }: DesignSource): Design {
  const n = rows.length;
  const p = plan.columns.length;
  const offset = buildOffset(plan, column, rows);
  if (offset !== undefined) requireFinite(offset, plan.offsets.map(({ label }) => label).join(' + '), plan.offsets[0]?.column ?? '', table, rows, column);
  const bytes = n * 8;
  const design = {
    n, p, intercept: plan.intercept, raw: null,
    x: memory.alloc(p * bytes), xLow: memory.alloc(p * bytes), y: memory.alloc(bytes), yLow: memory.alloc(bytes),
    weights: weights === null ? null : memory.alloc(bytes),
    offset: offset === undefined ? null : memory.alloc(bytes),
  };
  // views after the last allocation: growing the memory would leave them short
  let exact = true;
  buildColumns(plan, column, rows, (position, planes) => {
    const owner = plan.terms[plan.columns[position]?.term ?? -1];
    requireFinite(planes, plan.columns[position]?.name ?? '', owner?.factors[0]?.learned.column ?? '', table, rows, column);
    memory.float64(design.x + position * bytes, n).set(planes.hi);
    memory.float64(design.xLow + position * bytes, n).set(planes.lo);
    exact &&= planes.lo.every((value) => value === 0);
  });
  const y = memory.float64(design.y, n);
  const yLow = memory.float64(design.yLow, n);
  let exactTarget = true;
  for (let i = 0; i < n; i += 1) {
    const row = rows[i] as number;
    const value = [target.values[row] as number, target.lo?.[row] ?? 0] as const;
    const [hi, lo] = offset === undefined ? value : doubleDouble.subtract(value, [offset.hi[i] as number, offset.lo[i] as number]);
    y[i] = hi;
    yLow[i] = lo;
    exactTarget &&= lo === 0;
  }
  if (design.weights !== null && weights !== null) memory.float64(design.weights, n).set(rows.length === 0 ? [] : Float64Array.from(rows, (row) => weights.values[row] as number));
  if (design.offset !== null && offset !== undefined) memory.float64(design.offset, n).set(offset.hi);
  return { ...design, xLow: exact ? null : design.xLow, yLow: exactTarget ? null : design.yLow };
}

function requireFinite(planes: Planes, term: string, source: string, table: Table, rows: Int32Array, column: (name: string) => Column): void {
  const at = planes.hi.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = rows[at] as number;
  const value = source === '' ? NaN : column(source).values[row] as number;
  const where = { column: source, row: table.rowNumber(row) };
  throw Number.isNaN(planes.hi[at])
    ? new Fault('function_domain', `${term} does not exist for ${value} in row ${where.row}`, { where, values: { name: source, term, value, row: where.row } })
    : new Fault('function_overflow', `${term} is beyond a double in row ${where.row}`, { where, values: { term, row: where.row } });
}
