import { arraysIn, ownArrays } from '../arrays.ts';
import type { Arrays } from '../arrays.ts';
import { fTails, studentInterval, studentTwoSidedP } from '../distributions/index.ts';
import { subtract } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { leastSquaresBlockBytes, rowBlocks, runAlone, runElsewhere } from './blocks.ts';
import type { LeastSquaresBlock, Steps } from './blocks.ts';
import { askDiagnosis, changesOfCoefficients, diagnosticsOf } from './diagnostics.ts';
import { correct, factorExact, factorFast, factorGram } from './factorisation.ts';
import type { Factorisation } from './factorisation.ts';
import { varianceInflation } from './inflation.ts';
import { allocPlanes } from './planes.ts';
import { layOutInBlocks } from './problem.ts';
import type { Problem } from './problem.ts';
import { refine } from './refinement.ts';
import type { Refined } from './refinement.ts';
import { centreOf } from './sums.ts';
import type { Centre } from './sums.ts';
import type { Sweep } from './sweep.ts';
import { length } from './triangle.ts';
import type { AliasedColumn, LeastSquaresInput, LeastSquaresResult } from './types.ts';

/** n·p·min(n,p) up to which double-double costs less than about 0.1 s and is simply the default. */
const EXACT_WORK = 1e7;
/** … up to which `auto` pays for it (seconds) when the fast factor is too ill-conditioned to trust. */
const EXACT_WORK_WHEN_NEEDED = 4e9;
/** Relative error of standard errors that `auto` accepts from a factor in f64: ten digits or so. */
const FAST_ERROR_LIMIT = 1e5 * 2 ** -52;
/** … and that a Gram matrix that was asked for may cost before it gives way. */
const GRAM_ERROR_LIMIT = 1e-8;
const DOUBLE_DIGITS = 15.95;
/** Relative to the lengths that went into it, a residual this short is double-double rounding. */
const EXACT_FIT = 2 ** -97;

/**
 * Least squares, weighted or not, with full inference. Columns that depend on earlier ones are reported in `aliased`, never dropped silently.
 * Takes scratch from `kernels.memory` and gives all of it back; `leastSquaresBytes` predicts how much. Results are the caller's own copies.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_memory_exhausted, kernel_domain (confidence, weights).
 */
export function leastSquares(kernels: Kernels, input: LeastSquaresInput): LeastSquaresResult {
  return runAlone(kernels, fit(kernels, input, ownArrays));
}

/**
 * The same fit, bit for bit, with its blocks of rows done elsewhere: `run` gets the blocks of one step, has `runLeastSquaresBlock` called on each, on any thread
 * of the same memory and in any order, and resolves when all are done. Until the promise settles nothing else may allocate from `kernels.memory`.
 * place: where the results by row go, `leastSquaresRowValues(n)` doubles of shared memory; without it they are fresh, which can cost as much as the fit.
 */
export async function leastSquaresInBlocks(kernels: Kernels, input: LeastSquaresInput, run: (blocks: LeastSquaresBlock[]) => Promise<unknown>, place?: Float64Array): Promise<LeastSquaresResult> {
  if (place && place.length < leastSquaresRowValues(input.n)) throw new KernelError('kernel_shape', `place holds ${place.length} values, ${leastSquaresRowValues(input.n)} are needed`, { name: 'place', length: place.length, needed: leastSquaresRowValues(input.n) });
  return runElsewhere(kernels, fit(kernels, input, (length) => arraysIn(place ?? new Float64Array(new SharedArrayBuffer(8 * leastSquaresRowValues(length))), length)), run);
}

/** Residuals, fitted values and seven diagnostics of n rows, doubles. */
export const leastSquaresRowValues = (n: number): number => 9 * n;

/** Upper bound of the scratch a call takes, bytes; `mode` as it will be asked for. Inputs outside the kernel memory come on top (8 bytes per value). */
export function leastSquaresBytes(n: number, p: number, mode: LeastSquaresInput['mode'] = 'auto', options: { dfbetas?: boolean; weights?: boolean } = {}): number {
  const q = p + 4;
  const blocks = rowBlocks(n, p).length;
  const small = 8 * (16 * q * q + 20 * q) + leastSquaresBlockBytes(p) + 16 * blocks * q * q + 64 * (96 + 4 * q);
  const exact = mode === 'exact' || (mode === 'auto' && work(n, p) <= EXACT_WORK_WHEN_NEEDED);
  return small + 8 * n * (5 + (exact ? 2 * (p + 1) : 0) + (options.dfbetas ? p : 0) + (options.weights ? 5 : 0));
}

