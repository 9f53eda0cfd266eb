import type { Condition } from './conditions.ts';
import { stream } from './random.ts';

/** Coefficients of one response: constant, then the logarithms of N/5000, F/1500, a/1.5, L/15, r/0.5, P/2, then up-cut. */
type Equation = readonly [constant: number, n: number, f: number, a: number, l: number, r: number, p: number, up: number];

/** Least-squares (the first: ridge-logistic) fits to 165 measured runs of one brush; a description of those runs, not physics. */
const equations = {
  removalLogit: [1.19, 2.50, -2.36, 4.31, -1.98, -1.18, 2.07, 0.17],
  logTopSag: [-1.370, 0.668, -0.643, 0.374, -0.899, -0.104, 0.612, -0.168],
  logSideSag: [-2.074, 0.341, -0.381, 0.621, -0.295, 0.027, 0.321, -0.021],
  rootWear: [0.1393, 0.0241, -0.0245, -0.0007, -0.0687, -0.0409, 0.0691, -0.0046],
} as const satisfies Record<string, Equation>;

const noise = { topSag: 0.152, sideSag: 0.122, sagCorrelation: 0.39, rootWear: 0.0356 };
/** √wear is never below this. */
const rootWearFloor = 0.024;

export interface Responses {
  /** バリ除去 */
  removed: 0 | 1;
  /** 上面ダレ量, mm; null when the burr stayed */
  topSag: number | null;
  /** 側面ダレ量, mm; null when the burr stayed */
  sideSag: number | null;
  /** 摩耗量, mm */
  wear: number;
}

export interface Disturbance {
  /** Added to ln wear */
  wearDrift?: number;
  /** Added to ln of both sags */
  sagShift?: number;
}

/** What run `run` of a campaign measures under a condition; another run of the same condition gets fresh noise. */
export function measure(condition: Condition, seed: number, run: number, disturbance: Disturbance = {}): Responses {
  const e1 = stream(seed, 1).normal(run);
  const e2 = noise.sagCorrelation * e1 + Math.sqrt(1 - noise.sagCorrelation ** 2) * stream(seed, 2).normal(run);
  const removed = stream(seed, 0).uniform(run) < removalProbability(condition) ? 1 : 0;
  const shift = disturbance.sagShift ?? 0;
  const root = Math.max(rootWearFloor, evaluate(equations.rootWear, condition) + noise.rootWear * stream(seed, 3).normal(run));
  return {
    removed,
    topSag: removed ? round(Math.exp(evaluate(equations.logTopSag, condition) + noise.topSag * e1 + shift), 3) : null,
    sideSag: removed ? round(Math.exp(evaluate(equations.logSideSag, condition) + noise.sideSag * e2 + shift), 3) : null,
    wear: round(root * root * Math.exp(disturbance.wearDrift ?? 0), 4),
  };
}

/** P(バリ除去 = 1) */
export function removalProbability(condition: Condition): number {
  return 1 / (1 + Math.exp(-evaluate(equations.removalLogit, condition)));
}

/** The equations without noise: medians of the sags (were the burr removed) and the wear at the mean of its root. */
export function expected(condition: Condition): { topSag: number; sideSag: number; wear: number } {
  return {
    topSag: Math.exp(evaluate(equations.logTopSag, condition)),
    sideSag: Math.exp(evaluate(equations.logSideSag, condition)),
    wear: Math.max(rootWearFloor, evaluate(equations.rootWear, condition)) ** 2,
  };
}

function evaluate([constant, n, f, a, l, r, p, up]: Equation, c: Condition): number {
  return constant + n * Math.log(c.speed / 5000) + f * Math.log(c.feed / 1500) + a * Math.log(c.depth / 1.5)
    + l * Math.log(c.projection / 15) + r * Math.log(c.load / 0.5) + p * Math.log(c.passes / 2) + up * c.upCut;
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
