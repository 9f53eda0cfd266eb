import { areaUnderRoc } from '../../scores/index.ts';
import { LEAST_PROBABILITY } from '../opinion.ts';

/** Probabilities of several labels for each row, column by column: of label k and row i at k · rows + i; rows sum to one. */
export interface LabelProbabilities { readonly values: Float64Array; readonly rows: number; readonly labels: number }

export interface SeveralLabelScores {
  /** mean over the labels of the area of each against the others; null where a label has no row */
  readonly auc_one_rest: number | null;
  /** mean over the pairs of labels (Hand & Till 2001) */
  readonly auc_pairs: number | null;
  readonly log_loss: number;
  /** sum over the labels, 0 … 2 (Brier 1950) */
  readonly brier: number;
}

/** @param y label of each row, 0 … labels − 1 */
export function severalLabelScores(y: ArrayLike<number>, p: LabelProbabilities): SeveralLabelScores {
  let [loss, brier] = [0, 0];
  for (let i = 0; i < p.rows; i++) {
    loss -= Math.log(Math.max(LEAST_PROBABILITY, p.values[(y[i] as number) * p.rows + i] as number));
    for (let k = 0; k < p.labels; k++) brier += ((p.values[k * p.rows + i] as number) - Number(y[i] === k)) ** 2;
  }
  return { auc_one_rest: oneRest(y, p), auc_pairs: pairs(y, p), log_loss: loss / p.rows, brier: brier / p.rows };
}

/** Share of rows whose label is among the `most` likeliest. */
export function topShare(y: ArrayLike<number>, { values, rows, labels }: LabelProbabilities, most: number): number {
  let hits = 0;
  for (let i = 0; i < rows; i++) {
    const own = values[(y[i] as number) * rows + i] as number;
    let above = 0;
    for (let k = 0; k < labels; k++) above += Number((values[k * rows + i] as number) > own);
    hits += Number(above < most);
  }
  return hits / rows;
}

/** The likeliest label of each row; the first of equal ones. */
export function likeliest({ values, rows, labels }: LabelProbabilities): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let k = 1; k < labels; k++) if ((values[k * rows + i] as number) > (values[best * rows + i] as number)) best = k;
    return best;
  });
}

function oneRest(y: ArrayLike<number>, { values, rows, labels }: LabelProbabilities): number | null {
  return meanOf(Array.from({ length: labels }, (_, k) => areaUnderRoc(Array.from(y, (own) => Number(own === k)), values.subarray(k * rows, (k + 1) * rows)).area));
}

function pairs(y: ArrayLike<number>, { values, rows, labels }: LabelProbabilities): number | null {
  const areas: (number | null)[] = [];
  for (let a = 0; a < labels; a++) {
    for (let b = 0; b < a; b++) {
      const chosen = Array.from(y, (own, i) => (own === a || own === b ? i : -1)).filter((i) => i >= 0);
      const area = (k: number): number | null => areaUnderRoc(chosen.map((i) => Number(y[i] === k)), chosen.map((i) => values[k * rows + i] as number)).area;
      areas.push(meanOf([area(a), area(b)]));
    }
  }
  return meanOf(areas);
}

function meanOf(values: readonly (number | null)[]): number | null {
  return values.some((value) => value === null) ? null : (values as readonly number[]).reduce((a, b) => a + b, 0) / values.length;
}
