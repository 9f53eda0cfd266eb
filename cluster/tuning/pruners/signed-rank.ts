import { normalBelow } from '../samplers/tpe/normal.ts';

/** Up to here the distribution is counted out, beyond it the normal approximation is used. */
const EXACT_UP_TO = 50;

/**
 * One-sided p of Wilcoxon's signed-rank test that differences lie above 0. Zeros keep their rank and are split between both signs (Pratt's
 * ranks, as scipy's zero_method "zsplit"); equal sizes share their mean rank. Exact if there are no ties and no zeros, n ≤ 50.
 */
export function signedRankGreater(differences: readonly number[]): number {
  const n = differences.length;
  const { ranks, tieTerm } = meanRanks(differences.map(Math.abs));
  let plus = 0;
  differences.forEach((d, i) => { plus += d > 0 ? ranks[i] as number : d === 0 ? (ranks[i] as number) / 2 : 0; });
  if (tieTerm === 0 && !differences.includes(0) && n <= EXACT_UP_TO) return exactUpper(plus, n);
  const mean = n * (n + 1) / 4;
  const variance = n * (n + 1) * (2 * n + 1) / 24 - tieTerm / 48;
  return variance <= 0 ? 1 : normalBelow((mean - plus) / Math.sqrt(variance));
}

function meanRanks(sizes: readonly number[]): { ranks: Float64Array; tieTerm: number } {
  const order = sizes.map((_, i) => i).sort((a, b) => (sizes[a] as number) - (sizes[b] as number));
  const ranks = new Float64Array(sizes.length);
  let tieTerm = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && sizes[order[to + 1] as number] === sizes[order[from] as number]) to++;
    const ties = to - from + 1;
    tieTerm += ties ** 3 - ties;
    for (let k = from; k <= to; k++) ranks[order[k] as number] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return { ranks, tieTerm };
}

/** P(W⁺ ≥ w): subsets of 1 … n by their sum. */
function exactUpper(w: number, n: number): number {
  const most = n * (n + 1) / 2;
  let probability = new Float64Array(most + 1);
  probability[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    const next = new Float64Array(most + 1);
    for (let sum = 0; sum <= most; sum++) next[sum] = ((probability[sum] as number) + (sum >= rank ? probability[sum - rank] as number : 0)) / 2;
    probability = next;
  }
  let upper = 0;
  for (let sum = Math.ceil(w); sum <= most; sum++) upper += probability[sum] as number;
  return upper;
}
