import { summariseFolds, type KernelSlab, type PenalisedLogistic } from '../../../../kernels/index.ts';
import { Fault, type BinaryPenalty, type LinearAnalysisParameters, type Notice } from '../../../../schemas/index.ts';
import type { JobContext } from '../../../job/context.ts';
import { describeColumns } from '../../column-factors.ts';
import type { Design } from '../../design.ts';
import type { DesignPlan } from '../../model/index.ts';
import { finite } from '../../numbers.ts';
import { penaltyColumns } from '../../penalty/index.ts';
import { equation } from '../../sections/model.ts';
import type { Specification } from '../../specify.ts';
import { spread } from '../../spread.ts';
import type { BinaryFit, BinaryOptions } from '../fit.ts';
import type { BinaryPathAnswer, BinaryPathPiece, BinaryRefit } from './paths.ts';

export interface BinaryPenaltySetting {
  job: JobContext;
  module: WebAssembly.Module;
  slabs: readonly KernelSlab[];
  parameters: LinearAnalysisParameters;
  tell: (notice: Notice) => void;
}

export interface PenalisedTarget {
  specification: Specification;
  plan: DesignPlan;
  design: Design;
  options: BinaryOptions;
  /** of every term, without a penalty */
  fit: BinaryFit;
  /** of the cross-validation; null without one */
  fold: Int32Array | null;
}

type Point = BinaryPenalty['used'];

/** Ridge, lasso or elastic net of the terms of a target of two values, beside its fit by likelihood. @throws Fault `penalty_no_folds`, `penalty_no_columns`, `term_not_in_model` */
export async function penaliseBinary({ specification, plan, design, options, fit, fold }: PenalisedTarget, { job, module, slabs, parameters, tell }: BinaryPenaltySetting): Promise<BinaryPenalty | null> {
  const { kind, l1_ratio, lambda, choose, count, standardize, groups, predict } = parameters.penalty;
  if (kind === 'none') return null;
  if (fold === null) throw new Fault('penalty_no_folds', 'too few conditions to cross-validate the penalty', { where: { field: 'parameters.penalty' } });
  const { free, unpenalized, groupOf } = penaltyColumns(parameters.penalty, plan, specification.column);
  const skip = design.intercept ? 1 : 0;
  const width = design.p - skip;
  if (width - unpenalized.length < 1) throw new Fault('penalty_no_columns', 'no penalised term varies with the target', { where: { field: 'parameters.penalty' } });
  const mix = kind === 'ridge' ? 0 : kind === 'lasso' ? 1 : l1_ratio;
  const left = new Set(unpenalized);
  const ask = {
    l1Ratio: mix, standardise: standardize, lambdaCount: count, penaltyFactors: Float64Array.from({ length: width }, (_, j) => Number(!left.has(j + skip))),
    groups: groupOf === null ? undefined : groupOf.slice(skip),
  };
  const threads = { pool: job.pool, module, slabs, signal: job.signal };
  const solve = (pieces: BinaryPathPiece[]): Promise<BinaryPathAnswer[]> => {
    job.checkCancelled();
    return spread('solveBinaryPaths', threads, pieces);
  };
  const whole = { design, options, ask, held: null };
  const [grid] = await solve([{ ...whole, lambdas: null }]);
  if (grid?.kind !== 'lambdas') throw new Error('the penalties of the path are missing');
  const folds = fold.reduce((most, one) => Math.max(most, one), 0) + 1;
  const along = (lambdas: Float64Array): BinaryPathPiece[] => [{ ...whole, lambdas }, ...Array.from({ length: folds }, (_, number) => ({ ...whole, lambdas, held: { fold, left: number } }))];
  const asked = lambda === null ? [] : along(Float64Array.of(lambda));
  const answers = await solve([...along(grid.lambdas), ...asked]);
  const found = judge(answers.slice(0, folds + 1));
  const given = lambda === null ? null : judge(answers.slice(folds + 1));
  const at = choose === 'min' ? found.indexMin : found.index1Se;
  const used = given === null ? { of: found, index: at } : { of: given, index: 0 };
  const name = specification.target.name;
  const unsolved = found.path.unsolved.length + (given?.path.unsolved.length ?? 0);
  if (unsolved > 0) tell({ code: 'penalty_unsolved', severity: 'warning', where: { column: name }, values: { name, count: unsolved } });
  if (found.leftOut > 0) tell({ code: 'penalty_folds_left_out', severity: 'warning', where: { column: name }, values: { folds: found.leftOut } });
  const point = pointOf(used.of, used.index);
  if (lambda === null && count > 1 && at === count - 1) tell({ code: 'penalty_at_edge', severity: 'info', values: { lambda: Number(point.lambda.toPrecision(4)) } });
  const coefficients = coefficientsAt(used.of.path, used.index, design);
  const kept = Array.from(coefficients.keys()).filter((j) => j >= skip && coefficients[j] !== 0);
  const refit: BinaryRefit | null = kind === 'ridge' ? null : await job.pool.run('refitBinary', { module, slab: slabs[0] as KernelSlab, design, options, columns: kept }, { signal: job.signal });
  if (refit !== null) tell({ code: 'penalty_refit_optimistic', severity: 'info', values: { terms: kept.length } });
  if (predict) tell({ code: 'penalty_predicts', severity: 'info', values: { name } });
  const terms = describeColumns(plan, new Set());
  const every = found.path.lambdas.length;
  const byPenalty = Array.from({ length: every }, (_, l) => coefficientsAt(found.path, l, design));
  return {
    kind, l1_ratio: mix, standardize, groups, unpenalized: free.map((term) => plan.terms[term]?.label ?? ''), folds,
    choose: lambda === null ? choose : 'given', lambda: point.lambda, lambda_min: found.path.lambdas[found.indexMin] as number, lambda_one_se: found.path.lambdas[found.index1Se] as number,
    used: point,
    path: byPenalty.map((_, l) => pointOf(found, l)),
    paths: terms.flatMap(({ name: term, kind: role }, j) => (role === 'intercept' ? [] : [{ term, sd: finite(fit.spread[j]), coefficients: byPenalty.map((values) => values[j] as number) }])),
    coefficients: terms.map(({ name: term, kind: role }, j) => ({
      term, estimate: coefficients[j] as number, odds_ratio: options.link === 'logit' && role !== 'intercept' ? finite(Math.exp(coefficients[j] as number)) : null,
      at_min: byPenalty[found.indexMin]?.[j] ?? 0, at_one_se: byPenalty[found.index1Se]?.[j] ?? 0,
      maximum_likelihood: finite(fit.fit.coefficients[j]), refit: finite(refit?.coefficients[j]), refit_std_error: finite(refit?.standardErrors[j]),
    })),
    equation: equation(coefficients.map((value, j) => (value === 0 && terms[j]?.kind !== 'intercept' ? NaN : value)), plan, terms),
    predicts: predict,
  };
}

