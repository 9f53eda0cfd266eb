// Blocks of rows of a design, copied to scratch: what every kernel that goes through X row block by row block starts with.
import { productError } from '../double-double/arithmetic';
import { OK } from '../status';

/**
 * The kept columns of `rows` rows starting at `from`, scaled: work[k] = x[from.., pivots[k]] * scales[pivots[k]], columns `stride` bytes apart,
 * filled up with zeros to `padded` rows.
 */
export function gatherBlock(x: usize, ld: i32, scales: usize, pivots: usize, rank: i32, from: i32, rows: i32, padded: i32, work: usize, stride: usize): void {
  for (let k = 0; k < rank; k++) {
    const j = load<i32>(pivots + (<usize>k << 2));
    const source = x + ((<usize>j * <usize>ld + <usize>from) << 3);
    const target = work + <usize>k * stride;
    const s = load<f64>(scales + (<usize>j << 3));
    for (let i: usize = 0; i < <usize>rows << 3; i += 8) store<f64>(target + i, load<f64>(source + i) * s);
    if (rows < padded) memory.fill(target + (<usize>rows << 3), 0, <usize>(padded - rows) << 3);
  }
}

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
