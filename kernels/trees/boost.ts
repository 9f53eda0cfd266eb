import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { recordColumns } from './binning.ts';
import type { BinnedRows } from './binning.ts';
import { collectTrees } from './collect.ts';
import { needsGeneralScan, setConstraints } from './constraints.ts';
import { hireCrew } from './crew.ts';
import type { Crew } from './crew.ts';
import type { Ensemble } from './ensemble.ts';
import { createGrower, HESSIAN, ORDER } from './grow-state.ts';
import type { Grower } from './grow-state.ts';
import { checkTarget, FLAT, LINK, startingScores } from './objectives.ts';
import { checkBoostOptions } from './options.ts';
import type { BoostOptions, CheckedOptions } from './options.ts';
import { byRow, travel, watch } from './training.ts';

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
  /** Threads that help with nodes of many rows. */
  crew?: Crew;
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
const ORDERS = { 'leaf-wise': ORDER.bestFirst, 'depth-wise': ORDER.levelByLevel, 'oblivious': ORDER.oneConditionALevel } as const;

/**
 * Gradient boosting of histogram trees. Depends on input, options and seed only. Scratch is taken from `kernels.memory` and given back.
 * Throws KernelError: kernel_shape, kernel_domain, non_finite_input, kernel_memory_exhausted.
 */
export function boost(kernels: Kernels, input: BoostInput, given: BoostOptions): Boosted {
  const options = checkBoostOptions(given);
  const { rows, y, weights, validation } = input;
  checkTarget(options, rows.rows, y, weights);
  if (validation !== undefined) {
    checkTarget(options, validation.rows.rows, validation.y, validation.weights);
    if (validation.rows.bins !== rows.bins) throw new KernelError('kernel_shape', 'validation rows must be in the bins of the training rows');
  } else if (options.earlyStoppingRound > 0) throw new KernelError('kernel_domain', 'earlyStoppingRound needs validation rows', { name: 'earlyStoppingRound' });
  const mark = kernels.memory.mark();
  try {
    return run(kernels, { ...input, weights: classWeights(input, options) }, options);
  } finally {
    kernels.memory.release(mark);
  }
}

function classWeights({ y, weights }: TargetedRows, { objective, scalePosWeight }: CheckedOptions): Float64Array | undefined {
  if (objective !== 'logistic' || scalePosWeight === 1) return weights;
  return y.map((label, i) => (label === 1 ? scalePosWeight : 1) * (weights?.[i] ?? 1));
}

function run(kernels: Kernels, input: BoostInput, options: CheckedOptions): Boosted {
  const { rows, y, weights, validation, featureNames } = input;
  const features = rows.bins.upper.length;
  const columns = recordColumns(rows.bins).length;
  const base = startingScores(options, y, weights);
  const sampled = options.baggingFraction < 1 || options.dataSampleStrategy === 'goss';
  const travelling = (options.objective === 'squared' || options.objective === 'logistic') && rows.rows >= TRAVELLING_ROWS && weights === undefined && !sampled && !options.trainingCurve;
  const perTree = Math.max(1, Math.round(options.featureFraction * columns));
  const perLevel = Math.max(1, Math.round(options.featureFractionByLevel * perTree));
  const perNode = Math.max(1, Math.round(options.featureFractionByNode * perLevel));
  const needsHistograms = needsGeneralScan(rows.bins, options) || options.interactionConstraints.length > 0 || options.growth === 'oblivious' || options.featureFractionByLevel < 1;
  const directRows = needsHistograms ? 0 : perNode * 2 < columns && options.featureFractionByNode < 1 ? rows.rows : DIRECT_ROWS;
  const grower = createGrower(kernels, { data: rows, payload: travelling ? 4 : 12, maxLeaves: options.numLeaves, directRows });
  grower.set({
    lambda: options.lambdaL2, alpha: options.lambdaL1, minGain: options.minGainToSplit, minHessian: options.minSumHessianInLeaf, minData: options.minDataInLeaf, rate: options.learningRate,
    maxStep: options.maxDeltaStep, maxDepth: options.depthLimit, order: ORDERS[options.growth], seed: options.seed,
    perNode: options.featureFractionByNode < 1 ? perNode : 0, perLevel: options.featureFractionByLevel < 1 ? perLevel : 0,
    hessian: travelling && options.objective === 'logistic' ? HESSIAN.logistic : FLAT.has(options.objective) && weights === undefined && options.dataSampleStrategy !== 'goss' ? HESSIAN.one : HESSIAN.stored,
  });
  setConstraints(kernels, grower, rows.bins, options);
  if (input.crew !== undefined) hireCrew(kernels, grower, input.crew);
  const training = travelling ? travel(kernels, rows, grower, y, base[0] as number) : byRow(kernels, { rows, y, weights }, grower, base, options);
  const watched = validation === undefined ? undefined : watch(kernels, validation, grower, base, options);
  const trees = collectTrees(kernels, grower, rows.bins, options.numIterations * base.length);
  const curve = { training: options.trainingCurve ? new Float64Array(options.numIterations) : undefined, validation: watched === undefined ? undefined : new Float64Array(options.numIterations) };
  let best = 0;
  let done = 0;
  while (done < options.numIterations) {
    training.begin(done);
    for (let output = 0; output < base.length; output++) {
      chooseFeatures(kernels, grower, columns, options, done * base.length + output);
      training.fill(output);
      kernels.exports.treeGrow(grower.pointer);
      kernels.exports.treeFinish(grower.pointer);
      training.advance(output);
      watched?.add(output);
      trees.add();
    }
    if (curve.training !== undefined) curve.training[done] = training.loss();
    if (curve.validation !== undefined) {
      curve.validation[done] = watched?.loss() as number;
      if ((curve.validation[done] as number) < (curve.validation[best] as number)) best = done;
    }
    done += 1;
    if (options.earlyStoppingRound > 0 && done - 1 - best >= options.earlyStoppingRound) break;
  }
  const iterations = options.earlyStoppingRound > 0 ? best + 1 : done;
  return {
    ensemble: {
      features, featureNames: featureNames === undefined ? Array.from({ length: features }, (_, f) => `Column_${f}`) : [...featureNames], link: LINK[options.objective], outputs: base.length, base, average: false,
      arithmetic: 'f64', weighting: 'cover', ...trees.finish(iterations * base.length),
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
