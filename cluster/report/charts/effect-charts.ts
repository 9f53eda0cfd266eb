import { gridOf, type Effect } from '../model/effects.ts';
import { withUnit } from '../model/features.ts';
import type { ChartContext, ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { panelChart } from './panels.ts';
import { colour, fitName, paddedDomain, shortName } from './theme.ts';

const mostPanels = 12;
const mostPairs = 6;
const mostTraces = 5;
/** Levels whose names all find room below a panel. */
const mostLabels = 12;
/** characters of all levels that stand side by side below a panel */
const mostUpright = 18;
/** of the name below a panel, in Latin letters */
const longestTitle = 24;
const traceColours = [colour.blue, colour.red, '#27ae60', colour.orange, '#8e44ad'];
/** Wider intervals than this many times the reach of all effects leave the picture rather than flatten it. */
const mostAir = 1.5;

/** One panel per feature, the strongest first: prediction and its interval while the others are held. */
export function mainEffectsChart(context: ChartContext<ChartResult>, title = 'chart_main_effects'): ChartSpec | undefined {
  const { effects: { main }, text, target, predicted } = context;
  const shown = main.slice(0, mostPanels);
  if (shown.length === 0) return undefined;
  const domain = commonDomain(shown.flatMap(({ points }) => points));
  const panels = shown.map((effect, index) => {
    const { feature, points } = effect;
    const y = { type: 'quantitative', scale: { domain, nice: false, zero: false }, axis: { title: index % 4 === 0 ? predicted : null, tickCount: 5 } };
    const x = xOf(effect);
    const tooltip = [{ field: 'at', title: feature.name }, { field: 'mean', title: predicted }, { field: 'low', title: text('head_ci_low') }, { field: 'high', title: text('head_ci_high') }];
    const spread = feature.kind === 'level' ? { type: 'rule', strokeWidth: 2, color: colour.blue, clip: true } : { type: 'area', color: colour.blue, opacity: 1, fillOpacity: 0.18, clip: true };
    return {
      data: { values: points.map((point) => ({ ...point, at: shownValue(effect, point.at) })) },
      layer: [
        { transform: [{ filter: 'datum.low !== null' }], mark: spread, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
        { mark: feature.kind === 'level' ? { type: 'circle', size: 60, color: colour.blue, opacity: 1 } : { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y: { ...y, field: 'mean' }, tooltip } },
      ],
    };
  });
  return panelChart(context, 'main_effects', text(title, { target }), [text('note_held'), text('note_interval', { level: levelOf(context) }), ...(main.length > mostPanels ? [text('note_effects', { shown: mostPanels, features: main.length })] : [])], panels);
}

/** One panel per pair of features that share a term: lines that are not parallel are the interaction. */
export function interactionChart(context: ChartContext<ChartResult>, title = 'chart_interactions'): ChartSpec | undefined {
  const { effects: { pairs, predict, reference }, text, target, predicted } = context;
  const shown = pairs.slice(0, mostPairs);
  if (shown.length === 0) return undefined;
  const panels = shown.map(({ first, second }) => {
    const traces = tracesOf(second);
    const values = traces.flatMap((trace) => gridOf(first.feature).flatMap((at) => {
      const { mean, low, high } = predict({ ...reference, [second.feature.name]: trace, [first.feature.name]: at });
      return Number.isFinite(mean) ? [{ at: shownValue(first, at), trace: label(second, trace), mean, low, high }] : [];
    }));
    const domain = commonDomain(values);
    const x = xOf(first);
    const y = { type: 'quantitative', scale: { domain, nice: false, zero: false }, axis: { title: predicted, tickCount: 5 } };
    const color = { field: 'trace', type: 'nominal', sort: null, scale: { domain: traces.map((trace) => label(second, trace)), range: traceColours.slice(0, traces.length) }, legend: { title: withUnit(shortName(second.feature.name), second.feature.unit), symbolType: 'stroke', orient: 'right' } };
    const tooltip = [{ field: 'at', title: first.feature.name }, { field: 'trace', title: second.feature.name }, { field: 'mean', title: predicted }, { field: 'low', title: text('head_ci_low') }, { field: 'high', title: text('head_ci_high') }];
    return {
      data: { values },
      layer: [
        ...(first.feature.kind === 'level' ? [] : [{ transform: [{ filter: 'datum.low !== null' }], mark: { type: 'area', opacity: 1, fillOpacity: 0.12, clip: true }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color } }]),
        { mark: { type: 'line', strokeWidth: 2, point: first.feature.kind === 'level' }, encoding: { x, y: { ...y, field: 'mean' }, color, tooltip } },
      ],
    };
  });
  return panelChart(context, 'interactions', text(title, { target }), [text('note_held'), text('note_interval', { level: levelOf(context) }), ...(pairs.length > mostPairs ? [text('note_pairs', { shown: mostPairs, pairs: pairs.length })] : [])], panels, { width: 280, height: 190 });
}

/** Low, middle and high of a number; the first levels of a category. */
function tracesOf({ feature }: Effect): (number | string)[] {
  if (feature.kind === 'level') return feature.levels.slice(0, mostTraces);
  return feature.distinct === 2 ? [feature.minimum, feature.maximum] : [feature.minimum, feature.median, feature.maximum];
}

function xOf({ feature }: Effect): object {
  const title = withUnit(fitName(feature.name, longestTitle), feature.unit);
  if (feature.kind === 'level') return { field: 'at', type: 'nominal', sort: null, axis: { title, labelAngle: feature.levels.length > 3 || feature.levels.join('').length > mostUpright ? -40 : 0, labelLimit: 80, labelOverlap: feature.levels.length > mostLabels, grid: false } };
  if (feature.kind === 'date') return { field: 'at', type: 'temporal', axis: { title, tickCount: 3, format: '%Y-%m-%d' } };
  return { field: 'at', type: 'quantitative', scale: { zero: false, nice: false }, axis: { title, tickCount: 4, ...(feature.whole ? { tickMinStep: 1, format: ',d' } : {}), ...(feature.distinct === 2 ? { values: [feature.minimum, feature.maximum] } : {}) } };
}

/** Dates as milliseconds, which is what the time axis reads. */
function shownValue({ feature }: Effect, at: number | string): number | string {
  return feature.kind === 'date' && typeof at === 'number' ? at * 86_400_000 : at;
}

function label({ feature }: Effect, at: number | string): string {
  if (typeof at === 'string') return shortName(at, 12);
  return feature.kind === 'date' ? new Date(at * 86_400_000).toISOString().slice(0, 10) : String(Number(at.toPrecision(5)));
}

function commonDomain(points: readonly { mean: number; low: number | null; high: number | null }[]): [number, number] {
  const [low, high] = paddedDomain(points.map(({ mean }) => mean));
  const air = mostAir * (high - low);
  return paddedDomain(points.flatMap((point) => [Math.max(low - air, point.low ?? point.mean), Math.min(high + air, point.high ?? point.mean)]));
}

function levelOf({ result }: ChartContext<ChartResult>): number {
  return Number((100 * result.confidence_level).toPrecision(6));
}
