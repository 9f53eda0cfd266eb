import type { OptimizationDesign } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, paddedDomain, shortName } from '../theme.ts';
import { composedChart, designChart, designColour, designTitle, settingFormat, type DesignChartContext } from './context.ts';

const panel = { width: 190, height: 140 } as const;
const columns = 4;
const mostPanels = 16;
/** Levels that are named at an axis, each at its place; beyond, round numbers. */
const mostLevelTicks = 5;
/** Viridis, equidistant in lightness. */
export const scheme = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];

/** Fraction of design space: what share of the region is predicted with a variance up to this. All designs on one sheet. */
export function fdsChart(context: DesignChartContext): ChartSpec {
  const { result, text } = context;
  const names = result.designs.map((design) => designTitle(context, design));
  const values = result.designs.flatMap((design, k) => design.prediction_variance.fractions.map((share, i) => ({ design: names[k], share, variance: design.prediction_variance.variances[i] })));
  return designChart('fds', 'fds', text('chart_design_fds'), [text('note_fds')], {
    data: { values },
    mark: { type: 'line', strokeWidth: 2.5 },
    encoding: {
      x: { field: 'share', type: 'quantitative', axis: { title: text('head_share'), format: '.0%', tickCount: 10 } },
      y: { field: 'variance', type: 'quantitative', scale: { zero: true }, axis: { title: text('head_variance') } },
      color: { field: 'design', type: 'nominal', sort: names, scale: { domain: names, range: result.designs.map((design) => designColour(context, design)) }, legend: { title: null, orient: 'top' } },
      tooltip: [{ field: 'design', title: text('head_item') }, { field: 'share', title: text('head_share'), format: '.0%' }, { field: 'variance', title: text('head_variance'), format: '.4f' }],
    },
  });
}

/** Prediction variance along each factor, the others in the middle. */
export function varianceProfileChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec {
  const { text } = context;
  const shown = design.variance_profiles.slice(0, mostPanels);
  const [, high] = paddedDomain(shown.flatMap(({ variances }) => variances));
  const panels = shown.map(({ factor, values, variances }, index) => {
    const nominal = typeof values[0] === 'string';
    return {
      ...panel,
      data: { values: values.map((value, i) => ({ value, variance: variances[i] })) },
      mark: nominal ? { type: 'bar', color: designColour(context, design), width: { band: 0.5 } } : { type: 'line', color: designColour(context, design), strokeWidth: 2, point: values.length <= 12 ? { color: designColour(context, design) } : false },
      encoding: {
        x: { field: 'value', ...(nominal ? { type: 'nominal', sort: null } : { type: 'quantitative', scale: { zero: false, nice: false } }), axis: { title: shortName(factor, 14), tickCount: 4, labelAngle: 0, ...(!nominal && values.length <= mostLevelTicks && { values, format: settingFormat }) } },
        y: { field: 'variance', type: 'quantitative', scale: { domain: [0, high], nice: false }, axis: { title: index % columns === 0 ? text('head_variance') : null, tickCount: 4 } },
        tooltip: [{ field: 'value', title: factor }, { field: 'variance', title: text('head_variance'), format: '.4f' }],
      },
    };
  });
  const wide = Math.min(columns, panels.length);
  return composedChart('variance_profile', `variance_profile_${design.name}`, text('chart_design_profile', { design: designTitle(context, design) }), [text('note_middle')], { concat: panels, columns, spacing: 14 }, { width: wide * (panel.width + 66) + 30, height: Math.ceil(panels.length / columns) * (panel.height + 66) + 70 });
}

/** Prediction variance over the two factors along which it changes most, the others in the middle, with the runs on it. */
export function varianceContourChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec | undefined {
  const contour = design.variance_contour;
  if (contour === null) return undefined;
  const { text } = context;
  // a little wider than its cell, so that no light falls between two
  const edges = (at: readonly number[]): [number, number][] => at.map((value, i) => [i === 0 ? value : (value + (at[i - 1] as number)) / 2, i === at.length - 1 ? value : value + 0.53 * ((at[i + 1] as number) - value)]);
  const [xs, ys] = [edges(contour.xs), edges(contour.ys)];
  const values = contour.variances.flatMap((row, j) => row.map((variance, i) => ({ x: xs[i]?.[0], x2: xs[i]?.[1], y: ys[j]?.[0], y2: ys[j]?.[1], variance })));
  const axis = (field: string, at: readonly number[], name: string) => ({ field, type: 'quantitative', scale: { domain: [Math.min(...at), Math.max(...at)], nice: false, zero: false }, axis: { title: shortName(name), grid: false } });
  const [x, y] = [axis('x', contour.xs, contour.x), axis('y', contour.ys, contour.y)];
  const runs = design.rows.map((row, i) => ({ x: row[contour.x], y: row[contour.y], run: design.run_order[i] }));
  return designChart('variance_contour', `variance_contour_${design.name}`, text('chart_design_contour', { design: designTitle(context, design) }), [text('note_middle')], {
    layer: [
      { data: { values }, mark: { type: 'rect', strokeWidth: 0 }, encoding: { x, x2: { field: 'x2' }, y, y2: { field: 'y2' }, color: { field: 'variance', type: 'quantitative', scale: { range: scheme, zero: false }, legend: { title: text('head_variance') } }} },
      { data: { values: runs }, mark: { type: 'circle', size: 46, color: colour.paper, opacity: 1, stroke: colour.ink, strokeWidth: 0.8 }, encoding: { x, y, tooltip: [{ field: 'run', title: text('head_run') }, { field: 'x', title: contour.x }, { field: 'y', title: contour.y }] } },
    ],
  });
}
