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

/** mask u8[n]: `wanted` random ones of the n that `allowed` (u8[n], 0 = all) lets through. order: i32[n] scratch. */
export function drawMask(mask: usize, allowed: usize, order: usize, n: i32, wanted: i32, stream: u32): void {
  memory.fill(mask, 0, n);
  let count = 0;
  for (let f = 0; f < n; f++) if (!allowed || load<u8>(allowed + f)) store<i32>(order + (<usize>(count++) << 2), f);
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
