import { fitLogisticMap, logisticOf, logit } from './logistic-map.ts';

/** Log-odds as a natural cubic spline of the log-odds: cubic between the outer knots, straight beyond them. */
export interface Spline {
  /** ascending, in log-odds */
  readonly knots: readonly number[];
  readonly intercept: number;
  /** of the log-odds, then of each cubic */
  readonly coefficients: readonly number[];
}

/** Where the knots lie among the scores (Harrell 2015, table 2.3): four of them, or three where four bend the curve back. */
const quantiles = [[0.05, 0.35, 0.65, 0.95], [0.1, 0.5, 0.9]] as const;
/** Places at which the slope is looked at. */
const LOOKS = 200;

/**
 * Maximum likelihood of a natural cubic spline (Lucena 2018 with few knots instead of a penalty). A curve that falls anywhere would turn the order of rows round: it is fitted anew with a knot less, in the end as a straight line.
 * @param labels 0 or 1
 */
export function fitSpline(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Spline {
  const scores = Float64Array.from(probabilities, logit);
  const sorted = scores.slice().sort();
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] as number;
  for (const wanted of quantiles) {
    const knots = [...new Set(wanted.map(at))];
    if (knots.length < wanted.length) continue;
    const spline = fitWith(knots, scores, labels);
    if (rises(spline)) return spline;
  }
  const line = fitWith([], scores, labels);
  // a model that ranks the wrong way round is no reason to turn it round
  return (line.coefficients[0] as number) >= 0 ? line : { knots: [], intercept: fitLogisticMap([new Float64Array(scores.length).fill(1)], labels).coefficients[0] as number, coefficients: [0] };
}

export function splineAt(spline: Spline, probability: number): number {
  return logisticOf(valueAt(spline, logit(probability)));
}

function fitWith(knots: readonly number[], scores: Float64Array, labels: ArrayLike<number>): Spline {
  const columns = Array.from({ length: Math.max(1, knots.length - 1) }, (_, j) => scores.map((score) => (j === 0 ? score : cubic(knots, j - 1, score))));
  const [intercept = 0, ...coefficients] = fitLogisticMap([new Float64Array(scores.length).fill(1), ...columns], labels).coefficients;
  return { knots, intercept, coefficients };
}

function valueAt({ knots, intercept, coefficients }: Spline, score: number): number {
  return coefficients.reduce((sum, b, j) => sum + b * (j === 0 ? score : cubic(knots, j - 1, score)), intercept);
}

/** Harrell's restricted cubic of knot j: straight beyond the last knot, in units of the score. */
function cubic(knots: readonly number[], j: number, score: number): number {
  const [last, before, own, first] = [knots.at(-1) as number, knots.at(-2) as number, knots[j] as number, knots[0] as number];
  const above = (knot: number): number => Math.max(0, score - knot) ** 3;
  return (above(own) - above(before) * (last - own) / (last - before) + above(last) * (before - own) / (last - before)) / (last - first) ** 2;
}

/** Beyond the outer knots the slope is that at them. */
function rises(spline: Spline): boolean {
  const [first, last] = [spline.knots[0] as number, spline.knots.at(-1) as number];
  const step = (last - first) / LOOKS;
  let before = valueAt(spline, first - step);
  for (let k = 0; k <= LOOKS + 1; k++) {
    const value = valueAt(spline, first + k * step);
    if (!(value >= before)) return false;
    before = value;
  }
  return true;
}
