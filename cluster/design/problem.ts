import type { DesignProblem, SearchFactor } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { levelTolerance } from './factors.ts';
import type { DesignFactor } from './factors.ts';
import { basisCount, basisValue } from './model.ts';
import type { DesignModel } from './model.ts';
import { codedRange, feasiblePoint, valuesOf } from './region/index.ts';
import type { Region } from './region/index.ts';
import type { Criterion } from './request.ts';

/** The problem of coordinate and trial exchange. Throws design_setting_between_levels, design_contradictory_constraints for locked cells. */
export function problemOf({ model, region, rows, prior, partial, feasible, weights, criterion }: {
  model: DesignModel; region: Region; rows: number; prior: Float64Array; partial: readonly (readonly (number | null)[])[]; feasible: readonly number[] | undefined; weights: Float64Array | undefined; criterion: Criterion;
}): DesignProblem {
  const { factors } = model;
  const levelOf = (k: number, coded: number): number => {
    const values = valuesOf(factors[k] as DesignFactor);
    return values === null ? coded : values.findIndex((value) => Math.abs(value - coded) <= levelTolerance);
  };
  const begin = partial.map((cells, i) => {
    const point = cells.every((cell) => cell === null) ? undefined : feasiblePoint(region, cells);
    cells.forEach((cell, k) => {
      const factor = factors[k] as DesignFactor;
      if (cell !== null && levelOf(k, cell) < 0 && valuesOf(factor) !== null) throw new Fault('design_setting_between_levels', `fixed row ${i + 1}: ${factor.name} has no such level`, { where: { field: 'fixed', column: factor.name, row: i + 1 }, values: { name: factor.name, levels: (factor as { levels: readonly unknown[] }).levels.map(String) } });
    });
    return point?.map((value, k) => levelOf(k, value)) ?? null;
  });
  const free = factors.map(() => null);
  return {
    rows, prior,
    factors: factors.map((factor, k) => searchFactor(model, factor, k)),
    terms: model.columns.map(({ parts }) => parts.map(({ factor, basis }) => ({ factor, basis }))),
    ...(weights && { moments: weights }),
    ...(weights && { determinantWeight: determinantWeightOf(criterion) }),
    ...(partial.length > 0 && { fixed: [...partial.map((cells) => cells.map((cell, k) => (cell === null ? null : levelOf(k, cell)))), ...Array.from({ length: rows - partial.length }, () => free)] }),
    ...(region.shares.length > 0 && begin.some((cells) => cells !== null) && { begin: [...begin, ...Array.from({ length: rows - partial.length }, () => null)] }),
    ...(region.constraints.length > 0 && { constraints: region.constraints }),
    ...(region.boxes.length > 0 && { forbidden: region.boxes }),
    ...(feasible && { feasible: feasible.map((value, k) => levelOf(k, value)) }),
  };
}

/** A factor that no term uses still gets a value: its first power stands in as a basis function. */
function searchFactor(model: DesignModel, factor: DesignFactor, k: number): SearchFactor {
  const basis = basisCount(model, k);
  const values = valuesOf(factor);
  if (values === null) {
    const [low, high] = codedRange(factor);
    return { kind: 'continuous', low, high, powers: Math.max(1, basis) };
  }
  return { kind: 'levels', values, basis, table: values.flatMap((value) => Array.from({ length: basis }, (_, b) => basisValue(model, k, b, value))) };
}

/** Share of ln det per term in the objective. */
export function determinantWeightOf(criterion: Criterion): number {
  switch (criterion.kind) {
    case 'A': case 'I': return 0;
    case 'compound': return criterion.determinantWeight;
    case 'alias': return criterion.determinantWeight ?? 0.5;
    default: return 1;
  }
}
