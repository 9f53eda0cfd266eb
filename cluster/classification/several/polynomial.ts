import { encodeColumns, encodeRows, type ColumnCode } from '../../../kernels/gaussian-process/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { learnPreparation, prepare, type Preparation } from '../families/preparation.ts';

/** Columns of standardised coordinates and of their products; learnt on training rows only. */
export interface Polynomial {
  readonly preparation: Preparation;
  readonly columns: readonly ColumnCode[];
  /** products of two coordinates; −1: none */
  readonly terms: readonly (readonly [a: number, b: number])[];
}

/** @param kind quadratic: squares of numbers and products of any two columns beside the columns */
export function learnPolynomial(x: Matrix, categorical: readonly number[], kind: 'linear' | 'quadratic'): Polynomial {
  const preparation = learnPreparation(x, categorical);
  const { columns, p } = encodeColumns({ x: prepare(preparation, x), y: new Float64Array(x.rows) }, { categorical });
  const owner = columns.flatMap((code, j) => new Array<number>(code.kind === 'continuous' ? 1 : code.levels.length).fill(j));
  const terms: [number, number][] = Array.from({ length: p }, (_, a) => [a, -1]);
  if (kind === 'quadratic') {
    for (let a = 0; a < p; a++) {
      for (let b = a; b < p; b++) if (owner[a] !== owner[b] || (a === b && columns[owner[a] as number]?.kind === 'continuous')) terms.push([a, b]);
    }
  }
  return { preparation, columns, terms };
}

/** Column-major rows × terms. */
export function expandRows({ preparation, columns, terms }: Polynomial, x: Matrix): Float64Array {
  const encoded = encodeRows(prepare(preparation, x), [...columns]);
  const [rows, width] = [x.rows, encoded.length / x.rows];
  const out = new Float64Array(rows * terms.length);
  terms.forEach(([a, b], t) => { for (let i = 0, at = 0; i < rows; i++, at += width) out[t * rows + i] = (encoded[at + a] as number) * (b < 0 ? 1 : (encoded[at + b] as number)); });
  return out;
}
