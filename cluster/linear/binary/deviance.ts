import { chiSquaredTails, instantiate, KernelMemory, logistic } from '../../../kernels/index.ts';
import type { Design } from '../design.ts';
import type { KernelSeat } from '../fit.ts';
import { columnsNotSumming, inverseCoding, isInteraction, relativesIn, toSumCoding, type AnovaType } from '../inference/index.ts';
import type { DesignPlan } from '../model/index.ts';
import type { BinaryOptions } from './fit.ts';

/** Design columns of a model: a number is a column of the design, weights are a combination of all of them. */
export type SubModel = (number | Float64Array)[];

export interface Comparison {
  term: string;
  larger: SubModel;
  smaller: SubModel;
}

export interface DevianceTests {
  type: AnovaType;
  comparisons: Comparison[];
  recoded: string[];
  notSumming: string[];
}

export interface DevianceRow {
  term: string;
  df: number;
  /** rise of the deviance when the term is left out: likelihood ratio */
  chi2: number;
  p: number | null;
}

/**
 * Which models a table of the analysis of deviance compares. I: terms in order; II: each after all that do not contain it; III:
 * each after all others, in sum coding where a product of factors makes the coding matter.
 */
export function devianceTests(plan: DesignPlan, type: AnovaType): DevianceTests {
  const all: number[] = plan.columns.map((_, column) => column);
  const without = (left: ReadonlySet<number>): number[] => all.filter((column) => !left.has(column));
  if (type === 'I') {
    const constant = plan.intercept ? [0] : [];
    const upTo = (last: number): number[] => [...constant, ...plan.terms.slice(0, last).flatMap(({ columns }) => columns)];
    return { type, recoded: [], notSumming: [], comparisons: plan.terms.map(({ label }, at) => ({ term: label, larger: upTo(at + 1), smaller: upTo(at) })) };
  }
  if (type === 'II') {
    const relativesOf = relativesIn(plan);
    return { type, recoded: [], notSumming: [], comparisons: plan.terms.map(({ label, columns }, at) => {
      const relatives = relativesOf(at);
      return { term: label, larger: without(relatives), smaller: without(new Set([...relatives, ...columns])) };
    }) };
  }
  const notSumming = isInteraction({ plan }) ? columnsNotSumming(plan) : [];
  const coding = notSumming.length > 0 ? toSumCoding(plan) : null;
  const recoded: SubModel = coding === null ? all : inverseCoding(coding);
  return {
    type, recoded: coding === null ? [] : notSumming, notSumming: coding === null ? notSumming : [],
    comparisons: plan.terms.map(({ label, columns }) => ({ term: label, larger: all, smaller: recoded.filter((_, column) => !columns.includes(column)) })),
  };
}

/** Fits that the tables take, each model once. */
export function countFits(tests: readonly DevianceTests[]): number {
  return new Set(tests.flatMap(({ comparisons }) => comparisons.flatMap(({ larger, smaller }) => [key(larger), key(smaller)]))).size;
}

/** Thread side: fits every model once. One entry per table, in order. */
export async function compareDeviances({ module, slab, design, tests, options }: KernelSeat & { design: Design; tests: DevianceTests[]; options: BinaryOptions }): Promise<DevianceRow[][]> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const known = new Map<string, { deviance: number; rank: number }>();
  const fitOf = (model: SubModel): { deviance: number; rank: number } => {
    const name = key(model);
    const found = known.get(name) ?? fitSubModel(model);
    known.set(name, found);
    return found;
  };
  const fitSubModel = (model: SubModel): { deviance: number; rank: number } => {
    const { n, p } = design;
    const { memory } = kernels;
    const x = memory.float64(design.x, n * p);
    const constant = design.intercept && model.some((column) => column === 0 || (typeof column !== 'number' && isConstant(column)));
    const columns = model.filter((column) => !(constant && (column === 0 || (typeof column !== 'number' && isConstant(column)))));
    const own = new Float64Array(n * columns.length);
    columns.forEach((column, j) => own.set(typeof column === 'number' ? x.subarray(column * n, (column + 1) * n) : combined(x, n, column), j * n));
    const fit = logistic(kernels, {
      x: own, y: memory.float64(design.y, n), n, p: columns.length, intercept: constant, link: options.link, diagnostics: false, separation: false,
      trials: design.weights === null ? undefined : memory.float64(design.weights, n), offset: design.offset === null ? undefined : memory.float64(design.offset, n),
    });
    return fit.kind === 'fit' ? { deviance: fit.deviance, rank: fit.rank } : { deviance: NaN, rank: 0 };
  };
  return tests.map(({ comparisons }) => comparisons.map(({ term, larger, smaller }) => {
    const [more, less] = [fitOf(larger), fitOf(smaller)];
    const df = more.rank - less.rank;
    const chi2 = Math.max(0, less.deviance - more.deviance);
    return { term, df, chi2, p: df > 0 && Number.isFinite(chi2) ? chiSquaredTails(chi2, df).upper : null };
  }));
}

function isConstant(weights: Float64Array): boolean {
  return weights.every((weight, at) => weight === Number(at === 0));
}

function combined(x: Float64Array, n: number, weights: Float64Array): Float64Array {
  const out = new Float64Array(n);
  weights.forEach((weight, column) => {
    if (weight === 0) return;
    for (let i = 0; i < n; i += 1) out[i] = (out[i] as number) + weight * (x[column * n + i] as number);
  });
  return out;
}

function key(model: SubModel): string {
  return model.map((column) => (typeof column === 'number' ? String(column) : `[${column.join()}]`)).join('|');
}
