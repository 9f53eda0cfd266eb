import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { placePoints, scaleCoordinates } from './points.ts';
import type { Coordinates } from './encode.ts';
import { SHAPE_CODE } from './types.ts';
import type { CorrelationShape, GpParameters } from './types.ts';

export interface LabelledRows { n: number; p: number; x: Float64Array; y: Float64Array; weight: Float64Array }

export interface LaplaceEvaluation {
  value: number;
  /** By log parameter: amplitude, length scales, linear (if any). */
  gradient: Float64Array;
}

/** The approximation laid out in kernel memory; release the caller's mark to free it. */
export interface Laplace {
  evaluate(parameters: GpParameters, withGradient?: boolean): LaplaceEvaluation;
  /** Of the last evaluation: gradient of the log likelihood at the mode, and √W. */
  mode(): { alpha: Float64Array; root: Float64Array };
}

const MOST_STEPS = 100;
/** Newton ends when the objective gains less than this. */
const GAIN = 1e-12;
const ROUNDING = 1e-12;

const sigmoid = (f: number): number => (f >= 0 ? 1 / (1 + Math.exp(-f)) : Math.exp(f) / (1 + Math.exp(f)));
/** log σ(f) without overflow. */
const logSigmoid = (f: number): number => Math.min(0, f) - Math.log1p(Math.exp(-Math.abs(f)));

/**
 * Laplace approximation of a Gaussian process behind a logistic link (Rasmussen & Williams, algorithms 3.1 and 5.1): mode by Newton steps with the well-conditioned B = I + √W K √W, log marginal likelihood
 * and its gradient. The gradient is one contraction with M = (a + v)(a + v)' - vv' - R: implicit terms included. A row's log likelihood counts `weight` times. About 2 n³ flop, 32 n² bytes.
 */
