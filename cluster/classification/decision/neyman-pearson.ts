/** A promise about an error rate: at most `limit`, with confidence 1 − `risk`. */
export interface ErrorLimit {
  readonly limit: number;
  readonly risk: number;
}

/**
 * Neyman–Pearson umbrella (Tong, Feng & Li 2018): with n held-out rows of the class that must not be mistaken, the k-th smallest score is a threshold whose
 * error rate exceeds `limit` with probability P(Bin(n, 1 − limit) ≥ k); the least k for which that is at most `risk`. Undefined where n is too small.
 */
export function umbrellaRank(n: number, { limit, risk }: ErrorLimit): number | undefined {
  // P(Bin(n, 1 − limit) ≥ k) grows as k falls: from k = n downwards, terms by their ratio
  const logTerm = n * Math.log1p(-limit);
  if (logTerm > Math.log(risk)) return undefined;
  let term = Math.exp(logTerm);
  let tail = term;
  let k = n;
  if (term === 0) return rankFromBelow(n, limit, risk);
  while (k > 1) {
    // P(Bin = k − 1) = P(Bin = k) · k / (n − k + 1) · limit / (1 − limit)
    term *= k / (n - k + 1) * (limit / (1 - limit));
    if (tail + term > risk) break;
    tail += term;
    k--;
  }
  return k;
}

/** For so many rows that the outermost term underflows: sums in logarithms. */
function rankFromBelow(n: number, limit: number, risk: number): number {
  let logTerm = n * Math.log1p(-limit);
  let logTail = logTerm;
  let k = n;
  while (k > 1) {
    logTerm += Math.log(k / (n - k + 1)) + Math.log(limit) - Math.log1p(-limit);
    const next = Math.max(logTail, logTerm) + Math.log1p(Math.exp(-Math.abs(logTail - logTerm)));
    if (next > Math.log(risk)) break;
    logTail = next;
    k--;
  }
  return k;
}

/** Fewest rows with which any threshold can be certified. */
export function fewestRows({ limit, risk }: ErrorLimit): number {
  return Math.ceil(Math.log(risk) / Math.log1p(-limit) - 1e-9);
}

/** The least limit that n rows can certify at this risk: 1 − risk^(1/n). */
export function bestLimit(n: number, risk: number): number {
  return -Math.expm1(Math.log(risk) / n);
}

export type OneSided =
  | { readonly kind: 'certified'; readonly threshold: number; readonly rank: number; readonly rows: number }
  | { readonly kind: 'infeasible'; readonly rows: number; readonly needed: number; readonly best_limit: number };

/** Rows with score > threshold (strictly: ties cannot break the promise) are called positive; at most `limit` of the negatives are, with confidence 1 − risk. @param negatives scores of negatives that the model has not seen */
export function falsePositiveThreshold(negatives: ArrayLike<number>, promise: ErrorLimit): OneSided {
  const rows = negatives.length;
  const rank = umbrellaRank(rows, promise);
  if (rank === undefined) return { kind: 'infeasible', rows, needed: fewestRows(promise), best_limit: bestLimit(rows, promise.risk) };
  return { kind: 'certified', threshold: Float64Array.from(negatives).sort()[rank - 1] as number, rank, rows };
}

export interface TwoSided {
  /** score > upper: YES */
  readonly upper: OneSided;
  /** score < lower: NO; between: gray, neither is promised */
  readonly lower: OneSided;
  /** Both thresholds certified and lower > upper: every score satisfies one promise or the other. The zone is then empty, and scores in between are decided by `upper`. */
  readonly overlap: boolean;
}

/** Limits on both errors. Each side is certified by its own class; a side that its rows cannot certify is infeasible and decides nothing. */
export function twoSidedThresholds(scores: ArrayLike<number>, labels: ArrayLike<number>, falsePositive: ErrorLimit, falseNegative: ErrorLimit): TwoSided {
  const of = (label: number): number[] => Array.from({ length: scores.length }, (_, i) => i).filter((i) => labels[i] === label).map((i) => scores[i] as number);
  const upper = falsePositiveThreshold(of(0), falsePositive);
  const mirrored = falsePositiveThreshold(of(1).map((score) => -score), falseNegative);
  const lower: OneSided = mirrored.kind === 'certified' ? { ...mirrored, threshold: -mirrored.threshold } : mirrored;
  return { upper, lower, overlap: upper.kind === 'certified' && lower.kind === 'certified' && lower.threshold > upper.threshold };
}

export type Decision = 'yes' | 'no' | 'gray';

export function decide({ upper, lower, overlap }: TwoSided, score: number): Decision {
  const yes = upper.kind === 'certified' && score > upper.threshold;
  const no = lower.kind === 'certified' && score < lower.threshold;
  if (overlap) return yes ? 'yes' : 'no';
  return yes ? 'yes' : no ? 'no' : 'gray';
}
