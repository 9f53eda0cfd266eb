// Counter-based random numbers: a draw is a function of (seed, tree, node, counter). Mixing by Chris Wellons' "lowbias32".
import { mix } from '../design/random';

export function treeStream(seed: u32, tree: u32, node: u32): u32 {
  return mix(mix(mix(seed) + mix(tree ^ 0x9e3779b9)) + mix(node ^ 0x85ebca6b));
}

// @ts-ignore: decorator
@inline
export function bitsAt(stream: u32, counter: u32): u32 {
  return mix(mix(counter) + stream);
}

/** In [0, 1), a multiple of 2^-32. */
// @ts-ignore: decorator
@inline
export function uniformAt(stream: u32, counter: u32): f64 {
  return <f64>bitsAt(stream, counter) / 4294967296.0;
}

/** In 0 .. n - 1. */
// @ts-ignore: decorator
@inline
export function below(stream: u32, counter: u32, n: u32): u32 {
  return <u32>((<u64>bitsAt(stream, counter) * <u64>n) >> 32);
}

/** Moves `wanted` random ones of `order` (i32[n]) to its front. */
export function shuffleFront(order: usize, n: i32, wanted: i32, stream: u32): void {
  for (let i = 0; i < wanted; i++) {
    const j = i + <i32>below(stream, i, n - i);
    const a = load<i32>(order + (<usize>i << 2));
    store<i32>(order + (<usize>i << 2), load<i32>(order + (<usize>j << 2)));
    store<i32>(order + (<usize>j << 2), a);
  }
}

/** mask u8[n]: `wanted` random ones of the n that `allowed` (u8[n], 0 = all) lets through (they may be the same bytes). order: i32[n] scratch. */
export function drawMask(mask: usize, allowed: usize, order: usize, n: i32, wanted: i32, stream: u32): void {
  let count = 0;
  for (let f = 0; f < n; f++) if (!allowed || load<u8>(allowed + f)) store<i32>(order + (<usize>(count++) << 2), f);
  memory.fill(mask, 0, n);
  const drawn = min(wanted, count);
  shuffleFront(order, count, drawn, stream);
  for (let i = 0; i < drawn; i++) store<u8>(mask + load<i32>(order + (<usize>i << 2)), 1);
}

/** counts u8[n] = 1 for exactly `wanted` of n rows (Knuth's algorithm S), 0 for the others. */
export function treeSampleRows(counts: usize, n: i32, wanted: i32, seed: u32, tree: i32): void {
  const stream = treeStream(seed, tree, 0xfffffffe);
  let left = wanted;
  for (let i = 0; i < n; i++) {
    const take = below(stream, i, n - i) < <u32>left;
    store<u8>(counts + i, take ? 1 : 0);
    left -= <i32>take;
  }
}

/** counts u8[n] = how often each row is among `wanted` draws with replacement (at most 255). */
export function treeBootstrap(counts: usize, n: i32, wanted: i32, seed: u32, tree: i32): void {
  const stream = treeStream(seed, tree, 0xfffffffd);
  memory.fill(counts, 0, n);
  for (let i = 0; i < wanted; i++) {
    const at = counts + below(stream, i, n);
    const c = load<u8>(at);
    if (c < 255) store<u8>(at, c + 1);
  }
}

/** mask of the features a tree may use. */
export function treeFeatures(mask: usize, order: usize, n: i32, wanted: i32, seed: u32, tree: i32): void {
  drawMask(mask, 0, order, n, wanted, treeStream(seed, tree, 0xffffffff));
}

/**
 * One side sampling by gradient (Ke et al. 2017): rows at or above the `top`-th largest sum over outputs of |g h| stay, and of the others `other` drawn rows with g and h times
 * (n - top) / other; counts u8[n] = 1 for those. g, h f64[outputs][n]; sorted f64[n]: the sums in ascending order, by the caller from `treeInfluence`.
 */
export function treeSampleGradients(g: usize, h: usize, outputs: i32, n: i32, top: i32, other: i32, counts: usize, sorted: usize, seed: u32, tree: i32): void {
  const threshold = load<f64>(sorted + (<usize>(n - top) << 3));
  const stream = treeStream(seed, tree, 0xfffffffc);
  let small = 0;
  for (let i = 0; i < n; i++) small += <i32>(influence(g, h, outputs, n, i) < threshold);
  const factor = <f64>(n - top) / <f64>other;
  let left = min(other, small);
  for (let i = 0; i < n; i++) {
    if (influence(g, h, outputs, n, i) >= threshold) {
      store<u8>(counts + i, 1);
      continue;
    }
    const take = below(stream, i, small) < <u32>left;
    small -= 1;
    left -= <i32>take;
    store<u8>(counts + i, take ? 1 : 0);
    if (!take) continue;
    for (let k = 0; k < outputs; k++) {
      const at = <usize>(k * n + i) << 3;
      store<f64>(g + at, load<f64>(g + at) * factor);
      store<f64>(h + at, load<f64>(h + at) * factor);
    }
  }
}

// @ts-ignore: decorator
@inline
function influence(g: usize, h: usize, outputs: i32, n: i32, i: i32): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < outputs; k++) {
    const at = <usize>(k * n + i) << 3;
    sum += abs(load<f64>(g + at) * load<f64>(h + at));
  }
  return sum;
}

export function treeInfluence(g: usize, h: usize, outputs: i32, n: i32, out: usize): void {
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), influence(g, h, outputs, n, i));
}
