import { factorText, type LinearSections, type Spelling } from '../../../schemas/index.ts';
import { offsetValues, type Term } from '../column-factors.ts';
import type { FittedModel } from '../fitted-model.ts';
import type { DesignPlan } from '../model/index.ts';
import { finite } from '../numbers.ts';

export function model(fitted: FittedModel): LinearSections['model'] {
  const { fit, terms, actual } = fitted;
  return {
    terms,
    n: actual.length,
    rank: fit.rank,
    df_residual: fit.degreesOfFreedom,
    condition: finite(fit.condition),
    digits: finite(fit.digits.coefficients),
    equation: equation(fit.coefficients, fitted.plan, terms),
  };
}

const spelling: Spelling = { value: (column) => `[${column}]`, level: (column, level) => `[${column} = ${level}]`, power: '^', ln: 'LN' };

/** Right-hand side in raw units; numbers in full, so that it evaluates to the fitted values. */
export function equation(coefficients: Float64Array, plan: DesignPlan, terms: readonly Term[]): string {
  const pieces = terms.flatMap((term, j) => {
    const coefficient = coefficients[j] as number;
    if (Number.isNaN(coefficient)) return [];
    const product = term.factors.map((factor) => `*${factorText(factor, spelling)}`).join('');
    return [{ sign: coefficient < 0 ? '-' : '+', text: `${Math.abs(coefficient)}${product}` }];
  });
  const offsets = offsetValues(plan).map((factor) => ({ sign: '+', text: factorText(factor, spelling) }));
  return [...pieces, ...offsets].map(({ sign, text }, index) => (index === 0 ? (sign === '-' ? `-${text}` : text) : ` ${sign} ${text}`)).join('');
}