const work = (n: number, p: number): number => n * p * Math.min(n, p);

function* fit(kernels: Kernels, input: LeastSquaresInput, arrays: Arrays): Steps<LeastSquaresResult> {
  const confidence = input.confidence ?? 0.95;
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', 'confidence must lie between 0 and 1', { confidence });
  const problem = yield* layOutInBlocks(kernels, input);
  const centre = centreOf(kernels, problem, input.intercept ?? false);
  const factorisation = yield* factorAs(kernels, problem, input);
  const cross = crossInverse(kernels, problem, factorisation);
  const refined = yield* refine(kernels, problem, factorisation, centre, [cross]);
  return yield* conclude(kernels, { problem, centre, factorisation, cross: cross.cross.hi, refined, input, confidence, arrays });
}

function* factorAs(kernels: Kernels, problem: Problem, input: LeastSquaresInput): Steps<Factorisation> {
  const { n, p } = problem;
  const tolerance = input.rankTolerance ?? Math.max(n, p, 64) * 2 ** -52;
  const mode = input.mode ?? 'auto';
  const cost = work(n, p);
  if (mode === 'exact' || (mode === 'auto' && cost <= EXACT_WORK)) return factorExact(kernels, problem, tolerance);
  const mark = kernels.memory.mark();
  if (mode !== 'fast') {
    const gram = yield* factorGram(kernels, problem, mode === 'gram' ? GRAM_ERROR_LIMIT : FAST_ERROR_LIMIT);
    if (gram) return gram;
    kernels.memory.release(mark);
  }
  const fast = yield* factorFast(kernels, problem, tolerance);
  // A term is never called dependent on the word of f64 alone.
  const dependent = fast.rank < p && mode !== 'fast';
  const affordable = cost <= EXACT_WORK || (cost <= EXACT_WORK_WHEN_NEEDED && (dependent || fast.error > FAST_ERROR_LIMIT));
  if (!affordable) return fast;
  const corrected = dependent ? undefined : yield* correct(kernels, problem, fast);
  if (corrected) return corrected;
  if (mode === 'fast') return fast;
  kernels.memory.release(mark);
  return factorExact(kernels, problem, tolerance);
}

interface Fitted { problem: Problem; centre: Centre; factorisation: Factorisation; cross: number; refined: Refined; input: LeastSquaresInput; confidence: number; arrays: Arrays }

