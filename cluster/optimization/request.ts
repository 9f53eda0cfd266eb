import { expandFormula, Fault, parseFormula, presetTerms, termKey, type ModelPreset, type ModelTerms, type OptimizationParameters } from '../../schemas/index.ts';
import type { Criterion, DesignFactor, DesignRequest, Settings } from '../design/index.ts';
import { canonicalName } from '../table/index.ts';
import type { Space } from './source.ts';

export type CriterionName = Criterion['kind'];

/** The designs that an objective asks for. */
export function criteriaOf({ objective }: OptimizationParameters): CriterionName[] {
  switch (objective) {
    case 'd_optimal': return ['D'];
    case 'i_optimal': return ['I'];
    case 'a_optimal': return ['A'];
    case 'compound': return ['compound'];
    default: return ['D', 'I'];
  }
}

export function requestOf(space: Space, parameters: OptimizationParameters, history: readonly Settings[], kind: CriterionName): DesignRequest {
  const model = modelOf(space.factors, parameters);
  const present = new Set(model.terms.map(termKey));
  const possible = parameters.if_possible === null ? [] : preset(parameters.if_possible, space.factors).terms.filter((term) => !present.has(termKey(term)));
  return {
    factors: space.factors, model, runs: parameters.num_points, history,
    criterion: kind === 'compound' ? { kind, determinantWeight: parameters.compound_weight } : { kind },
    replicates: parameters.replicates === 'forbidden' ? 'distinct' : 'allowed',
    ...(possible.length > 0 && { ifPossible: possible.map((term) => ({ term })) }),
    ...(space.candidates && { candidates: space.candidates }),
  };
}

function modelOf(factors: readonly DesignFactor[], { formula, model }: OptimizationParameters): ModelTerms {
  if (formula === null) return preset(model, factors);
  const names = factors.map(({ name }) => name);
  const parsed = parseFormula(formula.includes('~') ? formula : `~ ${formula}`);
  if (parsed.targets.length > 0) throw new Fault('optimization_formula_target', 'a design has no target', { where: { field: 'formula' } });
  return expandFormula(parsed, { columns: names, resolve: (name) => names.find((one) => one === canonicalName(name)) }).model;
}

function preset(name: ModelPreset, factors: readonly DesignFactor[]): ModelTerms {
  return presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : Infinity })));
}
