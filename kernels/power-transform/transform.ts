import { KernelError } from '../errors.ts';

/** Box & Cox (1964): (y^λ − 1)/λ, y > 0. Yeo & Johnson (2000): the same of y + 1, mirrored below 0 with 2 − λ; any y. */
export type TransformFamily = 'box_cox' | 'yeo_johnson';

/** A monotone increasing transformation of the response. */
export interface PowerTransform {
  readonly family: TransformFamily;
  readonly lambda: number;
}

/** (e^(λv) − 1)/λ, v at λ = 0. */
export function power(v: number, lambda: number): number {
  return lambda === 0 ? v : Math.expm1(lambda * v) / lambda;
}

/** ln(1 + λw)/λ: the inverse of `power`; the limit (±Infinity) where w is beyond every value that power takes. */
function logPower(w: number, lambda: number): number {
  if (lambda === 0) return w;
  const base = lambda * w;
  return base <= -1 ? -Infinity / lambda : Math.log1p(base) / lambda;
}

/** Throws kernel_domain (row) for Box–Cox of a value ≤ 0. */
export function transform({ family, lambda }: PowerTransform, y: ArrayLike<number>): Float64Array {
  if (family === 'box_cox') return logarithms(y).map((v) => power(v, lambda));
  return Float64Array.from(y, (value) => (value >= 0 ? power(Math.log1p(value), lambda) : -power(Math.log1p(-value), 2 - lambda)));
}

/** ln y. Throws kernel_domain (row) for values ≤ 0. */
export function logarithms(y: ArrayLike<number>): Float64Array {
  return Float64Array.from(y, (value, row) => {
    if (!(value > 0)) throw new KernelError('kernel_domain', `Box–Cox needs positive values; row ${row} holds ${value}`, { row, value });
    return Math.log(value);
  });
}

/**
 * Back to the response's own scale; increasing in w everywhere and never NaN. Where w is beyond every value the transformation takes
 * (a prediction below √0, say) the limit of the response there: 0 or Infinity for Box–Cox, ±Infinity for Yeo–Johnson.
 */
export function inverse({ family, lambda }: PowerTransform, w: number): number {
  if (family === 'box_cox') return Math.exp(logPower(w, lambda));
  return w >= 0 ? Math.expm1(logPower(w, lambda)) : -Math.expm1(logPower(-w, 2 - lambda));
}

/** Whether w is a value that the transformation takes, so that its inverse is a response and not a limit. */
export function invertible(transformation: PowerTransform, w: number): boolean {
  const { family, lambda } = transformation;
  if (family === 'box_cox') return lambda * w > -1;
  return w >= 0 ? lambda * w > -1 : (lambda - 2) * w > -1;
}
