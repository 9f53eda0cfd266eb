// The best split under an L1 penalty, in double precision, one cut at a time: score T(G)^2 / (H + lambda) with the soft threshold T, which has no shortcut.
import { Grow, Node } from './grow-state';
import { smallestHessian } from './scan';

// @ts-ignore: decorator
@inline
function score(g: Grow, G: f64, H: f64): f64 {
  const shrunk = max(abs(G) - g.alpha, 0.0);
  return shrunk * shrunk / (H + g.lambda);
}

/** cells are the node's. Ties as in scan.ts. */
export function scanPenalised(g: Grow, node: Node, cells: usize): void {
  const G = <f64>node.g / g.scaleG;
  const H = <f64>node.h / g.scaleH;
  const parent = score(g, G, H);
  const smallest = smallestHessian(g, node, g.scaleH) / g.scaleH;
  let best = g.minGain;
  node.feature = -1;
  for (let f = 0; f < g.features; f++) {
    if (!load<u8>(g.treeMask + f) || !load<u8>(g.nodeMask + f)) continue;
    const bins = load<i32>(g.bins + (<usize>f << 2));
    const at = cells + (<usize>f << (g.shift + 3));
    const nan = load<u8>(g.missing + f) ? load<i64>(at + (<usize>bins << 3)) : 0;
    const ways = nan ? 2 : 1;
    for (let missingLeft = 0; missingLeft < ways; missingLeft++) {
      let leftG: i64 = missingLeft ? nan >> 32 : 0;
      let leftH: i64 = missingLeft ? nan & 0xffffffff : 0;
      const cuts = nan && !missingLeft ? bins : bins - 1;
      for (let b = 0; b < cuts; b++) {
        const cell = load<i64>(at + (<usize>b << 3));
        leftG += cell >> 32;
        leftH += cell & 0xffffffff;
        const gl = <f64>leftG / g.scaleG;
        const hl = <f64>leftH / g.scaleH;
        if (hl < smallest || H - hl < smallest) continue;
        const gain = score(g, gl, hl) + score(g, G - gl, H - hl) - parent;
        if (!(gain > best + SAME_GAIN * parent)) continue;
        best = gain;
        node.gain = gain;
        node.feature = f;
        node.bin = b;
        node.missingLeft = nan ? missingLeft : <i32>(2 * leftH >= node.h);
        node.leftG = leftG;
        node.leftH = leftH;
      }
    }
  }
}

/** Differences of scores below this share of them are rounding. */
// @ts-ignore: decorator
@inline const SAME_GAIN: f64 = 1e-14;
