// What a logit model asks of each row: probability, weight, residual, deviance.
import { OK } from '../status';
import { expOfNegative, log1pOfUnit } from './elementary';

/** Probabilities are kept above this: weights stay positive, and no row is divided by zero. */
// @ts-ignore: decorator
@inline const SMALLEST: f64 = 1e-300;

/**
 * Rows [from, to) of a logit model with outcomes 0 and 1; arrays are indexed by row. eta: linear predictor, y: outcome, trials: prior weight m, or 0 for ones.
 * root[i] = sqrt(m p (1 - p)), pearson[i] = sqrt(m) (y - p) / sqrt(p (1 - p)), copy[i] = root[i]; deviance[0] = half the deviance of these rows.
 * No cancellation at either end. Cost: about 60 flop a row. from: even.
 */
export function logitRows(eta: usize, y: usize, trials: usize, from: i32, to: i32, root: usize, pearson: usize, copy: usize, deviance: usize): i32 {
  let total = f64x2.splat(0);
  const pairs = from + ((to - from) & ~1);
  for (let i = from; i < pairs; i += 2) {
    const at = <usize>i << 3;
    const predictor = v128.load(eta + at);
    const outcome = v128.load(y + at);
    const m = trials ? v128.load(trials + at) : f64x2.splat(1);
    const e = expOfNegative(f64x2.neg(f64x2.abs(predictor)));
    const deviation = deviationOf(e);
    const rootOfTrials = f64x2.sqrt(m);
    const weight = f64x2.mul(rootOfTrials, deviation);
    v128.store(root + at, weight);
    v128.store(copy + at, weight);
    v128.store(pearson + at, f64x2.div(f64x2.mul(rootOfTrials, residualOf(e, predictor, outcome)), deviation));
    total = f64x2.add(total, f64x2.mul(m, lossOf(e, predictor, outcome)));
  }
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  if (pairs < to) {
    const at = <usize>pairs << 3;
    const predictor = v128.load64_splat(eta + at);
    const outcome = v128.load64_splat(y + at);
    const m: f64 = trials ? load<f64>(trials + at) : 1;
    const e = expOfNegative(f64x2.neg(f64x2.abs(predictor)));
    const deviation = f64x2.extract_lane(deviationOf(e), 0);
    store<f64>(root + at, sqrt(m) * deviation);
    store<f64>(copy + at, sqrt(m) * deviation);
    store<f64>(pearson + at, sqrt(m) * f64x2.extract_lane(residualOf(e, predictor, outcome), 0) / deviation);
    sum += m * f64x2.extract_lane(lossOf(e, predictor, outcome), 0);
  }
  store<f64>(deviance, sum);
  return OK;
}

// @ts-ignore: decorator
@inline function likely(e: v128): v128 { return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), e)); }

// @ts-ignore: decorator
@inline function unlikely(e: v128): v128 { return f64x2.pmax(f64x2.mul(e, likely(e)), f64x2.splat(SMALLEST)); }

/** sqrt(p (1 - p)) from e = exp(-|predictor|). */
// @ts-ignore: decorator
@inline function deviationOf(e: v128): v128 { return f64x2.sqrt(f64x2.mul(likely(e), unlikely(e))); }

/** y - p for y = 0 or 1: the probability of the other outcome, signed. */
// @ts-ignore: decorator
@inline function residualOf(e: v128, predictor: v128, outcome: v128): v128 {
  const positive = f64x2.ge(predictor, f64x2.splat(0));
  const success = v128.bitselect(likely(e), unlikely(e), positive);
  const failure = v128.bitselect(unlikely(e), likely(e), positive);
  return f64x2.sub(f64x2.mul(outcome, failure), f64x2.mul(f64x2.sub(f64x2.splat(1), outcome), success));
}

/** -ln of the probability of the outcome. */
// @ts-ignore: decorator
@inline function lossOf(e: v128, predictor: v128, outcome: v128): v128 {
  return f64x2.add(log1pOfUnit(e), f64x2.sub(f64x2.pmax(f64x2.splat(0), predictor), f64x2.mul(outcome, predictor)));
}
