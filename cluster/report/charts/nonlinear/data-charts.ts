import type { TableExtract } from '../../workbook/table-extract.ts';
import { safeFileName } from '../../file-name.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { normalQuantile } from '../normal-quantile.ts';
import { colour, shortName, shortNumber } from '../theme.ts';
import { momentsOf, outliersOf, quantile } from './moments.ts';
import { correlation } from './statistics.ts';
import { panelsChart, simpleChart, type NonlinearChartContext } from './context.ts';

type Column = TableExtract['columns'][number];
type Text = NonlinearChartContext['text'];

const mostBars = 20;
const mostFeatures = 20;
const mostCorrelated = 25;
const histogramBins = 30;
const mostPoints = 1000;

/** Pictures of the data before any model, under the original's names. Pure. */
export function dataCharts(table: TableExtract, targets: readonly string[], features: readonly string[], text: Text): ChartSpec[] {
  const find = (names: readonly string[]): Column[] => names.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
  return [
    overviewChart(table, text), ...find(targets).flatMap((column) => targetChart(column, text) ?? []), featuresChart(find(features).slice(0, mostFeatures), text),
    correlationHeatMap([...find(targets), ...find(features)], text),
  ].filter((chart) => chart !== undefined);
}

const numbersOf = (column: Column): number[] => column.values.flatMap((value) => (typeof value === 'number' && column.kind === 'number' ? [value] : []));

/** What spreadsheets do not show at a glance: kinds, gaps, outliers and skewness of all columns. */
function overviewChart(table: TableExtract, text: Text): ChartSpec {
  const rows = table.columns[0]?.values.length ?? 0;
  const kinds = new Map<string, number>();
  for (const { kind } of table.columns) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const numeric = table.columns.filter(({ kind }) => kind === 'number').map((column) => ({ column, numbers: numbersOf(column) }));
  const largest = (list: { name: string; value: number }[], count: number): { name: string; value: number }[] => list.filter(({ value }) => value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, count);
  const missing = largest(table.columns.map(({ name, values }) => ({ name, value: values.filter((value) => value === null).length })), mostBars);
  const outliers = largest(numeric.map(({ column, numbers }) => ({ name: column.name, value: new Set(numbers).size > 10 ? outliersOf(numbers) : 0 })), 10);
  const skewness = largest(numeric.flatMap(({ column, numbers }) => (new Set(numbers).size > 2 ? [{ name: column.name, value: momentsOf(numbers).skewness }] : [])), mostBars);
  const panels = [
    bars([...kinds].map(([kind, value]) => ({ name: text(`kind_${kind}`), value })), text('axis_types'), colour.blue), bars(missing, text('axis_missing'), colour.grey), bars(outliers, text('axis_outliers'), colour.orange), bars(skewness, text('axis_skewness'), colour.red),
  ];
  return panelsChart('eda_overview', 'data_overview', text('chart_eda_overview', { rows, columns: table.columns.length }), [], panels, { width: 300, height: 230, columns: 2 });
}

function bars(values: readonly { name: string; value: number }[], title: string, color: string): object {
  return {
    title: { text: title, fontSize: 12 },
    data: { values: values.map(({ name, value }) => ({ name: shortName(name, 14), value })) },
    mark: { type: 'bar', color },
    encoding: { y: { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 130 } }, x: { field: 'value', type: 'quantitative', axis: { title: null, tickCount: 5 } } },
  };
}

/** Histogram, box, normal quantiles, cumulative share and the numbers of a target. */
function targetChart(column: Column, text: Text): ChartSpec | undefined {
  const numbers = numbersOf(column).sort((a, b) => a - b);
  const n = numbers.length;
  if (n < 3 || numbers[0] === numbers.at(-1)) return undefined;
  const [low = 0, high = 0] = [numbers[0], numbers.at(-1)];
  const name = shortName(column.name);
  const { mean, deviation, skewness, kurtosis } = momentsOf(numbers);
  const step = Math.max(1, n / mostPoints);
  const shown = Array.from({ length: Math.min(n, mostPoints) }, (_, i) => Math.floor(i * step)).map((i) => ({ value: numbers[i], share: (i + 1) / n, normal: normalQuantile((i + 0.625) / (n + 0.25)) }));
  const value = { field: 'value', type: 'quantitative', scale: { zero: false }, axis: { title: name, tickCount: 6 } };
  const ends = [normalQuantile(0.625 / (n + 0.25)), normalQuantile((n - 0.375) / (n + 0.25))].map((z) => ({ normal: z, value: mean + deviation * z }));
  const statistics: [string, number][] = [['n', n], ['mean', mean], ['sd', deviation], ['min', low], ['Q1', quantile(numbers, 0.25)], ['median', quantile(numbers, 0.5)], ['Q3', quantile(numbers, 0.75)], ['max', high], ['skewness', skewness], ['kurtosis', kurtosis]];
  const lines = statistics.map(([label, figure]) => `${label} = ${label === 'n' ? figure : shortNumber(figure)}`);
  return panelsChart('eda_target', `target_${safeFileName(column.name)}`, text('chart_eda_target', { target: name }), [], [
    histogram(numbers, name, text, histogramBins),
    { data: { values: numbers.map((one) => ({ value: one })) }, mark: { type: 'boxplot', size: 60, color: colour.blue, outliers: { color: colour.red, size: 20 } }, encoding: { y: value } },
    {
      layer: [
        { data: { values: ends }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4] }, encoding: { x: { field: 'normal', type: 'quantitative' }, y: { field: 'value', type: 'quantitative' } } },
        { data: { values: shown }, mark: { type: 'circle', color: colour.blue, size: 22, opacity: 0.8 }, encoding: { x: { field: 'normal', type: 'quantitative', axis: { title: text('axis_normal') } }, y: value } },
      ],
    },
    { data: { values: numbers.map((one) => ({ value: one })) }, transform: [{ density: 'value', extent: [numbers[0], numbers.at(-1)], as: ['at', 'density'] }], mark: { type: 'area', color: colour.blue, opacity: 0.35, line: { color: colour.blue } }, encoding: { x: { field: 'at', type: 'quantitative', scale: { zero: false, nice: false }, axis: { title: name, tickCount: 6 } }, y: { field: 'density', type: 'quantitative', axis: { title: null } } } },
    { data: { values: shown }, mark: { type: 'line', color: colour.blue, interpolate: 'step-after', strokeWidth: 1.6 }, encoding: { x: value, y: { field: 'share', type: 'quantitative', axis: { title: text('axis_cumulative'), format: '.0%' } } } },
    { data: { values: [{}] }, mark: { type: 'text', x: 20, y: 6, align: 'left', baseline: 'top', lineHeight: 17, fontSize: 12, text: lines } },
  ], { width: 240, height: 190, columns: 3 });
}

