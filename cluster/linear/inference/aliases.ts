import type { AliasedColumn } from '../../../kernels/index.ts';
import type { DesignPlan } from '../model/index.ts';

export interface Alias {
  column: string;
  term: string;
  /** `2·a − 3·b + 1` */
  expression: string;
  /** every coefficient is a ratio of small whole numbers */
  exact: boolean;
  dependency: { column: string; coefficient: number; numerator: number | null; denominator: number | null }[];
}

/** Ratios with a larger denominator are told as decimals. */
const largestDenominator = 1000;
/** A ratio this near is the coefficient: chance alone finds one in 10⁵ times. */
const ratioTolerance = 1e-11;

/** Columns that are combinations of others, with the combination. */
export function aliasesOf(plan: DesignPlan, aliased: readonly AliasedColumn[]): Alias[] {
  return aliased.map(({ column, dependency }) => {
    const parts = dependency.map(({ column: other, coefficient }) => {
      const ratio = ratioOf(coefficient);
      return { column: plan.columns[other]?.name ?? '', intercept: plan.intercept && other === 0, coefficient, numerator: ratio?.[0] ?? null, denominator: ratio?.[1] ?? null };
    });
    // the constant stands last, as people write it
    const ordered = [...parts.filter(({ intercept }) => !intercept), ...parts.filter(({ intercept }) => intercept)];
    return {
      column: plan.columns[column]?.name ?? '',
      term: plan.terms[plan.columns[column]?.term ?? -1]?.label ?? '',
      expression: ordered.map(textOf).join(' ').replace(/^\+ /, '').replace(/^− /, '−') || '0',
      exact: parts.every(({ numerator }) => numerator !== null),
      dependency: ordered.map(({ column: name, coefficient, numerator, denominator }) => ({ column: name, coefficient, numerator, denominator })),
    };
  });
}

function textOf({ column, intercept, coefficient, numerator, denominator }: { column: string; intercept: boolean; coefficient: number; numerator: number | null; denominator: number | null }): string {
  const size = numerator === null ? String(Number(Math.abs(coefficient).toPrecision(12))) : denominator === 1 ? String(Math.abs(numerator)) : `${Math.abs(numerator)}/${denominator}`;
  const sign = coefficient < 0 ? '−' : '+';
  if (intercept) return `${sign} ${size}`;
  return `${sign} ${size === '1' ? '' : `${size}·`}${column}`;
}

/** The ratio of whole numbers with the smallest denominator within the tolerance (continued fraction). */
export function ratioOf(value: number): [numerator: number, denominator: number] | undefined {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let rest = Math.abs(value);
  for (let step = 0; step < 20; step += 1) {
    const whole = Math.floor(rest + 1e-9);
    [p0, p1] = [p1, whole * p1 + p0];
    [q0, q1] = [q1, whole * q1 + q0];
    if (q1 > largestDenominator || p1 > 1e9) return undefined;
    if (Math.abs(p1 / q1 - Math.abs(value)) <= ratioTolerance * Math.abs(value)) return [value < 0 ? -p1 : p1, q1];
    if (rest === whole) return undefined;
    rest = 1 / (rest - whole);
  }
  return undefined;
}
