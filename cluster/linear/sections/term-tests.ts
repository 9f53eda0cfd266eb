import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { anova as anovaOf, collinearity as collinearityOf, gvif as gvifOf, mostColumns } from '../inference/index.ts';
import { finite } from '../numbers.ts';

export function anova({ termFit }: FittedModel, { parameters, tell }: SectionContext): LinearSections['anova'] {
  return parameters.anova_types.map((type) => {
    const { rows, residual, recoded, notSumming } = anovaOf(termFit, type);
    if (recoded.length > 0) tell({ code: 'type3_recoded', severity: 'info', values: { columns: recoded } });
    if (notSumming.length > 0) tell({ code: 'type3_coding', severity: 'warning', values: { columns: notSumming } });
    return {
      type, residual, recoded, not_summing: notSumming,
      rows: rows.map(({ term, df, ss, ms, f, p, partialEta2 }) => ({ term, df, ss, ms, f, p, partial_eta2: partialEta2 })),
    };
  });
}

export function gvif({ termFit }: FittedModel): LinearSections['gvif'] {
  return gvifOf(termFit).map(({ term, df, gvif: value, adjusted }) => ({ term, df, gvif: finite(value), adjusted: finite(adjusted) }));
}

export function collinearity({ termFit }: FittedModel, { tell }: SectionContext): LinearSections['collinearity'] {
  if (termFit.kept.length > mostColumns) tell({ code: 'collinearity_skipped', severity: 'info', values: { terms: termFit.kept.length, limit: mostColumns } });
  const found = collinearityOf(termFit);
  if (found === undefined) return null;
  return { condition: finite(found.condition), columns: termFit.kept.map((column) => termFit.plan.columns[column]?.name ?? ''), indexes: found.indexes.map(finite), proportions: found.proportions.map((row) => row.map(finite)) };
}
