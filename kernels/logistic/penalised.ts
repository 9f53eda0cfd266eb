import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { nonNegative } from '../elastic-net/operands.ts';
import { solveQuadratic } from '../elastic-net/quadratic.ts';
import { blocksOf, diagonal, orthonormal, scaleCross, scaleGram, unscale } from '../elastic-net/scaling.ts';
import type { Scaling } from '../elastic-net/scaling.ts';
import { over, runAlone } from './drive.ts';
import type { Steps } from './drive.ts';
import { halfDeviance, inverseLink } from './links.ts';
import { constantAlone, nullDevianceOf, oneClass, outcomes } from './logistic.ts';
import { layOutModel } from './model.ts';
import type { Passes } from './newton.ts';
import { order } from './passes.ts';
import type { GlmData, PassSums } from './passes.ts';
import type { PenalisedLogistic, PenalisedLogisticInput } from './penalised-types.ts';

/** A Newton step this long, in standard errors, leaves an error of about its square: nothing that a double could tell. Fisher scoring, of other links, has no such gain. */
const QUADRATIC = 1e-6;
const LINEAR = 1e-11;
/** A step this short that no longer shrinks is rounding. */
const ROUNDING = 1e-8;
const HALVINGS = 40;
/** Share of the decrease that the model promises. */
const ARMIJO = 1e-4;
/** Below this mix the largest penalty is the one of this mix, and no coefficient is in at this penalty. (As the numeric path.) */
const SMALLEST_MIX_FOR_GRID = 1e-3;
const PROHIBITIVE = 1e300;
/** Variance below this share of the second moment, or of the mean squared, is rounding. */
const CONSTANT = 1e-14;
const CONSTANT_SQUARED = 1e-26;

/** What penalties are on: a mix, a scale, factors by block. */
interface Penalty { readonly mix: number; readonly scaling: Scaling; /** By block: f √rank and f. */ readonly lasso: Float64Array; readonly ridge: Float64Array }

/** Where a path stands: theta of the shifted columns, coefficients in the penalised scale, and the sums of the pass there. */
interface State { readonly theta: Float64Array; readonly beta: Float64Array; readonly sums: PassSums }

/**
 * Ridge, lasso, elastic net and group lasso of a binary outcome: proximal Newton steps (Lee, Sun & Saunders 2014), each the penalised quadratic problem of the information of one pass over
 * the rows, its constant eliminated, solved to rounding; from the largest penalty down, each from the solution before. A penalised fit exists also where the outcomes are separated.
 * Takes scratch from `kernels.memory` and gives it back. Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain (options; `reason` one_class: all outcomes are the same).
 */
export function penalisedLogistic(kernels: Kernels, input: PenalisedLogisticInput): PenalisedLogistic {
  return runAlone(kernels, wholePath(kernels, input));
}

/** The penalties of the default path alone. */
export function penalisedLogisticLambdas(kernels: Kernels, input: PenalisedLogisticInput): Float64Array {
  return runAlone(kernels, (function* (): Steps<Float64Array> {
    const { data, penalty, total } = yield* begin(kernels, input);
    return grid(penalty, input, (yield* over(data, nullState(kernels, data, penalty, total, input))));
  })());
}

function* begin(kernels: Kernels, input: PenalisedLogisticInput): Steps<{ data: GlmData; penalty: Penalty; total: number }> {
  checkOptions(input);
  const data = yield* layOutModel(kernels, input);
  if (oneClass(kernels, data)) throw new KernelError('kernel_domain', 'all outcomes are the same', { name: 'y', reason: 'one_class' });
  const { total } = outcomes(kernels, data);
  return { data, total, penalty: penaltyOf(kernels, data, total, input) };
}

