import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chart-spec.ts';
import { chartOf, type ChartContext } from './chart-context.ts';
import { withUnit } from '../model/features.ts';
import { colour, interaction, paddedDomain, pointOpacity, pointSize, shortNumber } from './theme.ts';

/** Measured against fitted: identity line, score box. The original's chart, so it keeps the original's file name. */
export function actualFittedChart(context: ChartContext): ChartSpec {
  const { result, text } = context;
  // the axes are on the target's own scale, and so is the box
  const fit = result.response.scores.original;
  return chartOf(context, 'actual_fitted', 'regression_enhanced', text('chart_actual_fitted', { target: context.target }), context.notes,
    agreement(context, result.rows.fitted, 'fitted', context.predicted, [`R² = ${shortNumber(fit.r2)}`, `RMSE = ${shortNumber(fit.rmse)}`, `MAE = ${shortNumber(fit.mae)}`]));
}

/** @returns undefined when nothing was cross-validated */
export function crossValidationChart(context: ChartContext): ChartSpec | undefined {
  const { result, text } = context;
  const validation = result.cross_validation;
  if (validation === null) return undefined;
  const { score } = validation;
  return chartOf(context, 'cv_prediction', 'cv_prediction', text('chart_cv_prediction', { target: context.target, folds: validation.folds }), context.notes,
    agreement(context, result.rows.cv_prediction, 'cv_prediction', withUnit(text('axis_cv_prediction'), result.units[result.target]), [`R² = ${shortNumber(score.r2)}`, `RMSE = ${shortNumber(score.rmse)}`, `MAE = ${shortNumber(score.mae)}`]));
}

function agreement(context: ChartContext, prediction: readonly (number | null)[], field: string, axisTitle: string, scores: string[]): Partial<TopLevelSpec> {
  const { result, text, points } = context;
  const values = points.shown.flatMap((index) => {
    const actual = result.rows.actual[index] ?? null;
    const predicted = prediction[index] ?? null;
    return actual === null || predicted === null ? [] : [{ row: result.rows.row[index], actual, [field]: predicted, fold: result.rows.cv_fold[index] ?? null }];
  });
  const measured = withUnit(text('axis_actual'), result.units[result.target]);
  const domain = paddedDomain(values.flatMap((point) => [point.actual, point[field] as number]));
  const scale = { domain, zero: false, nice: false };
  const boxHeight = 12 + 16 * scores.length;
  return {
    layer: [
      { data: { values: domain.map((at) => ({ at })) }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5, clip: true }, encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } } },
      {
        data: { values },
        params: interaction,
        mark: { type: 'circle', size: pointSize(values.length), color: colour.blue, opacity: 1, clip: true },
        encoding: {
          x: { field: 'actual', type: 'quantitative', scale, axis: { title: measured } },
          y: { field, type: 'quantitative', scale, axis: { title: axisTitle } },
          fillOpacity: pointOpacity,
          tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'actual', title: measured }, { field, title: axisTitle }, ...(field === 'cv_prediction' ? [{ field: 'fold', title: text('axis_fold') }] : [])],
        },
      },
      { data: { values: [{}] }, mark: { type: 'rect', x: 10, x2: 138, y: 10, y2: 10 + boxHeight, color: colour.paper, stroke: colour.frame, fillOpacity: 0.92, cornerRadius: 4 } },
      { data: { values: [{}] }, mark: { type: 'text', x: 20, y: 18, align: 'left', baseline: 'top', lineHeight: 16, fontSize: 12, text: scores } },
    ],
  };
}
