import { KernelError } from '../errors.ts';
import type { SeparationInput } from './types.ts';

/** The rows as unit vectors that must have no negative product with a separating direction. Columns are scaled by powers of two to [-1, 1]. */
export class SeparationProblem {
  readonly q: number;
  /** A side is one side of the plane that a row must be on: row number here, sign below. A row that saw both outcomes has two, one after the other. */
  readonly rows: Int32Array;
  /** Exact column scales; direction in raw units = scaled direction × scale. */
  readonly scales: Float64Array;
  readonly #input: SeparationInput;
  readonly #intercept: boolean;
  readonly #signs: Int8Array;
  /** Sign over the length of the scaled row (0 for a row of zeros). */
  readonly #lengths: Float64Array;

  constructor(input: SeparationInput) {
    const { x, y, n, p, trials, leadingDimension = n } = input;
    if (y.length < n || (p > 0 && x.length < (p - 1) * leadingDimension + n)) throw new KernelError('kernel_shape', 'x or y is too short', { n, p });
    this.#input = input;
    this.#intercept = input.intercept ?? true;
    this.q = p + (this.#intercept ? 1 : 0);
    const rows = new Int32Array(2 * n);
    const signs = new Int8Array(2 * n);
    let count = 0;
    const add = (row: number, sign: number): void => {
      rows[count] = row;
      signs[count] = sign;
      count++;
    };
    for (let row = 0; row < n; row++) {
      if (trials && trials[row] === 0) continue;
      if ((y[row] as number) > 0) add(row, 1);
      if ((y[row] as number) < 1) add(row, -1);
    }
    this.rows = rows.subarray(0, count);
    this.#signs = signs.subarray(0, count);
    this.scales = Float64Array.from({ length: this.q }, (_, k) => {
      const column = this.#column(k);
      if (column === undefined) return 1;
      let largest = 0;
      for (let row = 0; row < n; row++) largest = Math.max(largest, Math.abs(column[row] as number));
      return largest === 0 ? 1 : 2 ** -Math.ceil(Math.log2(largest));
    });
    this.#lengths = this.#squares().map((value, i) => (value === 0 ? 0 : (signs[i] as number) / Math.sqrt(value)));
  }

  /** Column of coefficient k; none for the constant. */
  #column(k: number): Float64Array | undefined {
    const { x, n, leadingDimension = n } = this.#input;
    const j = this.#intercept ? k - 1 : k;
    return j < 0 ? undefined : x.subarray(j * leadingDimension, j * leadingDimension + n);
  }

  #squares(): Float64Array {
    const { rows } = this;
    const squares = new Float64Array(rows.length).fill(this.#intercept ? 1 : 0);
    for (let k = 0; k < this.q; k++) {
      const column = this.#column(k);
      const scale = this.scales[k] as number;
      if (column) for (let i = 0; i < rows.length; i++) squares[i] = (squares[i] as number) + ((column[rows[i] as number] as number) * scale) ** 2;
    }
    return squares;
  }

  /** Coefficient k (constant first) of a row, raw. */
  value(row: number, k: number): number {
    const { x, n, leadingDimension = n } = this.#input;
    if (this.#intercept) return k === 0 ? 1 : (x[(k - 1) * leadingDimension + row] as number);
    return x[k * leadingDimension + row] as number;
  }

  /** Signed, scaled, of length 1 (or 0). */
  unit(index: number): Float64Array {
    const row = this.rows[index] as number;
    const sign = this.#signs[index] as number;
    const vector = Float64Array.from({ length: this.q }, (_, k) => sign * this.value(row, k) * (this.scales[k] as number));
    const length = Math.hypot(...vector);
    return length === 0 ? vector : vector.map((value) => value / length);
  }

  /** Products of all units with a scaled direction. Cost: one read of x. */
  products(direction: Float64Array): Float64Array {
    const { rows } = this;
    const out = new Float64Array(rows.length).fill(this.#intercept ? (direction[0] as number) : 0);
    for (let k = 0; k < this.q; k++) {
      const column = this.#column(k);
      const factor = (direction[k] as number) * (this.scales[k] as number);
      if (column && factor !== 0) for (let i = 0; i < rows.length; i++) out[i] = (out[i] as number) + (column[rows[i] as number] as number) * factor;
    }
    const lengths = this.#lengths;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * (lengths[i] as number);
    return out;
  }
}
