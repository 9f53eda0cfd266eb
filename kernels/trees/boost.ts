import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { BinnedRows } from './binning.ts';
import { collectTrees } from './ensemble.ts';
import type { Ensemble } from './ensemble.ts';
import { createGrower, HESSIAN, ORDER } from './grow-state.ts';
import type { Grower } from './grow-state.ts';
import { checkTarget, LINK, OBJECTIVE_CODE, startingScore } from './objectives.ts';
import { checkBoostOptions } from './options.ts';
import type { BoostOptions, CheckedOptions } from './options.ts';

export interface TargetedRows {
  rows: BinnedRows;
  y: Float64Array;
  /** Positive; default 1. */
  weights?: Float64Array;
}

export interface BoostInput extends TargetedRows {
  /** Rows to stop early by, in the bins of the training rows. */
  validation?: TargetedRows;
  featureNames?: readonly string[];
}

export interface Boosted {
  ensemble: Ensemble;
  /** Mean loss after each iteration that was run (squared error, log-loss, …). */
  curve: { training?: Float64Array; validation?: Float64Array };
  /** Iterations in the ensemble: those of the least validation loss if it stopped early or was asked to. */
  iterations: number;
}

/** From so many rows on records keep their gradients from tree to tree where the objective allows it (see records.ts in the assembly). */
const TRAVELLING_ROWS = 16_384;
/** Nodes of so few rows are searched without a histogram. */
const DIRECT_ROWS = 24;

/**
 * Gradient boosting of histogram trees. Depends on input, options and seed only. Scratch is taken from `kernels.memory` and given back.
 * Throws KernelError: kernel_shape, kernel_domain, non_finite_input, kernel_memory_exhausted.
 */
export function boost(kernels: Kernels, input: BoostInput, given: BoostOptions): Boosted {
  const options = checkBoostOptions(given);
  const { rows, y, weights, validation } = input;
  checkTarget(options.objective, rows.rows, y, weights);
  if (validation !== undefined) {
    checkTarget(options.objective, validation.rows.rows, validation.y, validation.weights);
    if (validation.rows.bins !== rows.bins) throw new KernelError('kernel_shape', 'validation rows must be in the bins of the training rows');
  } else if (options.earlyStoppingRound > 0) throw new KernelError('kernel_domain', 'earlyStoppingRound needs validation rows', { name: 'earlyStoppingRound' });
  const mark = kernels.memory.mark();
  try {
    return run(kernels, input, options);
  } finally {
    kernels.memory.release(mark);
  }
}

function run(kernels: Kernels, { rows, y, weights, validation, featureNames }: BoostInput, options: CheckedOptions): Boosted {
  const features = rows.bins.upper.length;
  const base = startingScore(options.objective, y, weights);
  const code = OBJECTIVE_CODE[options.objective];
  const bagged = options.baggingFraction < 1;
  const travelling = rows.rows >= TRAVELLING_ROWS && weights === undefined && !bagged && !options.trainingCurve;
  const perNode = Math.max(1, Math.round(options.featureFractionByNode * Math.max(1, Math.round(options.featureFraction * features))));
  const directRows = options.lambdaL1 > 0 ? 0 : perNode * 2 < features && options.featureFractionByNode < 1 ? rows.rows : DIRECT_ROWS;
  const grower = createGrower(kernels, { data: rows, payload: travelling ? 4 : 12, maxLeaves: options.numLeaves, directRows });
  grower.set({
    lambda: options.lambdaL2, alpha: options.lambdaL1, minGain: options.minGainToSplit, minHessian: options.minSumHessianInLeaf, minData: options.minDataInLeaf, rate: options.learningRate,
    maxStep: options.maxDeltaStep, maxDepth: options.depthLimit, order: options.growth === 'leaf-wise' ? ORDER.bestFirst : ORDER.levelByLevel, seed: options.seed,
    perNode: options.featureFractionByNode < 1 ? perNode : 0,
    hessian: travelling ? (options.objective === 'logistic' ? HESSIAN.logistic : HESSIAN.one) : options.objective === 'squared' && weights === undefined ? HESSIAN.one : HESSIAN.stored,
    general: options.lambdaL1 > 0 ? 1 : 0,
  });
  const training = travelling ? travel(kernels, rows, grower, y, base) : byRow(kernels, { rows, y, weights }, grower, base, code, options);
  const watched = validation === undefined ? undefined : watch(kernels, validation, grower, base, code);
  const trees = collectTrees(kernels, grower);
  const curve = { training: options.trainingCurve ? new Float64Array(options.numIterations) : undefined, validation: watched === undefined ? undefined : new Float64Array(options.numIterations) };
  let best = 0;
  let done = 0;
  while (done < options.numIterations) {
    chooseFeatures(kernels, grower, features, options, done);
    training.prepare(done);
    kernels.exports.treeGrow(grower.pointer);
    kernels.exports.treeFinish(grower.pointer);
    training.advance();
    trees.add();
    if (curve.training !== undefined) curve.training[done] = training.loss();
    if (curve.validation !== undefined) {
      curve.validation[done] = watched?.() as number;
      if ((curve.validation[done] as number) < (curve.validation[best] as number)) best = done;
    }
    done += 1;
    if (options.earlyStoppingRound > 0 && done - 1 - best >= options.earlyStoppingRound) break;
  }
  const iterations = options.earlyStoppingRound > 0 ? best + 1 : done;
  return {
    ensemble: {
      features, featureNames: featureNames === undefined ? Array.from({ length: features }, (_, f) => `Column_${f}`) : [...featureNames], link: LINK[options.objective], outputs: 1, base: [base], average: false,
      arithmetic: 'f64', weighting: 'cover', ...trees.finish(rows.bins, iterations),
    },
    curve: { training: curve.training?.slice(0, done), validation: curve.validation?.slice(0, done) },
    iterations,
  };
}

