import { KernelError } from '../errors.ts';
import { productError } from './arithmetic.ts';

/** A column as hi + lo; lo absent where every value is a double. */
export interface Column {
  readonly hi: Float64Array;
  readonly lo?: Float64Array;
}

/** Elementwise product in double-double (interactions): about 31 digits, so x1·x2 costs the model no digits. Shapes must agree (kernel_shape). */
export function columnProduct(a: Column, b: Column, out: { hi: Float64Array; lo: Float64Array }): void {
  const n = a.hi.length;
  if (b.hi.length !== n || out.hi.length !== n || out.lo.length !== n) {
    throw new KernelError('kernel_shape', 'columns of a product differ in length', { left: n, right: b.hi.length, out: out.hi.length });
  }
  for (let i = 0; i < n; i++) {
    const x = a.hi[i] as number;
    const y = b.hi[i] as number;
    const p = x * y;
    const e = productError(x, y, p) + (x * (b.lo?.[i] ?? 0) + y * (a.lo?.[i] ?? 0));
    out.hi[i] = p + e;
    out.lo[i] = e - ((out.hi[i] as number) - p);
  }
}

/** Elementwise integer power ≥ 1 in double-double, by repeated squaring. */
export function columnPower(a: Column, exponent: number, out: { hi: Float64Array; lo: Float64Array }): void {
  if (!Number.isInteger(exponent) || exponent < 1) throw new KernelError('kernel_shape', `power ${exponent} is not a positive integer`, { exponent });
  const base = { hi: a.hi.slice(), lo: a.lo?.slice() ?? new Float64Array(a.hi.length) };
  let first = true;
  for (let rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) {
      if (first) {
        out.hi.set(base.hi);
        out.lo.set(base.lo);
      } else columnProduct(out, base, out);
      first = false;
    }
    if (rest > 1) columnProduct(base, base, base);
  }
}
