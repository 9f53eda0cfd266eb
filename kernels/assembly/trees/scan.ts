// The best numeric split of a node from its histogram, four bins at a time.
//
// With t = G_L - (G/H) H_L: G_L^2/H_L + G_R^2/H_R - G^2/H = H t^2 / (H_L H_R), so cuts of a node are compared by t^2 / (H_L (H - H_L)) and, multiplied
// out, without a division. An L2 penalty adds itself to H_L and H_R and twice to H; what that leaves out is the same for every cut of the node.
// Equal gains: the smaller feature wins, then the smaller bin, then missing to the right. Products stay below 2^124: sums are below 2^31.
import { Grow, HESSIAN_ONE, Node } from './grow-state';

/** Position of a cut: feature, bin, whether missing goes left. */
// @ts-ignore: decorator
@inline const FEATURE_SHIFT: i32 = 9;
// @ts-ignore: decorator
@inline const MISSING_LEFT: i32 = 1;

/** Smallest hessian (in cell units) of a child: the minimal hessian, and the rows it must hold counted as LightGBM does, in proportion to hessians. */
export function smallestHessian(g: Grow, node: Node, scale: f64): f64 {
  if (g.hessian == HESSIAN_ONE) return Math.ceil(max(max(g.minHessian, g.minData), 1.0));
  const perRow = <f64>node.h / <f64>node.count;
  return max(max(g.minHessian * scale, (g.minData - 0.5) * perRow), scale == g.scaleH ? 1.0 : 1e-9 * <f64>node.h);
}

