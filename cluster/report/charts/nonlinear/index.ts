import type { Language, NonlinearTarget } from '../../../../schemas/index.ts';
import type { TableExtract } from '../../workbook/table-extract.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { barChart, dependenceChart, effectsChart, meanAbsolute, permutationChart, summaryChart, waterfallChart, type FullExplanationInput } from './explanation-charts.ts';
import { contourChart, timelineChart } from './course-charts.ts';
import { individualChart, interactionChart, sobolChart } from './interaction-charts.ts';
import { nonlinearChartContext, nonlinearSpeech, type NonlinearChartContext } from './context.ts';
import { dataCharts } from './data-charts.ts';
import { coverageChart, familiesChart, foldsChart, weightsChart } from './family-charts.ts';
import { resultsChart } from './results-chart.ts';
import { distributionChart, importanceChart, rankChart } from './search-charts.ts';
import { historyChart, matrixChart, parallelChart, sliceChart } from './tuning-charts.ts';

export { meanAbsolute, type FullExplanationInput } from './explanation-charts.ts';
export { paretoPlot, type ParetoPlot, type ParetoPoint } from './pareto-charts.ts';
export { columnStatistics, statisticsLines } from './statistics.ts';

/** The charts of one target, the original's `{t}_results` first. Pure. */
export function nonlinearCharts(result: NonlinearTarget, language: Language): ChartSpec[] {
  const context = nonlinearChartContext(result, language);
  return [
    resultsChart(context), familiesChart(context), weightsChart(context), foldsChart(context), coverageChart(context), historyChart(context), timelineChart(context), matrixChart(context), distributionChart(context), importanceChart(context),
    ...result.families.flatMap((family) => [sliceChart(context, family), parallelChart(context, family), rankChart(context, family), contourChart(context, family)]),
  ].filter((chart) => chart !== undefined);
}

/** The pictures of the data that come before any model. Pure. @param table all rows that are analysed */
export function nonlinearDataCharts(table: TableExtract, targets: readonly string[], features: readonly string[], language: Language): ChartSpec[] {
  return dataCharts(table, targets, features, nonlinearSpeech(language));
}

/** Why the final model of a target predicts what it predicts. Pure. */
export function nonlinearExplanationCharts(result: NonlinearTarget, explanation: FullExplanationInput, language: Language): ChartSpec[] {
  return explanationCharts(nonlinearChartContext(result, language), explanation);
}

/** The pictures of `shap_{t}_final` and the two of importance by shuffling and of effects; the original's names. Pure. */
function explanationCharts(context: NonlinearChartContext, input: FullExplanationInput): ChartSpec[] {
  const importance = meanAbsolute(input.values);
  const order = importance.map((_, j) => j).sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b);
  const last = input.rows.length - 1;
  const samples = [...new Set([0, Math.floor(input.rows.length / 4), Math.floor(input.rows.length / 2), Math.floor((3 * input.rows.length) / 4), last])];
  return [
    summaryChart(context, input, order), barChart(context, importance, order), ...samples.map((sample) => waterfallChart(context, input, sample)), dependenceChart(context, input, order), interactionChart(context, input), permutationChart(context, input), sobolChart(context, input), effectsChart(context, input, order), individualChart(context, input, order),
  ].filter((chart) => chart !== undefined);
}
