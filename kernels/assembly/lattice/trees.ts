// Trees on a lattice: a leaf is a box of levels, added to the corners of a difference array of 64-bit fixed point; one prefix sum an axis makes the cells.
// Integers add up in any order, and what overflows on the way comes back.

/** Axis of a lattice: levels ascending f64[size] at `levels`; ranges of the box now visited. 24 bytes. */
@unmanaged
class Axis {
  levels: u32;
  size: i32;
  stride: u32;
  low: i32;
  high: i32;
  spare: i32;
}

// @ts-ignore: decorator
@inline
function axisAt(axes: usize, f: i32): Axis {
  return changetype<Axis>(axes + <usize>f * 24);
}

/**
 * cells i64[product of sizes] += round(scale * value) in the corners of each leaf's box, for trees whose nodes are those of treePredict (16 bytes) and whose rows go left iff value <= threshold.
 * axes: one per column, ranges whole on entry and on return; steps u32[64] scratch. Cost: 2^k updates a leaf, k the axes it is cut off above.
 */
export function latticeTrees(nodes: usize, roots: usize, trees: i32, axes: usize, columns: i32, scale: f64, cells: usize, steps: usize): void {
  for (let t = 0; t < trees; t++) {
    const root = nodes + (<usize>load<i32>(roots + (<usize>t << 2)) << 4);
    visit(root, root, axes, columns, scale, cells, steps);
  }
}

function visit(root: usize, node: usize, axes: usize, columns: i32, scale: f64, cells: usize, steps: usize): void {
  const left = load<i32>(node, 8);
  if (left < 0) {
    addBox(<i64>nearest(load<f64>(node) * scale), axes, columns, cells, steps);
    return;
  }
  const axis = axisAt(axes, load<u16>(node, 12));
  const threshold = load<f64>(node);
  const low = axis.low;
  const high = axis.high;
  let cut = low;
  let end = high;
  while (cut < end) {
    const middle = (cut + end) >> 1;
    if (load<f64>(<usize>axis.levels + (<usize>middle << 3)) <= threshold) cut = middle + 1;
    else end = middle;
  }
  const child = root + (<usize>left << 4);
  if (cut > low) {
    axis.high = cut;
    visit(root, child, axes, columns, scale, cells, steps);
    axis.high = high;
  }
  if (cut < high) {
    axis.low = cut;
    visit(root, child + 16, axes, columns, scale, cells, steps);
    axis.low = low;
  }
}

function addBox(value: i64, axes: usize, columns: i32, cells: usize, steps: usize): void {
  let origin: usize = 0;
  let count = 0;
  for (let f = 0; f < columns; f++) {
    const axis = axisAt(axes, f);
    origin += <usize>axis.low * axis.stride;
    if (axis.high == axis.size) continue;
    store<u32>(steps + (<usize>count << 2), <u32>(axis.high - axis.low) * axis.stride);
    count++;
  }
  for (let corner = 0; corner < 1 << count; corner++) {
    let at = origin;
    for (let k = 0; k < count; k++) if (corner >> k & 1) at += load<u32>(steps + (<usize>k << 2));
    const cell = cells + (at << 3);
    store<i64>(cell, load<i64>(cell) + (popcnt(corner) & 1 ? -value : value));
  }
}

/** Prefix sums along an axis of `size` levels that lie `stride` cells apart. */
export function latticeSum(cells: usize, total: u32, size: i32, stride: u32): void {
  const step = <usize>stride << 3;
  const run = step * <usize>size;
  const all = <usize>total << 3;
  for (let block: usize = 0; block < all; block += run) {
    for (let at = block + step; at < block + run; at += step) {
      const to = cells + at;
      let s: usize = 0;
      for (; s + 16 <= step; s += 16) v128.store(to + s, i64x2.add(v128.load(to + s), v128.load(to - step + s)));
      for (; s < step; s += 8) store<i64>(to + s, load<i64>(to + s) + load<i64>(to - step + s));
    }
  }
}

/** Cells in place: i64 to f64, offset + cell * factor. */
export function latticeValues(cells: usize, total: u32, factor: f64, offset: f64): void {
  for (let at: usize = cells, end = cells + (<usize>total << 3); at < end; at += 8) store<f64>(at, offset + <f64>load<i64>(at) * factor);
}
