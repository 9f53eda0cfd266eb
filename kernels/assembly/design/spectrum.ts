// The least eigenvalue of a symmetric matrix: Householder reduction to a tridiagonal one, then bisection on Sturm counts (Golub & Van Loan, §8.3-8.4).

/** Halvings of the interval of Gershgorin: to the last bit of the largest eigenvalue. */
// @ts-ignore: decorator
@inline const HALVINGS: i32 = 60;

// @ts-ignore: decorator
@inline
function at(a: usize, ld: i32, i: i32, j: i32): usize {
  // the lower triangle, column by column
  return a + ((<usize>j * <usize>ld + <usize>i) << 3);
}

/** a: lower triangle, overwritten. scratch: f64[2 ld]. Cost: 4/3 n^3. */
export function leastEigenvalue(a: usize, n: i32, ld: i32, scratch: usize): f64 {
  const off = scratch;
  const q = scratch + (<usize>ld << 3);
  for (let k = 0; k < n - 2; k++) {
    // reflect column k below its diagonal onto its first element
    let norm: f64 = 0;
    for (let i = k + 1; i < n; i++) norm += load<f64>(at(a, ld, i, k)) ** 2;
    norm = sqrt(norm);
    const first = load<f64>(at(a, ld, k + 1, k));
    const alpha = first > 0 ? -norm : norm;
    store<f64>(off + (<usize>k << 3), alpha);
    if (norm == 0) continue;
    store<f64>(at(a, ld, k + 1, k), first - alpha);
    const beta = 1 / (norm * (norm + abs(first)));
    // q = beta A v - (beta^2 v'A v / 2) v;  A <- A - v q' - q v'
    for (let i = k + 1; i < n; i++) store<f64>(q + (<usize>i << 3), 0);
    for (let j = k + 1; j < n; j++) {
      const v = load<f64>(at(a, ld, j, k));
      let sum = load<f64>(at(a, ld, j, j)) * v;
      for (let i = j + 1; i < n; i++) {
        const value = load<f64>(at(a, ld, i, j));
        sum += value * load<f64>(at(a, ld, i, k));
        const slot = q + (<usize>i << 3);
        store<f64>(slot, load<f64>(slot) + value * v);
      }
      const slot = q + (<usize>j << 3);
      store<f64>(slot, load<f64>(slot) + sum);
    }
    let form: f64 = 0;
    for (let i = k + 1; i < n; i++) {
      const slot = q + (<usize>i << 3);
      store<f64>(slot, beta * load<f64>(slot));
      form += load<f64>(slot) * load<f64>(at(a, ld, i, k));
    }
    const half = 0.5 * beta * form;
    for (let i = k + 1; i < n; i++) {
      const slot = q + (<usize>i << 3);
      store<f64>(slot, load<f64>(slot) - half * load<f64>(at(a, ld, i, k)));
    }
    for (let j = k + 1; j < n; j++) {
      const v = load<f64>(at(a, ld, j, k));
      const w = load<f64>(q + (<usize>j << 3));
      for (let i = j; i < n; i++) {
        const slot = at(a, ld, i, j);
        store<f64>(slot, load<f64>(slot) - load<f64>(at(a, ld, i, k)) * w - load<f64>(q + (<usize>i << 3)) * v);
      }
    }
  }
  if (n > 1) store<f64>(off + (<usize>(n - 2) << 3), load<f64>(at(a, ld, n - 1, n - 2)));
  let low = Infinity;
  let high = Infinity;
  for (let i = 0; i < n; i++) {
    const d = load<f64>(at(a, ld, i, i));
    const radius = (i > 0 ? abs(load<f64>(off + (<usize>(i - 1) << 3))) : 0) + (i < n - 1 ? abs(load<f64>(off + (<usize>i << 3))) : 0);
    low = min(low, d - radius);
    // a diagonal element is an upper bound
    high = min(high, d);
  }
  for (let h = 0; h < HALVINGS && low < high; h++) {
    const middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) break;
    if (anyBelow(a, n, ld, off, middle)) high = middle;
    else low = middle;
  }
  return low + 0.5 * (high - low);
}

/** Whether an eigenvalue of the tridiagonal matrix lies below x: a pivot of T - x I is negative. */
function anyBelow(a: usize, n: i32, ld: i32, off: usize, x: f64): bool {
  let pivot: f64 = 1;
  for (let i = 0; i < n; i++) {
    const e: f64 = i > 0 ? load<f64>(off + (<usize>(i - 1) << 3)) : 0;
    pivot = load<f64>(at(a, ld, i, i)) - x - (i > 0 ? e * e / pivot : 0);
    if (pivot < 0) return true;
    if (pivot == 0) pivot = 1e-300;
  }
  return false;
}
