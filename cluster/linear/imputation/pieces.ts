import { basisFit, fillByChainedEquations } from '../../../kernels/index.ts';
import { levelOf, type Column } from '../../table/index.ts';
import { buildColumns, buildOffset, type DesignPlan } from '../model/index.ts';
import { takeTurns, type Done, type Share } from '../spread.ts';

export interface ImputePiece {
  given: {
    plan: DesignPlan;
    /** columns that the terms read, the rows of the imputation only */
    columns: readonly Column[];
    /** target on the scale of the fit */
    y: Float64Array;
    weights: Float64Array | null;
    /** design columns with a coefficient */
    kept: readonly number[];
    seed: number;
  };
  imputation: number;
}

/** Fills the gaps and fits, imputation after imputation; a task. NaN where a filled value is outside what a term takes (a logarithm of 0). */
export function imputePieces(share: Share<ImputePiece>): Promise<Done<{ coefficients: Float64Array; variances: Float64Array; degreesOfFreedom: number }>> {
  return Promise.resolve(takeTurns(share, ({ given, imputation }) => fitFilled(given, imputation)));
}

function fitFilled({ plan, columns, y, weights, kept, seed }: ImputePiece['given'], imputation: number): ReturnType<typeof basisFit> {
  const numeric = columns.filter(({ kind }) => kind !== 'text');
  const filled = fillByChainedEquations(numeric.map(({ values }) => Float64Array.from(values)), [y, ...columns.filter(({ kind }) => kind === 'text').flatMap(indicators)], { seed, imputation });
  const whole = new Map(columns.map((column): [string, Column] => {
    const at = numeric.indexOf(column);
    // what is filled has no further digits
    return [column.name, at < 0 ? column : { ...column, values: filled[at] as Float64Array, lo: column.values.some(Number.isNaN) ? null : column.lo }];
  }));
  const n = y.length;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const design: Float64Array[] = [];
  const find = (name: string): Column => whole.get(name) as Column;
  buildColumns(plan, find, rows, (position, { hi }) => { design[position] = hi.slice(); });
  const offset = buildOffset(plan, find, rows);
  const root = weights?.map(Math.sqrt);
  const scaled = (values: Float64Array): Float64Array => (root === undefined ? values : values.map((value, i) => value * (root[i] as number)));
  return basisFit(n, kept.map((j) => scaled(design[j] as Float64Array)), scaled(offset === undefined ? y : y.map((value, i) => value - (offset.hi[i] as number))));
}

/** Of every level but the first. */
function indicators(column: Column): Float64Array[] {
  return column.levels.slice(1).map((level) => Float64Array.from(column.values, (_, row) => Number(levelOf(column, row) === level)));
}
