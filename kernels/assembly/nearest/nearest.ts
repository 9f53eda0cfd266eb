// Nearest rows by brute force, four training rows at a time.

/**
 * The k nearest of n training rows for m queries, nearest first, ties by number. x: training coordinates in panels f64[panel][p][4]; q: queries f64[m][p] row-major.
 * metric 0: sum of squared differences; 1: sum of absolute ones. leaveOut: query i does not see training row i. ids i32[m][k], far f64[m][k] (Infinity where there are fewer).
 * Cost: 3 m n p flop.
 */
export function nearestRows(x: usize, n: i32, p: i32, q: usize, m: i32, k: i32, metric: i32, leaveOut: i32, ids: usize, far: usize): void {
  const panels = (n + 3) >> 2;
  for (let i = 0; i < m; i++) {
    const point = q + <usize>i * (<usize>p << 3);
    const own = ids + <usize>i * (<usize>k << 2);
    const distances = far + <usize>i * (<usize>k << 3);
    for (let c = 0; c < k; c++) {
      store<i32>(own + (<usize>c << 2), -1);
      store<f64>(distances + (<usize>c << 3), Infinity);
    }
    const last = distances + (<usize>(k - 1) << 3);
    let at = x;
    for (let panel = 0; panel < panels; panel++) {
      let s = f64x2.splat(0);
      let t = f64x2.splat(0);
      for (let f: usize = 0; f < <usize>p; f++, at += 32) {
        const v = v128.load64_splat(point + (f << 3));
        const a = f64x2.sub(v128.load(at), v);
        const b = f64x2.sub(v128.load(at, 16), v);
        s = f64x2.add(s, metric ? f64x2.abs(a) : f64x2.mul(a, a));
        t = f64x2.add(t, metric ? f64x2.abs(b) : f64x2.mul(b, b));
      }
      const row = panel << 2;
      const worst = load<f64>(last);
      if (f64x2.extract_lane(s, 0) < worst) insert(f64x2.extract_lane(s, 0), row, n, leaveOut ? i : -1, k, own, distances);
      if (f64x2.extract_lane(s, 1) < worst) insert(f64x2.extract_lane(s, 1), row + 1, n, leaveOut ? i : -1, k, own, distances);
      if (f64x2.extract_lane(t, 0) < worst) insert(f64x2.extract_lane(t, 0), row + 2, n, leaveOut ? i : -1, k, own, distances);
      if (f64x2.extract_lane(t, 1) < worst) insert(f64x2.extract_lane(t, 1), row + 3, n, leaveOut ? i : -1, k, own, distances);
    }
  }
}

function insert(distance: f64, row: i32, n: i32, excluded: i32, k: i32, ids: usize, distances: usize): void {
  if (row >= n || row == excluded || !(distance < load<f64>(distances + (<usize>(k - 1) << 3)))) return;
  let c = k - 1;
  for (; c > 0 && load<f64>(distances + (<usize>(c - 1) << 3)) > distance; c--) {
    store<f64>(distances + (<usize>c << 3), load<f64>(distances + (<usize>(c - 1) << 3)));
    store<i32>(ids + (<usize>c << 2), load<i32>(ids + (<usize>(c - 1) << 2)));
  }
  store<f64>(distances + (<usize>c << 3), distance);
  store<i32>(ids + (<usize>c << 2), row);
}
