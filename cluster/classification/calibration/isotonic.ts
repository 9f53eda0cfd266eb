/**
 * Pool adjacent violators (Ayer et al. 1955): the non-decreasing sequence closest to the values in weighted squares, in one pass over blocks.
 * @returns one fitted value per input value
 */
export function poolAdjacentViolators(values: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const sums: number[] = [];
  const masses: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const weight = weights?.[i] ?? 1;
    sums.push(weight * (values[i] as number));
    masses.push(weight);
    sizes.push(1);
    // compare means without dividing
    while (sums.length > 1 && (sums.at(-2)) * (masses.at(-1)) >= (sums.at(-1)) * (masses.at(-2))) {
      const [sum, mass, size] = [sums.pop() as number, masses.pop() as number, sizes.pop() as number];
      sums[sums.length - 1] = (sums.at(-1)) + sum;
      masses[masses.length - 1] = (masses.at(-1)) + mass;
      sizes[sizes.length - 1] = (sizes.at(-1)) + size;
    }
  }
  const out = new Float64Array(values.length);
  let at = 0;
  sums.forEach((sum, block) => {
    out.fill(sum / (masses[block] as number), at, at += sizes[block] as number);
  });
  return out;
}

export interface Isotonic {
  /** distinct scores, ascending, and the fitted frequency at each */
  readonly scores: readonly number[];
  readonly frequencies: readonly number[];
}

/** Isotonic regression of 0/1 labels on scores; equal scores have one value. */
export function fitIsotonic(scores: ArrayLike<number>, labels: ArrayLike<number>): Isotonic {
  const { distinct, means, counts } = byScore(scores, labels);
  return { scores: distinct, frequencies: [...poolAdjacentViolators(means, counts)] };
}

/** Linear between fitted scores, constant beyond them. */
export function isotonicAt({ scores, frequencies }: Isotonic, score: number): number {
  if (score <= (scores[0] as number)) return frequencies[0] as number;
  if (score >= (scores.at(-1) as number)) return frequencies.at(-1) as number;
  let low = 0;
  let high = scores.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const [a, b] = [scores[low] as number, scores[high] as number];
  return (frequencies[low] as number) + (score - a) / (b - a) * ((frequencies[high] as number) - (frequencies[low] as number));
}

/** Rows of equal score taken together. */
export function byScore(scores: ArrayLike<number>, labels: ArrayLike<number>): { distinct: number[]; means: number[]; counts: number[] } {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const distinct: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (const i of order) {
    const score = scores[i] as number;
    if (distinct.at(-1) !== score) {
      distinct.push(score);
      sums.push(0);
      counts.push(0);
    }
    sums[sums.length - 1] = (sums.at(-1)) + (labels[i] as number);
    counts[counts.length - 1] = (counts.at(-1)) + 1;
  }
  return { distinct, means: sums.map((sum, k) => sum / (counts[k] as number)), counts };
}
