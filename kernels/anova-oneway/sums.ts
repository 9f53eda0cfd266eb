import { add, multiply, subtract } from '../double-double/index.ts';
import type { Column, DoubleDouble } from '../double-double/index.ts';

/** Value i of a column, hi + lo. */
export const valueAt = ({ hi, lo }: Column, i: number): DoubleDouble => [hi[i] as number, lo?.[i] ?? 0];

/** Running sums in double-double of values about a shift: no digits lost to a large common offset. */
export class ShiftedSums {
  private readonly shift: DoubleDouble;
  private sum: DoubleDouble = [0, 0];
  private squares: DoubleDouble = [0, 0];
  count = 0;

  constructor(shift: DoubleDouble) {
    this.shift = shift;
  }

  push(value: DoubleDouble): void {
    const d = subtract(value, this.shift);
    this.sum = add(this.sum, d);
    this.squares = add(this.squares, multiply(d, d));
    this.count++;
  }

  get mean(): DoubleDouble {
    return add(this.shift, this.meanAboutShift);
  }

  /** Mean minus shift. */
  get meanAboutShift(): DoubleDouble {
    return over(this.sum, this.count);
  }

  /** Σ (value − mean)². */
  get sumOfSquares(): DoubleDouble {
    return subtract(this.squares, over(multiply(this.sum, this.sum), this.count));
  }
}

function over(a: DoubleDouble, n: number): DoubleDouble {
  const q = a[0] / n;
  const r = subtract(a, multiply([q, 0], [n, 0]));
  return add([q, 0], [r[0] / n, 0]);
}