function* wholePath(kernels: Kernels, input: PenalisedLogisticInput): Steps<PenalisedLogistic> {
  const { data, penalty, total } = yield* begin(kernels, input);
  const nullDeviance = yield* nullDevianceOf(kernels, data);
  const { n, p } = data;
  let state = yield* over(data, nullState(kernels, data, penalty, total, input));
  const lambdas = input.lambdas ? Float64Array.from(input.lambdas) : grid(penalty, input, state);
  const count = lambdas.length;
  const held = input.held ? nonNegative('held', input.held, n) : undefined;
  const shift = kernels.memory.copyFloat64(data.shift, Math.max(p, 1));
  const { blocks, columns } = penalty.scaling;
  const path: PenalisedLogistic = {
    lambdas, coefficients: new Float64Array(p * count), intercepts: new Float64Array(count), degreesOfFreedom: new Int32Array(count), deviances: new Float64Array(count), nullDeviance,
    devianceRatios: new Float64Array(count), violations: new Float64Array(count), steps: new Int32Array(count), unsolved: [], constantColumns: [...columns.keys()].filter((j) => columns[j]?.length === 0),
    heldDeviances: new Float64Array(held ? count : 0),
  };
  for (let l = 0; l < count; l++) {
    const solved: Solved = yield* over(data, descend(kernels, penalty, total, data, lambdas[l] as number, state, input.maxSteps ?? 100));
    ({ state } = solved);
    const slopes = state.theta.subarray(0, p);
    path.coefficients.set(slopes, l * p);
    path.intercepts[l] = data.intercept ? slopes.reduce((sum, b, j) => sum - b * (shift[j] as number), state.theta[p] as number) : 0;
    path.degreesOfFreedom[l] = blocks.reduce((sum, block) => sum + block.filter((j) => state.beta[j] !== 0).length, 0);
    const deviance = 2 * state.sums.halfDeviance;
    path.deviances[l] = deviance;
    path.devianceRatios[l] = nullDeviance > 0 ? 1 - deviance / nullDeviance : NaN;
    path.violations[l] = violation(penalty, total, data, lambdas[l] as number, state);
    path.steps[l] = solved.steps;
    if (!solved.converged) path.unsolved.push(l);
    if (held) path.heldDeviances[l] = heldDeviance(kernels, data, held);
  }
  return path;
}

function checkOptions({ l1Ratio = 1, lambdaCount = 100, lambdaRatio = 0.5, lambdas, penaltyFactors, groups, p, maxSteps = 1 }: PenalisedLogisticInput): void {
  const refuse = (name: string, value: number, rule: string): never => {
    throw new KernelError('kernel_domain', `${name} = ${value} must be ${rule}`, { name, value });
  };
  if (p === 0) throw new KernelError('kernel_shape', 'a penalised fit needs a column', { p });
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) refuse('l1Ratio', l1Ratio, 'between 0 and 1');
  if (!Number.isSafeInteger(lambdaCount) || lambdaCount < 1) refuse('lambdaCount', lambdaCount, 'a positive integer');
  if (!(lambdaRatio > 0 && lambdaRatio < 1)) refuse('lambdaRatio', lambdaRatio, 'between 0 and 1');
  if (!Number.isSafeInteger(maxSteps) || maxSteps < 1) refuse('maxSteps', maxSteps, 'a positive integer');
  if (lambdas) nonNegative('lambdas', lambdas, lambdas.length);
  if (penaltyFactors) nonNegative('penaltyFactors', penaltyFactors, p);
  if (groups && groups.length !== p) throw new KernelError('kernel_shape', `groups holds ${groups.length} values, ${p} are needed`, { name: 'groups', length: groups.length, needed: p });
}

/** The scale of the penalties from the weighted moments of the columns. */
function penaltyOf({ memory, exports }: Kernels, data: GlmData, total: number, { l1Ratio = 1, standardise = true, penaltyFactors, groups }: PenalisedLogisticInput): Penalty {
  const { n, p } = data;
  const size = Math.ceil((p + 2) / 4) * 4;
  const mark = memory.mark();
  const root = memory.float64(data.root, n);
  const trials = data.trials ? memory.float64(data.trials, n) : undefined;
  const extra = memory.float64(data.extra, 2 * n);
  for (let i = 0; i < n; i++) extra[n + i] = root[i] = trials ? Math.sqrt(trials[i] as number) : 1;
  extra.fill(0, 0, n);
  const gram = memory.allocFloat64(size * size);
  exports.crossProducts(data.x, data.ld, p, data.shift, data.root, data.extra, n, 2, 0, 0, n, gram.byteOffset, memory.alloc(exports.crossProductsWorkspace(p + 2)));
  const shift = memory.float64(data.shift, p);
  const at = (j: number, k: number): number => gram[j <= k ? j * size + k : k * size + j] as number;
  const offset = Float64Array.from({ length: p }, (_, j) => (data.intercept ? at(j, p + 1) / total : 0));
  const product = (j: number, k: number): number => at(j, k) / total - (offset[j] as number) * (offset[k] as number);
  const varies = Array.from({ length: p }, (_, j) => product(j, j) > (CONSTANT * at(j, j)) / total && product(j, j) > CONSTANT_SQUARED * (shift[j] as number) ** 2);
  const blocks = blocksOf(p, groups);
  const scaling = standardise ? orthonormal(p, blocks, (j, k) => (varies[j] && varies[k] ? product(j, k) : 0)) : diagonal(p, blocks, varies.map(Number));
  memory.release(mark);
  const factor = blocks.map(([j]) => (penaltyFactors ? (penaltyFactors[j as number] as number) : 1));
  return { mix: l1Ratio, scaling, lasso: Float64Array.from(factor, (f, at) => f * Math.sqrt(scaling.ranks[at] as number)), ridge: Float64Array.from(factor) };
}

