import { fQuantile, nonCentralFTails } from '../../../kernels/index.ts';
import { invertSymmetric } from '../algebra.ts';
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
  const { model, points, x, inverse } = solved;
  const p = model.columns.length;
  const n = points.length;
  const effects = effectsOf(solved, options);
  return model.columns.map(({ name, parts }, j) => {
    const variance = inverse[j * (p + 1)] as number;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      sum += x[i * p + j] as number;
      squares += (x[i * p + j] as number) ** 2;
    }
    return {
      name, standardError: Math.sqrt(variance),
      varianceInflation: parts.length === 0 ? null : variance * (squares - (sum * sum) / n),
      power: powerOf((effects[j] as number) ** 2 / variance, 1, n - p, options.alpha),
    };
  });
}

/** Per term, all its coefficients together. */
export function termReports(solved: Solved, options: PowerOptions = {}): TermReport[] {
  const { model, points, inverse } = solved;
  const p = model.columns.length;
  const effects = effectsOf(solved, options);
  return model.terms.map(({ name, columns }) => {
    const s = columns.length;
    const part = Float64Array.from({ length: s * s }, (_, at) => inverse[(columns[Math.floor(at / s)] as number) * p + (columns[at % s] as number)] as number);
    const information = invertSymmetric(part, s)?.inverse ?? new Float64Array(s * s);
    let lambda = 0;
    columns.forEach((a, i) => columns.forEach((b, k) => {
      lambda += (effects[a] as number) * (effects[b] as number) * (information[i * s + k] as number);
    }));
    return { name, degreesOfFreedom: s, power: powerOf(lambda, s, points.length - p, options.alpha) };
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
