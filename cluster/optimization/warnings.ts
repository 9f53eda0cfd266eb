import type { Notice, OptimizationDesign, OptimizationResult } from '../../schemas/index.ts';

/** Above these a design is said to be badly conditioned (spec §7.7). */
const limits = { inflation: 5, condition: 100, residual: 3, coverage: 2 } as const;
const mostNamed = 20;

/** What a user should know about a design before running it. */
export function warningsOf(design: OptimizationDesign, factors: OptimizationResult['factors']): Notice[] {
  const { name, inestimable, coefficients, criteria, degrees_of_freedom: df } = design;
  const where = { field: `designs.${name}` };
  const inflated = coefficients.filter(({ variance_inflation: value }) => (value ?? 1) > limits.inflation);
  const thin = factors.filter(({ kind }) => kind === 'categorical').flatMap((factor) => (factor.levels ?? []).filter((level) => design.rows.filter((row) => row[factor.name] === level).length < limits.coverage).map((level) => `${factor.name} ${level}`));
  const warn = (code: string, values: Notice['values']): Notice => ({ code, severity: 'warning', where, values: { design: name, ...values } });
  return [
    ...(inestimable.length > 0 ? [warn('optimization_rank', { terms: inestimable.map(({ term }) => term), relations: inestimable.map(({ relation }) => relation) })] : []),
    ...(inflated.length > 0 ? [warn('optimization_vif', { limit: limits.inflation, terms: inflated.slice(0, mostNamed).map(({ name: term, variance_inflation: value }) => `${term} (${(value ?? 0).toFixed(1)})`) })] : []),
    ...(criteria.condition_number > limits.condition ? [warn('optimization_condition', { value: Number(criteria.condition_number.toPrecision(4)), limit: limits.condition })] : []),
    ...(df.residual < limits.residual ? [warn('optimization_residual', { residual: df.residual, limit: limits.residual })] : []),
    ...(thin.length > 0 && design.rows.length > thin.length ? [warn('optimization_coverage', { levels: thin.slice(0, mostNamed), limit: limits.coverage })] : []),
  ];
}
