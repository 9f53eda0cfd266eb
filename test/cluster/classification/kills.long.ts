import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertNothingLeft, assertOneResult, eventually, follow } from '../../support/chaos.ts';
import { TestSystem } from '../../support/system.ts';

// kill -9 of the job process and of its supervisor in the middle of the studies of a classification, with a grid to decide and everything written: the result is that of a job nobody touched
let system: TestSystem;
before(async () => { system = await TestSystem.start(); });
after(() => system.stop());

const examples = join(import.meta.dirname, '../../../examples/classification');
const parameters = { target_column: 'バリ除去', positive_label: '1', brush_type: 'A11', material: 'Steel', models_to_use: ['gaussian_process', 'quadratic_logistic', 'lightgbm'], outer_splits: 3, inner_splits: 3, n_trials_inner: 10 };
/** A loaded machine takes minutes for a job, ms. */
const patience = 900_000;

async function submitted(): Promise<string> {
  const client = system.client();
  const [table, grid] = await Promise.all(['deburring.csv', 'settings.csv'].map(async (name) => client.uploadFile(new Blob([await readFile(join(examples, name))]), name)));
  return (await client.createJob({ jobType: 'classification', uploadId: table!.upload_id, parameters, inputs: { prediction: grid!.upload_id } })).job_id;
}

async function hashes(id: string): Promise<[string, string][]> {
  const artifacts = await system.client().artifacts(id);
  // the Arrow file and the log name the job and the attempt
  return artifacts.filter(({ path }) => !/[.]arrow$|実行ログ/.test(path)).map(({ path, sha256 }): [string, string] => [path, sha256]).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('a classification that is killed twice ends with the bytes of one that is not', async () => {
  const quiet = await submitted();
  const first = follow(system, quiet, patience);
  await assertOneResult(system, quiet, first);
  const expected = await hashes(quiet);
  assert.ok(expected.length > 60 && expected.some(([path]) => path.endsWith('process_map_バリ除去.png')) && expected.some(([path]) => path.endsWith('Prediction_input_pred.xlsx')), String(expected.length));
  const id = await submitted();
  const followed = follow(system, id, patience);
  const reached = (percent: number) => () => followed.events.some((event) => event.stage === 'tuning' && event.percent >= percent);
  await eventually('half of the studies are done', reached(45), patience);
  for (const pid of await system.jobProcesses()) process.kill(pid, 'SIGKILL');
  await eventually('most of the studies are done', reached(65), patience);
  await system.killWorker();
  await system.startWorker();
  await assertOneResult(system, id, followed);
  assert.ok((await system.platform.jobs.attempts(id)).length >= 2, 'the blows missed');
  assert.deepEqual(await hashes(id), expected);
  await assertNothingLeft(system);
});
