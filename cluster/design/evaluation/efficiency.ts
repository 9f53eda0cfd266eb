import { Fault } from '../../../schemas/index.ts';
import { dependentColumns, invertSymmetric, quadraticForm, symmetricEigenvalues, traceOfProduct } from '../algebra.ts';
import type { Point } from '../factors.ts';
import { groupedInformation, groupSums, informationOf, modelMatrix } from '../model.ts';
import type { DesignModel } from '../model.ts';
import type { RowGroups } from '../strata.ts';

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
  /** blocks or whole plots of the rows, outermost first: then M = X'R⁻¹X */
  groups?: readonly RowGroups[];
}

/** Throws design_rank, with the coefficients that the rows leave open and what they equal. */
export function solveDesign(model: DesignModel, points: readonly Point[], precision?: Float64Array, groups?: readonly RowGroups[]): Solved {
  const p = model.columns.length;
  const x = modelMatrix(model, points);
  const information = groups === undefined ? informationOf(x, p) : groupedInformation(x, p, groups);
  precision?.forEach((value, j) => {
    information[j * (p + 1)] = (information[j * (p + 1)] as number) + value;
  });
  return { ...solveInformation(model, points, x, information), ...(groups && { groups }) };
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

/** Diagonal of the hat matrix: h_i = f_i'V f_i; in groups f_i'V X'R⁻¹e_i, and with means of their own those take f_i to what it is within the block, and c w_i more. */
export function leverages({ model, points, x, inverse, groups }: Solved): number[] {
  const p = model.columns.length;
  if (groups === undefined) return points.map((_, i) => quadraticForm(inverse, x, p, i * p));
  const sums = groups.map((grouping) => groupSums(x, p, grouping));
  return points.map((_, i) => {
    let own = x.slice(i * p, (i + 1) * p);
    const inner = own.slice();
    let mean = 0;
    groups.forEach(({ groupOf, shrink, weight, ratio }, at) => {
      const group = groupOf[i] as number;
      const [c, w, sum] = [shrink[group] as number, weight[i] as number, sums[at]?.[group] as Float64Array];
      for (let j = 0; j < p; j++) inner[j] = (inner[j] as number) - c * w * (sum[j] as number);
      if (ratio !== null) return;
      own = own.map((value, j) => value - c * (sum[j] as number));
      mean = c * w;
    });
    return own.reduce((total, value, a) => total + value * inner.reduce((partial, other, b) => partial + (inverse[a * p + b] as number) * other, 0), mean);
  });
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

/** Blocks with means of their own take a degree of freedom each, and a condition that is repeated in another block tells of the blocks first. */
export function degreesOfFreedom({ model, points, groups }: Pick<Solved, 'model' | 'points' | 'groups'>): DegreesOfFreedom {
  const keys = points.map((point) => point.map((value) => Math.round(value * 1e9)).join());
  const distinct = new Set(keys).size;
  const p = model.columns.length;
  const ownMeans = groups?.find(({ ratio }) => ratio === null);
  if (ownMeans !== undefined) {
    const blocks = ownMeans.shrink.length;
    // rank of conditions and blocks together: nodes less components of the graph that joins them
    const rank = distinct + blocks - components(keys, ownMeans.groupOf);
    return { runs: points.length, model: p, residual: points.length - blocks - p, pureError: points.length - rank, lackOfFit: rank - blocks - p };
  }
  return { runs: points.length, model: p, residual: points.length - p, pureError: points.length - distinct, lackOfFit: distinct - p };
}

function components(keys: readonly string[], groupOf: readonly number[]): number {
  const parent = new Map<string | number, string | number>();
  const rootOf = (node: string | number): string | number => {
    let at = node;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  keys.forEach((key, i) => {
    const group = groupOf[i] as number;
    for (const node of [key, group]) if (!parent.has(node)) parent.set(node, node);
    parent.set(rootOf(key), rootOf(group));
  });
  return [...parent].filter(([node, up]) => node === up).length;
}

/**
 * Degrees of freedom of the error that columns are tested against. Groups with a common variance: columns that are constant within the groups of a stratum, but not
 * within those around, stand against these groups, the others against what varies within the innermost (containment, as split plots are analysed).
 */
export function errorDegrees(solved: Solved): (columns: readonly number[]) => number {
  const { model, points, x, groups } = solved;
  const p = model.columns.length;
  if (groups === undefined || groups.every(({ ratio }) => ratio === null)) {
    const { residual } = degreesOfFreedom(solved);
    return () => residual;
  }
  const isConstant = groups.map(({ groupOf, shrink }) => {
    const first = shrink.map((_, group) => groupOf.indexOf(group));
    return model.columns.map((_, j) => points.every((_point, i) => Math.abs((x[i * p + j] as number) - (x[(first[groupOf[i] as number] as number) * p + j] as number)) < 1e-9));
  });
  // place of each column: the outermost stratum whose groups it is constant in, else behind the last
  const placeOf = model.columns.map((_, j) => {
    const at = isConstant.findIndex((constant) => constant[j]);
    return at < 0 ? groups.length : at;
  });
  const sizes = [0, ...groups.map(({ shrink }) => shrink.length), points.length];
  const degrees = sizes.slice(1).map((size, at) => size - (sizes[at] as number) - placeOf.filter((place) => place === at).length);
  return (columns) => degrees[Math.max(...columns.map((j) => placeOf[j] as number))] as number;
}
