import { fTails, studentInterval, studentTwoSidedP } from '../distributions/index.ts';
import { subtract } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { diagnose } from './diagnostics.ts';
import { allocPlanes, factorExact, factorFast } from './factorisation.ts';
import type { Factorisation } from './factorisation.ts';
import { layOut } from './problem.ts';
import type { Problem } from './problem.ts';
import { refine } from './refinement.ts';
import type { Refined } from './refinement.ts';
import { sumOfSquares, sumOfSquaresAboutMean } from './sums.ts';
import type { AliasedColumn, LeastSquaresInput, LeastSquaresResult } from './types.ts';

/** n·p·min(n,p) up to which double-double costs less than about 0.1 s and is simply the default. */
const EXACT_WORK = 1e7;
/** … up to which `auto` pays for it (seconds) when the fast factor is too ill-conditioned to trust. */
const EXACT_WORK_WHEN_NEEDED = 4e9;
/** Condition from which f64 standard errors fall below ten or so digits. */
const FAST_CONDITION_LIMIT = 1e5;
const DOUBLE_DIGITS = 15.95;
/** Relative to the lengths that went into it, a residual this short is double-double rounding. */
const EXACT_FIT = 2 ** -97;

/**
 * Ordinary least squares with full inference. Columns that depend on earlier ones are reported in `aliased`, never dropped silently.
 * Takes scratch from `kernels.memory` and gives all of it back; `leastSquaresBytes` predicts how much. Results are the caller's own copies.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_memory_exhausted, kernel_domain (confidence).
 */
export function leastSquares(kernels: Kernels, input: LeastSquaresInput): LeastSquaresResult {
  const confidence = input.confidence ?? 0.95;
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', 'confidence must lie between 0 and 1', { confidence });
  const mark = kernels.memory.mark();
  try {
    const problem = layOut(kernels, input);
    const factorisation = factorAs(kernels, problem, input);
    const refined = refine(kernels, problem, factorisation);
    return conclude(kernels, problem, factorisation, refined, input, confidence);
  } finally {
    kernels.memory.release(mark);
  }
}

/** Upper bound of the scratch a call takes, bytes; `mode` as it will be asked for. Inputs outside the kernel memory come on top (8 bytes per value). */
export function leastSquaresBytes(n: number, p: number, mode: 'auto' | 'exact' | 'fast' = 'auto'): number {
  const q = p + 4;
  const small = 8 * (14 * q * q + 20 * q) + 264 * 8 * q + 64 * (64 + 4 * q);
  const exact = mode === 'exact' || (mode === 'auto' && work(n, p) <= EXACT_WORK_WHEN_NEEDED);
  return small + 8 * n * (5 + (exact ? 2 * (p + 1) : 0));
}

const work = (n: number, p: number): number => n * p * Math.min(n, p);

function factorAs(kernels: Kernels, problem: Problem, input: LeastSquaresInput): Factorisation {
  const { n, p } = problem;
  const tolerance = input.rankTolerance ?? Math.max(n, p, 64) * 2 ** -52;
  const mode = input.mode ?? 'auto';
  if (mode === 'exact' || (mode === 'auto' && work(n, p) <= EXACT_WORK)) return factorExact(kernels, problem, tolerance);
  const mark = kernels.memory.mark();
  const fast = factorFast(kernels, problem, tolerance);
  const doubtful = fast.condition > FAST_CONDITION_LIMIT || fast.rank < p;
  if (mode === 'fast' || !doubtful || work(n, p) > EXACT_WORK_WHEN_NEEDED) return fast;
  // A term is never called dependent on the word of f64 alone.
  kernels.memory.release(mark);
  return factorExact(kernels, problem, tolerance);
}

