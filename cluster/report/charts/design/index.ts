import type { Language, OptimizationResult } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { designChartContext } from './context.ts';
import { histogramChart } from './histogram.ts';
import { mapChart, type MapInput } from './map.ts';
import { aliasChart, designCorrelationChart, scatterMatrixChart } from './matrices.ts';
import { comparisonChart, scanChart } from './summary.ts';
import { varianceTernaryChart } from './ternary.ts';
import { fdsChart, varianceContourChart, varianceProfileChart } from './variance.ts';

export type { MapInput } from './map.ts';

/** Order of the original's histogram pages; other factors follow. */
const originalOrder = ['UPカット', 'パス数', '切込量', '回転速度', '突出量', '載せ率', '送り速度'];

export interface DesignCharts {
  /** of each design: the pages of the original's preview (histograms, PCA, UMAP), then the rest */
  designs: { preview: ChartSpec[]; others: ChartSpec[] }[];
  shared: ChartSpec[];
}

/** The charts of a set of designs. Pure. @param maps of each design, or null */
export function designCharts(result: OptimizationResult, maps: readonly ({ pca: MapInput; umap: MapInput } | null)[], language: Language): DesignCharts {
  const context = designChartContext(result, language);
  const names = result.factors.map(({ name }) => name);
  const ordered = [...originalOrder.filter((name) => names.includes(name)), ...names.filter((name) => !originalOrder.includes(name))];
  const there = (charts: (ChartSpec | undefined)[]): ChartSpec[] => charts.filter((chart) => chart !== undefined);
  return {
    designs: result.designs.map((design, index) => {
      const map = maps[index] ?? null;
      return {
        preview: there([...ordered.map((name) => histogramChart(context, design, name)), ...(map === null ? [] : [mapChart(context, design, 'pca', map.pca), mapChart(context, design, 'umap', map.umap)])]),
        others: there([scatterMatrixChart(context, design), designCorrelationChart(context, design), aliasChart(context, design), varianceProfileChart(context, design), varianceContourChart(context, design), varianceTernaryChart(context, design)]),
      };
    }),
    shared: there([fdsChart(context), comparisonChart(context), scanChart(context)]),
  };
}
