import type { Language, NonlinearTarget } from '../../../../schemas/index.ts';
import type { TableExtract } from '../../workbook/table-extract.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { explanationCharts, type ExplanationInput } from './explanation-charts.ts';
import { nonlinearChartContext, nonlinearSpeech } from './context.ts';
import { dataCharts } from './data-charts.ts';
import { coverageChart, familiesChart, foldsChart, weightsChart } from './family-charts.ts';
import { resultsChart } from './results-chart.ts';
import { distributionChart, importanceChart, rankChart } from './search-charts.ts';
import { historyChart, matrixChart, parallelChart, sliceChart } from './tuning-charts.ts';

export { meanAbsolute, type ExplanationInput } from './explanation-charts.ts';
export { columnStatistics, statisticsLines } from './statistics.ts';

/** The charts of one target, the original's `{t}_results` first. Pure. */
export function nonlinearCharts(result: NonlinearTarget, language: Language): ChartSpec[] {
  const context = nonlinearChartContext(result, language);
  return [
    resultsChart(context), familiesChart(context), weightsChart(context), foldsChart(context), coverageChart(context), historyChart(context), matrixChart(context), distributionChart(context), importanceChart(context),
    ...result.families.flatMap((family) => [sliceChart(context, family), parallelChart(context, family), rankChart(context, family)]),
  ].filter((chart) => chart !== undefined);
}

/** The pictures of the data that come before any model. Pure. @param table all rows that are analysed */
export function nonlinearDataCharts(table: TableExtract, targets: readonly string[], features: readonly string[], language: Language): ChartSpec[] {
  return dataCharts(table, targets, features, nonlinearSpeech(language));
}

/** Why the final model of a target predicts what it predicts. Pure. */
export function nonlinearExplanationCharts(result: NonlinearTarget, explanation: ExplanationInput, language: Language): ChartSpec[] {
  return explanationCharts(nonlinearChartContext(result, language), explanation);
}