/** The fit of the constant and the columns that nobody penalises. */
function* nullState(kernels: Kernels, data: GlmData, penalty: Penalty, total: number, input: PenalisedLogisticInput): Passes<State> {
  const theta = constantAlone(kernels, data);
  const first: State = { theta, beta: new Float64Array(data.p), sums: yield { theta, kind: 'score' } };
  return (yield* descend(kernels, { ...penalty, mix: 1 }, total, data, PROHIBITIVE, first, input.maxSteps ?? 100)).state;
}

/** The penalties asked for by default: from the smallest that leaves no penalised block in. */
function grid({ scaling, lasso, mix }: Penalty, input: PenalisedLogisticInput, { theta, sums }: State): Float64Array {
  const score = scaleCross(scaling, sums.gradient.subarray(0, theta.length));
  const total = totalOf(input);
  const largest = scaling.blocks.reduce((most, block, at) => ((lasso[at] as number) > 0 ? Math.max(most, norm(score, block) / (lasso[at] as number)) : most), 0) / total;
  if (!(largest > 0)) throw new KernelError('kernel_domain', 'no penalised column is correlated with the response: give lambdas', { name: 'x' });
  const count = input.lambdaCount ?? 100;
  const ratio = input.lambdaRatio ?? (input.n < input.p ? 0.01 : 1e-4);
  // rounding must not let the first block in
  const top = (largest / Math.max(mix, SMALLEST_MIX_FOR_GRID)) * (1 + 1e-12);
  return Float64Array.from({ length: count }, (_, l) => (l === 0 ? top : top * Math.pow(ratio, l / (count - 1))));
}

function totalOf({ trials, n }: PenalisedLogisticInput): number {
  if (!trials) return n;
  let total = 0;
  for (let i = 0; i < n; i++) total += trials[i] as number;
  return total;
}

interface Solved { readonly state: State; readonly steps: number; readonly converged: boolean }

