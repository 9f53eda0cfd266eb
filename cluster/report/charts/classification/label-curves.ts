interface Point { x: number; y: number }

/** Corners of a curve at most. */
const mostCorners = 400;
const bins = 8;

/** False positive rate (x) and true positive rate (y) from the strictest threshold on; ties are one step. */
export function rocOf(hits: readonly boolean[], p: readonly number[]): Point[] {
  const positives = hits.filter(Boolean).length;
  const negatives = hits.length - positives;
  return thinned([{ x: 0, y: 0 }, ...steps(hits, p).map(({ found, alarms }) => ({ x: negatives === 0 ? 0 : alarms / negatives, y: positives === 0 ? 0 : found / positives }))]);
}

/** Recall (x) and precision (y). */
export function precisionRecallOf(hits: readonly boolean[], p: readonly number[]): Point[] {
  const positives = hits.filter(Boolean).length;
  return thinned(steps(hits, p).map(({ found, alarms }) => ({ x: positives === 0 ? 0 : found / positives, y: found / (found + alarms) })));
}

/** Mean probability (x) and share of the label (y) of bins of as many rows each. */
export function reliabilityOf(hits: readonly boolean[], p: readonly number[]): Point[] {
  const order = [...p.keys()].sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);
  const size = Math.max(1, Math.ceil(order.length / bins));
  return Array.from({ length: Math.ceil(order.length / size) }, (_, k) => order.slice(k * size, (k + 1) * size)).map((rows) => ({ x: rows.reduce((sum, row) => sum + (p[row] as number), 0) / rows.length, y: rows.filter((row) => hits[row] === true).length / rows.length }));
}

function steps(hits: readonly boolean[], p: readonly number[]): { found: number; alarms: number }[] {
  const order = [...p.keys()].sort((a, b) => (p[b] as number) - (p[a] as number) || a - b);
  const out: { found: number; alarms: number }[] = [];
  let [found, alarms] = [0, 0];
  order.forEach((row, k) => {
    if (hits[row] === true) found += 1;
    else alarms += 1;
    if (k + 1 === order.length || p[order[k + 1] as number] !== p[row]) out.push({ found, alarms });
  });
  return out;
}

function thinned(points: Point[]): Point[] {
  if (points.length <= mostCorners) return points;
  return Array.from({ length: mostCorners }, (_, k) => points[Math.round(k * (points.length - 1) / (mostCorners - 1))] as Point);
}
