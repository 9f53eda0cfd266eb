import type { FaultValues, Language, LinearView } from '../../../schemas/index.ts';
import { renderText, reportText } from '../../../schemas/text/index.ts';
import type { ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { coefficientChart } from './coefficient-chart.ts';
import { leverageChart, normalQqChart } from './influence-charts.ts';
import { choosePoints } from './points.ts';
import { actualFittedChart, crossValidationChart } from './prediction-charts.ts';
import { residualFittedChart, residualOrderChart } from './residual-charts.ts';

/**
 * The charts of a linear analysis, in the order in which they are read. Pure. Charts whose numbers do not exist (no
 * cross-validation, no slope) are left out. Above `mostPoints` rows the points are thinned and the subtitle says so.
 */
export function linearCharts(result: LinearView, language: Language): ChartSpec[] {
  const text = (code: string, values?: FaultValues): string => renderText([reportText], language, code, values);
  const points = choosePoints(result);
  const notes = points.shown.length < points.rows ? [text('note_thinned', { rows: points.rows, shown: points.shown.length })] : [];
  const context: ChartContext = { result, text, target: shortened(result.target), points, notes };
  return [
    actualFittedChart(context), residualFittedChart(context), normalQqChart(context), leverageChart(context), coefficientChart(context), crossValidationChart(context), residualOrderChart(context),
  ].filter((chart) => chart !== undefined);
}

/** Characters of a name that leave room in a title for what the chart shows. */
const longestName = 18;

function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= longestName ? name : `${characters.slice(0, longestName - 1).join('')}…`;
}
