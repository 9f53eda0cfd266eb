import { fileTypeOf, type ClassificationParameters, type ClassificationResult } from '../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { classificationCharts, tableExtract, writeAll, type OutputTask } from '../report/index.ts';
import type { Table } from '../table/index.ts';

/** The original's folders. */
const folders = { data: '00_データセット', evaluation: '02_本学習結果/02_評価結果', model: '02_本学習結果/01_モデル' } as const;

/** Charts, workbook and data of a classification, each a task of a thread. @param left rows left out as duplicates */
export async function writeOutputs(context: JobContext, result: ClassificationResult, table: Table, left: ReadonlySet<number>, { language, outputs }: ClassificationParameters, span: { from: number; to: number }): Promise<WrittenFile[]> {
  const tasks: OutputTask[] = [
    ...outputs.includes('workbook') ? [{ kind: 'classification_workbook' as const, result, language, files: [{ path: `${folders.evaluation}/classification_results.xlsx`, fileType: 'xlsx' as const }] }] : [],
    ...outputs.includes('data') ? [
      { kind: 'table_workbook' as const, table: tableExtract(table, left), files: [{ path: `${folders.data}/総実験データ.xlsx`, fileType: 'xlsx' as const }] },
      { kind: 'text' as const, text: `${JSON.stringify(modelInfo(result), null, 2)}\n`, files: [{ path: `${folders.model}/model_info.json`, fileType: 'json' as const }] },
    ] : [],
    ...outputs.includes('charts') ? classificationCharts(result, language).map((chart): OutputTask => ({ kind: 'chart', chart, files: ['png', 'svg', 'json'].map((type) => ({ path: `${folders.evaluation}/${chart.fileName}.${type}`, fileType: fileTypeOf(`x.${type}`) ?? 'json' })) })) : [],
  ];
  return writeAll(context, tasks, span);
}

/** The original's summary, with what it left out: hyper-parameters and weights. */
function modelInfo({ families, model, features, parameters, dataset }: ClassificationResult): unknown {
  const { upper, lower } = model.thresholds;
  const members = families.filter(({ weight }) => weight > 0);
  return {
    model_name: members.map(({ family }) => family).join('+'), weights: Object.fromEntries(members.map(({ family, weight }) => [family, weight])),
    hyper_parameters: Object.fromEntries(members.map(({ family, studies }) => [family, studies.find(({ outer_fold }) => outer_fold === null)?.parameters ?? {}])),
    np_alpha: parameters['false_positive_limit'], tau_pos: upper.kind === 'certified' ? upper.threshold : null, tau_neg: lower.kind === 'certified' ? lower.threshold : null,
    calibrator_name: model.calibrator.kind, selected_features_count: features.length, feature_columns: features.map(({ name }) => name), dataset,
  };
}
