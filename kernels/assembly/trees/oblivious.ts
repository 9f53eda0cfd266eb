// Trees with one condition per level (oblivious, as CatBoost's): the cut with the largest sum of gains over all nodes of the level. Nodes that a cut leaves whole, or with a
// side below the limits, add nothing to its sum; an empty child has its parent's value.
import { drawNodeMask } from './grow';
import { addRows, clearCells } from './histogram';
import { Grow, Node, nodeAt, recordsOf } from './grow-state';
import { ownValue, scoreOf, sideValue } from './outputs';
import { smallestHessian, totalOfCells } from './scan';
import { splitNode } from './split';

// @ts-ignore: decorator
@inline
function cellsOf(g: Grow, node: Node): usize {
  return g.pool + <usize>node.slot * g.slotBytes;
}

/** Adds a node's gains to those of the level: f64[features][2][cells], missing right and left. */
function addGains(g: Grow, node: Node): void {
  const G = <f64>node.g / g.scaleG;
  const H = <f64>node.h / g.scaleH;
  node.output = ownValue(g, node, G, H, <f64>node.count);
  if (node.count < 2) return;
  const parent = scoreOf(g, G, H, 0, node.output);
  const smallest = smallestHessian(g, node, g.scaleH) / g.scaleH;
  const width = <usize>1 << g.shift;
  for (let f = 0; f < g.features; f++) {
    if (!load<u8>(g.treeMask + f) || !load<u8>(g.nodeMask + f)) continue;
    const at = cellsOf(g, node) + (<usize>f * width << 3);
    const bins = load<i32>(g.bins + (<usize>f << 2));
    const nan = load<u8>(g.missing + f) ? load<i64>(at + (<usize>bins << 3)) : 0;
    for (let missingLeft = 0; missingLeft < 2; missingLeft++) {
      const out = g.levelGain + ((<usize>f * 2 + missingLeft) * width << 3);
      let leftG: i64 = missingLeft ? nan >> 32 : 0;
      let leftH: i64 = missingLeft ? nan & 0xffffffff : 0;
      for (let b = 0; b < bins; b++) {
        const cell = load<i64>(at + (<usize>b << 3));
        leftG += cell >> 32;
        leftH += cell & 0xffffffff;
        const gl = <f64>leftG / g.scaleG;
        const hl = <f64>leftH / g.scaleH;
        if (hl < smallest || H - hl < smallest) continue;
        const gain = scoreOf(g, gl, hl, 0, sideValue(g, node, gl, hl, 0)) + scoreOf(g, G - gl, H - hl, 0, sideValue(g, node, G - gl, H - hl, 0)) - parent;
        store<f64>(out + (<usize>b << 3), load<f64>(out + (<usize>b << 3)) + gain);
      }
    }
  }
}

/** The children of one node: the smaller one's histogram built, the larger one's subtracted in the parent's place. */
function splitHistogram(g: Grow, node: Node, first: i32, slot: i32): void {
  const left = nodeAt(g, first);
  const right = nodeAt(g, first + 1);
  const small = left.count <= right.count ? left : right;
  const large = left.count <= right.count ? right : left;
  large.slot = node.slot;
  small.slot = slot;
  node.slot = -1;
  const cells = cellsOf(g, small);
  const kept = cellsOf(g, large);
  clearCells(g, cells);
  addRows(g, recordsOf(g, small), small.count, cells);
  for (let at: usize = 0; at < g.slotBytes; at += 16) v128.store(kept + at, i64x2.sub(v128.load(kept + at), v128.load(cells + at)));
}

/** Gives every node of the level the same cut. */
function applyCut(g: Grow, node: Node, f: i32, bin: i32, missingLeft: i32): void {
  const at = cellsOf(g, node) + (<usize>f << (g.shift + 3));
  node.leftG = 0;
  node.leftH = 0;
  for (let b = 0; b <= bin; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    node.leftG += cell >> 32;
    node.leftH += cell & 0xffffffff;
  }
  if (missingLeft) {
    const nan = load<i64>(at + (<usize>load<i32>(g.bins + (<usize>f << 2)) << 3));
    node.leftG += nan >> 32;
    node.leftH += nan & 0xffffffff;
  }
  node.feature = f;
  node.bin = bin;
  node.missingLeft = missingLeft;
}

/** Grows from the root that is set up; g.slots holds a histogram for every node of the last level but one. The mask of the first level is drawn. */
export function growOblivious(g: Grow): void {
  const root = nodeAt(g, 0);
  root.slot = 0;
  clearCells(g, cellsOf(g, root));
  addRows(g, recordsOf(g, root), root.count, cellsOf(g, root));
  totalOfCells(g, root, cellsOf(g, root));
  const width = <usize>1 << g.shift;
  let from = 0;
  for (let depth = 0; 2 << depth <= g.maxLeaves && depth < g.maxDepth; depth++) {
    const to = g.nodeCount;
    if (g.perLevel > 0 && depth > 0) drawNodeMask(g, from);
    memory.fill(g.levelGain, 0, <usize>g.features * 2 * width << 3);
    for (let i = from; i < to; i++) addGains(g, nodeAt(g, i));
    let best = g.minGain;
    let feature = -1, bin = 0, missingLeft = 0;
    for (let f = 0; f < g.features; f++) {
      for (let m = 0; m < 1 + <i32>load<u8>(g.missing + f); m++) {
        const bins = load<i32>(g.bins + (<usize>f << 2));
        for (let b = 0; b < bins; b++) {
          const gain = load<f64>(g.levelGain + (((<usize>f * 2 + m) * width + b) << 3));
          if (!(gain > best * (1 + 1e-12))) continue;
          best = gain;
          feature = f;
          bin = b;
          missingLeft = m;
        }
      }
    }
    if (feature < 0) return;
    for (let i = from; i < to; i++) {
      const node = nodeAt(g, i);
      applyCut(g, node, feature, bin, missingLeft);
      node.gain = best;
      const first = splitNode(g, i);
      splitHistogram(g, node, first, to - from + i - from);
    }
    from = to;
  }
}
