// The best split of a node in double precision, one cut at a time: for what the vector scan has no shortcut for (L1 penalty, limit of the step, smoothing, monotone constraints) and for categories.
// Ties as in scan.ts.
import { Grow, Node, ONE_HOT } from './grow-state';
import { ownValue, scoreOf, sideValue } from './outputs';
import { smallestHessian } from './scan';

/** Differences of scores below this share of them are rounding. */
// @ts-ignore: decorator
@inline const SAME_GAIN: f64 = 1e-14;

/** cells are the node's; node.gain is the best so far while this runs. */
export function scanGeneral(g: Grow, node: Node, cells: usize): void {
  const G = <f64>node.g / g.scaleG;
  const H = <f64>node.h / g.scaleH;
  node.output = ownValue(g, node, G, H, <f64>node.count);
  const parent = scoreOf(g, G, H, node.extra, node.output);
  const smallest = smallestHessian(g, node, g.scaleH) / g.scaleH;
  node.gain = g.minGain;
  node.feature = -1;
  node.isSet = 0;
  for (let f = 0; f < g.features; f++) {
    if (!load<u8>(g.treeMask + f) || !load<u8>(g.nodeMask + f)) continue;
    const at = cells + (<usize>f << (g.shift + 3));
    const kind = g.category ? load<u8>(g.category + f) : 0;
    if (kind) scanCategories(g, node, at, f, kind, G, H, parent, smallest);
    else scanNumbers(g, node, at, f, G, H, parent, smallest);
  }
  if (node.feature < 0) node.gain = 0;
}

/** Whether the cut is the best so far; if so the node has it. */
function consider(g: Grow, node: Node, f: i32, leftG: i64, leftH: i64, extra: f64, G: f64, H: f64, parent: f64, smallest: f64): bool {
  const gl = <f64>leftG / g.scaleG;
  const hl = <f64>leftH / g.scaleH;
  if (hl < smallest || H - hl < smallest) return false;
  const left = sideValue(g, node, gl, hl, extra);
  const right = sideValue(g, node, G - gl, H - hl, extra);
  const direction = g.monotone ? <i32>load<i8>(g.monotone + f) : 0;
  if ((direction > 0 && left > right) || (direction < 0 && left < right)) return false;
  const gain = scoreOf(g, gl, hl, extra, left) + scoreOf(g, G - gl, H - hl, extra, right) - parent;
  if (!(gain > node.gain + SAME_GAIN * parent)) return false;
  node.gain = gain;
  node.feature = f;
  node.leftG = leftG;
  node.leftH = leftH;
  return true;
}

function scanNumbers(g: Grow, node: Node, at: usize, f: i32, G: f64, H: f64, parent: f64, smallest: f64): void {
  const bins = load<i32>(g.bins + (<usize>f << 2));
  const nan = load<u8>(g.missing + f) ? load<i64>(at + (<usize>bins << 3)) : 0;
  const nanG = nan >> 32;
  const nanH = nan & 0xffffffff;
  let leftG: i64 = 0;
  let leftH: i64 = 0;
  const cuts = nan ? bins : bins - 1;
  for (let b = 0; b < cuts; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    leftG += cell >> 32;
    leftH += cell & 0xffffffff;
    if (consider(g, node, f, leftG, leftH, 0, G, H, parent, smallest)) takeCut(g, node, b, nan ? 0 : <i32>(2 * leftH >= node.h));
    if (nan && b < bins - 1 && consider(g, node, f, leftG + nanG, leftH + nanH, 0, G, H, parent, smallest)) takeCut(g, node, b, 1);
  }
}

// @ts-ignore: decorator
@inline
function takeCut(g: Grow, node: Node, bin: i32, missingLeft: i32): void {
  node.isSet = 0;
  node.bin = bin;
  node.missingLeft = missingLeft;
}

/** One category goes left, or (Fisher 1958) the first or last few in the order of their mean gradients; unseen and missing ones go right. Rules and names are LightGBM's. */
function scanCategories(g: Grow, node: Node, at: usize, f: i32, kind: u8, G: f64, H: f64, parent: f64, smallest: f64): void {
  const bins = load<i32>(g.bins + (<usize>f << 2));
  if (kind == ONE_HOT) {
    // bin 0 is "none of them"; the others are 0/1 columns, of which 1 goes right
    for (let b = 1; b < bins; b++) {
      const cell = load<i64>(at + (<usize>b << 3));
      if (!consider(g, node, f, node.g - (cell >> 32), node.h - (cell & 0xffffffff), 0, G, H, parent, smallest)) continue;
      node.isSet = 1;
      clearSet(node);
      for (let other = 0; other < bins; other++) if (other != b) addToSet(node, other);
    }
    return;
  }
  if (bins <= g.maxCatToOnehot) {
    for (let b = 0; b < bins; b++) {
      const cell = load<i64>(at + (<usize>b << 3));
      if (!consider(g, node, f, cell >> 32, cell & 0xffffffff, 0, G, H, parent, smallest)) continue;
      node.isSet = 1;
      clearSet(node);
      addToSet(node, b);
    }
    return;
  }
  const rowsPer = <f64>node.count / max(<f64>node.h, 1.0);
  const order = g.catScratch;
  const ratio = order + 1024;
  let used = 0;
  for (let b = 0; b < bins; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    const h = <f64>(cell & 0xffffffff);
    if (h * rowsPer < g.catSmooth || h == 0) continue;
    const mean = <f64>(cell >> 32) / g.scaleG / (h / g.scaleH + g.catSmooth);
    let k = used++;
    for (; k > 0 && load<f64>(ratio + (<usize>(k - 1) << 3)) > mean; k--) {
      store<f64>(ratio + (<usize>k << 3), load<f64>(ratio + (<usize>(k - 1) << 3)));
      store<i32>(order + (<usize>k << 2), load<i32>(order + (<usize>(k - 1) << 2)));
    }
    store<f64>(ratio + (<usize>k << 3), mean);
    store<i32>(order + (<usize>k << 2), b);
  }
  const most = min(g.maxCatThreshold, (used + 1) >> 1);
  for (let direction = 0; direction < 2; direction++) {
    let leftG: i64 = 0;
    let leftH: i64 = 0;
    let inGroup: f64 = 0;
    for (let k = 0; k < most; k++) {
      const cell = load<i64>(at + (<usize>load<i32>(order + (<usize>(direction ? used - 1 - k : k) << 2)) << 3));
      leftG += cell >> 32;
      leftH += cell & 0xffffffff;
      inGroup += <f64>(cell & 0xffffffff) * rowsPer;
      if (<f64>(node.h - leftH) * rowsPer < g.minDataPerGroup) break;
      if (inGroup < g.minDataPerGroup) continue;
      if (<f64>leftH / g.scaleH < smallest) continue;
      inGroup = 0;
      if (!consider(g, node, f, leftG, leftH, g.catL2, G, H, parent, smallest)) continue;
      node.isSet = 2;
      clearSet(node);
      for (let i = 0; i <= k; i++) addToSet(node, load<i32>(order + (<usize>(direction ? used - 1 - i : i) << 2)));
    }
  }
}

function clearSet(node: Node): void {
  node.bin = 0;
  node.missingLeft = 0;
  node.set0 = 0;
  node.set1 = 0;
  node.set2 = 0;
  node.set3 = 0;
}

function addToSet(node: Node, bin: i32): void {
  const word = changetype<usize>(node) + offsetof<Node>('set0') + (<usize>(bin >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (bin & 63)));
}
