import { columnProduct } from '../../../kernels/index.ts';
import { levelOf, type Column } from '../../table/index.ts';
import { addMultiple, zeros } from '../algebra/vectors.ts';
import { columnPlanes, numberPlanes, polynomialPlanes } from './numbers.ts';
import type { Coding, DesignPlan, LearnedFactor, Planes, TermFactor } from './types.ts';

/**
 * The columns of a plan for any rows of any table that has its source columns, in double-double: powers and products cost no
 * digits. NaN where a value is missing, a level was not among those of the fit, or a function does not exist.
 * @param take called once per design column, in order; the planes are the caller's only until the next call
 */
export function buildColumns(plan: DesignPlan, column: (name: string) => Column, rows: Int32Array, take: (position: number, planes: Planes) => void): void {
  const shared = sharedFactors(plan);
  const cache = new Map<LearnedFactor, Planes[]>();
  const partsOf = (factor: TermFactor): Planes[] => {
    if (factor.learned.kind === 'levels') return [];
    const known = cache.get(factor.learned);
    if (known !== undefined) return known;
    const parts = factorPlanes(factor.learned, column(factor.learned.column), rows);
    if (shared.has(factor.learned)) cache.set(factor.learned, parts);
    return parts;
  };
  const ones: Planes = { hi: new Float64Array(rows.length).fill(1), lo: new Float64Array(rows.length) };
  if (plan.intercept) take(0, ones);
  for (const { factors, columns } of plan.terms) {
    const parts = factors.map(partsOf);
    for (const position of columns) {
      const chosen = plan.columns[position]?.parts ?? [];
      const planes = factors.map((factor, at) => (factor.learned.kind === 'levels'
        ? levelPlanes(factor.learned.coding, factor.full, chosen[at] as number, column(factor.learned.column), rows)
        : parts[at]?.[chosen[at] as number] as Planes));
      take(position, planes.slice(1).reduce((product, next) => {
        const out = zeros(rows.length);
        columnProduct(product, next, out);
        return out;
      }, planes[0] as Planes));
    }
  }
}

/** Sum of the offsets, or undefined without any. */
export function buildOffset(plan: DesignPlan, column: (name: string) => Column, rows: Int32Array): Planes | undefined {
  const [first, ...others] = plan.offsets.map((learned) => factorPlanes(learned, column(learned.column), rows)[0] as Planes);
  if (first === undefined) return undefined;
  const sum = { hi: first.hi.slice(), lo: first.lo.slice() };
  for (const other of others) addMultiple(sum, [1, 0], other);
  return sum;
}

function factorPlanes(learned: LearnedFactor, column: Column, rows: Int32Array): Planes[] {
  const values = columnPlanes(column, rows);
  return learned.kind === 'poly' ? polynomialPlanes(learned, values) : learned.kind === 'number' ? [numberPlanes(learned, values)] : [];
}

/** One column of a categorical factor: its number per level, looked up per row. */
function levelPlanes({ levels, matrix }: Coding, full: boolean, part: number, column: Column, rows: Int32Array): Planes {
  const numbers = new Map(levels.map((level, i) => [level, full ? Number(i === part) : matrix[i]?.[part] ?? NaN]));
  const out = zeros(rows.length);
  // text codes are looked up once per level, not once per row
  const byCode = column.kind === 'text' ? column.levels.map((level) => numbers.get(level) ?? NaN) : undefined;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as number;
    out.hi[i] = byCode === undefined ? numbers.get(levelOf(column, row) ?? '') ?? NaN : byCode[column.values[row] as number] ?? NaN;
  }
  return out;
}

/** Factors of several terms, worth keeping. */
function sharedFactors(plan: DesignPlan): Set<LearnedFactor> {
  const seen = new Set<LearnedFactor>();
  const shared = new Set<LearnedFactor>();
  for (const { learned } of plan.terms.flatMap(({ factors }) => factors)) (seen.has(learned) ? shared : seen).add(learned);
  return shared;
}