function chooseFeatures({ exports }: Kernels, grower: Grower, features: number, { featureFraction, seed }: CheckedOptions, tree: number): void {
  grower.set({ tree });
  if (featureFraction >= 1) return;
  const mask = grower.get('treeMask');
  exports.treeFeatures(mask, grower.get('order32'), features, Math.max(1, Math.round(featureFraction * features)), seed | 0, tree);
}

/** What a boosting loop does with its rows around each tree. */
interface Training {
  prepare(tree: number): void;
  advance(): void;
  loss(): number;
}

function travel({ exports, memory }: Kernels, rows: BinnedRows, grower: Grower, y: Float64Array, base: number): Training {
  const mark = memory.mark();
  const target = memory.alloc(y.length * 8);
  memory.float64(target, y.length).set(y);
  exports.treeFillTravelling(grower.pointer, rows.pointer, rows.stride, rows.rows, target, base);
  memory.release(mark);
  return { prepare: () => undefined, advance: () => exports.treeAdvance(grower.pointer), loss: () => Number.NaN };
}

function byRow({ exports, memory }: Kernels, { rows, y, weights }: TargetedRows, grower: Grower, base: number, code: number, options: CheckedOptions): Training {
  const n = rows.rows;
  const doubles = (values?: Float64Array): number => {
    const pointer = memory.alloc(n * 8);
    if (values !== undefined) memory.float64(pointer, n).set(values);
    return pointer;
  };
  const target = doubles(y);
  const weight = weights === undefined ? 0 : doubles(weights);
  const total = weights === undefined ? n : weights.reduce((sum, w) => sum + w, 0);
  const score = doubles();
  memory.float64(score, n).fill(base);
  const gradients = doubles();
  const hessians = code === 0 && weights === undefined ? 0 : doubles();
  const bagged = options.baggingFraction < 1;
  const counts = bagged ? memory.alloc(n) : 0;
  grower.set({ gradients, hessianValues: hessians, counts });
  return {
    prepare(tree) {
      if (bagged && tree % options.baggingFreq === 0) exports.treeSampleRows(counts, n, Math.max(1, Math.floor(options.baggingFraction * n)), options.seed | 0, tree);
      exports.treeGradients(code, n, score, target, weight, gradients, hessians, 0);
      exports.treeFill(grower.pointer, rows.pointer, rows.stride, n);
    },
    advance() {
      exports.treeAddScores(grower.pointer, score);
      if (bagged) exports.treeWalkAdd(grower.pointer, rows.pointer, rows.stride, n, counts, score);
    },
    loss: () => exports.treeLoss(code, n, score, target, weight, 0) / total,
  };
}

/** Mean loss of the validation rows with the tree just grown added. */
function watch({ exports, memory }: Kernels, { rows, y, weights }: TargetedRows, grower: Grower, base: number, code: number): () => number {
  const n = rows.rows;
  const target = memory.alloc(n * 8);
  memory.float64(target, n).set(y);
  const weight = weights === undefined ? 0 : memory.alloc(n * 8);
  if (weights !== undefined) memory.float64(weight, n).set(weights);
  const total = weights === undefined ? n : weights.reduce((sum, w) => sum + w, 0);
  const score = memory.alloc(n * 8);
  memory.float64(score, n).fill(base);
  return () => {
    exports.treeWalkAdd(grower.pointer, rows.pointer, rows.stride, n, 0, score);
    return exports.treeLoss(code, n, score, target, weight, 0) / total;
  };
}
