import { doubleDouble, type DoubleDouble } from '../../../kernels/index.ts';

/** A vector in double-double. */
export interface Vector {
  hi: Float64Array;
  lo: Float64Array;
}

export function zeros(length: number): Vector {
  return { hi: new Float64Array(length), lo: new Float64Array(length) };
}

export function copyOf({ hi, lo }: Vector): Vector {
  return { hi: hi.slice(), lo: lo.slice() };
}

const { productError, sumError } = doubleDouble;

/** a·b */
export function dot(a: Vector, b: Vector): DoubleDouble {
  let sum = 0;
  let low = 0;
  for (let i = 0; i < a.hi.length; i += 1) {
    const x = a.hi[i] as number;
    const y = b.hi[i] as number;
    const p = x * y;
    const s = sum + p;
    low += sumError(sum, p, s) + (productError(x, y, p) + (x * (b.lo[i] as number) + y * (a.lo[i] as number)));
    sum = s;
  }
  const hi = sum + low;
  return [hi, low - (hi - sum)];
}

/** y += f·x; mutates y */
export function addMultiple(y: Vector, f: DoubleDouble, x: Vector): void {
  const [fh, fl] = f;
  for (let i = 0; i < y.hi.length; i += 1) {
    const a = x.hi[i] as number;
    const p = fh * a;
    const e = productError(fh, a, p) + (fh * (x.lo[i] as number) + fl * a);
    const b = y.hi[i] as number;
    const s = b + p;
    const t = sumError(b, p, s) + ((y.lo[i] as number) + e);
    const hi = s + t;
    y.hi[i] = hi;
    y.lo[i] = t - (hi - s);
  }
}

export function length(a: Vector): number {
  let largest = 0;
  for (const value of a.hi) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 0;
  let sum = 0;
  for (const value of a.hi) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