/** Few levels stand as they are, many in bins. */
function histogram(numbers: readonly number[], name: string, text: Text, bins: number): object {
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  const y = { field: 'count', type: 'quantitative', axis: { title: text('axis_count_rows'), tickCount: 5, tickMinStep: 1 } };
  if (distinct.length <= 8) {
    const values = distinct.map((level) => ({ level: String(level), count: numbers.filter((one) => one === level).length }));
    return { data: { values }, mark: { type: 'bar', color: colour.blue }, encoding: { x: { field: 'level', type: 'ordinal', sort: null, axis: { title: name, labelAngle: 0 } }, y } };
  }
  const [low = 0, high = 0] = [distinct[0], distinct.at(-1)];
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const one of numbers) {
    const at = Math.min(bins - 1, Math.floor((one - low) / width));
    counts[at] = (counts[at] as number) + 1;
  }
  const values = counts.map((count, i) => ({ from: low + i * width, to: low + (i + 1) * width, count }));
  return { data: { values }, mark: { type: 'bar', color: colour.blue, stroke: colour.paper, strokeWidth: 0.5 }, encoding: { x: { field: 'from', type: 'quantitative', scale: { zero: false, nice: false }, axis: { title: name, tickCount: 5 } }, x2: { field: 'to' }, y, y2: { datum: 0 } } };
}

function featuresChart(columns: readonly Column[], text: Text): ChartSpec | undefined {
  const panels = columns.flatMap((column) => {
    const name = shortName(column.name, 16);
    if (column.kind === 'text') {
      const counts = new Map<string, number>();
      for (const value of column.values) if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
      const values = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([level, count]) => ({ level: shortName(level, 10), count }));
      return [{ data: { values }, mark: { type: 'bar', color: colour.orange }, encoding: { x: { field: 'level', type: 'ordinal', sort: null, axis: { title: name, labelAngle: -30 } }, y: { field: 'count', type: 'quantitative', axis: { title: text('axis_count_rows'), tickCount: 5 } } } }];
    }
    const numbers = numbersOf(column);
    return numbers.length === 0 ? [] : [histogram(numbers, name, text, 20)];
  });
  return panels.length === 0 ? undefined : panelsChart('eda_features', 'features_distribution', text('chart_eda_features'), [], panels, { width: 190, height: 140, columns: 4 });
}

/** Pearson correlations of the rows that have both, lower triangle. */
function correlationHeatMap(columns: readonly Column[], text: Text): ChartSpec | undefined {
  const varying = columns.filter((column) => new Set(numbersOf(column)).size > 1).slice(0, mostCorrelated);
  if (varying.length < 2) return undefined;
  const label = new Map(varying.map(({ name }) => [name, shortName(name, 12)]));
  const values = varying.flatMap((a, i) => varying.slice(0, i + 1).flatMap((b, j) => {
    const r = i === j ? 1 : correlation(a, b);
    return r === null ? [] : [{ row: label.get(a.name), column: label.get(b.name), r }];
  }));
  const axis = { title: null, grid: false, ticks: false, domain: false, labelLimit: 140, labelOverlap: false };
  const size = Math.max(380, 36 * varying.length + 150);
  const x = { field: 'column', type: 'nominal', sort: null, axis: { ...axis, labelAngle: -40 } };
  const y = { field: 'row', type: 'nominal', sort: null, axis };
  return simpleChart('eda_correlation', 'correlation_heatmap', text('chart_eda_correlation'), [], {
    data: { values },
    layer: [
      { mark: { type: 'rect', stroke: colour.paper }, encoding: { x, y, color: { field: 'r', type: 'quantitative', scale: { domain: [-1, 0, 1], range: [colour.orange, '#f4f6f7', colour.blue], interpolate: 'rgb' }, legend: { title: 'r', gradientLength: 160 } } } },
      ...(varying.length <= 16 ? [{ mark: { type: 'text', fontSize: 10 }, encoding: { x, y, text: { field: 'r', type: 'quantitative', format: '.2f' }, color: { condition: { test: 'abs(datum.r) > 0.75', value: colour.paper }, value: colour.ink } } }] : []),
    ],
  }, { width: size + 90, height: size });
}