function* conclude(kernels: Kernels, { problem, centre, factorisation, cross, refined, input, confidence, arrays }: Fitted): Steps<LeastSquaresResult> {
  const { memory } = kernels;
  const { n, p, yScale, weightScale, count } = problem;
  const { rank, kept } = factorisation;
  const scales = memory.float64(problem.scales, p);
  const intercept = input.intercept ?? false;
  const df = count - rank;

  const exactFit = df === 0 || Math.sqrt(refined.rss[0]) <= EXACT_FIT * lengthsInvolved(kernels, factorisation, refined, centre);
  const rss: DoubleDouble = exactFit ? [0, 0] : refined.rss;
  const { tss } = refined;
  const sigmaScaled = df > 0 ? Math.sqrt(rss[0] / df) : Number.NaN;
  const rootOfWeightScale = Math.sqrt(weightScale);
  const sigma = sigmaScaled / yScale / rootOfWeightScale;

  const crossValues = memory.float64(cross, rank * rank);
  const nan = (): Float64Array => new Float64Array(p).fill(Number.NaN);
  const diagnosing = input.diagnostics ?? true;
  const column = arrays(n);
  const result: LeastSquaresResult = {
    rank, kept, aliased: aliasedColumns(kernels, factorisation, scales),
    coefficients: nan(), coefficientsLow: nan(), standardErrors: nan(), t: nan(), pValues: nan(), intervalLow: nan(), intervalHigh: nan(),
    covarianceUnscaled: new Float64Array(p * p).fill(Number.NaN),
    triangle: new Float64Array(rank * rank), triangleLow: new Float64Array(rank * rank), effects: new Float64Array(rank),
    varianceInflation: varianceInflation(kernels, problem, factorisation, crossValues, intercept),
    degreesOfFreedom: df, sigma, exactFit,
    rss: rss[0] / yScale / yScale / weightScale,
    tss: tss[0] / yScale / yScale / weightScale,
    ...overall(rss, tss, count, rank, intercept),
    condition: factorisation.condition,
    digits: digits(factorisation, refined),
    refinementSteps: refined.steps,
    mode: factorisation.mode, corrected: factorisation.corrected,
    fitted: column(), residuals: column(),
  };

  const b = memory.float64(refined.b.hi, rank);
  const bLow = memory.float64(refined.b.lo, rank);
  const r = memory.float64(factorisation.r.hi, rank * rank);
  const rLow = memory.float64(factorisation.r.lo, rank * rank);
  const effects = memory.float64(factorisation.effects.hi, rank);
  const multiplier = df > 0 ? studentInterval(confidence, df) : Number.NaN;
  kept.forEach((column, k) => {
    const scale = scales[column] as number;
    const estimate = ((b[k] as number) * scale) / yScale;
    const standardError = (sigmaScaled * Math.sqrt(crossValues[k * rank + k] as number) * scale) / yScale;
    const t = estimate / standardError;
    result.coefficients[column] = estimate;
    result.coefficientsLow[column] = ((bLow[k] as number) * scale) / yScale;
    result.standardErrors[column] = standardError;
    result.t[column] = t;
    result.pValues[column] = df > 0 ? studentTwoSidedP(t, df) : Number.NaN;
    result.intervalLow[column] = estimate - multiplier * standardError;
    result.intervalHigh[column] = estimate + multiplier * standardError;
    kept.forEach((other, l) => {
      result.covarianceUnscaled[column * p + other] = (crossValues[k * rank + l] as number) * scale * (scales[other] as number) * weightScale;
    });
    for (let i = 0; i <= k; i++) {
      result.triangle[k * rank + i] = (r[k * rank + i] as number) / scale / rootOfWeightScale;
      result.triangleLow[k * rank + i] = (rLow[k * rank + i] as number) / scale / rootOfWeightScale;
    }
    result.effects[k] = (effects[k] as number) / yScale / rootOfWeightScale;
  });

  const blocks = rowBlocks(n, p);
  const analytic = (input.weightKind ?? 'analytic') === 'analytic';
  const diagnosis = diagnosing ? askDiagnosis(kernels, problem, factorisation, { sigma, degreesOfFreedom: df, analytic, column, press: memory.alloc(blocks.length * 8) }) : undefined;
  const sweep: Sweep = { planes: refined.residuals, exactFit, fitted: result.fitted, residuals: result.residuals, diagnosis };
  yield blocks.map((rows, index) => ({ kind: 'rows', problem, ...rows, sweep, index }));
  if (diagnosis === undefined) return result;
  result.diagnostics = diagnosticsOf(diagnosis, memory.float64(diagnosis.press, blocks.length));
  if (input.dfbetas ?? false) result.diagnostics.dfbetas = yield* changesOfCoefficients(kernels, problem, factorisation, sigma, cross, result.diagnostics);
  return result;
}

/** ‖y‖ + Σ ‖x_j‖ |b_j|: what a residual's rounding error is proportional to. */
function lengthsInvolved(kernels: Kernels, factorisation: Factorisation, { b, tss }: Refined, { mean, weight }: Centre): number {
  const { rank, r } = factorisation;
  const triangle = kernels.memory.float64(r.hi, rank * rank);
  const coefficients = kernels.memory.float64(b.hi, rank);
  let total = Math.sqrt(tss[0] + weight * mean[0] ** 2);
  for (let k = 0; k < rank; k++) total += length(triangle.subarray(k * rank, k * rank + k + 1)) * Math.abs(coefficients[k] as number);
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

/** (X'WX)^-1 of the kept, scaled columns, rank × rank: a block beside those of the rows, as nobody waits for it. */
function crossInverse(kernels: Kernels, problem: Problem, { rank, inverse }: Factorisation): LeastSquaresBlock & { kind: 'crossInverse' } {
  return { kind: 'crossInverse', problem, from: 0, rows: 0, rank, inverse, transposed: allocPlanes(kernels, rank * rank), cross: allocPlanes(kernels, rank * rank) };
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
  const cap = (error: number): number => Math.max(0, Math.min(DOUBLE_DIGITS, -Math.log10(error)));
  return { coefficients: cap(refined.error), standardErrors: cap(factorisation.error) };
}
