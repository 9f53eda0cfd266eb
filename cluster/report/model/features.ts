import type { TableExtract } from '../workbook/table-extract.ts';
import type { ModelView, Point } from './predictor.ts';

const millisecondsPerDay = 86_400_000;

/** A column that the model depends on, and where the rows of the fit lie in it. */
export interface Feature {
  name: string;
  /** as it was declared */
  unit: string | null;
  /** `level`: a text column, or a number that the model takes as a category; `date`: in days since 1970 here */
  kind: 'number' | 'level' | 'date';
  /** the reference first; empty unless `level` */
  levels: string[];
  minimum: number;
  mean: number;
  median: number;
  maximum: number;
  /** different values */
  distinct: number;
  /** whole numbers only */
  whole: boolean;
}

/** The features of the model with their ranges in the rows used, in the order of the result; columns of an offset behind them. */
export function featuresOf(result: ModelView, table: TableExtract): Feature[] {
  const inModel = [...result.model.terms.flatMap(({ factors }) => factors), ...result.offsets].map(({ column }) => column);
  return [...new Set([...result.features, ...inModel])].map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    const levels = levelsOf(result, name);
    const values = (column?.values ?? []).flatMap((value) => (typeof value === 'number' ? [column?.kind === 'date' ? value / millisecondsPerDay : value] : []));
    return { name, unit: result.units[name] ?? null, kind: levels.length > 0 ? 'level' : column?.kind === 'date' ? 'date' : 'number', levels, ...range(values) };
  });
}

/** A name as an axis or a sheet says it. */
export function withUnit(name: string, unit: string | null | undefined): string {
  return unit === null || unit === undefined ? name : `${name} (${unit})`;
}

/** Where the other features are held while one is varied: numbers at their median, categories at their reference. */
export function referencePoint(features: readonly Feature[]): Point {
  return Object.fromEntries(features.map(({ name, kind, levels, median, minimum, maximum, distinct }) => [name, kind === 'level' ? levels[0] ?? '' : distinct === 2 && median !== minimum ? maximum : median]));
}

function levelsOf(result: ModelView, feature: string): string[] {
  const factors = [...result.model.terms.flatMap(({ factors: own }) => own), ...result.offsets];
  const listed = factors.find((factor) => factor.kind === 'level' && factor.column === feature);
  if (listed?.kind !== 'level') return [];
  const all = listed.values.map(({ level }) => level);
  const reference = result.model.terms.find((term) => term.column === feature && term.kind === 'level')?.reference ?? null;
  return reference === null ? all : [reference, ...all.filter((level) => level !== reference)];
}

function range(values: readonly number[]): Pick<Feature, 'minimum' | 'mean' | 'median' | 'maximum' | 'distinct' | 'whole'> {
  if (values.length === 0) return { minimum: 0, mean: 0, median: 0, maximum: 0, distinct: 0, whole: false };
  const sorted = Float64Array.from(values).sort();
  const at = (index: number): number => sorted[index] as number;
  const n = sorted.length;
  let mean = 0;
  let distinct = 1;
  sorted.forEach((value, i) => {
    mean += (value - mean) / (i + 1);
    if (i > 0 && value !== at(i - 1)) distinct += 1;
  });
  return { minimum: at(0), mean, median: (at((n - 1) >> 1) + at(n >> 1)) / 2, maximum: at(n - 1), distinct, whole: sorted.every(Number.isInteger) };
}
