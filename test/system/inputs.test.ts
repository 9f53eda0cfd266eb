import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { S3Fault, S3Request } from '../../platform/embedded/index.ts';
import { ended, submitDirect } from '../support/direct.ts';
import { TestSystem } from '../support/system.ts';

const table = 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n6,12.2\n';
const grid = 'x\n7\n8\n';
const parameters = { target_column: 'y', outputs: [] };

describe('a worker, of further inputs', () => {
  let system: TestSystem;
  let faults: ((request: S3Request) => S3Fault | undefined) | null = null;
  before(async () => {
    system = await TestSystem.start({ api: false, faults: (request) => faults?.(request), environment: { CLEANUP_TEMP_ON_SUCCESS: 'false', MAX_RETRIES: '1' } });
  });
  after(() => system.stop());

  const submit = (): Promise<string> => submitDirect(system, table, parameters, 1, { prediction: grid });

  test('hands each to the job process, verified, and names it in the manifest', async () => {
    const id = await submit();
    const job = await ended(system, id);
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    assert.equal(await readFile(join(system.scratch, `${id}-1`, 'input-prediction'), 'utf8'), grid);
    const { storage, config } = system.platform;
    const url = await storage.presignGet({ bucket: config.S3_OUTPUTS_BUCKET, key: `${job.output_prefix}manifest.json` }, { fileName: 'm', contentType: 'application/json', expiresIn: 60 });
    const manifest = await (await fetch(url)).json() as { inputs: unknown };
    assert.deepEqual(manifest.inputs, { prediction: { file_name: 'prediction.csv', sha256: createHash('sha256').update(grid).digest('hex') } });
    assert.ok((manifest as { files?: { path: string }[] }).files?.some(({ path }) => path === '04_予測計算/prediction_予測結果.csv'), 'the settings are predicted');
    assert.equal(job.dataset_sha256, createHash('sha256').update(table).digest('hex'), 'the dataset is the table alone');
  });

  test('fails a job whose further input has vanished, naming it', async () => {
    faults = ({ method, key }) => (method === 'GET' && key.endsWith('/prediction.csv') ? { status: 404, code: 'NoSuchKey' } : undefined);
    const job = await ended(system, await submit());
    faults = null;
    assert.deepEqual([job.state, job.error?.code, job.error?.where, job.attempt], ['failed', 'input_missing', { field: 'inputs.prediction' }, 1]);
  });

  test('fails a job whose further input is not the file that was registered, naming it', async () => {
    await system.killWorker();
    const id = await submit();
    const { prediction } = (await system.platform.jobs.find(id))?.inputs ?? {};
    await system.platform.knex('uploads').where({ upload_id: prediction?.upload_id }).update({ sha256: 'a'.repeat(64) });
    await system.startWorker();
    const job = await ended(system, id);
    assert.deepEqual([job.state, job.error?.code, job.error?.where], ['failed', 'input_changed', { field: 'inputs.prediction' }]);
  });

  test('computes nothing on bytes that have rotted in the storage', async () => {
    await system.killWorker();
    const id = await submit();
    const folder = join(system.scratch, '..');
    let rotten = 0;
    for (const name of await readdir(folder, { recursive: true })) {
      if (await readFile(join(folder, name), 'latin1').catch(() => '') !== grid || name.startsWith('scratch')) continue;
      await writeFile(join(folder, name), 'x\n7\n9\n');
      rotten += 1;
    }
    assert.ok(rotten > 0);
    await system.startWorker();
    const job = await ended(system, id);
    assert.deepEqual([job.state, job.error?.code], ['failed', 'input_changed'], JSON.stringify(job.error));
    assert.deepEqual(job.error?.where, { field: 'inputs.prediction' });
    assert.deepEqual(await system.platform.jobs.artifacts(id), []);
  });
});
