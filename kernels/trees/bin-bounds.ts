/** Bounds and middles of the bins of a column, from its different values in order and how often each occurs; n = all of them. */
export function boundsOf(values: Float64Array, counts: Int32Array, n: number, maxBin: number, minData: number): { upper: Float64Array; middle: Float64Array } {
  const ends = values.length <= maxBin ? mergeSmall(counts, minData) : equalCounts(counts, n, Math.max(1, Math.min(maxBin, Math.floor(n / minData))), minData);
  const upper = new Float64Array(Math.max(0, ends.length - 1));
  const middle = new Float64Array(Math.max(1, ends.length));
  let first = 0;
  ends.forEach((end, b) => {
    middle[b] = between(values[first] as number, values[end] as number);
    if (b < upper.length) upper[b] = above(between(values[end] as number, values[end + 1] as number), values[end + 1] as number);
    first = end + 1;
  });
  return { upper, middle };
}

/** Last value of each bin: neighbours share one until it holds minData rows. */
function mergeSmall(counts: Int32Array, minData: number): number[] {
  const ends: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length; i++) {
    rows += counts[i] as number;
    if (rows >= minData || i === counts.length - 1) {
      ends.push(i);
      rows = 0;
    }
  }
  return ends;
}

function equalCounts(counts: Int32Array, n: number, maxBin: number, minData: number): number[] {
  const share = n / maxBin;
  let restRows = n;
  let restBins = maxBin;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count < share) continue;
    restRows -= count;
    restBins -= 1;
  }
  let mean = restBins > 0 ? restRows / restBins : Infinity;
  const ends: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length - 1; i++) {
    const count = counts[i] as number;
    const isBig = count >= share;
    if (!isBig) restRows -= count;
    rows += count;
    // a bin ends at a big value, when it holds its share, or before a big value once it holds half
    if (!(isBig || rows >= mean || ((counts[i + 1] as number) >= share && rows >= Math.max(1, mean / 2))) || rows < minData) continue;
    ends.push(i);
    if (ends.length >= maxBin - 1) break;
    rows = 0;
    if (!isBig) {
      restBins -= 1;
      mean = restRows / Math.max(1, restBins);
    }
  }
  ends.push(counts.length - 1);
  return ends;
}

function between(a: number, b: number): number {
  if (a === b) return a;
  const middle = a / 2 + b / 2;
  return Number.isFinite(middle) ? middle : Number.isFinite(a) ? a : Number.isFinite(b) ? -Number.MAX_VALUE : 0;
}

const bits = new BigInt64Array(1);
const asDouble = new Float64Array(bits.buffer);

/** The next double above x, but below `limit` (bounds separate neighbours even where no double lies between them). */
export function above(x: number, limit: number): number {
  const next = nextUp(x);
  return next < limit ? next : x;
}

export function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  if (!Number.isFinite(x)) return x;
  asDouble[0] = x;
  bits[0] = (bits[0] as bigint) + (x > 0 ? 1n : -1n);
  return asDouble[0];
}
