import { DEPENDENT, cholesky, inverseFactor, solve } from './cholesky.ts';
import type { Cholesky } from './cholesky.ts';
import type { PassRequest, PassSums } from './passes.ts';

/** Steps shorter than this many standard errors are rounding. */
const ROUNDING = 1e-13;
/** A Newton step this short leaves an error of its square: take it and look no further. Fisher scoring has no such gain. */
const QUADRATIC = 1e-9;
const HALVINGS = 30;

/** Keeps a'theta = value. */
export interface Constraint { readonly a: Float64Array; readonly value: number }

export interface NewtonOptions {
  readonly p: number;
  readonly ridge: number;
  readonly firth: boolean;
  /** Logit: expected information is the Hessian. */
  readonly canonical: boolean;
  readonly maxIterations: number;
  /** Stop at a step this short and take it, instead of going on to the last digit. */
  readonly enough?: number;
}

export interface NewtonFit {
  theta: Float64Array;
  /** Half the deviance, plus the ridge, minus log |information| / 2 with Firth. */
  objective: number;
  halfDeviance: number;
  factor: Cholesky;
  iterations: number;
  converged: boolean;
  /** Last step in standard errors. */
  gradient: number;
  /** d objective / d value of the constraint. */
  multiplier: number;
}

/** A computation that asks for passes over the rows; the driver answers each with the sums, from wherever the rows are processed. */
export type Passes<T> = Generator<PassRequest, T, PassSums>;

interface State { theta: Float64Array; objective: number; halfDeviance: number; gradient: Float64Array; factor: Cholesky }

/**
 * Minimises the (penalised) deviance by Newton / Fisher steps with step halving, from `start`, optionally on a hyperplane.
 * Singular information ends it unconverged. `known`: the score pass at `start`, when it was made already (and is the last one); it is changed.
 */
export function* newton(options: NewtonOptions, start: Float64Array, constraint?: Constraint, known?: PassSums): Passes<NewtonFit> {
  let state = yield* evaluate(options, start, known);
  let last = Infinity;
  for (let iterations = 1; ; iterations++) {
    const { step, multiplier } = direction(state, constraint);
    const length = Math.sqrt(Math.max(0, quadratic(state.factor, step)));
    const end = (converged: boolean, theta: Float64Array): NewtonFit => ({ ...state, theta, iterations, converged, gradient: length, multiplier });
    if (!Number.isFinite(length)) return end(false, state.theta);
    const arrived = length <= Math.max(ROUNDING, options.enough ?? 0) || (options.canonical && !options.firth && length <= QUADRATIC) || (length <= 1e-10 && length >= last / 2);
    if (arrived) return end(true, state.theta.map((value, j) => value + (step[j] as number)));
    if (iterations >= options.maxIterations) return end(false, state.theta);
    last = length;
    let scale = 1;
    let next = yield* evaluate(options, state.theta.map((value, j) => value + (step[j] as number)));
    // On a hyperplane the first step goes there, uphill if need be.
    const feasible = constraint === undefined || Math.abs(gapOf(constraint, state.theta)) <= 1e-9 * (Math.abs(constraint.value) + Number.MIN_VALUE);
    for (let halving = 0; feasible && halving < HALVINGS && !(next.objective <= state.objective + 1e-12 * (1 + Math.abs(state.objective))); halving++) {
      scale /= 2;
      next = yield* evaluate(options, state.theta.map((value, j) => value + scale * (step[j] as number)));
    }
    state = next;
  }
}

const gapOf = ({ a, value }: Constraint, theta: Float64Array): number => value - a.reduce((sum, one, j) => sum + one * (theta[j] as number), 0);

function* evaluate(options: NewtonOptions, theta: Float64Array, known?: PassSums): Passes<State> {
  const { p, ridge, firth } = options;
  const answer = known ?? (yield { theta, kind: 'score' });
  const q = theta.length;
  const { gradient, information } = answer;
  let objective = answer.halfDeviance;
  if (ridge > 0) {
    for (let j = 0; j < p; j++) {
      const b = theta[j] as number;
      objective += (ridge * b * b) / 2;
      gradient[j] = (gradient[j] as number) - ridge * b;
      information[j * q + j] = (information[j * q + j] as number) + ridge;
    }
  }
  const factor = cholesky(information, q);
  if (firth) {
    objective -= factor.logDeterminant / 2;
    if (factor.pivots.every((pivot) => pivot > DEPENDENT)) {
      yield { theta, kind: 'leverage', inverse: inverseFactor(factor) };
      const added = yield { theta, kind: 'firth' };
      added.gradient.forEach((value, j) => { gradient[j] = (gradient[j] as number) + value; });
    }
  }
  return { theta, objective, halfDeviance: answer.halfDeviance, gradient, factor };
}

/** The Newton step, onto the hyperplane when there is one. */
function direction({ theta, gradient, factor }: State, constraint: Constraint | undefined): { step: Float64Array; multiplier: number } {
  const free = solve(factor, gradient);
  if (constraint === undefined) return { step: free, multiplier: 0 };
  const { a } = constraint;
  const across = solve(factor, a);
  const dot = (b: Float64Array): number => a.reduce((sum, value, j) => sum + value * (b[j] as number), 0);
  const pull = (gapOf(constraint, theta) - dot(free)) / dot(across);
  return { step: free.map((value, j) => value + pull * (across[j] as number)), multiplier: pull };
}

/** step' (R'R) step in raw units. */
function quadratic({ q, scale, r }: Cholesky, step: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < q; j++) {
    let value = 0;
    for (let k = j; k < q; k++) value += (r[j * q + k] as number) * ((step[k] as number) / (scale[k] as number));
    sum += value * value;
  }
  return sum;
}