// @ts-ignore: decorator
@inline
function scanFeatures(g: Grow, node: Node, cells: usize, minus: usize, subtract: bool): void {
  const total = <f64>node.h + 2 * g.lambda * g.scaleH;
  const penalty = f32x4.splat(<f32>(g.lambda * g.scaleH));
  const smallest = f32x4.splat(<f32>(smallestHessian(g, node, g.scaleH) + g.lambda * g.scaleH));
  const all = f32x4.splat(<f32>total);
  const ratio = f32x4.splat(<f32>(<f64>node.g / total));
  const zero = i32x4.splat(0);
  let bestA = f32x4.splat(0);
  let bestD = f32x4.splat(1);
  let bestAt = i32x4.splat(-1);
  const bytes = <usize>8 << g.shift;
  let at = cells;
  let from = minus;
  for (let f = 0; f < g.features; f++, at += bytes, from += bytes) {
    const bins = load<i32>(g.bins + (<usize>f << 2));
    const missing = load<u8>(g.missing + f);
    const end = at + (<usize>((bins + missing + 3) & ~3) << 3);
    if (!load<u8>(g.treeMask + f)) continue;
    if (!load<u8>(g.nodeMask + f)) {
      if (subtract) for (let c = at, s = from; c < end; c += 16, s += 16) v128.store(c, i64x2.sub(v128.load(c), v128.load(s)));
      continue;
    }
    let carryG = zero;
    let carryH = zero;
    let here = i32x4.add(i32x4.splat(f << FEATURE_SHIFT), i32x4(0, 2, 4, 6));
    const four = i32x4.splat(8);
    const place = <usize>bins << 3;
    const nan = missing ? load<i64>(at + place) - (subtract ? load<i64>(from + place) : 0) : 0;
    if (nan == 0) {
      for (let c = at, s = from; c < end; c += 32, s += 32) {
        let a = v128.load(c);
        let b = v128.load(c, 16);
        if (subtract) {
          a = i64x2.sub(a, v128.load(s));
          b = i64x2.sub(b, v128.load(s, 16));
          v128.store(c, a);
          v128.store(c, b, 16);
        }
        let h = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
        let x = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
        h = i32x4.add(h, v128.shuffle<i32>(zero, h, 0, 4, 5, 6));
        x = i32x4.add(x, v128.shuffle<i32>(zero, x, 0, 4, 5, 6));
        h = i32x4.add(i32x4.add(h, v128.shuffle<i32>(zero, h, 0, 1, 4, 5)), carryH);
        x = i32x4.add(i32x4.add(x, v128.shuffle<i32>(zero, x, 0, 1, 4, 5)), carryG);
        carryH = v128.shuffle<i32>(h, h, 3, 3, 3, 3);
        carryG = v128.shuffle<i32>(x, x, 3, 3, 3, 3);
        const hl = f32x4.add(f32x4.convert_i32x4_s(h), penalty);
        const hr = f32x4.sub(all, hl);
        const t = f32x4.sub(f32x4.convert_i32x4_s(x), f32x4.mul(ratio, hl));
        const A = f32x4.mul(t, t);
        const D = f32x4.mul(hl, hr);
        const better = v128.and(f32x4.gt(f32x4.mul(A, bestD), f32x4.mul(bestA, D)), v128.and(f32x4.ge(hl, smallest), f32x4.ge(hr, smallest)));
        if (v128.any_true(better)) {
          bestA = v128.bitselect(A, bestA, better);
          bestD = v128.bitselect(D, bestD, better);
          bestAt = v128.bitselect(here, bestAt, better);
        }
        here = i32x4.add(here, four);
      }
      continue;
    }
    // every cut with the NaN bin on either side
    const nanG = i32x4.splat(<i32>(nan >> 32));
    const nanH = i32x4.splat(<i32>nan);
    for (let c = at, s = from; c < end; c += 32, s += 32) {
      let a = v128.load(c);
      let b = v128.load(c, 16);
      if (subtract) {
        a = i64x2.sub(a, v128.load(s));
        b = i64x2.sub(b, v128.load(s, 16));
        v128.store(c, a);
        v128.store(c, b, 16);
      }
      let h = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      let x = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      h = i32x4.add(h, v128.shuffle<i32>(zero, h, 0, 4, 5, 6));
      x = i32x4.add(x, v128.shuffle<i32>(zero, x, 0, 4, 5, 6));
      h = i32x4.add(i32x4.add(h, v128.shuffle<i32>(zero, h, 0, 1, 4, 5)), carryH);
      x = i32x4.add(i32x4.add(x, v128.shuffle<i32>(zero, x, 0, 1, 4, 5)), carryG);
      carryH = v128.shuffle<i32>(h, h, 3, 3, 3, 3);
      carryG = v128.shuffle<i32>(x, x, 3, 3, 3, 3);
      const hl = f32x4.add(f32x4.convert_i32x4_s(h), penalty);
      const hr = f32x4.sub(all, hl);
      const t = f32x4.sub(f32x4.convert_i32x4_s(x), f32x4.mul(ratio, hl));
      const A = f32x4.mul(t, t);
      const D = f32x4.mul(hl, hr);
      const better = v128.and(f32x4.gt(f32x4.mul(A, bestD), f32x4.mul(bestA, D)), v128.and(f32x4.ge(hl, smallest), f32x4.ge(hr, smallest)));
      const hl2 = f32x4.add(f32x4.convert_i32x4_s(i32x4.add(h, nanH)), penalty);
      const hr2 = f32x4.sub(all, hl2);
      const t2 = f32x4.sub(f32x4.convert_i32x4_s(i32x4.add(x, nanG)), f32x4.mul(ratio, hl2));
      const A2 = f32x4.mul(t2, t2);
      const D2 = f32x4.mul(hl2, hr2);
      const may2 = v128.and(f32x4.ge(hl2, smallest), f32x4.ge(hr2, smallest));
      // one branch for both sides; the second is held to what the first has become
      if (v128.any_true(v128.or(better, v128.and(f32x4.gt(f32x4.mul(A2, bestD), f32x4.mul(bestA, D2)), may2)))) {
        bestA = v128.bitselect(A, bestA, better);
        bestD = v128.bitselect(D, bestD, better);
        bestAt = v128.bitselect(here, bestAt, better);
        const better2 = v128.and(f32x4.gt(f32x4.mul(A2, bestD), f32x4.mul(bestA, D2)), may2);
        bestA = v128.bitselect(A2, bestA, better2);
        bestD = v128.bitselect(D2, bestD, better2);
        bestAt = v128.bitselect(v128.or(here, i32x4.splat(MISSING_LEFT)), bestAt, better2);
      }
      here = i32x4.add(here, four);
    }
  }
  // the four lanes, by the same rule
  let A = f32x4.extract_lane(bestA, 0);
  let D = f32x4.extract_lane(bestD, 0);
  let best = i32x4.extract_lane(bestAt, 0);
  for (let lane = 1; lane < 4; lane++) {
    const otherA = lane == 1 ? f32x4.extract_lane(bestA, 1) : lane == 2 ? f32x4.extract_lane(bestA, 2) : f32x4.extract_lane(bestA, 3);
    const otherD = lane == 1 ? f32x4.extract_lane(bestD, 1) : lane == 2 ? f32x4.extract_lane(bestD, 2) : f32x4.extract_lane(bestD, 3);
    const other = lane == 1 ? i32x4.extract_lane(bestAt, 1) : lane == 2 ? i32x4.extract_lane(bestAt, 2) : i32x4.extract_lane(bestAt, 3);
    const x = otherA * D;
    const y = A * otherD;
    if (other >= 0 && (x > y || (x == y && <u32>other < <u32>best))) {
      A = otherA;
      D = otherD;
      best = other;
    }
  }
  node.feature = -1;
  if (best >= 0) settle(g, node, cells, best >> FEATURE_SHIFT, (best >> 1) & 255, best & MISSING_LEFT);
}

