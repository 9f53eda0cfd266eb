// Scores of rows of numbers. The order of additions is that of the trees for every row, so sums have the bits of LightGBM (doubles) and XGBoost (floats).

/** Below this a value is zero to LightGBM. */
// @ts-ignore: decorator
@inline const ZERO: f64 = 1.0000000180025095e-35;

/** Whether a category is in set number `index`. sets: i32[number of sets + 1] first words, as word offsets from `sets`, then the words, bit k of word w = category 32 w + k. */
function isInSet(sets: usize, index: f64, value: f64): bool {
  if (!(value > -1 && value < 2147483647)) return false;
  const entry = sets + (<usize>index << 2);
  const category = <i32>value;
  const word = load<i32>(entry) + (category >> 5);
  return word < load<i32>(entry, 4) && (load<u32>(sets + (<usize>word << 2)) >> (category & 31) & 1) != 0;
}

/**
 * Whether a row goes left. flags: bit 0 = missing goes left; 2: zero and NaN are missing; 4: NaN is missing; neither: NaN counts as 0; 8: by category, the threshold is the number
 * of a set that goes left and NaN goes right; 24: the set goes right and NaN to the default side.
 */
// @ts-ignore: decorator
@inline
export function goesLeft(value: f64, threshold: f64, flags: u32, sets: usize): bool {
  if (flags & 8) {
    if (flags & 16) return value == value ? !isInSet(sets, threshold, value) : (flags & 1) != 0;
    return isInSet(sets, threshold, value);
  }
  if (value == value) {
    if (flags & 2 && abs(value) <= ZERO) return (flags & 1) != 0;
    return value <= threshold;
  }
  return flags & 6 ? (flags & 1) != 0 : 0.0 <= threshold;
}

/**
 * score f64[outputs][n] += values of the leaves. nodes: 16 bytes each: threshold (leaf: value) f64, first child i32 (-1: leaf), feature u16, flags u16;
 * roots i32[trees + 1]; sets as in isInSet; x f64[n][p] row-major. single: sums are rounded to floats.
 */
export function treePredict(nodes: usize, roots: usize, trees: i32, outputs: i32, x: usize, n: i32, p: i32, single: i32, score: usize, sets: usize): void {
  for (let t = 0; t < trees; t++) {
    const root = nodes + (<usize>load<i32>(roots + (<usize>t << 2)) << 4);
    let out = score + (<usize>(t % outputs) * <usize>n << 3);
    let row = x;
    for (let i = 0; i < n; i++, row += <usize>p << 3, out += 8) {
      let node = root;
      let left = load<i32>(node, 8);
      while (left >= 0) {
        const value = load<f64>(row + (<usize>load<u16>(node, 12) << 3));
        node = root + (<usize>(left + <i32>!goesLeft(value, load<f64>(node), load<u16>(node, 14), sets)) << 4);
        left = load<i32>(node, 8);
      }
      const sum = load<f64>(out) + load<f64>(node);
      store<f64>(out, single ? <f64><f32>sum : sum);
    }
  }
}
