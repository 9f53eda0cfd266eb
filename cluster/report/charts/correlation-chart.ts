import type { TopLevelSpec } from 'vega-lite';
import type { LinearView } from '../../../schemas/index.ts';
import { chartOf, type ChartContext, type ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, distinctNames } from './theme.ts';

const mostFeatures = 30;
const mostNumbered = 14;
const cell = 34;
const surround = 290;
/** of a name, in Latin letters */
const longestName = 20;

/** Pearson correlations of the numeric features in the rows used; the variance inflation of each stands beside its name. */
export function correlationChart(context: ChartContext<ChartResult>, gvif: LinearView['gvif']): ChartSpec | undefined {
  const { result, text, target, table } = context;
  const all = result.features.flatMap((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    const scores = column === undefined || column.kind === 'text' ? undefined : standardised(column.values);
    return scores === undefined ? [] : [{ name, scores, label: '' }];
  });
  if (all.length < 2) return undefined;
  const shown = all.slice(0, mostFeatures);
  const names = distinctNames(shown.map(({ name }) => name), longestName);
  for (const [index, feature] of shown.entries()) {
    const inflation = gvif.find(({ term }) => term === feature.name)?.gvif ?? null;
    feature.label = `${names[index]}${inflation === null ? '' : `  VIF ${inflation < 100 ? inflation.toFixed(2) : inflation < 1e5 ? inflation.toFixed(0) : inflation.toExponential(1)}`}`;
  }
  const values = shown.flatMap((row, i) => shown.slice(0, i + 1).map((column, j) => ({ row: row.label, column: column.label, r: i === j ? 1 : dot(row.scores, column.scores) })));
  const axis = { title: null, labelLimit: 240, grid: false, ticks: false, domain: false };
  const x = { field: 'column', type: 'nominal', sort: null, axis: { ...axis, labelAngle: -40, labelOverlap: false, labelExpr: "split(datum.label, '  VIF')[0]" } };
  const y = { field: 'row', type: 'nominal', sort: null, axis: { ...axis, labelOverlap: false } };
  const size = Math.max(420, surround + cell * shown.length);
  return chartOf(context, 'correlation', 'correlation', text('chart_correlation', { target }), [...(gvif.length === 0 ? [] : [text('note_vif')]), ...(all.length > mostFeatures ? [text('note_features_first', { shown: mostFeatures, features: all.length })] : [])], {
    data: { values },
    layer: [
      { mark: { type: 'rect', stroke: colour.paper, strokeWidth: 1 }, encoding: { x, y, color: { field: 'r', type: 'quantitative', scale: { domain: [-1, 0, 1], range: [colour.orange, '#f4f6f7', colour.blue], interpolate: 'rgb' }, legend: { title: 'r', gradientLength: 160 } }, tooltip: [{ field: 'row', title: text('head_feature') }, { field: 'column', title: text('head_feature') }, { field: 'r', title: 'r', format: '.4f' }] } },
      ...(shown.length <= mostNumbered ? [{ mark: { type: 'text', fontSize: 11 }, encoding: { x, y, text: { field: 'r', type: 'quantitative', format: '.2f' }, color: { condition: { test: 'abs(datum.r) > 0.75', value: colour.paper }, value: colour.ink } } }] : []),
    ],
  } as Partial<TopLevelSpec>, { width: size + 110, height: size });
}

/** Centred, of length 1; undefined for a constant. */
function standardised(values: readonly (number | string | null)[]): Float64Array | undefined {
  const numbers = Float64Array.from(values, (value) => (typeof value === 'number' ? value : NaN));
  const n = numbers.length;
  const mean = numbers.reduce((sum, value) => sum + value / n, 0);
  const centred = numbers.map((value) => value - mean);
  const length = Math.sqrt(dot(centred, centred));
  return length > 0 && Number.isFinite(length) ? centred.map((value) => value / length) : undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
