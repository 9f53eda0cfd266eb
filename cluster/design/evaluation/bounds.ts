import { invertSymmetric, quadraticForm } from '../algebra.ts';
import type { Point } from '../factors.ts';
import { modelMatrix } from '../model.ts';
import type { DesignModel } from '../model.ts';
import type { Region } from '../region/index.ts';
import { largestVariance } from './variance.ts';

/**
 * Upper bound of D = |X'X|^(1/p)/n over all n × p matrices of ±1: Hadamard (n ≡ 0 mod 4), Barba 1933 (1), Ehlich 1964 and Wojtas 1964 (2),
 * Ehlich 1964b (3), with the block structures that Galil & Kiefer 1980 give for p < n.
 */
export function twoLevelBound(n: number, p: number): { d: number; by: 'hadamard' | 'barba' | 'ehlich_wojtas' | 'ehlich' } {
  switch (n % 4) {
    case 0: return { d: 1, by: 'hadamard' };
    case 1: return { d: Math.exp(((p - 1) * Math.log(n - 1) + Math.log(n - 1 + p)) / p) / n, by: 'barba' };
    case 2: {
      const odd = p % 2;
      const rest = p < 2 ? Math.log(n) : (p - 2) * Math.log(n - 2) + Math.log(n - 2 + p + odd) + Math.log(n - 2 + p - odd);
      return { d: Math.exp(rest / p) / n, by: 'ehlich_wojtas' };
    }
    default: {
      // p columns in s groups of r or r + 1; the best grouping is the bound
      const values = Array.from({ length: p }, (_, at) => {
        const s = at + 1;
        const r = Math.floor(p / s);
        const v = p - r * s;
        const u = s - v;
        const correction = 1 - (u * r) / (n - 3 + 4 * r) - (v * (r + 1)) / (n + 1 + 4 * r);
        return correction > 0 ? (s === p ? 0 : (p - s) * Math.log(n - 3)) + u * Math.log(n - 3 + 4 * r) + v * Math.log(n + 1 + 4 * r) + Math.log(correction) : -Infinity;
      });
      return { d: Math.exp(Math.max(...values) / p) / n, by: 'ehlich' };
    }
  }
}

/** Whether every model column is −1 or 1 in every allowed row. */
export function isTwoLevel({ factors, columns }: DesignModel): boolean {
  return columns.every(({ parts }) => parts.every(({ factor, basis }) => {
    const { kind, ...rest } = factors[factor] as DesignModel['factors'][number];
    return basis === 0 && (kind === 'discrete' || kind === 'categorical') && (rest as { levels: readonly unknown[] }).levels.length === 2;
  }));
}

export interface ApproximateDesign {
  points: readonly Point[];
  weights: Float64Array;
  /** |M(ξ)|^(1/p) of the weights found */
  d: number;
  /** no design of any number of runs has a larger D (equivalence theorem: D* ≤ d · exp(largest d(x) / p − 1)) */
  bound: number;
}

const mostSteps = 20_000;

/**
 * D-optimal weights over points by vertex exchange (Böhning 1986): weight moves from the supporting point of least variance to the point of
 * largest variance, by the exact best amount, until the bound is within `gap` (relative) of what is reached.
 */
export function approximateDesign(model: DesignModel, points: readonly Point[], { gap = 1e-9 } = {}): ApproximateDesign | undefined {
  const p = model.columns.length;
  const n = points.length;
  const x = modelMatrix(model, points);
  const weights = new Float64Array(n).fill(1 / n);
  let d = new Float64Array(n);
  let v: Float64Array = new Float64Array(0);
  let logDeterminant = 0;
  const refactor = (): boolean => {
    const m = new Float64Array(p * p);
    for (let i = 0; i < n; i++) {
      const w = weights[i] as number;
      if (w > 0) for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) m[a * p + b] = (m[a * p + b] as number) + w * (x[i * p + a] as number) * (x[i * p + b] as number);
    }
    const solved = invertSymmetric(m, p);
    if (solved === undefined) return false;
    ({ inverse: v, logDeterminant } = solved);
    d = Float64Array.from({ length: n }, (_, i) => quadraticForm(v, x, p, i * p));
    return true;
  };
  if (!refactor()) return undefined;
  for (let step = 1; step <= mostSteps; step++) {
    let most = 0;
    let least = -1;
    for (let i = 0; i < n; i++) {
      if ((d[i] as number) > (d[most] as number)) most = i;
      if ((weights[i] as number) > 0 && (least < 0 || (d[i] as number) < (d[least] as number))) least = i;
    }
    if ((d[most] as number) / p - 1 < gap) break;
    const cross = times(v, x, p, most);
    const other = times(v, x, p, least);
    const dij = product(cross, x, p, least);
    const [di, dj] = [d[most] as number, d[least] as number];
    const curvature = di * dj - dij * dij;
    const amount = Math.min(weights[least] as number, curvature > 1e-14 * di * dj ? (di - dj) / (2 * curvature) : Infinity);
    weights[most] = (weights[most] as number) + amount;
    weights[least] = amount === weights[least] ? 0 : (weights[least] as number) - amount;
    if (step % 200 === 0) {
      refactor();
      continue;
    }
    // M gains amount · (f_i f_i' − f_j f_j'): two rank-one updates
    rankOne(v, d, x, cross, amount, di, p);
    const after = other.map((value, k) => value - (amount * dij * (cross[k] as number)) / (1 + amount * di));
    rankOne(v, d, x, after, -amount, product(after, x, p, least), p);
  }
  refactor();
  const reached = Math.exp(logDeterminant / p);
  return { points, weights, d: reached, bound: reached * Math.exp(Math.max(0, d.reduce((a, b) => Math.max(a, b)) / p - 1)) };
}

function rankOne(v: Float64Array, d: Float64Array, x: Float64Array, u: Float64Array, amount: number, form: number, p: number): void {
  const scale = amount / (1 + amount * form);
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) v[a * p + b] = (v[a * p + b] as number) - scale * (u[a] as number) * (u[b] as number);
  for (let i = 0; i < d.length; i++) d[i] = (d[i] as number) - scale * product(u, x, p, i) ** 2;
}

function times(v: Float64Array, x: Float64Array, p: number, row: number): Float64Array {
  return Float64Array.from({ length: p }, (_, a) => {
    let sum = 0;
    for (let b = 0; b < p; b++) sum += (v[a * p + b] as number) * (x[row * p + b] as number);
    return sum;
  });
}

function product(u: Float64Array, x: Float64Array, p: number, row: number): number {
  let sum = 0;
  for (let a = 0; a < p; a++) sum += (u[a] as number) * (x[row * p + a] as number);
  return sum;
}

/**
 * Upper bound of D over a whole region from an approximate design on some of its points. The largest variance over the region is found by climbing:
 * a certificate for candidates, levels and second-order models, an estimate for higher orders over ranges.
 */
export function approximateBound(model: DesignModel, region: Region, points: readonly Point[]): { d: number; bound: number } | undefined {
  const p = model.columns.length;
  const found = approximateDesign(model, points);
  if (found === undefined) return undefined;
  const x = modelMatrix(model, points);
  const m = new Float64Array(p * p);
  found.weights.forEach((w, i) => {
    for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) m[a * p + b] = (m[a * p + b] as number) + w * (x[i * p + a] as number) * (x[i * p + b] as number);
  });
  const solved = invertSymmetric(m, p);
  if (solved === undefined) return undefined;
  const { variance } = largestVariance({ model, inverse: solved.inverse }, region);
  return { d: found.d, bound: Math.max(found.bound, found.d * Math.exp(Math.max(0, variance / p - 1))) };
}
