import type { OptimizationDesign } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName } from '../theme.ts';
import { designChart, designColour, designTitle, type DesignChartContext } from './context.ts';

const size = { width: 600, height: 400 } as const;
const bins = 10;

type Setting = number | string;

/** Share of the candidates, the earlier and the new runs at each level of a factor (in each tenth of a range). */
export function histogramChart(context: DesignChartContext, design: OptimizationDesign, name: string): ChartSpec | undefined {
  const { result, text } = context;
  const factor = result.factors.find((one) => one.name === name);
  if (factor === undefined) return undefined;
  const { labels, place } = cellsOf(factor);
  const shares = (rows: readonly Readonly<Record<string, Setting>>[]): number[] => {
    const counts = labels.map(() => 0);
    for (const row of rows) {
      const at = place(row[name] as Setting);
      if (at >= 0) counts[at] = (counts[at] as number) + 1;
    }
    return counts.map((count) => count / rows.length);
  };
  const combinations = result.factors.reduce((product, one) => product * (one.levels?.length ?? Infinity), 1);
  const candidates = result.dataset.candidates ?? (Number.isFinite(combinations) ? combinations : null);
  const series = [
    { label: candidates === null ? text('series_region') : text('series_candidates', { count: candidates }), colour: '#c8ced3', shares: factor.shares ?? labels.map(() => 1 / labels.length) },
    ...(result.history.length > 0 ? [{ label: text('series_existing', { count: result.history.length }), colour: colour.blue, shares: shares(result.history) }] : []),
    { label: text('series_new', { design: designTitle(context, design), count: design.rows.length }), colour: designColour(context, design), shares: shares(design.rows) },
  ];
  const values = series.flatMap((one) => labels.map((label, i) => ({ series: one.label, level: label, share: one.shares[i] })));
  const names = series.map(({ label }) => label);
  return designChart('histogram', `hist_${design.name}_${name}`, text('chart_design_histogram', { factor: shortName(name), design: designTitle(context, design) }), [], {
    data: { values },
    mark: { type: 'bar' },
    encoding: {
      x: { field: 'level', type: 'ordinal', sort: null, axis: { title: shortName(name), labelAngle: labels.length > 12 ? -50 : 0, labelLimit: 110 }, scale: { paddingInner: 0.2 } },
      xOffset: { field: 'series', sort: names },
      y: { field: 'share', type: 'quantitative', axis: { title: text('axis_share'), format: '.0%' } },
      color: { field: 'series', type: 'nominal', sort: names, scale: { domain: names, range: series.map((one) => one.colour) }, legend: { title: null, orient: 'top', labelLimit: 260 } },
      tooltip: [{ field: 'series', title: text('head_item') }, { field: 'level', title: name }, { field: 'share', title: text('axis_share'), format: '.1%' }],
    },
  }, size);
}

function cellsOf(factor: DesignChartContext['result']['factors'][number]): { labels: string[]; place: (value: Setting) => number } {
  const { levels, low, high } = factor;
  if (levels !== null) {
    const order = typeof levels[0] === 'number' ? (levels as number[]).map((level, at) => ({ level, at })) : levels.map((level, at) => ({ level, at }));
    return { labels: order.map(({ level }) => String(level)), place: (value) => levels.findIndex((level) => (typeof level === 'number' ? Math.abs(level - Number(value)) <= 1e-9 * Math.max(1, Math.abs(level)) : level === value)) };
  }
  const [from, to] = [low ?? 0, high ?? 1];
  const edge = (i: number): string => String(Number((from + (i / bins) * (to - from)).toPrecision(4)));
  return { labels: Array.from({ length: bins }, (_, i) => `${edge(i)}–${edge(i + 1)}`), place: (value) => Math.max(0, Math.min(bins - 1, Math.floor(((Number(value) - from) / (to - from)) * bins))) };
}
