import type { LinearSections } from '../../../schemas/index.ts';
import type { Fit } from '../fit.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { aliasesOf } from '../inference/index.ts';

export function aliases({ plan, fit }: Pick<FittedModel, 'plan'> & { fit: Pick<Fit, 'aliased'> }, { tell }: Pick<SectionContext, 'tell'>): LinearSections['aliases'] {
  const found = aliasesOf(plan, fit.aliased);
  for (const { column, expression } of found) tell({ code: 'term_aliased', severity: 'warning', where: { column }, values: { name: column, combination: expression } });
  const gone = new Set(fit.aliased.map(({ column }) => column));
  for (const { label, columns } of plan.terms) {
    if (columns.length > 1 && columns.every((position) => gone.has(position))) tell({ code: 'term_dropped', severity: 'warning', values: { name: label } });
  }
  return found;
}
