import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { PredictionRow } from '../../schemas/index.ts';
import { eventually } from '../support/chaos.ts';
import { TestSystem } from '../support/system.ts';

let system: TestSystem;
before(async () => {
  system = await TestSystem.start();
});
after(() => system.stop());

/** y of a number, of a text and noise that sums to nothing; the grid leaves the data, has holes and a level that no run had. */
const brushes = ['A11', 'A13', 'A21'];
const table = `speed,brush,y\n${Array.from({ length: 36 }, (_, i) => `${i % 12},${brushes[i % 3]},${5 + 0.7 * (i % 12) + (i % 3) * 2 + [0.3, -0.2, 0.4, -0.5][i % 4]!}`).join('\n')}\n`;
const gridRows = 400;
const grid = `brush,speed,note\n${Array.from({ length: gridRows }, (_, i) => `${i === 7 ? 'Z9' : brushes[i % 3]},${i === 11 ? '' : (i % 60) / 4},"n, ${i % 5}"`).join('\n')}\n`;

interface Predicted {
  jobId: string;
  rows: PredictionRow[];
  csv: string[][];
}

async function predict(): Promise<Predicted> {
  const client = system.client();
  const [data, settings] = await Promise.all([client.uploadFile(new Blob([table]), 'runs.csv'), client.uploadFile(new Blob([grid]), '計画_未実験データ.csv')]);
  const { job_id: jobId } = await client.createJob({ jobType: 'linear_analysis', uploadId: data.upload_id, inputs: { prediction: settings.upload_id }, parameters: { formula: 'y ~ speed + brush', outputs: [] } });
  const job = await client.waitForJob(jobId, { timeoutMs: 240_000 });
  assert.equal(job.state, 'completed', JSON.stringify(job.error));
  const artifact = (await client.artifacts(jobId)).find(({ path }) => path.endsWith('/計画_予測結果.csv'));
  assert.ok(artifact);
  const text = await new Response(client.download(jobId, artifact)).text();
  const rows: PredictionRow[] = [];
  for await (const row of client.predictionRows(jobId, { pageSize: 130 })) rows.push(row);
  return { jobId, rows, csv: text.replace(/^\ufeff/, '').trimEnd().split('\r\n').map(cells) };
}

/** Fields of a line without line breaks inside quotes. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

describe('predictions of a job, from the worker through database and storage to the API', () => {
  test('every row comes as the CSV has it, to the last digit, and goes with its job', async () => {
    const { jobId, rows, csv: [head = [], ...lines] } = await predict();
    assert.equal(rows.length, gridRows);
    assert.equal(lines.length, gridRows);
    const name = (value: number | string | null | undefined): string => (value === null || value === undefined ? '' : String(value));
    for (const [i, row] of rows.entries()) {
      const [prediction] = row.predictions;
      assert.ok(prediction);
      assert.equal(row.row, i + 2);
      const { value, mean_low, mean_high, low, high, extrapolated, remark } = prediction;
      const conditions = Object.keys(row.conditions).map((column) => name(row.conditions[column]));
      assert.deepEqual(lines[i], [...conditions, ...[value, mean_low, mean_high, low, high].map(name), extrapolated.join('; '), name(remark)], `row ${row.row}`);
    }
    assert.deepEqual(Object.keys(rows[0]?.conditions ?? {}), head.slice(0, 3));
    // facts of the input itself
    assert.deepEqual([7, 11].map((i) => [rows[i]?.predictions[0]?.value, rows[i]?.predictions[0]?.remark === null]), [[null, false], [null, false]], 'an unknown level and a hole have no prediction and say why');
    assert.ok(rows.every(({ conditions, predictions: [one] }) => one?.value === null || (one?.extrapolated.includes('speed') ?? false) === (Number(conditions['speed']) > 11)), 'beyond the data is told by factor');
    assert.equal(new Set(rows.map(({ condition_key }) => condition_key)).size, new Set(rows.map(({ conditions }) => `${conditions['speed']}|${conditions['brush']}`)).size, 'one key per setting');

    const client = system.client();
    const set = await client.predictions(jobId);
    assert.deepEqual([set.rows, set.attempt, set.targets.map(({ target, predicted, without }) => [target, predicted, without])], [gridRows, 1, [['y', gridRows - 2, 2]]]);
    await client.delete(jobId);
    await assert.rejects(client.predictions(jobId), { code: 'job_not_found' });
    assert.equal(await system.platform.predictions.find(jobId), undefined);
  });

  test('a message delivered again, after the end, stores nothing anew', async () => {
    const { jobId } = await predict();
    const before = await system.platform.predictions.find(jobId);
    await system.platform.queue.send([{ job_id: jobId, traceparent: null }]);
    await eventually('the message is gone', async () => {
      const { visible, inFlight } = await system.platform.queue.depth();
      return visible + inFlight === 0;
    });
    assert.deepEqual(await system.platform.predictions.find(jobId), before);
    const { rows: [counted] } = await system.platform.knex.raw<{ rows: [{ count: string }] }>('select count(*) from prediction_sets where job_id = ?', [jobId]);
    assert.equal(Number(counted.count), 1);
  });
});
