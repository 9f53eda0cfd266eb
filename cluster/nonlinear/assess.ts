import type { NonlinearScore, NonlinearTarget } from '../../schemas/index.ts';
import type { TargetData } from './data.ts';
import { take, tunedFamilies } from '../families/index.ts';
import { heldRows, scalingOf, trainingRows, type FamilyStudies } from './nested.ts';
import { stackWeights } from './stack.ts';
import { goBack, wayBack, type WayBack } from './transform.ts';

export type FinalRule = 'stack' | 'one_standard_error' | 'best';

/** What the outer folds say about the families, and which of them make the final model. */
export interface Assessment {
  readonly families: readonly { outOfFold: Float64Array; residuals: Float64Array; score: NonlinearScore; stackWeight: number; weight: number }[];
  readonly stack: NonlinearTarget['stack'];
  readonly final: NonlinearTarget['final'];
  readonly noise: NonlinearTarget['noise'];
  readonly holdOut: NonlinearTarget['hold_out'];
}

export function assess(data: TargetData, studies: readonly FamilyStudies[], rule: FinalRule): Assessment {
  const unseen = studies.map((family) => unseenPredictions(data, family));
  const outOfFold = unseen.map(({ predicted }) => predicted);
  const scores = outOfFold.map((predicted) => scoreOf(data, predicted));
  const weights = stackWeights(outOfFold, data.y);
  const crossFitted = crossFittedStack(data, outOfFold);
  const stack = { score: scoreOf(data, crossFitted), weights: Object.fromEntries(studies.map(({ family }, f) => [family, weights[f] as number])) };
  const chosen = rule === 'stack' ? weights : single(studies, data, outOfFold, rule);
  const members = studies.flatMap(({ family }, f) => ((chosen[f] as number) > 0 ? [family] : []));
  const only = chosen.indexOf(1);
  const predicted = rule === 'stack' ? crossFitted : outOfFold[only] as Float64Array;
  return {
    families: studies.map((_, f) => ({ outOfFold: outOfFold[f] as Float64Array, residuals: unseen[f]?.residuals as Float64Array, score: scores[f] as NonlinearScore, stackWeight: weights[f] as number, weight: chosen[f] as number })),
    stack,
    final: { rule, families: members, score: scoreOf(data, predicted), out_of_fold: [...predicted] },
    noise: noiseOf(data),
    holdOut: holdOutScore(data, studies),
  };
}

/** Each row's prediction by the model of its outer fold, in the target's units, and what it missed by on the scale of the fit. */
function unseenPredictions(data: TargetData, { outer }: FamilyStudies): { predicted: Float64Array; residuals: Float64Array } {
  const z = new Float64Array(data.y.length);
  outer.forEach(({ predicted }, fold) => {
    const { mean, deviation } = scalingOf(take(data.z, trainingRows(data, fold)));
    heldRows(data, fold).forEach((row, i) => { z[row] = mean + deviation * (predicted?.mean[i] as number); });
  });
  const residuals = data.z.map((value, row) => value - (z[row] as number));
  const predicted = new Float64Array(data.y.length);
  for (let fold = 0; fold < data.outerFolds; fold++) {
    // the way back from a transformed scale is learnt on the other folds
    const way = wayBack(data.transform, take(residuals, trainingRows(data, fold)));
    for (const row of heldRows(data, fold)) predicted[row] = goBack(way, z[row] as number);
  }
  return { predicted, residuals };
}

/** Test rows, by models that have seen none of them; the family is chosen without them as well, by its inner folds. */
function holdOutScore(data: TargetData, studies: readonly FamilyStudies[]): NonlinearTarget['hold_out'] {
  const rows = heldRows(data, 'test');
  if (data.heldOut === null || rows.length === 0) return null;
  const inside = trainingRows(data, 'test');
  const { mean, deviation } = scalingOf(take(data.z, inside));
  const observed = take(data.y, rows);
  const average = observed.reduce((a, b) => a + b, 0) / observed.length;
  const variation = observed.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const families = studies.flatMap(({ family, test }) => {
    if (test === null) return [];
    // the inner folds' error is the spread of residuals that a mean on the transformed scale is taken back with
    const way = innerWayBack(data, test.best.value * deviation ** 2);
    const predicted = test.predicted?.mean.map((value) => goBack(way, mean + deviation * value)) as Float64Array;
    const errors = predicted.map((value, i) => value - (observed[i] as number));
    const squares = errors.reduce((sum, e) => sum + e * e, 0);
    return [{
      family, inner: test.best.value,
      rmse: Math.sqrt(squares / rows.length), mae: errors.reduce((sum, e) => sum + Math.abs(e), 0) / rows.length, r2: variation > 0 ? 1 - squares / variation : null, predicted: [...predicted],
    }];
  });
  const chosen = families.reduce((a, b) => (b.inner < a.inner ? b : a));
  return { rows: [...rows], trained_on: inside.length, chosen: chosen.family, families: families.map(({ inner: _, ...score }) => score) };
}