/** Sums of the left side of the chosen cut, and its gain in double precision. */
function settle(g: Grow, node: Node, cells: usize, f: i32, bin: i32, missingLeft: i32): void {
  const at = cells + (<usize>f << (g.shift + 3));
  let leftG: i64 = 0;
  let leftH: i64 = 0;
  for (let b = 0; b <= bin; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    leftG += cell >> 32;
    leftH += cell & 0xffffffff;
  }
  const nan = load<u8>(g.missing + f) ? load<i64>(at + (<usize>load<i32>(g.bins + (<usize>f << 2)) << 3)) : 0;
  if (missingLeft) {
    leftG += nan >> 32;
    leftH += nan & 0xffffffff;
  }
  acceptSplit(g, node, f, bin, nan == 0 ? -1 : missingLeft, leftG, leftH, g.scaleG, g.scaleH);
}

/** |t| below this share of its terms is rounding: the sides have the same mean. */
// @ts-ignore: decorator
@inline const SAME_MEAN: f64 = 1e-11;

/** Records a split if its gain is more than the minimal one. missingLeft -1: no row of the node misses the feature, later ones follow the heavier side. */
export function acceptSplit(g: Grow, node: Node, f: i32, bin: i32, missingLeft: i32, leftG: i64, leftH: i64, scaleG: f64, scaleH: f64): bool {
  const G = <f64>node.g / scaleG;
  const H = <f64>node.h / scaleH;
  const gl = <f64>leftG / scaleG;
  const hl = <f64>leftH / scaleH;
  const total = H + 2 * g.lambda;
  const share = G / total * (hl + g.lambda);
  const t = gl - share;
  if (!(abs(t) > SAME_MEAN * (abs(gl) + abs(share)))) return false;
  const gain = total * t * t / ((hl + g.lambda) * (H - hl + g.lambda)) + (g.lambda > 0 ? G * G / total - G * G / (H + g.lambda) : 0);
  if (!(gain > g.minGain)) return false;
  node.feature = f;
  node.bin = bin;
  node.missingLeft = missingLeft < 0 ? <i32>(2 * leftH >= node.h) : missingLeft;
  node.leftG = leftG;
  node.leftH = leftH;
  node.gain = gain;
  return true;
}

/** cells are the node's. */
export function scanCells(g: Grow, node: Node, cells: usize): void {
  scanFeatures(g, node, cells, 0, false);
}

/** cells are the parent's on entry; those of the other child (`minus`) are taken off on the way. */
export function subtractAndScan(g: Grow, node: Node, cells: usize, minus: usize): void {
  scanFeatures(g, node, cells, minus, true);
}

/** Sums over all bins of one feature that the tree uses: those of the node. */
export function totalOfCells(g: Grow, node: Node, cells: usize): void {
  let f = 0;
  while (f < g.features - 1 && !load<u8>(g.treeMask + f)) f++;
  const bins = load<i32>(g.bins + (<usize>f << 2)) + load<u8>(g.missing + f);
  const at = cells + (<usize>f << (g.shift + 3));
  node.g = 0;
  node.h = 0;
  for (let b = 0; b < bins; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    node.g += cell >> 32;
    node.h += cell & 0xffffffff;
  }
}
