/** Rows by true (first index) and given label. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Of one label against all others. Null where no row has it, or was given it. */
export interface OneLabelScore { readonly rows: number; readonly precision: number | null; readonly recall: number | null; readonly f1: number }

export interface LabelScores {
  readonly accuracy: number;
  /** mean recall of the labels that occur */
  readonly balanced_accuracy: number;
  readonly f1_macro: number;
  /** weighed by the rows of each label */
  readonly f1_weighted: number;
  /** Matthews 1975; of several labels Gorodkin's R_K (2004). 0 where one side has one label only */
  readonly mcc: number;
  /** Cohen 1960 */
  readonly kappa: number;
  readonly labels: readonly OneLabelScore[];
}

export function confusionMatrix(actual: ArrayLike<number>, given: ArrayLike<number>, labels: number): number[][] {
  const counts = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  for (let i = 0; i < actual.length; i++) {
    const row = counts[actual[i] as number] as number[];
    row[given[i] as number] = (row[given[i] as number] as number) + 1;
  }
  return counts;
}

/** Figures of labels alone, without their probabilities. @param counts of at least one row */
export function labelScores(counts: ConfusionMatrix): LabelScores {
  const { rows, given, total } = margins(counts);
  const hit = (k: number): number => counts[k]?.[k] as number;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const labels = rows.map((own, k) => ({ rows: own, precision: share(hit(k), given[k] as number), recall: share(hit(k), own), f1: own + (given[k] as number) === 0 ? 0 : 2 * hit(k) / (own + (given[k] as number)) }));
  const present = labels.filter((label) => label.rows > 0);
  const hits = rows.reduce((sum, _, k) => sum + hit(k), 0);
  const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
  const spread = Math.sqrt(total ** 2 - product(rows, rows)) * Math.sqrt(total ** 2 - product(given, given));
  return {
    accuracy: hits / total,
    balanced_accuracy: present.reduce((sum, { recall }) => sum + (recall as number), 0) / present.length,
    f1_macro: present.reduce((sum, { f1 }) => sum + f1, 0) / present.length,
    f1_weighted: present.reduce((sum, { f1, rows: own }) => sum + own * f1, 0) / total,
    mcc: spread === 0 ? 0 : (hits * total - product(rows, given)) / spread,
    kappa: weightedKappa(counts, (a, b) => Number(a !== b)),
    labels,
  };
}

/** Cohen 1968 with squared distances: for labels in order. */
export function quadraticKappa(counts: ConfusionMatrix): number {
  return weightedKappa(counts, (a, b) => (a - b) ** 2);
}

/** 1 − disagreement seen / disagreement by chance. 1 where no disagreement is possible. */
function weightedKappa(counts: ConfusionMatrix, weight: (a: number, b: number) => number): number {
  const { rows, given, total } = margins(counts);
  let [seen, chance] = [0, 0];
  counts.forEach((row, a) => {
    row.forEach((count, b) => {
      seen += weight(a, b) * count;
      chance += weight(a, b) * (rows[a] as number) * (given[b] as number) / total;
    });
  });
  return chance === 0 ? 1 : 1 - seen / chance;
}

function margins(counts: ConfusionMatrix): { rows: number[]; given: number[]; total: number } {
  const rows = counts.map((row) => row.reduce((a, b) => a + b, 0));
  return { rows, given: counts.map((_, k) => counts.reduce((sum, row) => sum + (row[k] as number), 0)), total: rows.reduce((a, b) => a + b, 0) };
}
