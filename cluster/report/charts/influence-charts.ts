import type { TopLevelSpec } from 'vega-lite';
import type { ChartContext } from './chart-context.ts';
import { chartOf } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { normalDensity, normalQuantile } from './normal-quantile.ts';
import { colour, interaction, paddedDomain, pointOpacity, pointSize, shortNumber } from './theme.ts';

const z95 = 1.959963984540054;
const cookContours = [0.5, 1] as const;
const curvePoints = 80;

/**
 * Ordered externally studentised residuals against normal quantiles at (i − ½)/n. The band is the pointwise 95 % range of a normal
 * order statistic, z ± 1.96 √(p(1−p)/n)/φ(z) (Fox, Applied Regression Analysis, §3.1.3).
 */
export function normalQqChart(context: ChartContext): ChartSpec {
  const { result, text, points } = context;
  const { studentized_external: residuals, row } = result.rows;
  const order = residuals.flatMap((value, index) => (value === null ? [] : [{ value, index }])).sort((a, b) => a.value - b.value || a.index - b.index);
  const n = order.length;
  const shown = new Set(points.shown);
  const values = order.flatMap(({ value, index }, rank) => (shown.has(index) ? [{ row: row[index], theoretical: normalQuantile((rank + 0.5) / n), value }] : []));
  const edge = n === 0 ? 1 : -normalQuantile(0.5 / n);
  const band = Array.from({ length: n < 3 ? 0 : curvePoints + 1 }, (_, step) => {
    const z = -edge + (2 * edge * step) / curvePoints;
    const p = 0.5 * (1 + errorFunction(z / Math.SQRT2));
    const half = z95 * Math.sqrt(p * (1 - p) / n) / normalDensity(z);
    return { theoretical: z, low: z - half, high: z + half };
  });
  const x = { field: 'theoretical', type: 'quantitative', scale: { domain: [-edge * 1.06, edge * 1.06], nice: false }, axis: { title: text('axis_theoretical') } };
  const yScale = { domain: paddedDomain([...values.map(({ value }) => value), ...band.flatMap(({ low, high }) => [low, high])]), nice: false, zero: false };
  return chartOf(context, 'normal_qq', 'normal_qq', text('chart_normal_qq', { target: context.target }), [text('note_band'), ...context.notes], {
    layer: [
      { data: { values: band }, mark: { type: 'area', color: colour.blue, opacity: 1, fillOpacity: 0.13, clip: true }, encoding: { x, y: { field: 'low', type: 'quantitative', scale: yScale, axis: { title: text('axis_studentized_external') } }, y2: { field: 'high' } } },
      { data: { values: [{ theoretical: -edge }, { theoretical: edge }] }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5, clip: true }, encoding: { x, y: { field: 'theoretical', type: 'quantitative' } } },
      {
        data: { values },
        params: interaction,
        mark: { type: 'circle', size: pointSize(values.length), color: colour.blue, opacity: 1, clip: true },
        encoding: { x, y: { field: 'value', type: 'quantitative', scale: yScale }, fillOpacity: pointOpacity, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'theoretical', title: text('axis_theoretical'), format: '.4f' }, { field: 'value', title: text('axis_studentized_external'), format: '.4f' }] },
      },
    ],
  } as Partial<TopLevelSpec>);
}

/** Internally studentised residuals, because only on them Cook's distance has closed contours: r = ±√(D p (1−h)/h). */
export function leverageChart(context: ChartContext): ChartSpec {
  const { result, text, points } = context;
  const { leverage, studentized_internal: residuals, cook, row } = result.rows;
  const values = points.shown.flatMap((index) => {
    const h = leverage[index] ?? null;
    const r = residuals[index] ?? null;
    return h === null || r === null ? [] : [{ row: row[index], leverage: h, residual: r, cook: cook[index] ?? null, area: bubble(cook[index] ?? 0, result.diagnostics.max_cook ?? 0, points.shown.length) }];
  });
  const most = Math.min(1, values.reduce((high, point) => Math.max(high, point.leverage), 0) * 1.12 || 1);
  const reach = Math.max(2.5, values.reduce((high, { residual }) => Math.max(high, Math.abs(residual)), 0) * 1.08);
  const contours = cookContours.flatMap((distance) => [1, -1].flatMap((sign) => {
    const scale = distance * result.model.rank;
    const enters = scale / (reach * reach + scale);
    return Array.from({ length: enters < most ? curvePoints : 0 }, (_, step) => {
      const h = enters + (most - enters) * step / (curvePoints - 1);
      return { curve: `${distance} ${sign}`, leverage: h, residual: sign * Math.sqrt(scale * (1 - h) / h), label: String(distance) };
    });
  }));
  const labels = cookContours.flatMap((distance) => [1, -1].flatMap((sign) => labelOf(contours.filter(({ curve }) => curve === `${distance} ${sign}`), reach)));
  const x = { field: 'leverage', type: 'quantitative', scale: { domain: [0, most], nice: false }, axis: { title: text('axis_leverage') } };
  const y = { field: 'residual', type: 'quantitative', scale: { domain: [-reach, reach], nice: false }, axis: { title: text('axis_studentized_internal') } };
  return chartOf(context, 'leverage', 'leverage', text('chart_leverage', { target: context.target }), [labels.length > 0 ? text('note_cook') : text('note_cook_outside', { cook: shortNumber(result.diagnostics.max_cook) }), ...context.notes], {
    layer: [
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.frame }, encoding: { y: { datum: 0, axis: { grid: true } } } },
      { data: { values: contours }, mark: { type: 'line', color: colour.red, strokeDash: [5, 4], strokeWidth: 1.2, clip: true }, encoding: { x, y, detail: { field: 'curve' } } },
      { data: { values: labels }, mark: { type: 'text', color: colour.red, align: 'right', dx: -4, dy: { expr: 'datum.residual > 0 ? 12 : -9' } }, encoding: { x, y, text: { field: 'label' } } },
      {
        data: { values },
        params: interaction,
        mark: { type: 'circle', color: colour.blue, opacity: 1, clip: true },
        encoding: { x, y, size: { field: 'area', type: 'quantitative', scale: null }, fillOpacity: pointOpacity, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'leverage', title: text('axis_leverage'), format: '.4f' }, { field: 'residual', title: text('axis_studentized_internal'), format: '.4f' }, { field: 'cook', title: text('head_cook'), format: '.4f' }] },
      },
    ],
  } as Partial<TopLevelSpec>);
}

/** px² of a point: its area grows with Cook's distance, and a row without influence is a small point. */
function bubble(cook: number, largest: number, shown: number): number {
  const least = pointSize(shown) * 0.6;
  // below 0.1 the largest is not worth a large bubble
  return least + 420 * cook / Math.max(largest, 0.1);
}

/** The right end of a contour, if it comes into the picture at all. */
function labelOf<T extends { residual: number }>(curve: readonly T[], reach: number): T[] {
  const end = curve.at(-1);
  return end !== undefined && Math.abs(end.residual) < reach * 0.95 ? [end] : [];
}

/** Abramowitz & Stegun 7.1.26, error below 1.5e-7. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? tail - 1 : 1 - tail;
}
