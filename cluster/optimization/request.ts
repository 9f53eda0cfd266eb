import { expandFormula, Fault, parseFormula, presetTerms, termKey, type ModelPreset, type ModelTerms, type OptimizationParameters, type Term } from '../../schemas/index.ts';
import { blockSizes, type Criterion, type DesignFactor, type DesignRequest, type Forbidden, type LinearConstraint, type Settings, type SpaceRequest } from '../design/index.ts';
import { canonicalName } from '../table/index.ts';
import { centrePoints } from './classical.ts';
import type { Setting, Space } from './source.ts';

/** The column that a design in blocks gets, and what earlier runs have in it. */
export const blockName = 'ブロック';
export const earlierBlock = '既存';

/** The searches that an objective asks for. */
export function criteriaOf({ objective, compound_weight: determinantWeight, average_over: over }: OptimizationParameters): Criterion[] {
  switch (objective) {
    case 'd_optimal': return [{ kind: 'D' }];
    case 'i_optimal': return [{ kind: 'I', over }];
    case 'a_optimal': return [{ kind: 'A' }];
    case 'g_optimal': return [{ kind: 'G' }];
    case 'e_optimal': return [{ kind: 'E' }];
    case 'alias_optimal': return [{ kind: 'alias', determinantWeight }];
    case 'compound': return [{ kind: 'compound', determinantWeight }];
    case 'minimize_wear': case 'both': return [{ kind: 'D' }, { kind: 'I', over }];
    case 'space_filling': case 'evaluate': return [];
  }
}

/** Factors, model and restrictions as the parameters have them; without blocks. @throws Fault of a formula or a name that is not a factor */
export function spaceRequestOf(space: Space, parameters: OptimizationParameters, history: readonly Settings[]): SpaceRequest {
  return {
    factors: space.factors, model: modelOf(space.factors, parameters), history, constraints: constraintsOf(parameters), forbidden: forbiddenOf(space.factors, parameters),
    ...(space.candidates && { candidates: space.candidates }),
  };
}

/** A search for `runs` runs. Blocks are part of it unless there is a list: then runs are put into blocks afterwards. */
export function designRequestOf(base: SpaceRequest, parameters: OptimizationParameters, criterion: Criterion, runs: number): DesignRequest {
  const present = new Set(base.model.terms.map(termKey));
  const possible = parameters.if_possible === null ? [] : preset(parameters.if_possible, base.factors).terms.filter((term) => !present.has(termKey(term)));
  const given = fixedRows(base.factors, parameters);
  if (given.length > runs) throw new Fault('design_runs', `${runs} runs cannot hold ${given.length} fixed ones`, { where: { field: 'num_points' }, values: { runs, fixed: given.length } });
  const joint = searchesBlocks(base, parameters);
  const { factors, model, history } = joint ? withBlocks(base, parameters.blocks) : base;
  const labels = joint ? blockSizes(runs, parameters.blocks).flatMap((size, block) => new Array<string>(size).fill(String(block + 1))) : [];
  const fixed = joint ? spreadOver(labels, given) : given;
  return {
    ...base, factors, model, ...(history && { history }), runs, criterion, fixed,
    replicates: parameters.replicates === 'forbidden' ? 'distinct' : 'allowed',
    ...(possible.length > 0 && { ifPossible: possible.map((term) => ({ term })) }),
  };
}

export function searchesBlocks(base: SpaceRequest, { blocks, replicates }: OptimizationParameters): boolean {
  return blocks > 1 && base.candidates === undefined && replicates !== 'forbidden';
}

/** The same with the blocks as a category beside the factors. */
export function withBlocks(base: SpaceRequest, blocks: number): SpaceRequest {
  const levels = [...(base.history?.length ? [earlierBlock] : []), ...Array.from({ length: blocks }, (_, b) => String(b + 1))];
  const term: Term = [{ kind: 'column', column: blockName }];
  return {
    ...base, factors: [...base.factors, { kind: 'categorical', name: blockName, levels }], model: { ...base.model, terms: [...base.model.terms, term] },
    history: base.history?.map((row) => ({ ...row, [blockName]: earlierBlock })),
  };
}

/** Fixed rows go to the blocks in turn; the others are free but for their block. */
function spreadOver(labels: readonly string[], given: readonly Settings[]): Settings[] {
  const left = [...labels];
  const blocks = [...new Set(labels)];
  const placed = given.map((row, i) => {
    const wanted = blocks[i % blocks.length] as string;
    const at = left.includes(wanted) ? left.indexOf(wanted) : 0;
    return { ...row, [blockName]: left.splice(at, 1)[0] as string };
  });
  return [...placed, ...left.map((label) => ({ [blockName]: label }))];
}

function fixedRows(factors: readonly DesignFactor[], { fixed_rows: rows, centre_points: centres }: OptimizationParameters): Settings[] {
  const kindOf = new Map(factors.map(({ name, kind }) => [name, kind]));
  return [...rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]): [string, Setting] => {
    const own = canonicalName(name);
    return [own, kindOf.get(own) === 'categorical' ? String(value) : value];
  }))), ...centrePoints(factors, centres)];
}

function constraintsOf({ constraints }: OptimizationParameters): LinearConstraint[] {
  return constraints.flatMap(({ weights, at_most: most, at_least: least }) => {
    const named = Object.entries(weights).map(([name, weight]): [string, number] => [canonicalName(name), weight]);
    return [
      ...(most === null ? [] : [{ weights: Object.fromEntries(named), limit: most }]),
      ...(least === null ? [] : [{ weights: Object.fromEntries(named.map(([name, weight]) => [name, -weight])), limit: -least }]),
    ];
  });
}

/** Listed numbers are ranges of one value each, so one entry may become several boxes. */
function forbiddenOf(factors: readonly DesignFactor[], { forbidden }: OptimizationParameters): Forbidden[] {
  return forbidden.flatMap((entry) => {
    let boxes: Record<string, { low: number; high: number } | string[]>[] = [{}];
    for (const [given, range] of Object.entries(entry)) {
      const name = canonicalName(given);
      const numeric = factors.find((factor) => factor.name === name)?.kind !== 'categorical';
      const choices = !Array.isArray(range) ? [range]
        : numeric ? range.map((value) => {
          if (typeof value === 'number') return { low: value, high: value };
          throw new Fault('optimization_not_numeric', `${name} has the text ${value}`, { where: { field: 'forbidden', column: name }, values: { name, value } });
        }) : [range.map(String)];
      boxes = boxes.flatMap((box) => choices.map((choice) => ({ ...box, [name]: choice })));
    }
    return boxes;
  });
}

function modelOf(factors: readonly DesignFactor[], { formula, terms, model }: OptimizationParameters): ModelTerms {
  if (formula !== null && terms !== null) throw new Fault('optimization_two_models', 'formula and terms', { where: { field: 'terms' } });
  if (terms !== null) return { ...terms, terms: terms.terms.map((term) => term.map((part) => ({ ...part, column: canonicalName(part.column) }))) };
  if (formula === null) return preset(model, factors);
  const names = factors.map(({ name }) => name);
  const parsed = parseFormula(formula.includes('~') ? formula : `~ ${formula}`);
  if (parsed.targets.length > 0) throw new Fault('optimization_formula_target', 'a design has no target', { where: { field: 'formula' } });
  return expandFormula(parsed, { columns: names, resolve: (name) => names.find((one) => one === canonicalName(name)) }).model;
}

/** All terms of a preset over the factors. */
export function preset(name: ModelPreset, factors: readonly DesignFactor[]): ModelTerms {
  return presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : Infinity })));
}
