// Values of leaves before the rate, and what a side of a split scores with one: L1 and L2 penalties, step limit, smoothing towards the parent, bounds.
import { Grow, Node, nodeAt } from './grow-state';

// @ts-ignore: decorator
@inline
export function shrink(g: Grow, G: f64): f64 {
  return G > g.alpha ? G - g.alpha : G < -g.alpha ? G + g.alpha : 0;
}

/** -T(G, alpha) / (H + lambda + extra), held to the step limit. */
export function leafValue(g: Grow, G: f64, H: f64, extra: f64): f64 {
  const below = H + g.lambda + extra;
  let value = below > 0 ? -shrink(g, G) / below + 0.0 : 0; // never -0, which text cannot say
  if (g.maxStep > 0) value = min(max(value, -g.maxStep), g.maxStep);
  return value;
}

/** The same, drawn towards `parent` as if that were `smoothing` rows, and within the bounds. */
export function boundedValue(g: Grow, G: f64, H: f64, rows: f64, extra: f64, parent: f64, lower: f64, upper: f64): f64 {
  let value = leafValue(g, G, H, extra);
  if (g.smoothing > 0) {
    const r = rows / g.smoothing;
    value = value * r / (r + 1) + parent / (r + 1);
  }
  return min(max(value, lower), upper);
}

/** Value of one side of a split of a node, rows counted in proportion to hessians. */
export function sideValue(g: Grow, node: Node, G: f64, H: f64, extra: f64): f64 {
  const rows = <f64>node.count * H * g.scaleH / max(<f64>node.h, 1.0);
  return boundedValue(g, G, H, rows, extra, node.output, node.lower, node.upper);
}

/** Twice what the loss falls by, to second order, when rows with these sums get the value. */
// @ts-ignore: decorator
@inline
export function scoreOf(g: Grow, G: f64, H: f64, extra: f64, value: f64): f64 {
  return -(2 * shrink(g, G) * value + (H + g.lambda + extra) * value * value);
}

/** Value that the node has as a leaf; the root is not smoothed. */
export function ownValue(g: Grow, node: Node, G: f64, H: f64, rows: f64): f64 {
  return node.parent < 0 ? leafValue(g, G, H, 0) : boundedValue(g, G, H, rows, node.extra, nodeAt(g, node.parent).output, node.lower, node.upper);
}
