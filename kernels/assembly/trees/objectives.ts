// Gradients, hessians and losses of the objectives, row by row. Names and conventions are LightGBM's; g is the derivative by the score, so leaves are -G/H.
import { expOf, logOf, softplus } from './elementary';

/** Codes, in step with kernels/trees/objectives.ts. */
// @ts-ignore: decorator
@inline export const SQUARED: i32 = 0;
// @ts-ignore: decorator
@inline export const LOGISTIC: i32 = 1;
// @ts-ignore: decorator
@inline export const ABSOLUTE: i32 = 2;
// @ts-ignore: decorator
@inline export const HUBER: i32 = 3;
// @ts-ignore: decorator
@inline export const QUANTILE: i32 = 4;
// @ts-ignore: decorator
@inline export const POISSON: i32 = 5;

/** Poisson hessians are e^(score + 0.7), which bounds steps (LightGBM's poisson_max_delta_step). */
// @ts-ignore: decorator
@inline const POISSON_STEP: f64 = 0.7;

/**
 * score, y f64[n]; w f64[n] or 0; g, h f64[n] out (h = 0: not wanted). parameter: Huber's delta or the quantile level.
 */
export function treeGradients(objective: i32, n: i32, score: usize, y: usize, w: usize, g: usize, h: usize, parameter: f64): void {
  for (let i: usize = 0; i < <usize>n << 3; i += 8) {
    const s = load<f64>(score + i);
    const t = load<f64>(y + i);
    const weight = w ? load<f64>(w + i) : 1.0;
    let gradient: f64 = 0;
    let hessian: f64 = 1;
    if (objective == SQUARED) gradient = s - t;
    else if (objective == LOGISTIC) {
      const p = 1.0 / (1.0 + expOf(-s));
      gradient = p - t;
      hessian = p * (1.0 - p);
    } else if (objective == ABSOLUTE) gradient = s > t ? 1.0 : s < t ? -1.0 : 0.0;
    else if (objective == HUBER) gradient = min(max(s - t, -parameter), parameter);
    else if (objective == QUANTILE) gradient = s >= t ? 1.0 - parameter : -parameter;
    else {
      const mean = expOf(s);
      gradient = mean - t;
      hessian = mean * expOf(POISSON_STEP);
    }
    store<f64>(g + i, gradient * weight);
    if (h) store<f64>(h + i, hessian * weight);
  }
}

/** Sum of weighted losses: squared error, log-loss, absolute, Huber, pinball, Poisson deviance without its constant. */
export function treeLoss(objective: i32, n: i32, score: usize, y: usize, w: usize, parameter: f64): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>n << 3; i += 8) {
    const s = load<f64>(score + i);
    const t = load<f64>(y + i);
    let loss: f64 = 0;
    if (objective == SQUARED) loss = (s - t) * (s - t);
    else if (objective == LOGISTIC) loss = softplus(s) - t * s;
    else if (objective == ABSOLUTE) loss = abs(s - t);
    else if (objective == HUBER) loss = abs(s - t) <= parameter ? 0.5 * (s - t) * (s - t) : parameter * (abs(s - t) - 0.5 * parameter);
    else if (objective == QUANTILE) loss = s >= t ? (1.0 - parameter) * (s - t) : parameter * (t - s);
    else loss = expOf(s) - t * s;
    sum += w ? loss * load<f64>(w + i) : loss;
  }
  return sum;
}

/** Softmax of K scores, f64[classes][n]; y holds class numbers. g, h f64[classes][n]; hessian p(1 - p) K/(K - 1). */
export function treeSoftmaxGradients(classes: i32, n: i32, score: usize, y: usize, w: usize, g: usize, h: usize): void {
  const step = <usize>n << 3;
  const factor = <f64>classes / <f64>(classes - 1);
  for (let i: usize = 0; i < step; i += 8) {
    let top = load<f64>(score + i);
    for (let k = 1; k < classes; k++) top = max(top, load<f64>(score + <usize>k * step + i));
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) {
      const e = expOf(load<f64>(score + <usize>k * step + i) - top);
      store<f64>(g + <usize>k * step + i, e);
      sum += e;
    }
    const label = <i32>load<f64>(y + i);
    const weight = w ? load<f64>(w + i) : 1.0;
    for (let k = 0; k < classes; k++) {
      const at = <usize>k * step + i;
      const p = load<f64>(g + at) / sum;
      store<f64>(g + at, (p - <f64>(k == label)) * weight);
      store<f64>(h + at, factor * p * (1.0 - p) * weight);
    }
  }
}

/** Sum of weighted -ln p(label). */
export function treeSoftmaxLoss(classes: i32, n: i32, score: usize, y: usize, w: usize): f64 {
  const step = <usize>n << 3;
  let total: f64 = 0;
  for (let i: usize = 0; i < step; i += 8) {
    let top = load<f64>(score + i);
    for (let k = 1; k < classes; k++) top = max(top, load<f64>(score + <usize>k * step + i));
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) sum += expOf(load<f64>(score + <usize>k * step + i) - top);
    const loss = logOf(sum) + top - load<f64>(score + <usize><i32>load<f64>(y + i) * step + i);
    total += w ? loss * load<f64>(w + i) : loss;
  }
  return total;
}
