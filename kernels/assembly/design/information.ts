// The information matrix of a design's rows, its inverse and what a criterion needs of them; shared by both searches.
import { OK, SINGULAR } from '../status';
import { cholesky, invertFactored, multiply } from './linear-algebra';

/** A pivot that falls below this part of its diagonal element is a dependent term. */
// @ts-ignore: decorator
@inline const PIVOT: f64 = 1e-12;
/** Put on the diagonal (relative) while the rows of a start are still singular. */
// @ts-ignore: decorator
@inline export const RIDGE: f64 = 1e-4;

/** What `factorInformation` leaves. */
@unmanaged
export class Information {
  /** det M = mantissa * 2^exponent */
  mantissa: f64;
  exponent: f64;
  /** tr(V W); 0 without moments */
  trace: f64;
}

/**
 * M = prior + sum f f' over the rows (+ ridge), V = M^-1 and, with moments W, G = V W V. Matrices are symmetric, terms columns of leading
 * dimension ld; square is scratch of that size. model: rows x ld. Cost: rows terms^2 / 2 + terms^3. @returns OK or SINGULAR
 */
export function factorInformation(model: usize, rows: i32, terms: i32, ld: i32, prior: usize, moments: usize, ridge: f64, square: usize, inverse: usize, weighted: usize, out: Information): i32 {
  const stride = <usize>ld << 3;
  memory.copy(square, prior, stride * <usize>terms);
  for (let i = 0; i < rows; i++) {
    const row = model + <usize>i * stride;
    for (let j = 0; j < terms; j++) {
      const value = load<f64>(row + (<usize>j << 3));
      if (value == 0) continue;
      const f = f64x2.splat(value);
      const column = square + <usize>j * stride;
      for (let k = <usize>(j & ~1) << 3; k < stride; k += 16) v128.store(column + k, f64x2.add(v128.load(column + k), f64x2.mul(f, v128.load(row + k))));
    }
  }
  if (ridge > 0) {
    for (let j = 0; j < terms; j++) {
      const at = square + <usize>j * stride + (<usize>j << 3);
      store<f64>(at, load<f64>(at) + ridge * (<f64>rows + load<f64>(at)));
    }
  }
  if (cholesky(square, terms, ld, PIVOT) < terms) return SINGULAR;
  let mantissa: f64 = 1;
  let exponent = 0;
  for (let j = 0; j < terms; j++) {
    const root = load<f64>(square + <usize>j * stride + (<usize>j << 3));
    mantissa *= root * root;
    const bits = reinterpret<u64>(mantissa);
    exponent += <i32>((bits >> 52) & 0x7ff) - 1023;
    mantissa = reinterpret<f64>((bits & 0x800fffffffffffff) | 0x3ff0000000000000);
  }
  out.mantissa = mantissa;
  out.exponent = <f64>exponent;
  out.trace = 0;
  invertFactored(square, inverse, terms, ld);
  if (!moments) return OK;
  // square <- W V, G <- V (W V)
  for (let j = 0; j < terms; j++) multiply(moments, inverse + <usize>j * stride, square + <usize>j * stride, terms, ld);
  for (let j = 0; j < terms; j++) {
    out.trace += load<f64>(square + <usize>j * stride + (<usize>j << 3));
    multiply(inverse, square + <usize>j * stride, weighted + <usize>j * stride, terms, ld);
  }
  return OK;
}
