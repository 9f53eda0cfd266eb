/** What a user takes home from an analysis: charts, workbooks, formulas. */
export type { ChartSpec } from './charts/chart-spec.ts';
export { linearCharts } from './charts/linear-charts.ts';
export { renderChart, pngScale, type RenderedChart } from './charts/render-chart.ts';
export { safeFileName } from './file-name.ts';
export type { TableExtract } from './workbook/table-extract.ts';
