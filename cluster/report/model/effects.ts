import type { TableExtract } from '../workbook/table-extract.ts';
import { featuresOf, referencePoint, type Feature } from './features.ts';
import type { ModelView, Point, Prediction } from './predictor.ts';

/** The model along one feature, the others held at their reference. */
export interface Effect {
  feature: Feature;
  points: { at: number | string; mean: number; low: number | null; high: number | null }[];
  /** largest less smallest prediction over the feature's range */
  reach: number;
}

export interface Predictions {
  predict: (point: Point) => Pick<Prediction, 'mean' | 'low' | 'high'>;
  /** the prediction alone, at a fraction of the cost */
  mean: (point: Point) => number;
}

export interface Effects extends Predictions {
  reference: Point;
  /** features that vary in the rows and stand in the model, the strongest first */
  main: Effect[];
  /** pairs that share a term, the strongest first by how much the effect of one changes with the other */
  pairs: { first: Effect; second: Effect; size: number }[];
}

const steps = 40;
const mostLevels = 30;

export function effectsOf(result: ModelView, table: TableExtract, { predict, mean }: Predictions): Effects {
  const features = featuresOf(result, table).filter((feature) => feature.kind === 'level' ? feature.levels.length > 1 : feature.distinct > 1);
  const reference = referencePoint(featuresOf(result, table));
  const main = features.map((feature) => effectOf(feature, reference, predict)).filter(({ points }) => points.length > 1).sort((a, b) => b.reach - a.reach || (a.feature.name < b.feature.name ? -1 : 1));
  const together = new Set(result.model.terms.filter(({ aliased }) => !aliased).map(({ factors }) => [...new Set(factors.map(({ column }) => column))].sort().join('\u0000')));
  const pairs = main.flatMap((first, i) => main.slice(i + 1).flatMap((second) => {
    const names = [first.feature.name, second.feature.name];
    if (![...together].some((key) => names.every((name) => key.split('\u0000').includes(name)))) return [];
    const [x, traces] = numbersFirst(first, second);
    return [{ first: x, second: traces, size: changeOf(x, traces, reference, mean) }];
  })).sort((a, b) => b.size - a.size);
  return { reference, predict, mean, main, pairs };
}

/** Values of a feature where it is looked at: a grid over its range, or its levels. */
export function gridOf({ kind, levels, minimum, maximum, distinct }: Feature, count = steps): (number | string)[] {
  if (kind === 'level') return levels.slice(0, mostLevels);
  return distinct === 2 ? [minimum, maximum] : Array.from({ length: count + 1 }, (_, i) => minimum + (maximum - minimum) * i / count);
}

function effectOf(feature: Feature, reference: Point, predict: Effects['predict']): Effect {
  const points = gridOf(feature).flatMap((at) => {
    const { mean, low, high } = predict({ ...reference, [feature.name]: at });
    return Number.isFinite(mean) ? [{ at, mean, low, high }] : [];
  });
  const means = points.map(({ mean }) => mean);
  return { feature, points, reach: means.length === 0 ? 0 : Math.max(...means) - Math.min(...means) };
}

/** On the axis the number with most values; categories become lines. */
function numbersFirst(first: Effect, second: Effect): [Effect, Effect] {
  const rank = ({ feature }: Effect): number => (feature.kind === 'level' ? 0 : feature.distinct);
  return rank(second) > rank(first) ? [second, first] : [first, second];
}

function changeOf(x: Effect, traces: Effect, reference: Point, mean: Effects['mean']): number {
  const ends = ({ feature }: Effect): (number | string)[] => gridOf(feature, 1);
  const spans = ends(traces).map((trace) => {
    const along = ends(x).map((at) => mean({ ...reference, [traces.feature.name]: trace, [x.feature.name]: at }));
    return (along.at(-1) ?? 0) - (along[0] ?? 0);
  });
  const size = Math.max(...spans) - Math.min(...spans);
  return Number.isFinite(size) ? size : 0;
}
