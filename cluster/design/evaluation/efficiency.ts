import { Fault } from '../../../schemas/index.ts';
import { dependentColumns, invertSymmetric, quadraticForm, symmetricEigenvalues, traceOfProduct } from '../algebra.ts';
import type { Point } from '../factors.ts';
import { informationOf, modelMatrix } from '../model.ts';
import type { DesignModel } from '../model.ts';

/** A design with what follows from it at once. Rows may be the new ones alone, or new and earlier ones together. */
export interface Solved {
  model: DesignModel;
  points: readonly Point[];
  /** n × p, row-major */
  x: Float64Array;
  /** M = X'X (+ prior precision), p × p */
  information: Float64Array;
  /** V = M⁻¹ */
  inverse: Float64Array;
  logDeterminant: number;
}

/** Throws design_rank, with the coefficients that the rows leave open and what they equal. */
export function solveDesign(model: DesignModel, points: readonly Point[], precision?: Float64Array): Solved {
  const p = model.columns.length;
  const x = modelMatrix(model, points);
  const information = informationOf(x, p);
  precision?.forEach((value, j) => {
    information[j * (p + 1)] = (information[j * (p + 1)] as number) + value;
  });
  return solveInformation(model, points, x, information);
}

/** The same from an information matrix that is known, X'R⁻¹X for one. Throws design_rank. */
export function solveInformation(model: DesignModel, points: readonly Point[], x: Float64Array, information: Float64Array): Solved {
  const p = model.columns.length;
  const lost = dependentColumns(information, p, 1e-11);
  const solved = lost.length === 0 ? invertSymmetric(information, p) : undefined;
  if (solved === undefined) {
    const name = (j: number): string => (model.columns[j] as DesignModel['columns'][number]).name;
    const relations = lost.map(({ column, of }) => `${name(column)} = ${of.map(({ column: other, coefficient }) => `${Number(coefficient.toPrecision(6))}·${name(other)}`).join(' + ') || '0'}`);
    throw new Fault('design_rank', `the rows cannot estimate ${relations.join('; ')}`, { where: { field: 'model' }, values: { runs: points.length, rank: p - lost.length, terms: lost.map(({ column }) => name(column)), relations } });
  }
  return { model, points, x, information, ...solved };
}

/** Every figure with the definition it follows; n rows, p columns, V = M⁻¹, d(x) = f(x)'V f(x). */
export interface Efficiencies {
  /** |M| and its logarithm */
  determinant: number;
  logDeterminant: number;
  /** |M|^(1/p) / n: D of AlgDesign; × 100 the D-efficiency of SAS, skpr, JMP */
  d: number;
  /** n · tr V / p: A of AlgDesign */
  a: number;
  /** 100 / a */
  aEfficiency: number;
  /** tr V */
  traceOfInverse: number;
  /** least eigenvalue of M / n */
  e: number;
  /** root of the ratio of the extreme eigenvalues of M with columns scaled to length 1 */
  conditionNumber: number;
  /** tr(V W): mean d(x) over the region (APV), null without moments */
  averageVariance: number | null;
  /** n · APV: I of AlgDesign when the moments are those of the candidates */
  i: number | null;
  /** root of the mean d(x): APSE of SAS */
  averageStandardError: number | null;
  /** largest d(x) over the region, null when it was not asked for */
  largestVariance: number | null;
  /** p / (n · largest d): Ge of AlgDesign */
  g: number | null;
  /** 100 · root of g: G-efficiency of SAS */
  gEfficiency: number | null;
}

export function efficiencies(solved: Solved, { moments, largestVariance }: { moments?: Float64Array; largestVariance?: number } = {}): Efficiencies {
  const { model, points, information, inverse, logDeterminant } = solved;
  const p = model.columns.length;
  const n = points.length;
  const traceOfInverse = inverse.reduce((sum, value, at) => (at % (p + 1) === 0 ? sum + value : sum), 0);
  const scale = Array.from({ length: p }, (_, j) => Math.sqrt(information[j * (p + 1)] as number));
  const scaled = symmetricEigenvalues(information.map((value, at) => value / ((scale[Math.floor(at / p)] as number) * (scale[at % p] as number))), p);
  const average = moments === undefined ? null : traceOfProduct(inverse, moments);
  const largest = largestVariance ?? null;
  const a = (n * traceOfInverse) / p;
  const g = largest === null ? null : p / (n * largest);
  return {
    determinant: Math.exp(logDeterminant), logDeterminant, d: Math.exp(logDeterminant / p) / n, a, aEfficiency: 100 / a, traceOfInverse,
    e: (symmetricEigenvalues(information, p)[0] as number) / n,
    conditionNumber: Math.sqrt((scaled.at(-1)) / (scaled[0] as number)),
    averageVariance: average, i: average === null ? null : n * average, averageStandardError: average === null ? null : Math.sqrt(average),
    largestVariance: largest, g, gEfficiency: g === null ? null : 100 * Math.sqrt(g),
  };
}

/** |M_s.rest|^(1/s) / n for the columns s: the others are nuisance (D_s). D_1 of one column after the other is 1 / (n · V_jj). */
export function subsetEfficiency({ model, points, inverse }: Solved, columns: readonly number[]): number {
  const p = model.columns.length;
  const s = columns.length;
  const part = Float64Array.from({ length: s * s }, (_, at) => inverse[(columns[Math.floor(at / s)] as number) * p + (columns[at % s] as number)] as number);
  const solved = invertSymmetric(part, s);
  return solved === undefined ? 0 : Math.exp(-solved.logDeterminant / s) / points.length;
}

/** h_i = f_i'V f_i. */
export function leverages({ model, points, x, inverse }: Solved): number[] {
  const p = model.columns.length;
  return points.map((_, i) => quadraticForm(inverse, x, p, i * p));
}

export interface DegreesOfFreedom {
  runs: number;
  /** coefficients, the intercept included */
  model: number;
  residual: number;
  /** repeated conditions: noise without any model */
  pureError: number;
  lackOfFit: number;
}

export function degreesOfFreedom({ model, points }: Pick<Solved, 'model' | 'points'>): DegreesOfFreedom {
  const distinct = new Set(points.map((point) => point.map((value) => Math.round(value * 1e9)).join())).size;
  const p = model.columns.length;
  return { runs: points.length, model: p, residual: points.length - p, pureError: points.length - distinct, lackOfFit: distinct - p };
}
