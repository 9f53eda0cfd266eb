import type { BinaryView, FaultValues, Language } from '../../../../schemas/index.ts';
import { binaryReportText, modelReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import { asPredictedBinary } from '../../model/as-predicted.ts';
import { effectsOf } from '../../model/effects.ts';
import { modelOf, probabilityOf, probabilityPredictor } from '../../model/probability.ts';
import type { TableExtract } from '../../workbook/table-extract.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { contourChart } from '../contour-chart.ts';
import { correlationChart } from '../correlation-chart.ts';
import { interactionChart, mainEffectsChart } from '../effect-charts.ts';
import { drawnBinaryPenalty, penaltyCvChart, penaltyPathChart } from '../penalty-charts.ts';
import { choosePoints } from '../points.ts';
import { surfaceChart } from '../surface-chart.ts';
import { shortName } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';
import { calibrationChart } from './calibration-chart.ts';
import { confusionChart, thresholdChart } from './decision-charts.ts';
import { oddsChart } from './odds-chart.ts';
import { outcomeChart, scoreChart } from './probability-charts.ts';
import { rocChart } from './roc-chart.ts';
import { binarySelectionChart } from './selection-chart.ts';

/** Characters of a name that leave room in a title for what the chart shows. */
const longestName = 18;

/** The charts of a target of two values, in the order in which they are read. Pure. Those whose numbers do not exist are left out. */
export function binaryCharts(view: BinaryView, table: TableExtract, language: Language): ChartSpec[] {
  const text = (code: string, values?: FaultValues): string => renderText([reportText, binaryReportText, modelReportText], language, code, values);
  const { rows, cross_validation: cv, positive_label: positive } = view.binary;
  const points = choosePoints(rows.row.length, [rows.deviance_residual, rows.leverage, rows.cook]);
  const predicting = asPredictedBinary(view);
  const penalty = drawnBinaryPenalty(view.binary.penalty);
  const context: BinaryContext = {
    result: { ...view, rows }, text, target: shortName(view.target, longestName), table, points,
    effects: effectsOf(modelOf(predicting), table, { predict: probabilityPredictor(predicting), mean: probabilityOf(predicting) }),
    predicted: text('axis_probability', { label: shortName(positive) }),
    notes: points.shown.length < points.rows ? [text('note_thinned', { rows: points.rows, shown: points.shown.length })] : [],
    source: cv === null ? text('note_in_sample') : text('note_out_of_fold', { folds: cv.folds }),
    probability: cv === null ? rows.probability : rows.cv_probability,
    level: Number((100 * view.confidence_level).toPrecision(6)),
  };
  return [
    rocChart(context), calibrationChart(context), outcomeChart(context), scoreChart(context), confusionChart(context), thresholdChart(context), oddsChart(context), binarySelectionChart(context), penaltyPathChart(context, penalty), penaltyCvChart(context, penalty),
    mainEffectsChart(context, 'chart_binary_effects'), interactionChart(context, 'chart_binary_interactions'), contourChart(context, 'chart_binary_contour'), surfaceChart(context, 'chart_binary_surface'), correlationChart(context, []),
  ].filter((chart) => chart !== undefined);
}
