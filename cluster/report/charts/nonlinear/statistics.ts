import type { TableExtract } from '../../workbook/table-extract.ts';
import { momentsOf, outliersOf, quantile } from './moments.ts';

const noteworthyCorrelation = 0.7;

const measures = ['count', 'mean', 'std', 'min', '25%', '50%', '75%', 'max', 'skewness', 'kurtosis', 'outliers'] as const;

/** `statistics.csv`: a line for each numeric column, with a head. */
export function statisticsLines(table: TableExtract): (string | number | null)[][] {
  return [['column', ...measures], ...table.columns.filter(({ kind }) => kind === 'number').map(({ name, values }) => {
    const own = statisticsOf(values);
    return [name, ...measures.map((measure) => own[measure] ?? null)];
  })];
}

function statisticsOf(values: TableExtract['columns'][number]['values']): { count: number } & Partial<Record<(typeof measures)[number] | 'distinct', number>> {
  const sorted = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (sorted.length === 0) return { count: 0 };
  const { mean, deviation, skewness, kurtosis } = momentsOf(sorted);
  const distinct = new Set(sorted).size;
  return {
    count: sorted.length, distinct, mean, std: deviation, min: sorted[0], '25%': quantile(sorted, 0.25), '50%': quantile(sorted, 0.5), '75%': quantile(sorted, 0.75), max: sorted.at(-1), skewness, kurtosis,
    outliers: distinct > 10 ? outliersOf(sorted) : 0,
  };
}

/** `analysis_report.json`: every column in numbers, and the pairs that go together. */
export function columnStatistics(table: TableExtract): unknown {
  const numeric = table.columns.filter(({ kind }) => kind === 'number');
  const rows = table.columns[0]?.values.length ?? 0;
  return {
    rows, columns: table.columns.length,
    missing: Object.fromEntries(table.columns.map(({ name, values }) => [name, values.filter((value) => value === null).length])),
    statistics: Object.fromEntries(numeric.map(({ name, values }) => [name, statisticsOf(values)])),
    high_correlations: numeric.flatMap((a, i) => numeric.slice(i + 1).flatMap((b) => {
      const r = correlation(a, b);
      return r !== null && Math.abs(r) > noteworthyCorrelation ? [{ columns: [a.name, b.name], r }] : [];
    })),
  };
}

/** Pearson's, of the rows that have both; null where it does not exist. */
export function correlation(a: TableExtract['columns'][number], b: TableExtract['columns'][number]): number | null {
  const pairs = a.values.flatMap((value, i) => (typeof value === 'number' && typeof b.values[i] === 'number' ? [[value, b.values[i]] as [number, number]] : []));
  if (pairs.length < 3) return null;
  const [x, y] = [momentsOf(pairs.map(([value]) => value)), momentsOf(pairs.map(([, value]) => value))];
  if (x.deviation === 0 || y.deviation === 0) return null;
  return pairs.reduce((sum, [u, v]) => sum + (u - x.mean) * (v - y.mean), 0) / (pairs.length - 1) / (x.deviation * y.deviation);
}