function conclude(kernels: Kernels, problem: Problem, factorisation: Factorisation, refined: Refined, input: LeastSquaresInput, confidence: number): LeastSquaresResult {
  const { memory } = kernels;
  const { n, p, yScale } = problem;
  const { rank, kept } = factorisation;
  const scales = memory.float64(problem.scales, p);
  const intercept = input.intercept ?? false;
  const df = n - rank;

  const residualHi = memory.float64(refined.residuals.hi, n);
  const residualLo = memory.float64(refined.residuals.lo, n);
  const y = memory.float64(problem.y, n);
  const yLow = problem.yLow ? memory.float64(problem.yLow, n) : undefined;
  let rss = sumOfSquares(residualHi, residualLo);
  const exactFit = df === 0 || Math.sqrt(rss[0]) <= EXACT_FIT * lengthsInvolved(kernels, factorisation, refined, y, yScale);
  if (exactFit) rss = [0, 0];
  const tss: DoubleDouble = intercept ? sumOfSquaresAboutMean(y, yLow, yScale) : sumOfSquares(y.map((value) => value * yScale), yLow?.map((value) => value * yScale));
  const sigmaScaled = df > 0 ? Math.sqrt(rss[0] / df) : Number.NaN;
  const sigma = sigmaScaled / yScale;

  const nan = (): Float64Array => new Float64Array(p).fill(Number.NaN);
  const result: LeastSquaresResult = {
    rank, kept, aliased: aliasedColumns(kernels, factorisation, scales),
    coefficients: nan(), coefficientsLow: nan(), standardErrors: nan(), t: nan(), pValues: nan(), intervalLow: nan(), intervalHigh: nan(),
    covarianceUnscaled: new Float64Array(p * p).fill(Number.NaN),
    degreesOfFreedom: df, sigma, exactFit,
    rss: rss[0] / yScale / yScale,
    tss: tss[0] / yScale / yScale,
    ...overall(rss, tss, n, rank, intercept),
    condition: factorisation.condition,
    digits: digits(factorisation, refined),
    refinementSteps: refined.steps,
    mode: factorisation.mode,
    fitted: new Float64Array(n), residuals: new Float64Array(n),
  };

  const b = memory.float64(refined.b.hi, rank);
  const bLow = memory.float64(refined.b.lo, rank);
  const cross = crossInverse(kernels, factorisation);
  const multiplier = df > 0 ? studentInterval(confidence, df) : Number.NaN;
  kept.forEach((column, k) => {
    const scale = scales[column] as number;
    const estimate = ((b[k] as number) * scale) / yScale;
    const standardError = (sigmaScaled * Math.sqrt(cross[k * rank + k] as number) * scale) / yScale;
    const t = estimate / standardError;
    result.coefficients[column] = estimate;
    result.coefficientsLow[column] = ((bLow[k] as number) * scale) / yScale;
    result.standardErrors[column] = standardError;
    result.t[column] = t;
    result.pValues[column] = df > 0 ? studentTwoSidedP(t, df) : Number.NaN;
    result.intervalLow[column] = estimate - multiplier * standardError;
    result.intervalHigh[column] = estimate + multiplier * standardError;
    kept.forEach((other, l) => {
      result.covarianceUnscaled[column * p + other] = (cross[k * rank + l] as number) * scale * (scales[other] as number);
    });
  });

  for (let i = 0; i < n; i++) {
    const e = exactFit ? 0 : (residualHi[i] as number) / yScale;
    result.residuals[i] = e;
    // y - e in one rounding more than y itself: the low parts are below half an ulp of either.
    result.fitted[i] = (y[i] as number) - e + ((yLow?.[i] ?? 0) - (exactFit ? 0 : (residualLo[i] as number) / yScale));
  }
  if (input.diagnostics ?? true) result.diagnostics = diagnose(kernels, problem, factorisation, result.residuals, sigma, df);
  return result;
}

/** ‖y‖ + Σ ‖x_j‖ |b_j|: what a residual's rounding error is proportional to. */
function lengthsInvolved(kernels: Kernels, factorisation: Factorisation, refined: Refined, y: Float64Array, yScale: number): number {
  const { rank, r } = factorisation;
  const triangle = kernels.memory.float64(r.hi, rank * rank);
  const b = kernels.memory.float64(refined.b.hi, rank);
  let total = Math.sqrt(y.reduce((sum, value) => sum + (value * yScale) ** 2, 0));
  for (let k = 0; k < rank; k++) {
    total += Math.hypot(...triangle.subarray(k * rank, k * rank + k + 1)) * Math.abs(b[k] as number);
  }
  return total;
}

function overall(rss: DoubleDouble, tss: DoubleDouble, n: number, rank: number, intercept: boolean): Pick<LeastSquaresResult, 'rSquared' | 'adjustedRSquared' | 'f'> {
  const constant = intercept ? 1 : 0;
  const numerator = rank - constant;
  const denominator = n - rank;
  const explained = subtract(tss, rss);
  const varies = tss[0] > 0;
  const rSquared = varies ? explained[0] / tss[0] : Number.NaN;
  const adjustedRSquared = varies && denominator > 0 ? 1 - (rss[0] / denominator) / (tss[0] / (n - constant)) : Number.NaN;
  const testable = varies && numerator > 0 && denominator > 0;
  const value = testable ? explained[0] / numerator / (rss[0] / denominator) : Number.NaN;
  const pValue = testable ? fTails(value, numerator, denominator).upper : Number.NaN;
  return { rSquared, adjustedRSquared, f: { value, numeratorDegreesOfFreedom: numerator, denominatorDegreesOfFreedom: denominator, pValue } };
}

/** (X'X)^-1 of the kept, scaled columns. */
function crossInverse(kernels: Kernels, factorisation: Factorisation): Float64Array {
  const { rank, inverse } = factorisation;
  const transposed = allocPlanes(kernels, rank * rank);
  const cross = allocPlanes(kernels, rank * rank);
  kernels.exports.crossInverse(inverse.hi, inverse.lo, rank, rank, transposed.hi, transposed.lo, cross.hi, cross.lo, kernels.memory.alloc(64));
  return kernels.memory.float64(cross.hi, rank * rank);
}

function aliasedColumns(kernels: Kernels, factorisation: Factorisation, scales: Float64Array): AliasedColumn[] {
  const { rank, kept, dependencies, ratios, mode } = factorisation;
  const noise = mode === 'exact' ? 2 ** -90 : 2 ** -40;
  return [...dependencies].map(([column, planes]) => {
    const weights = kernels.memory.float64(planes.hi, rank);
    const largest = weights.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    const dependency = kept
      .map((other, k) => ({ column: other, weight: weights[k] as number }))
      .filter(({ weight }) => Math.abs(weight) > noise * largest)
      .map(({ column: other, weight }) => ({ column: other, coefficient: (weight * (scales[other] as number)) / (scales[column] as number) }));
    return { column, dependency, ratio: ratios[column] as number };
  });
}

function digits(factorisation: Factorisation, refined: Refined): LeastSquaresResult['digits'] {
  const factorRoundoff = factorisation.mode === 'exact' ? 2 ** -100 : 2 ** -52;
  const cap = (error: number): number => Math.max(0, Math.min(DOUBLE_DIGITS, -Math.log10(error)));
  return { coefficients: cap(refined.error), standardErrors: cap(factorisation.condition * factorRoundoff) };
}
