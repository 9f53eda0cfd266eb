import type { TopLevelSpec } from 'vega-lite';
import type { Effect } from '../model/effects.ts';
import { withUnit, type Feature } from '../model/features.ts';
import { ticks } from './ticks.ts';
import { chartOf, type ChartContext, type ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, shortName } from './theme.ts';

const columns = 100;
const rows = 140;
export const bands = 8;
/** Viridis, equidistant in lightness: readable in grey and by the colour-blind. */
const scheme = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725', '#fff7a8'];

interface Band { x: number; x2: number; y: number; y2: number; band: number }

/** Prediction over the two strongest numeric features, in bands, with the rows of the fit on it; undefined with fewer than two. */
export function contourChart(context: ChartContext<ChartResult>, title = 'chart_contour'): ChartSpec | undefined {
  const { effects: { main, mean: meanAt, reference }, text, target, points, predicted } = context;
  const [first, second] = twoStrongest(main);
  if (first === undefined || second === undefined) return undefined;
  const step = { x: (first.maximum - first.minimum) / columns, y: (second.maximum - second.minimum) / rows };
  const means = Array.from({ length: rows }, (_, j) => Array.from({ length: columns }, (_value, i) => meanAt({ ...reference, [first.name]: first.minimum + (i + 0.5) * step.x, [second.name]: second.minimum + (j + 0.5) * step.y })));
  const known = means.flat().filter(Number.isFinite);
  const [low, high] = known.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  if (!(high > low)) return undefined;
  const bounds = ticks(low, high, bands);
  const values = means.flatMap((line, j) => runs(line, bounds, j, first.minimum, second.minimum, step));
  const labels = bandLabels(bounds);
  const column = (name: string): readonly unknown[] => context.table.columns.find((candidate) => candidate.name === name)?.values ?? [];
  const [xs, ys] = [column(first.name), column(second.name)];
  const dots = points.shown.flatMap((row) => (typeof xs[row] === 'number' && typeof ys[row] === 'number' ? [{ row: context.result.rows.row[row], x: xs[row], y: ys[row], actual: context.result.rows.actual[row] }] : []));
  const x = { field: 'x', type: 'quantitative', scale: { domain: [first.minimum, first.maximum], nice: false, zero: false }, axis: { title: withUnit(shortName(first.name), first.unit), grid: false } };
  const y = { field: 'y', type: 'quantitative', scale: { domain: [second.minimum, second.maximum], nice: false, zero: false }, axis: { title: withUnit(shortName(second.name), second.unit), grid: false } };
  const present = [...new Set(values.map(({ band }) => band))].sort((a, b) => b - a);
  return chartOf(context, 'contour', 'contour', text(title, { target }), [text('note_held'), ...context.notes], {
    layer: [
      {
        data: { values: values.map((value) => ({ ...value, label: labels[value.band] })) },
        mark: { type: 'rect', strokeWidth: 0 },
        encoding: { x, x2: { field: 'x2' }, y, y2: { field: 'y2' }, color: { field: 'label', type: 'nominal', sort: null, scale: { domain: present.map((band) => labels[band]), range: present.map((band) => bandColour(band, bounds)) }, legend: { title: predicted, symbolType: 'square' } } },
      },
      { data: { values: dots }, mark: { type: 'circle', size: 18, color: colour.paper, opacity: 1, stroke: colour.ink, strokeWidth: 0.7 }, encoding: { x, y, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'x', title: first.name }, { field: 'y', title: second.name }, { field: 'actual', title: text('axis_actual') }] } },
    ],
  } as Partial<TopLevelSpec>);
}

/** The numeric features that the prediction depends on most, two at most. */
export function twoStrongest(main: readonly Effect[]): Feature[] {
  return main.filter(({ feature }) => feature.kind === 'number' && feature.distinct > 2).slice(0, 2).map(({ feature }) => feature);
}

/** Names of the bands between bounds, from below. */
export function bandLabels(bounds: readonly number[]): string[] {
  return Array.from({ length: bounds.length + 1 }, (_, band) => (band === 0 ? `< ${bounds[0]}` : band === bounds.length ? `≥ ${bounds[band - 1]}` : `${bounds[band - 1]} – ${bounds[band]}`));
}

export function bandColour(band: number, bounds: readonly number[]): string {
  return scheme[Math.round(band * (scheme.length - 1) / bounds.length)] as string;
}

export function bandOf(mean: number, bounds: readonly number[]): number {
  if (!Number.isFinite(mean)) return -1;
  return bounds.reduce((band, bound) => band + Number(mean >= bound), 0);
}

/** Neighbours of one band as one rectangle, which ends where the prediction crosses the bound between two columns. */
function runs(line: readonly number[], bounds: readonly number[], j: number, x0: number, y0: number, step: { x: number; y: number }): Band[] {
  const found: Band[] = [];
  const band = line.map((mean) => bandOf(mean, bounds));
  let start = 0;
  let x = x0;
  for (let i = 1; i <= line.length; i += 1) {
    if (i < line.length && band[i] === band[start]) continue;
    const x2 = i === line.length ? x0 + i * step.x : x0 + (i - 0.5 + crossing(line[i - 1] as number, line[i] as number, band[i - 1] as number, band[i] as number, bounds)) * step.x;
    // a little taller than its row, so that no light falls between two rows
    if ((band[start] as number) >= 0) found.push({ x, x2, y: y0 + j * step.y, y2: y0 + Math.min(rows, j + 1.15) * step.y, band: band[start] as number });
    start = i;
    x = x2;
  }
  return found;
}

/** Share of the way from one column to the next at which the bound lies; half where several do. */
function crossing(from: number, to: number, bandFrom: number, bandTo: number, bounds: readonly number[]): number {
  if (Math.abs(bandTo - bandFrom) !== 1 || Math.min(bandFrom, bandTo) < 0) return 0.5;
  return ((bounds[Math.min(bandFrom, bandTo)] as number) - from) / (to - from);
}
