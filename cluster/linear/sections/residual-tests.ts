import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';

export function residualTests({ fit, used }: FittedModel, { tell }: SectionContext): LinearSections['residual_tests'] {
  const { tests } = fit.inspection;
  if (tests === null) tell({ code: 'residual_tests_skipped', severity: 'info', values: { rows: used.length, terms: fit.rank } });
  return (tests ?? []).map(({ test, hypothesis, statistic, df, p, unavailable }) => ({ test, hypothesis, statistic: statistic === null ? null : finite(statistic), df: [...df], p: p === null ? null : finite(p), unavailable }));
}
