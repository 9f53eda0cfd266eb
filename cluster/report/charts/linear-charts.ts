import type { FaultValues, Language, LinearView } from '../../../schemas/index.ts';
import { modelReportText, renderText, reportText } from '../../../schemas/text/index.ts';
import { asPredicted } from '../model/as-predicted.ts';
import { effectsOf } from '../model/effects.ts';
import { withUnit } from '../model/features.ts';
import { onOwnScale } from '../model/own-scale.ts';
import { meanOf, predictor } from '../model/predictor.ts';
import type { TableExtract } from '../workbook/table-extract.ts';
import type { ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { coefficientChart } from './coefficient-chart.ts';
import { contourChart } from './contour-chart.ts';
import { correlationChart } from './correlation-chart.ts';
import { interactionChart, mainEffectsChart } from './effect-charts.ts';
import { leverageChart, normalQqChart } from './influence-charts.ts';
import { paretoChart } from './pareto-chart.ts';
import { drawnPenalty, penaltyCvChart, penaltyPathChart } from './penalty-charts.ts';
import { choosePoints } from './points.ts';
import { powerChart } from './power-chart.ts';
import { actualFittedChart, crossValidationChart } from './prediction-charts.ts';
import { residualFittedChart, residualOrderChart } from './residual-charts.ts';
import { scaleLocationChart } from './scale-location-chart.ts';
import { selectionChart } from './selection-chart.ts';
import { surfaceChart } from './surface-chart.ts';
import { shortName } from './theme.ts';

/**
 * The charts of a linear analysis, in the order in which they are read. Pure. Charts whose numbers do not exist (no
 * cross-validation, no slope) are left out. Above `mostPoints` rows the points are thinned and the subtitle says so.
 */
export function linearCharts(result: LinearView, table: TableExtract, language: Language): ChartSpec[] {
  const text = (code: string, values?: FaultValues): string => renderText([reportText, modelReportText], language, code, values);
  const points = choosePoints(result.rows.row.length, [result.rows.studentized_external, result.rows.leverage, result.rows.cook]);
  const predicting = asPredicted(result);
  const notes = points.shown.length < points.rows ? [text('note_thinned', { rows: points.rows, shown: points.shown.length })] : [];
  const context: ChartContext = { result, text, target: shortName(result.target, longestName), table, predicted: withUnit(text('axis_fitted'), result.units[result.target]), effects: effectsOf(result, table, onOwnScale(predicting, { predict: predictor(predicting), mean: meanOf(predicting) })), points, notes };
  // coefficients are those of the scale of the fit; what the model predicts is told in the target's own units
  const model: ChartContext = { ...context, target: shortName(result.response.label, longestName) };
  return [
    actualFittedChart(context), residualFittedChart(context), normalQqChart(context), scaleLocationChart(context), leverageChart(context), coefficientChart(model), paretoChart(model),
    mainEffectsChart(context), interactionChart(context), contourChart(context), surfaceChart(context), correlationChart(context, result.gvif), crossValidationChart(context), residualOrderChart(context),
    selectionChart(model), penaltyPathChart(model, drawnPenalty(result.penalty)), penaltyCvChart(model, drawnPenalty(result.penalty)), powerChart(context),
  ].filter((chart) => chart !== undefined);
}

/** Characters of a name that leave room in a title for what the chart shows. */
const longestName = 18;
