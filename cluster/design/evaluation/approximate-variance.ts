import { invertSymmetric, quadraticForm, traceOfProduct } from '../algebra.ts';
import type { Point } from '../factors.ts';
import { modelMatrix } from '../model.ts';
import type { DesignModel } from '../model.ts';

export interface ApproximateVariance {
  weights: Float64Array;
  /** n · tr(V W) of the weights found */
  variance: number;
  /** no design of any number of runs has a smaller n · tr(V W) */
  bound: number;
}

const mostSteps = 20_000;

/**
 * Weights over points of least mean prediction variance n · tr(V W) (I of AlgDesign when W is that of the candidates; A with the identity), by the
 * multiplicative algorithm with exponent ½ (Silvey, Titterington & Torsney 1978; monotone by Yu 2010). With φ_i = f_i'V W V f_i, convexity bounds the optimum
 * from below by 2 tr(V W) − max φ. Ends when the bound is within `gap` (relative). @returns undefined when the points cannot estimate the model
 */
export function approximateVariance(model: DesignModel, points: readonly Point[], moments: Float64Array, { gap = 1e-7 } = {}): ApproximateVariance | undefined {
  const p = model.columns.length;
  const n = points.length;
  const x = modelMatrix(model, points);
  let weights = new Float64Array(n).fill(1 / n);
  for (let step = 0; ; step++) {
    const m = new Float64Array(p * p);
    for (let i = 0; i < n; i++) for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) m[a * p + b] = (m[a * p + b] as number) + (weights[i] as number) * (x[i * p + a] as number) * (x[i * p + b] as number);
    const solved = invertSymmetric(m, p);
    if (solved === undefined) return undefined;
    const { inverse } = solved;
    const variance = traceOfProduct(inverse, moments);
    const g = product(product(inverse, moments, p), inverse, p);
    const phi = Float64Array.from({ length: n }, (_, i) => quadraticForm(g, x, p, i * p));
    const most = phi.reduce((a, b) => Math.max(a, b), 0);
    const bound = 2 * variance - most;
    if (variance - bound <= gap * variance || step === mostSteps) return { weights, variance, bound };
    const next = weights.map((w, i) => w * Math.sqrt(phi[i] as number));
    const sum = next.reduce((total, w) => total + w, 0);
    weights = next.map((w) => w / sum);
  }
}

function product(a: Float64Array, b: Float64Array, p: number): Float64Array {
  return Float64Array.from({ length: p * p }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < p; k++) sum += (a[Math.floor(at / p) * p + k] as number) * (b[k * p + (at % p)] as number);
    return sum;
  });
}