export function createLaplace(kernels: Kernels, rows: LabelledRows, coordinates: Coordinates, shape: CorrelationShape, linear: boolean, shared: boolean): Laplace {
  const { memory, exports } = kernels;
  const { n, p, y, weight } = rows;
  const n4 = Math.ceil(n / 4) * 4;
  if (n4 * n4 * 32 > 2 ** 32) throw new KernelError('kernel_memory_limit', `a Gaussian process of ${n} labelled rows needs ${n4 * n4 * 32} bytes`, { bytes: n4 * n4 * 32, limit: 2 ** 32 });
  const panels = n4 / 4;
  const code = SHAPE_CODE[shape];
  const points = memory.alloc(n4 * p * 8);
  const weights = linear ? memory.alloc(p * 8) : 0;
  const work = memory.alloc(Math.max(256, exports.gpContractWorkspace(p)));
  const sums = memory.alloc((p + 2) * 8);
  const [vector, product, squares] = [memory.alloc(n4 * 8), memory.alloc(n4 * 8), memory.alloc(n4 * 8)];
  const [covariance, factor, second, solved] = [memory.alloc(n4 * n4 * 8), memory.alloc(n4 * n4 * 8), memory.alloc(n4 * n4 * 8), memory.alloc(n4 * n4 * 8)];
  const scales = shared ? 1 : Math.max(...coordinates.column) + 1;
  let latent = new Float64Array(n);
  let alpha = new Float64Array(n);
  // √W; zeros behind the rows, so that inner loops read inside
  const root = new Float64Array(n4);

  const times = (matrix: number, v: Float64Array): Float64Array<ArrayBuffer> => {
    const to = memory.float64(vector, n4).fill(0);
    to.set(v);
    exports.gpRowsTimes(matrix, n4, panels, vector, product);
    return memory.copyFloat64(product, n);
  };
  /** v := B⁻¹ v */
  const solve = (v: Float64Array): Float64Array<ArrayBuffer> => {
    const to = memory.float64(vector, n4).fill(0);
    to.set(v);
    exports.gpForward(factor, n4, vector);
    exports.gpBackward(factor, n4, vector);
    return memory.copyFloat64(vector, n);
  };
  const placeB = (): void => {
    const k = memory.float64(covariance, n4 * n4);
    const b = memory.float64(factor, n4 * n4);
    for (let i = 0; i < n4; i++) {
      const own = root[i] as number;
      let at = (i >> 2) * n4 * 4 + (i & 3);
      for (let j = 0, end = (i | 3) + 1; j < end; j++, at += 4) b[at] = own * (root[j] as number) * (k[at] as number);
      b[(i >> 2) * n4 * 4 + 4 * i + (i & 3)] = (b[(i >> 2) * n4 * 4 + 4 * i + (i & 3)] as number) + 1;
    }
    if (exports.gpFactor(factor, n4, 0) !== 0) throw new KernelError('kernel_domain', 'the covariance of the rows is not finite', { name: 'covariance' });
  };
  const objective = (f: Float64Array, a: Float64Array): number => f.reduce((sum, v, i) => sum + (weight[i] as number) * logSigmoid(y[i] === 1 ? v : -v) - 0.5 * v * (a[i] as number), 0);
  const setRoot = (): void => { latent.forEach((f, i) => { const q = sigmoid(f); root[i] = Math.sqrt((weight[i] as number) * q * (1 - q)); }); };

  /** Newton's steps, halved where they overshoot, from the mode of the covariance before where it is better than zero: the objective is concave, so that both lead to one mode. */
  const findMode = (): number => {
    latent = times(covariance, alpha);
    let value = objective(latent, alpha);
    const zero = objective(new Float64Array(n), new Float64Array(n));
    if (!(value > zero)) {
      latent = new Float64Array(n);
      alpha = new Float64Array(n);
      value = zero;
    }
    for (let step = 0; step < MOST_STEPS; step++) {
      setRoot();
      placeB();
      const b = latent.map((f, i) => (root[i] as number) ** 2 * f + (weight[i] as number) * ((y[i] as number) - sigmoid(f)));
      const inner = solve(times(covariance, b).map((v, i) => v * (root[i] as number)));
      const target = b.map((v, i) => v - (root[i] as number) * (inner[i] as number));
      let length = 1;
      let [a, f] = [target, times(covariance, target)];
      let next = objective(f, a);
      // at the mode a step changes the value by rounding only, yet brings the last digits of the mode
      const allowed = value - ROUNDING * Math.max(1, Math.abs(value));
      while (!(next >= allowed) && length > 1e-6) {
        length /= 2;
        a = alpha.map((v, i) => v + length * ((target[i] as number) - v));
        f = times(covariance, a);
        next = objective(f, a);
      }
      const gain = next - value;
      if (next >= allowed) [alpha, latent, value] = [a, f, next];
      if (!(gain > GAIN * Math.max(1, Math.abs(value)))) break;
    }
    setRoot();
    placeB();
    return value;
  };

  const evaluate = (parameters: GpParameters, withGradient = true): LaplaceEvaluation => {
    const scaling = scaleCoordinates(coordinates, parameters);
    placePoints(kernels, points, rows.x, n, p, scaling.divisors);
    if (weights !== 0) memory.float64(weights, p).set(scaling.linear);
    exports.gpCovariance(code, points, panels, points, n, p, parameters.amplitude, weights, 0, 0, covariance, work);
    const k = memory.float64(covariance, n4 * n4);
    // rows beyond n have covariances with the others as if they were at the origin
    for (let i = n; i < n4; i++) for (let j = 0; j < n4; j++) k[(i >> 2) * n4 * 4 + 4 * j + (i & 3)] = 0;
    let value = findMode();
    const l = memory.float64(factor, n4 * n4);
    for (let i = 0; i < n; i++) value -= Math.log(l[(i >> 2) * n4 * 4 + 4 * i + (i & 3)] as number);
    const gradient = new Float64Array(1 + scales + (linear ? 1 : 0));
    if (!withGradient) return { value, gradient };

    // diagonal of K - K R K by rows of K √W L⁻ᵀ
    const x = memory.float64(solved, n4 * n4);
    for (let i = 0, at = 0; i < panels; i++) {
      for (let j = 0; j < n4; j++) {
        const own = root[j] as number;
        for (const end = at + 4; at < end; at++) x[at] = (k[at] as number) * own;
      }
    }
    exports.gpSolveRows(factor, n4, solved, panels, 0);
    exports.gpRowSquares(solved, n4, panels, squares);
    const explained = memory.float64(squares, n);
    const third = latent.map((f, i) => {
      const q = sigmoid(f);
      return (weight[i] as number) * q * (1 - q) * (1 - 2 * q);
    });
    const s = Float64Array.from({ length: n }, (_, i) => -0.5 * ((k[(i >> 2) * n4 * 4 + 4 * i + (i & 3)] as number) - (explained[i] as number)) * (third[i] as number));
    // v = (I - R K) s
    const ks = solve(times(covariance, s).map((v, i) => v * (root[i] as number)));
    const v = s.map((value_, i) => value_ - (root[i] as number) * (ks[i] as number));
    const slope = latent.map((f, i) => (weight[i] as number) * ((y[i] as number) - sigmoid(f)));
    exports.gpInverse(factor, n4, second, solved);
    const r = memory.float64(solved, n4 * n4);
    for (let i = 0; i < n; i++) {
      const base = (i >> 2) * n4 * 4 + (i & 3);
      for (let j = 0, end = Math.min(n, (i | 3) + 1); j < end; j++) r[base + 4 * j] = (root[i] as number) * (root[j] as number) * (r[base + 4 * j] as number) + (v[i] as number) * (v[j] as number);
    }
    memory.float64(vector, n4).fill(0).set(slope.map((g, i) => g + (v[i] as number)));
    exports.gpContract(code, points, n, p, parameters.amplitude, weights, solved, vector, sums, work);
    const parts = memory.float64(sums, p + 2);
    gradient[0] = 0.5 * (parts[p] as number);
    for (let c = 0; c < p; c++) {
      const at = 1 + (shared ? 0 : (coordinates.column[c] as number));
      gradient[at] = (gradient[at] as number) + 0.5 * (parts[c] as number);
    }
    if (linear) gradient[1 + scales] = 0.5 * (parts[p + 1] as number);
    return { value, gradient };
  };

  return { evaluate, mode: () => ({ alpha: latent.map((f, i) => (weight[i] as number) * ((y[i] as number) - sigmoid(f))), root: root.slice(0, n) }) };
}
