import { KernelError } from '../errors.ts';
import type { SeparationInput } from './types.ts';

/** One side of the plane that a row must be on: row number and sign. A row that saw both outcomes appears twice. */
interface Side { readonly row: number; readonly sign: 1 | -1 }

/** The rows as unit vectors that must have no negative product with a separating direction. Columns are scaled by powers of two to [-1, 1]. */
export class SeparationProblem {
  readonly q: number;
  readonly sides: readonly Side[];
  /** Exact column scales; direction in raw units = scaled direction × scale. */
  readonly scales: Float64Array;
  readonly #input: SeparationInput;
  readonly #intercept: boolean;

  constructor(input: SeparationInput) {
    const { x, y, n, p, trials, leadingDimension = n } = input;
    if (y.length < n || (p > 0 && x.length < (p - 1) * leadingDimension + n)) throw new KernelError('kernel_shape', 'x or y is too short', { n, p });
    this.#input = input;
    this.#intercept = input.intercept ?? true;
    this.q = p + (this.#intercept ? 1 : 0);
    const sides: Side[] = [];
    for (let row = 0; row < n; row++) {
      if (trials && trials[row] === 0) continue;
      if ((y[row] as number) > 0) sides.push({ row, sign: 1 });
      if ((y[row] as number) < 1) sides.push({ row, sign: -1 });
    }
    this.sides = sides;
    this.scales = Float64Array.from({ length: this.q }, (_, k) => {
      let largest = 0;
      for (let row = 0; row < n; row++) largest = Math.max(largest, Math.abs(this.value(row, k)));
      return largest === 0 ? 1 : 2 ** -Math.ceil(Math.log2(largest));
    });
  }

  /** Coefficient k (constant first) of a row, raw. */
  value(row: number, k: number): number {
    const { x, n, leadingDimension = n } = this.#input;
    if (this.#intercept) return k === 0 ? 1 : (x[(k - 1) * leadingDimension + row] as number);
    return x[k * leadingDimension + row] as number;
  }

  /** Signed, scaled, of length 1 (or 0). */
  unit(index: number): Float64Array {
    const { row, sign } = this.sides[index] as Side;
    const vector = Float64Array.from({ length: this.q }, (_, k) => sign * this.value(row, k) * (this.scales[k] as number));
    const length = Math.hypot(...vector);
    return length === 0 ? vector : vector.map((value) => value / length);
  }

  /** Products of all units with a scaled direction. */
  products(direction: Float64Array): Float64Array {
    const out = new Float64Array(this.sides.length);
    const squares = new Float64Array(this.sides.length);
    for (let k = 0; k < this.q; k++) {
      const d = direction[k] as number;
      const s = this.scales[k] as number;
      this.sides.forEach(({ row }, i) => {
        const value = this.value(row, k) * s;
        out[i] = (out[i] as number) + value * d;
        squares[i] = (squares[i] as number) + value * value;
      });
    }
    return out.map((value, i) => (squares[i] === 0 ? 0 : (value * (this.sides[i] as Side).sign) / Math.sqrt(squares[i] as number)));
  }
}
