// Counter-based random numbers: a draw is a function of (stream, counter). Mixing by Chris Wellons' "lowbias32".
import { Search } from './problem';

// @ts-ignore: decorator
@inline
export function mix(value: u32): u32 {
  let x = value;
  x = (x ^ (x >> 16)) * 0x7feb352d;
  x = (x ^ (x >> 15)) * 0x846ca68b;
  return x ^ (x >> 16);
}

/** The stream of start number `start` under `seed`. */
export function streamOf(seed: u32, start: u32): u32 {
  return mix(mix(seed) + mix(start ^ 0x9e3779b9));
}

/** In [0, 1), a multiple of 2^-32. */
export function uniform(s: Search): f64 {
  const counter = <u32>s.draws;
  s.draws += 1;
  return <f64>mix(mix(counter) + s.stream) / 4294967296.0;
}
