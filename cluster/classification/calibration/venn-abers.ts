import { byScore, poolAdjacentViolators } from './isotonic.ts';

/** Probabilities of label 1 if the new row were a 0, and if it were a 1; `merged` is the one number that loses least in log-loss (p1 / (1 − p0 + p1)). */
export interface VennAbers {
  readonly p0: number;
  readonly p1: number;
  readonly merged: number;
}

/**
 * Inductive Venn–Abers predictor (Vovk, Petej & Fedorova 2015): isotonic calibration with the new row once as 0, once as 1. One of the two is calibrated whatever
 * the scores' distribution; their distance is honest about how few rows the calibration has. O(n) a row after sorting.
 * @param scores and labels (0/1) of rows that the model has not seen
 */
export function vennAbers(scores: ArrayLike<number>, labels: ArrayLike<number>): (score: number) => VennAbers {
  const { distinct, means, counts } = byScore(scores, labels);
  const at = (score: number, label: number): number => {
    let place = 0;
    while (place < distinct.length && (distinct[place] as number) < score) place++;
    const tied = distinct[place] === score;
    const values = [...means];
    const weights = [...counts];
    if (tied) {
      values[place] = ((means[place] as number) * (counts[place] as number) + label) / ((counts[place] as number) + 1);
      weights[place] = (counts[place] as number) + 1;
    } else {
      values.splice(place, 0, label);
      weights.splice(place, 0, 1);
    }
    return poolAdjacentViolators(values, weights)[place] as number;
  };
  return (score) => {
    const [p0, p1] = [at(score, 0), at(score, 1)];
    return { p0, p1, merged: p1 / (1 - p0 + p1) };
  };
}
