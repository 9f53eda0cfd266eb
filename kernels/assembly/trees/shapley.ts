// Shapley values of one tree, path-dependent, by quadrature.
//
// On a path with features j, one-fractions o_j (the row agrees with every cut on j) and zero-fractions z_j (product of cover ratios of the cuts on j), feature i gets from a
// leaf: value (o_i - z_i) * integral over t in [0, 1] of the product over j != i of (t o_j + (1 - t) z_j). The integrand is a polynomial of degree (features on the path) - 1, so
// Gauss-Legendre with half as many points is exact, and every factor is positive: nothing cancels. Products go down the tree once, leaf sums come up once: each edge
// costs three vectors of `points`, whatever the depth (classical TreeSHAP: depth^2 per leaf). Tables per edge are made by the host, see kernels/trees/shapley.ts.
import { goesLeft } from './predict';

/** An edge is known by the node it leads to. 32 bytes: parent, first child (-1: leaf), nearest edge above on the same feature (-1: none), feature, all i32; threshold, cover ratio f64. */
// @ts-ignore: decorator
@inline const EDGE: usize = 32;

/**
 * phi f64[n][p + 1] += Shapley values. edges: [nodes]; flags u16[nodes]; values f64[nodes]; tables f64[nodes][4][points]: factor where the row agrees, factor where it does not, weights
 * where it agrees, weights where not. points is even. scratch: f64[nodes][points] twice, u8[nodes] twice.
 */
export function treeShapley(nodes: i32, edges: usize, flags: usize, values: usize, tables: usize, points: i32, x: usize, n: i32, p: i32, phi: usize, scratch: usize, sets: usize): void {
  const wide = <usize>points << 3;
  const sums = scratch;
  const agree = scratch + <usize>nodes * wide;
  const way = agree + <usize>nodes;
  for (let i = 0; i < n; i++) {
    const row = x + (<usize>i * <usize>p << 3);
    const out = phi + (<usize>i * <usize>(p + 1) << 3);
    for (let q: usize = 0; q < wide; q += 16) v128.store(sums + q, f64x2.splat(1));
    store<u8>(agree, 1);
    for (let e = 0; e < nodes; e++) {
      const edge = edges + <usize>e * EDGE;
      const here = sums + <usize>e * wide;
      if (e > 0) {
        const parent = load<i32>(edge);
        const above = load<i32>(edge, 8);
        const from = sums + <usize>parent * wide;
        const before = above < 0 ? 1 : load<u8>(agree + above);
        if (!before) {
          store<u8>(agree + e, 0);
          const ratio = f64x2.splat(load<f64>(edge, 24));
          for (let q: usize = 0; q < wide; q += 16) v128.store(here + q, f64x2.mul(v128.load(from + q), ratio));
        } else {
          // the first child is the one on the left
          const isLeft = load<i32>(edges + <usize>parent * EDGE, 4) == e;
          const agrees = load<u8>(way + parent) == <u8>isLeft;
          store<u8>(agree + e, <u8>agrees);
          const table = tables + (<usize>e << 2) * wide + (agrees ? 0 : wide);
          for (let q: usize = 0; q < wide; q += 16) v128.store(here + q, f64x2.mul(v128.load(from + q), v128.load(table + q)));
        }
      }
      if (load<i32>(edge, 4) >= 0) {
        const feature = load<i32>(edge, 12);
        store<u8>(way + e, <u8>goesLeft(load<f64>(row + (<usize>feature << 3)), load<f64>(edge, 16), load<u16>(flags + (<usize>e << 1)), sets));
      } else {
        const value = f64x2.splat(load<f64>(values + (<usize>e << 3)));
        for (let q: usize = 0; q < wide; q += 16) v128.store(here + q, f64x2.mul(v128.load(here + q), value));
      }
    }
    for (let e = nodes - 1; e > 0; e--) {
      const edge = edges + <usize>e * EDGE;
      const here = sums + <usize>e * wide;
      const left = load<i32>(edge, 4);
      const above = load<i32>(edge, 8);
      const counts = above < 0 || load<u8>(agree + above) != 0;
      if (left >= 0) {
        const a = sums + <usize>left * wide;
        const b = a + wide;
        for (let q: usize = 0; q < wide; q += 16) v128.store(here + q, f64x2.add(v128.load(a + q), v128.load(b + q)));
      }
      if (!counts) continue;
      const table = tables + (<usize>e << 2) * wide + (load<u8>(agree + e) ? 2 * wide : 3 * wide);
      let dot = f64x2.splat(0);
      for (let q: usize = 0; q < wide; q += 16) dot = f64x2.add(dot, f64x2.mul(v128.load(here + q), v128.load(table + q)));
      const feature = load<i32>(edges + <usize>load<i32>(edge) * EDGE, 12);
      const at = out + (<usize>feature << 3);
      store<f64>(at, load<f64>(at) + f64x2.extract_lane(dot, 0) + f64x2.extract_lane(dot, 1));
    }
  }
}
