import { studentInterval } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { inverseRows, mostColumns } from '../inference/index.ts';

export function intervalBasis({ fit, plan, termFit }: FittedModel, { parameters, tell }: SectionContext): LinearSections['interval_basis'] {
  const rank = termFit.kept.length;
  if (rank > mostColumns) tell({ code: 'interval_formulas_skipped', severity: 'info', values: { terms: rank, limit: mostColumns } });
  if (fit.degreesOfFreedom < 1 || rank === 0 || rank > mostColumns) return null;
  const inverse = inverseRows(termFit);
  if (!inverse.every(({ hi }) => hi.every(Number.isFinite))) return null;
  const factor = plan.columns.map((_, column) => {
    const row = inverse[termFit.kept.indexOf(column)];
    return row === undefined ? new Array<number>(rank).fill(0) : Array.from(row.hi);
  });
  return { t: studentInterval(parameters.confidence_level, fit.degreesOfFreedom), factor };
}
