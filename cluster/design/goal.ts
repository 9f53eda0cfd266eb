import type { DesignGoal } from '../../kernels/index.ts';
import { Fault, presetTerms, termKey } from '../../schemas/index.ts';
import type { Term } from '../../schemas/index.ts';
import { regionPoints } from './evaluation/variance.ts';
import type { Point } from './factors.ts';
import { designModel, modelMatrix } from './model.ts';
import type { DesignModel } from './model.ts';
import { determinantWeightOf } from './problem.ts';
import { codedRange, isAllowed, mixturePoints, valuesOf } from './region/index.ts';
import type { Region } from './region/index.ts';
import type { Criterion, DesignRequest } from './request.ts';

/** Points at which G looks. */
const mostPoints = 20_000;
/** Seed of the Sobol points that stand in when there are more combinations. */
const spreadSeed = 1;

/** Neither determinant nor trace. */
export function isTrialCriterion({ kind }: Criterion): boolean {
  return kind === 'G' || kind === 'E' || kind === 'alias';
}

/**
 * The model with the columns of `terms` behind its own: what may alias it. Throws design_alias_terms when all of them are in the model.
 */
export function aliasedModel(model: DesignModel, request: DesignRequest): DesignModel {
  const own = new Set(model.columns.map(({ name }) => name));
  const present = new Set(request.model.terms.map(termKey));
  const asked: readonly Term[] = (request.criterion.kind === 'alias' ? request.criterion.terms : undefined)
    ?? presetTerms('interactions', model.factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 2 }))).terms.filter((term) => term.length === 2 && !present.has(termKey(term)));
  const all = designModel(model.factors, { ...request.model, terms: [...request.model.terms, ...(request.ifPossible ?? []).map(({ term }) => term), ...asked] });
  const behind = all.columns.filter(({ name }) => !own.has(name));
  if (behind.length === 0) throw new Fault('design_alias_terms', 'every term that might alias the model is in it', { where: { field: 'criterion' } });
  const columns = [...model.columns.map(({ name }) => all.columns.find((column) => column.name === name) as DesignModel['columns'][number]), ...behind];
  return { ...all, columns };
}

/** Combinations of the levels, of ends, quarters and middles of ranges; of shares, extreme vertices and what lies between; Sobol points when there are too many. */
export function variancePoints(region: Region): Point[] {
  if (region.shares.length > 0) {
    const points = mixturePoints(region, mostPoints);
    return points.length > 0 ? points : regionPoints(region, 4096, spreadSeed);
  }
  const choicesOf = (steps: number): number[][] => region.factors.map((factor) => {
    const [low, high] = codedRange(factor);
    return [...(valuesOf(factor) ?? Array.from({ length: steps + 1 }, (_, g) => low + (g / steps) * (high - low)))];
  });
  const sizeOf = (choices: readonly (readonly number[])[]): number => choices.reduce((product, { length }) => product * length, 1);
  const choices = [choicesOf(4), choicesOf(2), choicesOf(1)].find((some) => sizeOf(some) <= mostPoints);
  if (choices === undefined) return regionPoints(region, 4096, spreadSeed);
  const points = Array.from({ length: sizeOf(choices) }, (_, j) => {
    let rest = j;
    return choices.map((values) => {
      const value = values[rest % values.length] as number;
      rest = Math.floor(rest / values.length);
      return value;
    });
  }).filter((point) => isAllowed(region, point));
  return points.length > 0 ? points : regionPoints(region, 4096, spreadSeed);
}

/** What a trial search judges by, apart from how rows belong together. */
export function criterionGoal(criterion: Criterion, model: DesignModel, points: () => readonly Point[]): DesignGoal {
  if (criterion.kind === 'G') return { kind: 'G', points: modelMatrix(model, points()) };
  if (criterion.kind === 'E') return { kind: 'E' };
  if (criterion.kind === 'alias') return { kind: 'alias', fitted: model.columns.length, aliasWeight: determinantWeightOf(criterion) };
  return { kind: 'moments' };
}
