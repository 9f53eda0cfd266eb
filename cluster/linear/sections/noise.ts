import { lackOfFit, replicateGroups } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';

type Noise = LinearSections['noise'];

/**
 * Pure error from replicates: the noise that no model of these features can explain, hence the highest R² that is honest,
 * and the lack-of-fit test against it. null without replicates, and of a weighted fit, whose rows are not equally noisy.
 */
export function noise(model: FittedModel, context: SectionContext): Noise {
  return noiseOf(model, context.parameters.replicate_tolerance);
}

const known = new WeakMap<FittedModel, Noise>();

/** The same, made once: every R² is shown beside its ceiling. */
export function noiseOf(model: FittedModel, tolerance: number): Noise {
  const found = known.get(model);
  if (found !== undefined) return found;
  const made = work(model, tolerance);
  known.set(model, made);
  return made;
}

function work(model: FittedModel, tolerance: number): Noise {
  const { actual, modelActual, fit } = model;
  const n = actual.length;
  if (model.specification.weights !== null) return null;
  const group = tolerance === 0 ? model.group : replicateGroups(factorsOf(model), n, tolerance);
  const found = lackOfFit({ y: modelActual, n, fit }, group);
  if (found === undefined) return null;
  const { pureError: { degreesOfFreedom: df, sumOfSquares: pure }, lackOfFit: lack } = found;
  const total = sumOfSquares(actual);
  const own = lackOfFit({ y: actual, n, fit: { ...fit, tss: total } }, group)?.pureError.sumOfSquares ?? NaN;
  // what remains unexplained at best, on every row: pure-error variance against the variance of the target
  const ceiling = (ss: number, tss: number): number | null => (tss > 0 ? finite(Math.max(0, 1 - (ss / df) * (n - 1) / tss)) : null);
  return {
    replicate_groups: found.replicateGroups,
    df,
    sd: finite(Math.sqrt(pure / df)),
    r2_ceiling: ceiling(pure, fit.tss),
    lack_of_fit_f: finite(found.f),
    lack_of_fit_p: finite(found.pValue),
    tolerance,
    pure_ss: finite(pure),
    lack_df: lack.degreesOfFreedom,
    lack_ss: finite(lack.sumOfSquares),
    max_r2: finite(found.maxRSquared),
    r2_ceiling_original: ceiling(own, total),
  };
}

/** A number as it is, a text as one indicator per level: levels have no distance. */
function factorsOf({ specification, used }: FittedModel): Float64Array[] {
  return specification.features.flatMap(({ kind, values, levels }) => {
    const own = Float64Array.from(used, (row) => values[row] as number);
    return kind === 'text' ? levels.map((_, level) => own.map((value) => Number(value === level))) : [own];
  });
}

function sumOfSquares(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