interface Judged extends Omit<ReturnType<typeof summariseFolds>, 'lambdaMin' | 'lambda1Se'> {
  path: PenalisedLogistic;
  /** folds that have no say */
  leftOut: number;
}

/** A path with its errors out of fold. @throws Fault `penalty_no_folds` */
function judge([first, ...others]: readonly BinaryPathAnswer[]): Judged {
  if (first?.kind !== 'path') throw new Error('the path of all rows is missing');
  const told = others.flatMap((answer) => (answer.kind === 'fold' && answer.errors !== null && answer.weight > 0 ? [{ errors: answer.errors, weight: answer.weight }] : []));
  if (told.length < 2) throw new Fault('penalty_no_folds', 'too few folds hold both labels', { where: { field: 'parameters.penalty' } });
  const summary = summariseFolds(first.path.lambdas, Float64Array.from(told.flatMap(({ errors }) => [...errors])), told.map(({ weight }) => weight));
  return { ...summary, path: first.path, leftOut: others.length - told.length };
}

function pointOf({ path, meanErrors, standardErrors }: Judged, l: number): Point {
  return { lambda: path.lambdas[l] as number, nonzero: path.degreesOfFreedom[l] as number, deviance_ratio: finite(path.devianceRatios[l]), cv_deviance: finite(meanErrors[l]), cv_se: finite(standardErrors[l]) };
}

/** Of every design column, the constant included. */
function coefficientsAt({ coefficients, intercepts }: PenalisedLogistic, l: number, { p, intercept }: Design): Float64Array {
  const skip = intercept ? 1 : 0;
  const out = new Float64Array(p);
  if (intercept) out[0] = intercepts[l] as number;
  out.set(coefficients.subarray(l * (p - skip), (l + 1) * (p - skip)), skip);
  return out;
}
