import { missingParents, termKey, type LinearAnalysisParameters, type Term } from '../../../schemas/index.ts';
import { isCategorical, type DesignPlan } from '../model/index.ts';
import { termsNamed } from '../named-terms.ts';
import type { Specification } from '../specify.ts';
import type { Candidate } from './types.ts';

export interface Choice {
  candidates: Candidate[];
  /** positions among the terms of the plan that always stay */
  forced: number[];
}

/** Terms that may leave, and those that may not. @throws Fault `term_not_in_model` */
export function choiceOf({ model, column }: Specification, plan: DesignPlan, { hierarchy, forced: names }: LinearAnalysisParameters['selection']): Choice {
  const position = new Map(plan.terms.map(({ term }, at) => [termKey(term), at]));
  const parents = plan.terms.map(({ term }) => parentsOf(term, model.intercept, hierarchy, (factor) => isCategorical(factor, column)).flatMap((parent) => position.get(termKey(parent)) ?? []));
  const forced = new Set<number>();
  const force = (term: number): void => {
    if (forced.has(term)) return;
    forced.add(term);
    parents[term]?.forEach(force);
  };
  termsNamed(names, plan, column, 'parameters.selection.forced').forEach(force);
  const free = plan.terms.map((_, term) => term).filter((term) => !forced.has(term));
  return {
    forced: [...forced].sort((a, b) => a - b),
    candidates: free.map((term): Candidate => ({
      term, label: plan.terms[term]?.label ?? '', columns: plan.terms[term]?.columns ?? [],
      parents: (parents[term] ?? []).flatMap((parent) => (free.includes(parent) ? [free.indexOf(parent)] : [])),
    })),
  };
}

/** Without the margin of a categorical factor its levels would be coded in full: another model, so that margin is a parent whatever was asked for. */
function parentsOf(term: Term, intercept: boolean, hierarchy: 'strong' | 'none', categorical: (factor: Term[number]) => boolean): Term[] {
  const margins = term.flatMap((factor, at) => (categorical(factor) && term.length > 1 ? [term.filter((_, index) => index !== at)] : []));
  const numeric = hierarchy === 'none' ? [] : missingParents({ intercept, terms: [term], offsets: [] }, categorical)[0]?.parents ?? [];
  return [...margins, ...numeric];
}
