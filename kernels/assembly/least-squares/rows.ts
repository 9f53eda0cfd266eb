// A column times a scale and row factors.
import { productError } from '../double-double/arithmetic';
import { OK } from '../status';

/**
 * out = (xh + xl) * scale * (fh + fl), elementwise in double-double. xl may be 0 (no low plane), and so may fh (no factors). scale: a power of two.
 * Cost: 25 n flop.
 */
export function scaleRows(xh: usize, xl: usize, scale: f64, fh: usize, fl: usize, n: i32, outHigh: usize, outLow: usize): i32 {
  for (let i: usize = 0; i < <usize>n << 3; i += 8) {
    const a = load<f64>(xh + i) * scale;
    const b = xl ? load<f64>(xl + i) * scale : 0;
    if (!fh) {
      store<f64>(outHigh + i, a);
      store<f64>(outLow + i, b);
      continue;
    }
    const f = load<f64>(fh + i);
    const p = a * f;
    const e = productError(a, f, p) + (a * load<f64>(fl + i) + b * f);
    const hi = p + e;
    store<f64>(outHigh + i, hi);
    store<f64>(outLow + i, e - (hi - p));
  }
  return OK;
}
