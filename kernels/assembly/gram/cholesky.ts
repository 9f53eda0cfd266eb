import { sumError } from '../double-double/arithmetic';
import { dot, squareRoot } from '../double-double/vector';
import { solveUpperTransposed } from '../least-squares/householder';

/**
 * Cholesky in double-double of a cross product of [X | y]: the upper triangle of the (p+1) x (p+1) planes gh, gl (column-major) becomes R with
 * R'R = G; its last column is Q'y. Returns p, or the number of the first column whose diagonal falls to `tolerance` of itself or below: as far as a
 * Gram matrix can tell it depends on those before it. The corner under y may round away; it is then 0.
 * Cost: p^3 / 3 double-double operations. Scratch: 64 bytes.
 */
export function cholesky(gh: usize, gl: usize, p: i32, tolerance: f64, work: usize): i32 {
  const size = p + 1;
  const stride = <usize>size << 3;
  for (let k = 0; k < size; k++) {
    const column = <usize>k * stride;
    const at = column + (<usize>k << 3);
    const own = load<f64>(gh + at);
    solveUpperTransposed(gh, gl, k, size, gh + column, gl + column, work);
    dot(gh + column, gl + column, gh + column, gl + column, k, work);
    const d = -load<f64>(work);
    const s = own + d;
    const e = sumError(own, d, s) + (load<f64>(gl + at) - load<f64>(work + 8));
    const hi = s + e;
    if (k < p && !(hi > tolerance * own)) return k;
    if (hi > 0) squareRoot(hi, e - (hi - s), work);
    else memory.fill(work, 0, 16);
    store<f64>(gh + at, load<f64>(work));
    store<f64>(gl + at, load<f64>(work + 8));
  }
  return p;
}
