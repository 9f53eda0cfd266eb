// Leave-one-out errors of a whole ridge path from rows of U.
import { OK } from '../status';

/** out = a^2, elementwise. */
export function squares(a: usize, n: i32, out: usize): i32 {
  for (let i: usize = 0; i < <usize>n << 3; i += 8) store<f64>(out + i, load<f64>(a + i) * load<f64>(a + i));
  return OK;
}

/**
 * sums[l] += sum_i (e_i / (1 - h_i))^2 with h_i = base + sum_j a[i, j] f[j, l] and e_i = y_i scale - shift - sum_j b[i, j] f[j, l], for `count` penalties l.
 * a, b: column-major n x rank, leading dimension ld (a multiple of 2; an even number of rows may be read); f: column-major rank x count.
 * Cost: 4 n rank count flop.
 */
export function leaveOneOutSums(a: usize, b: usize, ld: i32, n: i32, rank: i32, f: usize, count: i32, y: usize, scale: f64, shift: f64, base: f64, sums: usize): i32 {
  const stride = <usize>ld << 3;
  const pairs = n & ~1;
  for (let l = 0; l < count; l++) {
    const factors = f + ((<usize>l * <usize>rank) << 3);
    let total = f64x2.splat(0);
    for (let i = 0; i < pairs; i += 2) {
      const at = <usize>i << 3;
      let c = f64x2.splat(1 - base);
      let e = f64x2.sub(f64x2.mul(v128.load(y + at), f64x2.splat(scale)), f64x2.splat(shift));
      let u = a + at;
      let v = b + at;
      for (let j = 0; j < rank; j++) {
        const factor = v128.load64_splat(factors + (<usize>j << 3));
        c = f64x2.sub(c, f64x2.mul(v128.load(u), factor));
        e = f64x2.sub(e, f64x2.mul(v128.load(v), factor));
        u += stride;
        v += stride;
      }
      const deleted = f64x2.div(e, c);
      total = f64x2.add(total, f64x2.mul(deleted, deleted));
    }
    let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
    if (pairs < n) {
      const at = <usize>pairs << 3;
      let c: f64 = 1 - base;
      let e: f64 = load<f64>(y + at) * scale - shift;
      for (let j = 0; j < rank; j++) {
        const factor = load<f64>(factors + (<usize>j << 3));
        c -= load<f64>(a + <usize>j * stride + at) * factor;
        e -= load<f64>(b + <usize>j * stride + at) * factor;
      }
      sum += (e / c) * (e / c);
    }
    store<f64>(sums + (<usize>l << 3), load<f64>(sums + (<usize>l << 3)) + sum);
  }
  return OK;
}
