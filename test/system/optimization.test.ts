import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { optimizationResultSchema, type JobEvent } from '../../schemas/index.ts';
import { TestSystem } from '../support/system.ts';

const examples = join(import.meta.dirname, '../../examples/optimization');

let system: TestSystem;
before(async () => {
  system = await TestSystem.start();
});
after(() => system.stop());

describe('a design, through API, queue and worker', () => {
  test('leads from the list of candidates, with earlier runs beside it, to the original\'s files; progress tells the best so far', async () => {
    const client = system.client();
    const blob = async (name: string): Promise<Blob> => new Blob([await readFile(join(examples, name))]);
    const table = await client.uploadFile(await blob('candidates.csv'), 'candidates.csv');
    const earlier = await client.uploadFile(new Blob(['回転速度,送り速度,UPカット,切込量,突出量,載せ率,パス数\n1000,650,1,0.5,10,0.4,1\n1000,650,1,0.5,10,0.4,1\n']), 'earlier.csv');
    const parameters = { ...JSON.parse(await readFile(join(examples, 'parameters.json'), 'utf8')) as Record<string, unknown>, iterations: 20 };
    const { job_id: id } = await client.createJob({ jobType: 'optimization', uploadId: table.upload_id, inputs: { history: earlier.upload_id }, parameters });
    const events: JobEvent[] = [];
    const job = await client.waitForJob(id, { onEvent: (event) => void events.push(event), timeoutMs: 240_000 });
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    const searching = events.filter(({ stage }) => stage === 'searching');
    assert.ok(searching.length > 0 && searching.every(({ values }) => Number(values?.['best']) > -Infinity), JSON.stringify(searching));

    const artifacts = await client.artifacts(id);
    const bytes = new Map<string, Buffer>();
    for (const artifact of artifacts) {
      const file = Buffer.from(await new Response(client.download(id, artifact)).arrayBuffer());
      assert.equal(createHash('sha256').update(file).digest('hex'), artifact.sha256);
      bytes.set(artifact.path, file);
    }
    for (const kind of ['D', 'I']) assert.ok(bytes.has(`01_実験リスト/${kind}最適化_新規実験点.xlsx`), [...bytes.keys()].join());
    const result = optimizationResultSchema.parse(JSON.parse(String(bytes.get('result.json'))));
    assert.deepEqual(result.designs.map(({ rows }) => rows.length), [15, 15]);
    assert.deepEqual(result.history.map((row) => row['送り速度']), [650, 650], 'a feed speed between the levels is kept as it was run');
  });

  test('that cannot exist fails with a code that names what is wrong', async () => {
    const client = system.client();
    const table = await client.uploadFile(new Blob([',a,b\nmin,0,0\nmax,1,1\n間隔,1,1\n']), 'factors.csv');
    const { job_id: id } = await client.createJob({ jobType: 'optimization', uploadId: table.upload_id, parameters: { model: 'quadratic', formula: 'a + b + I(a^2)', num_points: 8 } });
    const job = await client.waitForJob(id, { timeoutMs: 240_000 });
    assert.deepEqual([job.state, job.error?.code, job.error?.values?.['terms']], ['failed', 'design_inestimable', ['a^2']], JSON.stringify(job.error));
  });
});
