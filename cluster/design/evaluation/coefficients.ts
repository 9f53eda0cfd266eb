import { fQuantile, nonCentralFTails } from '../../../kernels/index.ts';
import { invertSymmetric } from '../algebra.ts';
import { groupSums } from '../model.ts';
import { errorDegrees } from './efficiency.ts';
import type { Solved } from './efficiency.ts';

export interface CoefficientReport {
  name: string;
  /** standard error for σ = 1, coded units */
  standardError: number;
  /** V_jj times the centred sum of squares of the column: 1 when it is orthogonal to all others; null for the intercept */
  varianceInflation: number | null;
  /** chance that a test at level α finds the stated coefficient; null without residual degrees of freedom */
  power: number | null;
}

export interface TermReport {
  name: string;
  degreesOfFreedom: number;
  power: number | null;
}

export interface PowerOptions {
  /** level of the tests; default 0.05 */
  alpha?: number;
  /** stated coefficients (coded units) by column name; default 1 each, an effect of 2 between the ends of a range */
  effects?: Readonly<Record<string, number>>;
  /** standard deviation of the noise in the units of the effects; default 1 */
  sigma?: number;
}

/** Per coefficient. With prior precisions (terms "if possible") figures are those of the posterior. */
export function coefficientReports(solved: Solved, options: PowerOptions = {}): CoefficientReport[] {
  const { model, inverse } = solved;
  const p = model.columns.length;
  const effects = effectsOf(solved, options);
  const degreesOf = errorDegrees(solved);
  const squaresOf = centredSquares(solved);
  return model.columns.map(({ name, parts }, j) => {
    const variance = inverse[j * (p + 1)] as number;
    return {
      name, standardError: Math.sqrt(variance),
      varianceInflation: parts.length === 0 ? null : variance * squaresOf(j),
      power: powerOf((effects[j] as number) ** 2 / variance, 1, degreesOf([j]), options.alpha),
    };
  });
}

/** Σ (x − mean)² of a column; with groups the same of R⁻¹: what it would tell if it were alone beside the constant. */
function centredSquares({ model, points, x, groups }: Solved): (j: number) => number {
  const p = model.columns.length;
  const sums = groups?.map((grouping) => ({ grouping, sums: groupSums(x, p, grouping), ones: groupSums(new Float64Array(points.length).fill(1), 1, grouping) }));
  const constant = model.columns.findIndex(({ parts }) => parts.length === 0);
  const inner = (a: number | null, b: number | null): number => {
    let total = 0;
    for (let i = 0; i < points.length; i++) total += (a === null ? 1 : x[i * p + a] as number) * (b === null ? 1 : x[i * p + b] as number);
    for (const { grouping: { shrink }, sums: own, ones } of sums ?? []) {
      shrink.forEach((c, group) => {
        const of = (j: number | null): number => (j === null ? ones[group]?.[0] : own[group]?.[j]) as number;
        total -= c * of(a) * of(b);
      });
    }
    return total;
  };
  if (groups === undefined) return (j) => inner(j, j) - inner(j, null) ** 2 / points.length;
  return (j) => inner(j, j) - (constant < 0 ? 0 : inner(j, constant) ** 2 / inner(constant, constant));
}

/** Per term, all its coefficients together. */
export function termReports(solved: Solved, options: PowerOptions = {}): TermReport[] {
  const { model, inverse } = solved;
  const p = model.columns.length;
  const degreesOf = errorDegrees(solved);
  const effects = effectsOf(solved, options);
  return model.terms.map(({ name, columns }) => {
    const s = columns.length;
    const part = Float64Array.from({ length: s * s }, (_, at) => inverse[(columns[Math.floor(at / s)] as number) * p + (columns[at % s] as number)] as number);
    const information = invertSymmetric(part, s)?.inverse ?? new Float64Array(s * s);
    let lambda = 0;
    columns.forEach((a, i) => columns.forEach((b, k) => {
      lambda += (effects[a] as number) * (effects[b] as number) * (information[i * s + k] as number);
    }));
    return { name, degreesOfFreedom: s, power: powerOf(lambda, s, degreesOf(columns), options.alpha) };
  });
}

function effectsOf({ model }: Solved, { effects = {}, sigma = 1 }: PowerOptions): number[] {
  return model.columns.map(({ name }) => (effects[name] ?? 1) / sigma);
}

/** P(F' > critical F): the test of `d1` coefficients at level α with non-centrality λ. */
export function powerOf(lambda: number, d1: number, d2: number, alpha = 0.05): number | null {
  if (!(d2 > 0)) return null;
  return nonCentralFTails(fQuantile(1 - alpha, d1, d2), d1, d2, lambda).upper;
}
