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

/** Belsley, Kuh & Welsch (1980, §3.2): an index beyond 30 that holds more than half of the variance of two coefficients. */
const strongIndex = 30;
/** Variance inflation from which a coefficient is called collinear: here and in the chart of correlations. */
const strongInflation = 10;

export function collinearity(model: FittedModel, { tell }: SectionContext): LinearSections['collinearity'] {
  const { termFit } = model;
  if (termFit.kept.length > mostColumns) tell({ code: 'collinearity_skipped', severity: 'info', values: { terms: termFit.kept.length, limit: mostColumns } });
  const found = collinearityOf(termFit);
  if (found === undefined) return null;
  for (const columns of entangled(model, found)) tell({ code: 'collinear_columns', severity: 'warning', values: columns });
  return { condition: finite(found.condition), columns: termFit.kept.map((column) => termFit.plan.columns[column]?.name ?? ''), indexes: found.indexes.map(finite), proportions: found.proportions.map((row) => row.map(finite)) };
}

/** Columns that nearly determine one another although they are made of different columns of the table: powers and products of one are so by nature. */
function entangled({ termFit: { kept }, terms, fit }: FittedModel, { indexes, proportions }: NonNullable<ReturnType<typeof collinearityOf>>): { columns: string[]; vif: number; index: number }[] {
  const sources = kept.map((column) => new Set((terms[column]?.factors ?? []).map((factor) => factor.column)));
  const inflation = kept.map((column) => fit.varianceInflation[column] as number);
  return indexes.flatMap((index, k) => {
    if (!(index > strongIndex)) return [];
    const joined = [...kept.keys()].filter((j) => (proportions[k]?.[j] ?? 0) > 0.5 && (inflation[j] as number) >= strongInflation);
    const apart = joined.some((a) => joined.some((b) => [...sources[a] ?? []].every((column) => !sources[b]?.has(column))));
    return apart ? [{ columns: joined.map((j) => terms[kept[j] as number]?.name ?? ''), vif: Number(Math.max(...joined.map((j) => inflation[j] as number)).toPrecision(3)), index: Number(index.toPrecision(3)) }] : [];
  });
}
