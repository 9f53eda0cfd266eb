import type { Language, NonlinearTarget } from '../../../../schemas/index.ts';
import type { TableExtract } from '../../workbook/table-extract.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { nonlinearChartContext, nonlinearSpeech } from './context.ts';
import { dataCharts } from './data-charts.ts';
import { coverageChart, familiesChart, foldsChart, weightsChart } from './family-charts.ts';
import { resultsChart } from './results-chart.ts';
import { historyChart, matrixChart, parallelChart, sliceChart } from './tuning-charts.ts';

export { columnStatistics } from './statistics.ts';

/** The charts of one target, the original's `{t}_results` first. Pure. */
export function nonlinearCharts(result: NonlinearTarget, language: Language): ChartSpec[] {
  const context = nonlinearChartContext(result, language);
  return [
    resultsChart(context), familiesChart(context), weightsChart(context), foldsChart(context), coverageChart(context), historyChart(context), matrixChart(context),
    ...result.families.flatMap((family) => [sliceChart(context, family), parallelChart(context, family)]),
  ].filter((chart) => chart !== undefined);
}

/** The pictures of the data that come before any model. Pure. @param table all rows that are analysed */
export function nonlinearDataCharts(table: TableExtract, targets: readonly string[], features: readonly string[], language: Language): ChartSpec[] {
  return dataCharts(table, targets, features, nonlinearSpeech(language));
}
