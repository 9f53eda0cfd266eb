import type { TopLevelSpec } from 'vega-lite';
import { chartOf, fitScale, type ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, interaction, paddedDomain, pointOpacity, pointSize } from './theme.ts';

/** More rows than this are not joined by a line: it would fill the picture. */
const mostJoined = 400;

/** A shape here means a term is missing; a funnel means that the spread grows. */
export function residualFittedChart(context: ChartContext): ChartSpec {
  const { text, target, notes } = context;
  const { fitted, axis } = fitScale(context);
  return chartOf(context, 'residual_fitted', 'residual_fitted', text('chart_residual_fitted', { target }), notes, residuals(context, fitted, 'fitted', axis('axis_fitted'), false));
}

/** Residuals in the order of the file: drift and runs. */
export function residualOrderChart(context: ChartContext): ChartSpec {
  const { result, text } = context;
  return chartOf(context, 'residual_order', 'residual_order', text('chart_residual_order', { target: context.target }), context.notes, residuals(context, result.rows.row, 'row', text('axis_row'), true));
}

function residuals(context: ChartContext, x: readonly (number | null)[], field: string, axisTitle: string, joined: boolean): Partial<TopLevelSpec> {
  const { result, text, points } = context;
  const scale = fitScale(context);
  const values = points.shown.flatMap((index) => {
    const at = x[index] ?? null;
    const residual = result.rows.residual[index] ?? null;
    return at === null || residual === null ? [] : [{ row: result.rows.row[index], [field]: at, residual, actual: result.rows.actual[index] ?? null, fitted: scale.fitted[index] ?? null }];
  });
  const reach = values.reduce((most, { residual }) => Math.max(most, Math.abs(residual)), 0) * 1.06 || 1;
  const encoding = {
    x: { field, type: 'quantitative', scale: { domain: paddedDomain(values.map((point) => point[field] as number)), zero: false, nice: false }, axis: { title: axisTitle, ...(field === 'row' ? { tickMinStep: 1, format: 'd' } : {}) } },
    y: { field: 'residual', type: 'quantitative', scale: { domain: [-reach, reach], nice: false }, axis: { title: scale.axis('axis_residual') } },
  };
  return {
    layer: [
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { y: { datum: 0, axis: { grid: true } } } },
      ...(joined && values.length <= mostJoined ? [{ data: { values }, mark: { type: 'line', color: colour.frame, strokeWidth: 0.8, clip: true }, encoding: { ...encoding, order: { field: 'row' } } }] : []),
      {
        data: { values },
        params: interaction,
        mark: { type: 'circle', size: pointSize(values.length), color: colour.blue, opacity: 1, clip: true },
        encoding: {
          ...encoding,
          fillOpacity: pointOpacity,
          tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'actual', title: text('axis_actual') }, { field: 'fitted', title: scale.axis('axis_fitted') }, { field: 'residual', title: scale.axis('axis_residual') }],
        },
      },
    ],
  } as Partial<TopLevelSpec>;
}
