import { studentQuantile } from '../../../kernels/index.ts';
import { inverse } from '../response.ts';
import type { Evaluated } from './evaluate.ts';
import type { NumericPredictor } from './predictor.ts';

/** What to expect of a run of which it is not sure that the quantity comes about at all; it counts as 0 where it does not. */
export interface Expected {
  /** probability × mean given that it comes about */
  value: Float64Array;
  /** confidence interval of that product */
  low: Float64Array;
  high: Float64Array;
  /** prediction interval of one run, failures included: quantiles of the mixture */
  runLow: Float64Array;
  runHigh: Float64Array;
}

/**
 * Two-part (hurdle) prediction: the likelihood of the parts factorises, so that their estimates vary independently.
 * The interval of the product is recovered from the parts' own (MOVER: Donner & Zou 2012), on the logarithmic scale while
 * the parts are positive. A new run is 0 with 1 − p and the quantity with p; that p is known exactly is taken for granted.
 */
export function expected(removal: Evaluated, quantity: Evaluated, { response, degreesOfFreedom }: NumericPredictor, level: number): Expected {
  const n = quantity.value.length;
  const of = (): Float64Array => new Float64Array(n).fill(NaN);
  const out: Expected = { value: of(), low: of(), high: of(), runLow: of(), runHigh: of() };
  const student = studentTable(degreesOfFreedom);
  for (let i = 0; i < n; i += 1) {
    const p = removal.value[i] as number;
    const mean = quantity.value[i] as number;
    if (Number.isNaN(p) || Number.isNaN(mean)) continue;
    out.value[i] = p * mean;
    const [low, high] = product([p, removal.meanLow[i] as number, removal.meanHigh[i] as number], [mean, quantity.meanLow[i] as number, quantity.meanHigh[i] as number]);
    out.low[i] = low;
    out.high[i] = high;
    const quantile = (q: number): number => {
      const share = (q - (1 - p)) / p;
      if (!(share > 0)) return 0;
      return Math.max(0, inverse(response, (quantity.scale?.centre[i] as number) + student(share) * (quantity.scale?.deviation[i] as number)));
    };
    out.runLow[i] = quantile((1 - level) / 2);
    out.runHigh[i] = quantile((1 + level) / 2);
  }
  return out;
}

type Estimate = readonly [value: number, low: number, high: number];

/** Interval of a product of independent estimates from their intervals. */
export function product([a, aLow, aHigh]: Estimate, [b, bLow, bHigh]: Estimate): [low: number, high: number] {
  if (aLow > 0 && bLow > 0) {
    const side = (x: number, y: number): number => Math.hypot(Math.log(x / a), Math.log(y / b));
    return [a * b * Math.exp(-side(aLow, bLow)), a * b * Math.exp(side(aHigh, bHigh))];
  }
  const side = (x: number, y: number): number => Math.hypot(b * (x - a), a * (y - b));
  const [below, above] = b >= 0 ? [side(aLow, bLow), side(aHigh, bHigh)] : [side(aHigh, bLow), side(aLow, bHigh)];
  return [a * b - below, a * b + above];
}

/** Nodes of the table per unit of the logit; the error of the interpolation is below 1e-7 of the value. */
const perUnit = 16;
/** |logit| up to which the table reaches: probabilities of 1e-7. */
const reach = 16;
const tables = new Map<number, (p: number) => number>();

/** Student's quantile from a table over the logit (cubic through four nodes): a thousandth of the cost of the quantile itself, of which every row needs another. */
function studentTable(df: number): (p: number) => number {
  if (!(df > 0)) return () => NaN;
  const known = tables.get(df);
  if (known !== undefined) return known;
  const nodes = Array.from({ length: 2 * reach * perUnit + 1 }, (_, k) => k / perUnit - reach);
  // antisymmetric: half of the table is enough
  const upper = nodes.filter((x) => x >= 0).map((x) => -studentQuantile(1 / (1 + Math.exp(x)), df));
  const values = Float64Array.from(nodes, (x) => Math.sign(x) * (upper[Math.round(Math.abs(x) * perUnit)] as number));
  const quantile = (p: number): number => {
    const x = Math.log(p / (1 - p));
    const at = (x + reach) * perUnit;
    const k = Math.floor(at);
    if (!(k >= 1 && k + 2 < values.length)) return studentQuantile(p, df);
    // four-point Lagrange
    const s = at - k;
    const [a, b, c, d] = [values[k - 1], values[k], values[k + 1], values[k + 2]] as [number, number, number, number];
    return -s * (s - 1) * (s - 2) / 6 * a + (s + 1) * (s - 1) * (s - 2) / 2 * b - (s + 1) * s * (s - 2) / 2 * c + (s + 1) * s * (s - 1) / 6 * d;
  };
  tables.set(df, quantile);
  return quantile;
}