function* descend(kernels: Kernels, penalty: Penalty, total: number, data: GlmData, lambda: number, start: State, maxSteps: number): Passes<Solved> {
  const { p } = data;
  const { mix, scaling, lasso, ridge } = penalty;
  const q = order(data);
  const threshold = lasso.map((f) => Math.min(PROHIBITIVE, f * lambda * mix));
  const squared = ridge.map((f) => f * lambda * (1 - mix));
  const weightOf = (beta: Float64Array): number => scaling.blocks.reduce((sum, block, at) => {
    const length = norm(beta, block);
    return length === 0 ? sum : sum + (threshold[at] as number) * length + ((squared[at] as number) * length * length) / 2;
  }, 0);
  const enough = data.link === 'logit' ? QUADRATIC : LINEAR;
  let state = start;
  let objective = state.sums.halfDeviance / total + weightOf(state.beta);
  let last = Infinity;
  for (let steps = 1; ; steps++) {
    const { gradient, information } = state.sums;
    const corner = data.intercept ? (information[p * q + p] as number) : 0;
    // the constant follows the slopes: what is left of the information is the Schur complement
    const share = (j: number): number => (corner > 0 ? (information[j * q + p] as number) / corner : 0);
    const gram = new Float64Array(p * p);
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) gram[j * p + k] = ((information[j * q + k] as number) - (corner > 0 ? share(j) * (information[k * q + p] as number) : 0)) / total;
    const score = Float64Array.from({ length: p }, (_, j) => ((gradient[j] as number) - (corner > 0 ? share(j) * (gradient[p] as number) : 0)) / total);
    const scaled = scaleGram(scaling, gram);
    const cross = scaleCross(scaling, score);
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) cross[j] = (cross[j] as number) + (scaled[j * p + k] as number) * (state.beta[k] as number);
    const aim = solveQuadratic(kernels, { p, gram: scaled, cross, blocks: scaling.blocks, threshold, ridge: squared }, state.beta);
    const slopes = unscale(scaling, aim.map((value, j) => value - (state.beta[j] as number)));
    const step = new Float64Array(q);
    step.set(slopes);
    if (corner > 0) step[p] = slopes.reduce((sum, value, j) => sum - value * (information[j * q + p] as number), gradient[p] as number) / corner;
    const length = Math.sqrt(Math.max(0, quadratic(information, step, q)));
    if (!Number.isFinite(length)) return { state, steps, converged: false };
    const promised = weightOf(aim) - weightOf(state.beta) - step.reduce((sum, value, j) => sum + value * (gradient[j] as number), 0) / total;
    const slack = 1e-14 * (1 + Math.abs(objective));
    let next = state;
    let reached = objective;
    for (let halving = 0, scale = 1; halving < HALVINGS; halving++, scale /= 2) {
      const theta = state.theta.map((value, j) => value + scale * (step[j] as number));
      const beta = scale === 1 ? aim : state.beta.map((value, j) => value + scale * ((aim[j] as number) - value));
      next = { theta, beta, sums: yield { theta, kind: 'score' } };
      reached = next.sums.halfDeviance / total + weightOf(beta);
      if (reached <= objective + ARMIJO * scale * Math.min(0, promised) + slack) break;
    }
    state = next;
    objective = reached;
    if (length <= enough || (length <= ROUNDING && length >= last / 2)) return { state, steps, converged: true };
    if (steps >= maxSteps) return { state, steps, converged: false };
    last = length;
  }
}

function quadratic(matrix: Float64Array, v: Float64Array, q: number): number {
  let sum = 0;
  for (let j = 0; j < q; j++) {
    let row = 0;
    for (let k = 0; k < q; k++) row += (matrix[j * q + k] as number) * (v[k] as number);
    sum += row * (v[j] as number);
  }
  return sum;
}

function norm(values: Float64Array, block: readonly number[]): number {
  if (block.length === 1) return Math.abs(values[block[0] as number] as number);
  return Math.sqrt(block.reduce((sum, j) => sum + (values[j] as number) ** 2, 0));
}

/** How far the gradient is from what it has to be: of blocks that are in, against their own direction; of the others, beyond their threshold; of the constant. */
function violation({ scaling, lasso, ridge, mix }: Penalty, total: number, data: GlmData, lambda: number, { beta, sums }: State): number {
  const score = scaleCross(scaling, sums.gradient).map((value) => value / total);
  const ofConstant = data.intercept ? Math.abs(sums.gradient[data.p] as number) / total : 0;
  return scaling.blocks.reduce((most, block, at) => {
    const t = (lasso[at] as number) * lambda * mix;
    const e = (ridge[at] as number) * lambda * (1 - mix);
    const length = norm(beta, block);
    if (length === 0) return Math.max(most, norm(score, block) - t);
    return block.reduce((top, j) => Math.max(top, Math.abs((score[j] as number) - (t / length + e) * (beta[j] as number)) * Number((scaling.columns[j]?.length ?? 0) > 0)), most);
  }, ofConstant);
}

/** Mean deviance of the rows that are judged, at the linear predictor that the last pass left. */
function heldDeviance({ memory }: Kernels, { n, link, eta, y }: GlmData, held: Float64Array): number {
  const predictor = memory.float64(eta, n);
  const outcome = memory.float64(y, n);
  const inverse = inverseLink(link);
  const mean = new Float64Array(3);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < n; i++) {
    const w = held[i] as number;
    if (w === 0) continue;
    inverse(predictor[i] as number, mean);
    sum += w * halfDeviance(outcome[i] as number, mean[0] as number, mean[1] as number);
    weight += w;
  }
  return (2 * sum) / weight;
}
