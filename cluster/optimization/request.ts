import { expandFormula, Fault, parseFormula, presetTerms, termKey, type ModelPreset, type ModelTerms, type OptimizationParameters } from '../../schemas/index.ts';
import { blockSizes, type Criterion, type DesignFactor, type DesignRequest, type Forbidden, type LinearConstraint, type Settings, type SpaceRequest } from '../design/index.ts';
import { canonicalName } from '../table/index.ts';
import type { Setting, Space } from './source.ts';

/** Columns that name the block or the whole plot of a run. */
export const blockName = 'ブロック';
export const plotName = '主区画';
/** … and of the plots within whole plots. */
export const subplotName = '副区画';

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

/** A search for `runs` runs. @param historyGroups of the earlier runs. @throws Fault optimization_whole_plots, optimization_plots_nested, and those of a model */
export function designRequestOf(base: SpaceRequest, parameters: OptimizationParameters, criterion: Criterion, runs: number, historyGroups: DesignRequest['historyGroups'] = {}): DesignRequest {
  const present = new Set(base.model.terms.map(termKey));
  const possible = parameters.if_possible === null ? [] : preset(parameters.if_possible, base.factors).terms.filter((term) => !present.has(termKey(term)));
  const fixed = fixedRows(base.factors, parameters);
  const { replicates, replicate_runs: repeats, centre_points: centrePoints } = parameters;
  return {
    ...base, runs, criterion, fixed, centrePoints, historyGroups, ...strataOf(base, parameters, runs),
    replicates: replicates === 'forbidden' ? 'distinct' : replicates === 'at_least' ? { atLeast: repeats } : 'allowed',
    ...(possible.length > 0 && { ifPossible: possible.map((term) => ({ term })) }),
  };
}

/** Whole plots lie within outer plots, these within blocks; groups of one kind are of equal size (±1) as far as those around them allow. */
function strataOf(base: SpaceRequest, parameters: OptimizationParameters, runs: number): Pick<DesignRequest, 'blocks' | 'wholePlots' | 'outerPlots'> {
  const { blocks, block_effect: effect, variance_ratio: ratio, block_variance_ratio: blockRatio, outer_variance_ratio: outerRatio } = parameters;
  const hard = parameters.hard_to_change.map(canonicalName);
  const veryHard = parameters.very_hard_to_change.map(canonicalName);
  checkPlots(parameters);
  const own = effect === 'fixed' ? blocks - 1 : 0;
  const outer = veryHard.length === 0 ? 0 : parameters.outer_plots ?? Math.max(blocks, plotsFor(base, veryHard, runs) + own);
  const plots = hard.length === 0 ? 0 : parameters.whole_plots ?? Math.min(Math.max(Math.floor(runs / 2), outer, blocks), Math.max(2 * outer, blocks, plotsFor(base, [...veryHard, ...hard], runs) + own));
  const counts = [blocks, outer, plots].filter((count) => count > 1);
  if (counts.some((count, at) => count < (counts[at - 1] ?? 0))) throw new Fault('optimization_plots_nested', `${counts.join(' > ')} groups`, { where: { field: outer > plots ? 'whole_plots' : outer > 1 ? 'outer_plots' : 'whole_plots' }, values: { counts: counts.map(String) } });
  const sizes = nestedSizes(runs, counts);
  return {
    ...(blocks > 1 && { blocks: { sizes: sizes[0] ?? [], effect, varianceRatio: blockRatio ?? ratio } }),
    ...(outer > 0 && { outerPlots: { factors: veryHard, sizes: sizes[counts.length - 2] ?? [], varianceRatio: outerRatio ?? ratio } }),
    ...(plots > 0 && { wholePlots: { factors: hard, sizes: sizes.at(-1) ?? [], varianceRatio: ratio } }),
  };
}

/** Rows of the groups of each kind, outermost first: the rows of a group are shared out among those within it. */
function nestedSizes(runs: number, counts: readonly number[]): number[][] {
  const result: number[][] = [];
  for (const count of counts) {
    const around = result.at(-1) ?? [runs];
    const within = blockSizes(count, around.length);
    result.push(around.flatMap((rows, group) => blockSizes(rows, within[group] as number)));
  }
  return result;
}

/** @throws Fault optimization_whole_plots, optimization_outer_plots: plots of nothing, or a construction that knows no plots */
export function checkPlots({ hard_to_change: hard, whole_plots: plots, very_hard_to_change: veryHard, outer_plots: outer, design, objective }: OptimizationParameters): void {
  if (hard.length === 0 && plots !== null) throw new Fault('optimization_whole_plots', 'whole plots without a factor that is hard to change', { where: { field: 'hard_to_change' } });
  if ((veryHard.length === 0 && outer !== null) || (veryHard.length > 0 && hard.length === 0)) throw new Fault('optimization_outer_plots', 'outer plots need factors that are very hard, and others that are hard to change', { where: { field: 'very_hard_to_change' } });
  if (hard.length > 0 && (design !== 'optimal' || objective === 'space_filling')) throw new Fault('optimization_whole_plots', 'only an optimal design has whole plots', { where: { field: 'hard_to_change' } });
}

/** Two more than the coefficients of the hard factors alone, so that something is left to judge them by. */
function plotsFor({ factors, model }: SpaceRequest, hard: readonly string[], runs: number): number {
  const widthOf = (name: string): number => {
    const factor = factors.find((one) => one.name === name);
    return factor?.kind === 'categorical' ? factor.levels.length - 1 : 1;
  };
  const coefficients = model.terms.filter((term) => term.every(({ column }) => hard.includes(column))).map((term) => [...new Set(term.map(({ column }) => column))].reduce((product, name) => product * widthOf(name), 1));
  return Math.max(2, Math.min(Math.floor(runs / 2), 3 + coefficients.reduce((sum, count) => sum + count, 0)));
}

/** Rows that the parameters give, in the names and kinds of the factors. */
export function fixedRows(factors: readonly DesignFactor[], { fixed_rows: rows }: OptimizationParameters): Settings[] {
  const kindOf = new Map(factors.map(({ name, kind }) => [name, kind]));
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]): [string, Setting] => {
    const own = canonicalName(name);
    return [own, kindOf.get(own) === 'categorical' ? String(value) : value];
  })));
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
  return presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : Infinity, share: factor.kind === 'mixture' })));
}
