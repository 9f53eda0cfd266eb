import { fileTypeOf, type OptimizationDesign, type OptimizationParameters, type OptimizationResult } from '../../schemas/index.ts';
import { designReportText, renderText } from '../../schemas/text/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { csvOf, designCharts, writeAll, type OutputTask } from '../report/index.ts';
import type { DesignMaps } from './maps.ts';
import { previewTable, sheetOf } from './run-sheet.ts';

export const listFolder = '01_実験リスト';
const chartFolder = `${listFolder}/01_チャート`;

/** The original's name where it had one. */
export function fileStemOf({ name, criterion }: Pick<OptimizationDesign, 'name' | 'criterion'>): string {
  if (criterion === 'given') return `${name}_評価`;
  return criterion === 'classical' || criterion === 'space_filling' ? `${name}_新規実験点` : `${name}最適化_新規実験点`;
}

/** Workbook, CSV and charts of every design; the original's file names. */
export async function writeOutputs(context: JobContext, result: OptimizationResult, maps: readonly (DesignMaps | null)[], { language, outputs }: OptimizationParameters): Promise<WrittenFile[]> {
  const lists = result.designs.flatMap((design, index): OutputTask[] => {
    const path = `${listFolder}/${fileStemOf(design)}`;
    const sheet = sheetOf(result, design);
    return [
      ...(outputs.includes('workbook') ? [{ kind: 'design_workbook' as const, result, index, sheet, language, files: [{ path: `${path}.xlsx`, fileType: 'xlsx' as const }] }] : []),
      { kind: 'text', text: csvOf(sheet.columns, sheet.rows), files: [{ path: `${path}.csv`, fileType: 'csv' }] },
    ];
  });
  const charts = outputs.includes('charts') ? designCharts(result, maps, language) : { designs: [], shared: [] };
  const drawn = [...charts.designs.flatMap(({ preview, others }) => [...preview, ...others]), ...charts.shared]
    .map((chart): OutputTask => ({ kind: 'chart', chart, files: ['png', 'svg', 'json'].map((type) => ({ path: `${chartFolder}/${chart.fileName}.${type}`, fileType: fileTypeOf(`x.${type}`) ?? 'json' })) }));
  const tasks = [...lists, ...drawn];
  return writeAll(context, tasks, { from: 75, to: 90 });
}

/** The pages that the original shows before a design is accepted: a histogram a factor, PCA, UMAP, then the list. */
export function previewsOf(result: OptimizationResult, { language, outputs }: OptimizationParameters): OptimizationResult['previews'] {
  const blank = { candidates: [], existing: [], points: [] };
  // which charts there are does not depend on where the points lie
  const charts = outputs.includes('charts') ? designCharts(result, result.designs.map(() => ({ pca: { ...blank, explained: [0, 0] as const }, umap: blank })), language).designs : [];
  return result.designs.map((design, index) => ({
    title: renderText([designReportText], language, 'preview_title', { design: renderText([designReportText], language, `design_${design.name}`) }),
    charts: (charts[index]?.preview ?? []).map(({ fileName }) => `${chartFolder}/${fileName}.png`),
    table: previewTable(result, design),
  }));
}
