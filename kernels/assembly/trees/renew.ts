// Leaves of losses that have no curvature (absolute, pinball): the quantile of what is left of the target, instead of a Newton step.
import { Grow, nodeAt, recordsOf } from './grow-state';

/** Sorts i32[n] row numbers by f64[row] ascending, equal ones by row number: Shell's sort with Ciura's gaps, in place, no recursion. */
function sortRows(order: usize, n: i32, by: usize): void {
  let gap = 1;
  while (gap < n) gap = gap * 9 / 4 + 1;
  while (gap > 1) {
    gap = max(1, gap * 4 / 9);
    for (let i = gap; i < n; i++) {
      const row = load<i32>(order + (<usize>i << 2));
      const value = load<f64>(by + (<usize>row << 3));
      let j = i;
      while (j >= gap) {
        const other = load<i32>(order + (<usize>(j - gap) << 2));
        const above = load<f64>(by + (<usize>other << 3));
        if (above < value || (above == value && other < row)) break;
        store<i32>(order + (<usize>j << 2), other);
        j -= gap;
      }
      store<i32>(order + (<usize>j << 2), row);
    }
    if (gap == 1) return;
  }
}

/** Shares of weight closer than this are the same. */
// @ts-ignore: decorator
@inline const SAME_SHARE: f64 = 1e-12;

/**
 * Leaf values := rate * the `level` quantile of y - score over the rows in the arena, weighted by w (0 = 1) and multiplicity; where a whole interval minimises the loss, its middle.
 * Values stay within a node's bounds. residual f64[n], order i32[n] scratch.
 */
export function treeRenew(grow: usize, score: usize, y: usize, w: usize, level: f64, residual: usize, order: usize): void {
  const g = changetype<Grow>(grow);
  const stride = <usize>g.stride;
  for (let index = 0; index < g.nodeCount; index++) {
    const node = nodeAt(g, index);
    if (node.left >= 0 || node.count == 0) continue;
    let row = recordsOf(g, node) + stride - 12;
    let total: f64 = 0;
    for (let k = 0; k < node.count; k++, row += stride) {
      const i = <usize>load<u32>(row);
      store<i32>(order + (<usize>k << 2), <i32>i);
      store<f64>(residual + (i << 3), load<f64>(y + (i << 3)) - load<f64>(score + (i << 3)));
    }
    sortRows(order, node.count, residual);
    for (let k = 0; k < node.count; k++) total += weightOf(g, w, load<i32>(order + (<usize>k << 2)));
    const wanted = level * total;
    let sum: f64 = 0;
    let value: f64 = 0;
    for (let k = 0; k < node.count; k++) {
      const i = load<i32>(order + (<usize>k << 2));
      value = load<f64>(residual + (<usize>i << 3));
      sum += weightOf(g, w, i);
      if (sum < wanted - SAME_SHARE * total) continue;
      if (sum <= wanted + SAME_SHARE * total && k + 1 < node.count) value = 0.5 * (value + load<f64>(residual + (<usize>load<i32>(order + (<usize>(k + 1) << 2)) << 3)));
      break;
    }
    node.value = g.rate * min(max(value, node.lower), node.upper);
  }
}

// @ts-ignore: decorator
@inline
function weightOf(g: Grow, w: usize, row: i32): f64 {
  const times: f64 = g.counts ? <f64>load<u8>(g.counts + row) : 1.0;
  return w ? times * load<f64>(w + (<usize>row << 3)) : times;
}
