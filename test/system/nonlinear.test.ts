import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nonlinearResultSchema, type JobEvent } from '../../schemas/index.ts';
import { TestSystem } from '../support/system.ts';

const examples = join(import.meta.dirname, '../../examples/nonlinear_analysis');

let system: TestSystem;
before(async () => {
  system = await TestSystem.start();
});
after(() => system.stop());

describe('a nonlinear analysis, through API, queue and worker', () => {
  test('leads from a table to scores, models, charts and a workbook under the original\'s names; progress tells trials and folds', async () => {
    const client = system.client();
    const table = await client.uploadFile(new Blob([await readFile(join(examples, 'deburring.csv'))]), 'deburring.csv');
    const parameters = { target_columns: ['摩耗量'], models_to_use: ['response_surface', 'xgboost'], outer_splits: 3, inner_splits: 3, n_trials: 10 };
    const { job_id: id } = await client.createJob({ jobType: 'nonlinear_analysis', uploadId: table.upload_id, parameters });
    const events: JobEvent[] = [];
    const job = await client.waitForJob(id, { onEvent: (event) => void events.push(event), timeoutMs: 240_000 });
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    // two families, each on three outer folds, beside the held-out share and on all rows
    assert.ok(events.some(({ stage, values }) => stage === 'tuning' && Number(values?.['trials_total']) === 2 * (3 + 1 + 1) * 10), JSON.stringify(events.map(({ values }) => values)));

    const paths = new Map<string, Buffer>();
    for (const artifact of await client.artifacts(id)) {
      const file = Buffer.from(await new Response(client.download(id, artifact)).arrayBuffer());
      assert.equal(createHash('sha256').update(file).digest('hex'), artifact.sha256);
      paths.set(artifact.path, file);
    }
    for (const path of ['01_データセット/filtered_data.xlsx', '01_データセット/analysis_df.xlsx', '02_学習モデル/final_model_摩耗量.json', '03_学習結果/analysis_results.json', '03_学習結果/analysis_results.xlsx', '03_学習結果/摩耗量_results.png', '03_学習結果/data_analysis/target_摩耗量.png', '03_学習結果/data_analysis/correlation_heatmap.png']) {
      assert.ok(paths.has(path), `${path} of ${[...paths.keys()].join()}`);
    }
    const result = nonlinearResultSchema.parse(JSON.parse(String(paths.get('result.json'))));
    const [target] = result.targets;
    assert.ok(target?.status === 'fitted');
    const summary = JSON.parse(String(paths.get('03_学習結果/analysis_results.json'))) as { data_count: number; models: Record<string, { cv_r2: number }> };
    assert.equal(summary.models['摩耗量']?.cv_r2, target.final.score.r2);
    assert.equal(summary.data_count, 300);
  });
});
