import { tidyTerm, termKey, type Factor, type ModelTerms, type Term } from './terms.ts';

export interface MissingParents {
  term: Term;
  /** terms of lower order that the model lacks */
  parents: Term[];
}

/**
 * Terms whose parents the model lacks (Nelder 1977, marginality): for a product the term without one of its numeric factors,
 * for x^k the lower powers of x. A product without the main effect of a *categorical* factor is complete: its levels are
 * then coded in full (nesting, a/b), so it is not told.
 */
export function missingParents(model: ModelTerms, isCategorical: (factor: Factor) => boolean): MissingParents[] {
  const present = new Set(model.terms.map(termKey));
  return model.terms.flatMap((term) => {
    const parents = new Map<string, Term>();
    term.forEach((factor, at) => {
      const others = term.filter((_, index) => index !== at);
      const candidates: Term[] = isCategorical(factor) ? [] : [others];
      if (factor.kind === 'power' && factor.exponent > 1) candidates.push(...lowerPowers(factor.column, factor.exponent).map((lower) => [...others.slice(0, at), lower, ...others.slice(at)]));
      for (const candidate of candidates.map(tidyTerm)) {
        if (candidate.length > 0 && !present.has(termKey(candidate))) parents.set(termKey(candidate), candidate);
      }
    });
    return parents.size === 0 ? [] : [{ term, parents: [...parents.values()] }];
  });
}

function lowerPowers(column: string, exponent: number): Factor[] {
  return Array.from({ length: exponent - 1 }, (_, index): Factor => (index === 0 ? { kind: 'column', column } : { kind: 'power', column, exponent: index + 1 }));
}
