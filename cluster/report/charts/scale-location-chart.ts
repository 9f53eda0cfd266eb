import type { TopLevelSpec } from 'vega-lite';
import { chartOf, fitScale, type ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, interaction, paddedDomain, pointOpacity, pointSize } from './theme.ts';

/** Fewer points than this have no trend worth a curve. */
const leastForTrend = 12;

/** √|standardised residual| against the fitted value: a rising curve means that the spread grows. */
export function scaleLocationChart(context: ChartContext): ChartSpec | undefined {
  const { result, text, points, target } = context;
  const scale = fitScale(context);
  const values = points.shown.flatMap((index) => {
    const fitted = scale.fitted[index] ?? null;
    const residual = result.rows.studentized_internal[index] ?? null;
    return fitted === null || residual === null ? [] : [{ row: result.rows.row[index], fitted, spread: Math.sqrt(Math.abs(residual)) }];
  });
  if (values.length === 0) return undefined;
  const x = { field: 'fitted', type: 'quantitative', scale: { domain: paddedDomain(values.map(({ fitted }) => fitted)), zero: false, nice: false }, axis: { title: scale.axis('axis_fitted') } };
  const y = { field: 'spread', type: 'quantitative', scale: { domain: [0, 1.06 * Math.max(0.1, ...values.map(({ spread }) => spread))], nice: false }, axis: { title: text('axis_sqrt_residual') } };
  return chartOf(context, 'scale_location', 'scale_location', text('chart_scale_location', { target }), context.notes, {
    layer: [
      { data: { values }, params: interaction, mark: { type: 'circle', size: pointSize(values.length), color: colour.blue, opacity: 1, clip: true }, encoding: { x, y, fillOpacity: pointOpacity, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'fitted', title: scale.axis('axis_fitted') }, { field: 'spread', title: text('axis_sqrt_residual'), format: '.4f' }] } },
      ...(values.length < leastForTrend ? [] : [{ data: { values }, transform: [{ loess: 'spread', on: 'fitted', bandwidth: 0.75 }], mark: { type: 'line', color: colour.red, strokeWidth: 1.8, clip: true }, encoding: { x, y } }]),
    ],
  } as Partial<TopLevelSpec>);
}