/** As `wayBack` for normal residuals of the given variance. */
function innerWayBack({ transform }: TargetData, variance: number): WayBack {
  if (transform === 'log') return { transform, factor: Math.exp(variance / 2) };
  if (transform === 'sqrt') return { transform, shift: 0, square: variance };
  return { transform };
}

export function scoreOf({ y, outerFold, outerFolds }: TargetData, predicted: Float64Array): NonlinearScore {
  const n = y.length;
  const squares = new Float64Array(outerFolds);
  const sizes = new Float64Array(outerFolds);
  const absolute = new Float64Array(outerFolds);
  for (let i = 0; i < n; i++) {
    const fold = outerFold[i] as number;
    const residual = (y[i] as number) - (predicted[i] as number);
    squares[fold] = (squares[fold] as number) + residual ** 2;
    absolute[fold] = (absolute[fold] as number) + Math.abs(residual);
    sizes[fold] = (sizes[fold] as number) + 1;
  }
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  const variance = scalingOf(y).deviation ** 2;
  const mse = sum(squares) / n;
  const foldMse = squares.map((value, k) => value / (sizes[k] as number));
  const meanFold = sum(foldMse) / outerFolds;
  const spread = Math.sqrt(foldMse.reduce((total, value) => total + (value - meanFold) ** 2, 0) / Math.max(1, outerFolds - 1) / outerFolds);
  return {
    rmse: Math.sqrt(mse), mae: sum(absolute) / n, r2: 1 - mse / variance, r2_standard_error: spread / variance,
    fold_rmse: [...foldMse.map(Math.sqrt)], fold_mae: [...absolute.map((value, k) => value / (sizes[k] as number))],
  };
}

/** Weights of each fold come from the other folds: the score of the stack has not seen what it is scored on. */
function crossFittedStack({ y, outerFold, outerFolds }: TargetData, outOfFold: readonly Float64Array[]): Float64Array {
  const predicted = new Float64Array(y.length);
  for (let fold = 0; fold < outerFolds; fold++) {
    const others = Int32Array.from(y.keys()).filter((row) => outerFold[row] !== fold);
    const weights = stackWeights(outOfFold.map((column) => take(column, others)), take(y, others));
    outerFold.forEach((own, row) => {
      if (own === fold) predicted[row] = outOfFold.reduce((sum, column, f) => sum + (weights[f] as number) * (column[row] as number), 0);
    });
  }
  return predicted;
}

/** The best family, or the simplest within one standard error of it. */
function single(studies: readonly FamilyStudies[], data: TargetData, outOfFold: readonly Float64Array[], rule: FinalRule): number[] {
  const losses = outOfFold.map((predicted) => foldLosses(data, predicted));
  const means = losses.map((folds) => folds.reduce((a, b) => a + b, 0) / folds.length);
  const best = means.indexOf(Math.min(...means));
  let chosen = best;
  if (rule === 'one_standard_error') {
    const complexity = (f: number): number => tunedFamilies[(studies[f] as FamilyStudies).family].complexity;
    const within = means.flatMap((mean, f) => (mean <= (means[best] as number) + standardError(losses[f] as number[], losses[best] as number[]) ? [f] : []));
    chosen = within.reduce((a, b) => (complexity(b) < complexity(a) ? b : a), best);
  }
  return studies.map((_, f) => (f === chosen ? 1 : 0));
}

function foldLosses({ y, outerFold, outerFolds }: TargetData, predicted: Float64Array): number[] {
  const sums = new Array<number>(outerFolds).fill(0);
  const sizes = new Array<number>(outerFolds).fill(0);
  y.forEach((value, row) => {
    const fold = outerFold[row] as number;
    sums[fold] = (sums[fold] as number) + (value - (predicted[row] as number)) ** 2;
    sizes[fold] = (sizes[fold] as number) + 1;
  });
  return sums.map((sum, fold) => sum / (sizes[fold] as number));
}

/** Of the mean difference of paired fold losses: the folds' own difficulty cancels. */
function standardError(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, fold) => value - (b[fold] as number));
  const mean = differences.reduce((x, y) => x + y, 0) / differences.length;
  return Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / Math.max(1, differences.length - 1) / differences.length);
}

/** Pure error: what replicates of one condition differ by no model can explain. */
function noiseOf({ y, group, groups }: TargetData): NonlinearTarget['noise'] {
  const sums = new Float64Array(groups);
  const counts = new Int32Array(groups);
  y.forEach((value, row) => {
    const g = group[row] as number;
    sums[g] = (sums[g] as number) + value;
    counts[g] = (counts[g] as number) + 1;
  });
  const degrees = y.length - groups;
  if (degrees === 0) return { standard_deviation: null, degrees_of_freedom: 0, r2_ceiling: null };
  const squares = y.reduce((total, value, row) => total + (value - (sums[group[row] as number] as number) / (counts[group[row] as number] as number)) ** 2, 0);
  const variance = squares / degrees;
  const { deviation } = scalingOf(y);
  return { standard_deviation: Math.sqrt(variance), degrees_of_freedom: degrees, r2_ceiling: 1 - variance / (deviation ** 2 * y.length / (y.length - 1)) };
}
