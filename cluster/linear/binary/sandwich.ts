export type SandwichKind = 'hc0' | 'hc1' | 'hc2' | 'hc3' | 'hc4' | 'cluster';

export interface SandwichInput {
  /** n × p, column-major, the column of ones included */
  x: Float64Array;
  n: number;
  p: number;
  /** inverse of the expected information, p × p; NaN at aliased columns */
  bread: Float64Array;
  /** derivative of each row's log-likelihood by its linear predictor */
  score: Float64Array;
  leverage: Float64Array;
  rank: number;
}

/**
 * Covariance of the coefficients of a binary model that holds when its variances do not (HC0–HC4, with the hat matrix of the last
 * weighted step), or when rows go together (clusters; G / (G − 1) · (n − 1) / (n − rank) as for least squares): Huber 1967, White 1982,
 * Zeileis 2006 for the general form B M B. p × p, NaN at aliased columns. Cost n·p².
 */
export function sandwich({ x, n, p, bread, score, leverage, rank }: SandwichInput, kind: SandwichKind, cluster: ArrayLike<number> | null): { covariance: Float64Array; clusters: number | null } {
  const kept = Array.from({ length: p }, (_, j) => j).filter((j) => !Number.isNaN(bread[j * p + j]));
  const group = kind === 'cluster' ? numbered(cluster ?? []) : { of: Int32Array.from({ length: n }, (_, i) => i), count: n };
  const sums = new Float64Array(group.count * kept.length);
  kept.forEach((j, k) => {
    for (let i = 0; i < n; i += 1) {
      const at = k * group.count + (group.of[i] as number);
      sums[at] = (sums[at] as number) + (x[j * n + i] as number) * (score[i] as number) * weightOf(kind, leverage[i] as number, n, rank);
    }
  });
  const meat = kept.map((_, k) => Float64Array.from(kept, (_value, l) => dot(sums, k * group.count, l * group.count, group.count)));
  const factor = kind === 'hc1' ? n / (n - rank) : kind === 'cluster' ? group.count / (group.count - 1) * (n - 1) / (n - rank) : 1;
  const covariance = new Float64Array(p * p).fill(NaN);
  const half = kept.map((j) => Float64Array.from(kept, (_, l) => kept.reduce((sum, column, k) => sum + (bread[j * p + column] as number) * (meat[k]?.[l] as number), 0)));
  kept.forEach((j, k) => kept.forEach((column) => {
    covariance[j * p + column] = factor * kept.reduce((sum, other, l) => sum + (half[k]?.[l] as number) * (bread[other * p + column] as number), 0);
  }));
  return { covariance, clusters: kind === 'cluster' ? group.count : null };
}

/** Root of what a squared score counts. */
function weightOf(kind: SandwichKind, h: number, n: number, rank: number): number {
  switch (kind) {
    case 'hc2': return 1 / Math.sqrt(1 - h);
    case 'hc3': return 1 / (1 - h);
    case 'hc4': return (1 - h) ** (-Math.min(4, n * h / rank) / 2);
    default: return 1;
  }
}

function dot(values: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += (values[a + i] as number) * (values[b + i] as number);
  return sum;
}

function numbered(ids: ArrayLike<number>): { of: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const of = Int32Array.from(ids, (id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id) as number;
  });
  return { of, count: numbers.size };
}
