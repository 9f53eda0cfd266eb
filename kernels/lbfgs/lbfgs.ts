/** Value (Infinity where the point is not allowed) and gradient. The gradient may be a buffer that the next call overwrites. */
export type Objective = (x: Float64Array) => { value: number; gradient: Float64Array };

export interface LbfgsOptions {
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /** Default 100. */
  maxIterations?: number;
  /** Largest component of the projected gradient that counts as zero; default 1e-5. */
  gradientTolerance?: number;
  /** Relative decrease of a step that counts as none; default 2.2e-9 (both are scipy's). */
  valueTolerance?: number;
}

export interface Minimum {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  iterations: number;
  evaluations: number;
  stopped: 'gradient' | 'value' | 'iterations' | 'line-search';
}

/** Steps that the curvature is learnt from. */
const HISTORY = 10;
/** Sufficient decrease (Armijo), Nocedal & Wright eq. 3.4. */
const DECREASE = 1e-4;
const MOST_BACKTRACKS = 25;

/**
 * Least value in a box by limited-memory BFGS on the coordinates that no bound holds, with projected backtracking steps (Nocedal & Wright, Numerical Optimization, ch. 7 and 16.7).
 * Deterministic. A start outside the box is moved to its edge.
 */
export function minimise(objective: Objective, start: ArrayLike<number>, options: LbfgsOptions = {}): Minimum {
  const { maxIterations = 100, gradientTolerance = 1e-5, valueTolerance = 2.2e-9 } = options;
  const low = (i: number): number => options.lower?.[i] ?? -Infinity;
  const high = (i: number): number => options.upper?.[i] ?? Infinity;
  const clamp = (value: number, i: number): number => Math.min(Math.max(value, low(i)), high(i));
  let x = Float64Array.from(start, clamp);
  const first = objective(x);
  let value = first.value;
  let gradient = first.gradient.slice();
  let evaluations = 1;
  const steps: Step[] = [];
  const finish = (iterations: number, stopped: Minimum['stopped']): Minimum => ({ x, value, gradient, iterations, evaluations, stopped });

  for (let iteration = 0; ; iteration++) {
    if (x.every((v, i) => Math.abs(clamp(v - (gradient[i] as number), i) - v) <= gradientTolerance)) return finish(iteration, 'gradient');
    if (iteration >= maxIterations || !Number.isFinite(value)) return finish(iteration, 'iterations');
    const free = x.map((v, i) => ((v <= low(i) && (gradient[i] as number) > 0) || (v >= high(i) && (gradient[i] as number) < 0) ? 0 : 1));
    let direction = descend(gradient, free, steps);
    if (!(dot(direction, gradient) < 0)) {
      steps.length = 0;
      direction = descend(gradient, free, steps);
    }
    let length = 1;
    let accepted: { x: Float64Array<ArrayBuffer>; value: number; gradient: Float64Array<ArrayBuffer> } | undefined;
    for (let trial = 0; trial < MOST_BACKTRACKS; trial++) {
      const next = x.map((v, i) => clamp(v + length * (direction[i] as number), i));
      const moved = next.map((v, i) => v - (x[i] as number));
      const slope = dot(moved, gradient);
      const there = objective(next);
      evaluations += 1;
      if (there.value <= value + DECREASE * slope && slope <= 0) {
        accepted = { x: next, value: there.value, gradient: there.gradient.slice() };
        break;
      }
      // the minimum of the parabola through both values and the slope here
      const best = -slope / (2 * (there.value - value - slope));
      length *= Number.isFinite(best) ? Math.min(0.5, Math.max(0.1, best)) : 0.1;
    }
    if (accepted === undefined) {
      if (steps.length === 0) return finish(iteration, 'line-search');
      steps.length = 0;
      continue;
    }
    remember(steps, accepted.x.map((v, i) => v - (x[i] as number)), accepted.gradient.map((v, i) => v - (gradient[i] as number)));
    const decrease = (value - accepted.value) / Math.max(Math.abs(value), Math.abs(accepted.value), 1);
    ({ x, value, gradient } = accepted);
    if (decrease <= valueTolerance) return finish(iteration + 1, 'value');
  }
}

interface Step { s: Float64Array; y: Float64Array; rho: number }

function remember(steps: Step[], s: Float64Array, y: Float64Array): void {
  const curvature = dot(s, y);
  if (!(curvature > 1e-10 * dot(y, y))) return;
  steps.push({ s, y, rho: 1 / curvature });
  if (steps.length > HISTORY) steps.shift();
}

/** -H g of the free coordinates by the two-loop recursion; without history the gradient, no longer than 1. */
function descend(gradient: Float64Array, free: Float64Array, steps: readonly Step[]): Float64Array {
  const q = gradient.map((g, i) => g * (free[i] as number));
  if (steps.length === 0) {
    const scale = Math.min(1, 1 / Math.sqrt(dot(q, q)));
    return q.map((v) => -v * scale);
  }
  const factors: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const { s, y, rho } = steps[k] as Step;
    const a = rho * dot(s, q);
    factors[k] = a;
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) - a * (y[i] as number);
  }
  const last = steps.at(-1) as Step;
  const scale = 1 / (last.rho * dot(last.y, last.y));
  for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) * scale;
  steps.forEach(({ s, y, rho }, k) => {
    const b = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) + (s[i] as number) * ((factors[k] as number) - b);
  });
  return q.map((v, i) => -v * (free[i] as number));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
