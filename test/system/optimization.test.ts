import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { optimizationPartialSchema, optimizationResultSchema, type JobEvent } from '../../schemas/index.ts';
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
    assert.ok(searching.some(({ values }) => Number(values?.['best']) > 0), JSON.stringify(searching));

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

    // the designs are stored under the ids that the lists carry
    const stored = (await client.designs({ jobId: id })).designs;
    assert.deepEqual(stored.map(({ design_id, name, runs, partial }) => [design_id, name, runs, partial]), result.designs.map((design) => [design.id, design.name, 15, false]));
    const [d] = stored;
    assert.ok(d !== undefined);
    assert.deepEqual(d.files.map(({ path }) => path), ['csv', 'xlsx'].map((type) => `01_実験リスト/D最適化_新規実験点.${type}`));
    const rows: unknown[] = [];
    for await (const { settings } of client.designRows(d.design_id, { order: 'standard', pageSize: 4 })) rows.push(settings);
    assert.deepEqual(rows, result.designs[0]?.rows);

    // the list comes back with wear measured in ten of its runs, and finds its design
    const [head = '', ...lines] = String(bytes.get('01_実験リスト/D最適化_新規実験点.csv')).trim().split('\r\n');
    const wear = head.split(',').indexOf('摩耗量');
    const filled = lines.map((line, i) => line.split(',').map((cell, k) => (k === wear && i < 10 ? String(1 + Math.sin(i)) : cell)).join(','));
    const results = await client.uploadFile(new Blob([[head, ...filled].join('\r\n')]), 'results.csv');
    const analysis = await client.createJob({ jobType: 'linear_analysis', uploadId: results.upload_id, parameters: { target_column: '摩耗量', feature_columns: ['回転速度'], outputs: [] } });
    const analysed = await client.waitForJob(analysis.job_id, { timeoutMs: 240_000 });
    assert.equal(analysed.state, 'completed', JSON.stringify(analysed.error));
    const { results: [link], runs, runs_measured: measured } = await client.designResults(d.design_id);
    assert.deepEqual([runs, measured, link?.job_id, link?.filename, link?.rows, link?.rows_measured, link?.runs_measured], [15, 10, analysis.job_id, 'results.csv', 15, 10, 10]);
  });

  test('that is cancelled leaves the best so far, labelled as partial and no worse than what the progress told', async () => {
    const client = system.client();
    const table = await client.uploadFile(new Blob([',a,b,c,d,e\nmin,0,0,0,0,0\nmax,10,10,10,10,10\n間隔,1,1,1,1,1\n']), 'factors.csv');
    const { job_id: id } = await client.createJob({ jobType: 'optimization', uploadId: table.upload_id, parameters: { objective: 'd_optimal', model: 'quadratic', num_points: 60, starts: 100_000 } });
    let told = 0;
    let cancelling: Promise<unknown> | undefined;
    const job = await client.waitForJob(id, {
      timeoutMs: 240_000,
      onEvent: ({ stage, values }) => {
        // a search says – until its first start is over
        if (stage !== 'searching' || cancelling !== undefined || !(Number(values?.['best']) > 0)) return;
        told = Number(values?.['best']);
        cancelling = client.cancel(id);
      },
    });
    await cancelling;
    assert.equal(job.state, 'cancelled', JSON.stringify(job.error));
    const artifacts = await client.artifacts(id);
    assert.deepEqual(artifacts.map(({ path }) => path), ['01_実験リスト/D最適化_新規実験点_途中.csv', 'partial.json']);
    const text = async (path: string): Promise<string> => new Response(client.download(id, artifacts.find((one) => one.path === path) as (typeof artifacts)[number])).text();
    const { designs: [design] } = optimizationPartialSchema.parse(JSON.parse(await text('partial.json')));
    assert.ok(design !== undefined && design.rows.length === 60 && told > 0 && Number(design.figures['best']) >= told * (1 - 1e-5), JSON.stringify([told, design?.figures]));
    assert.equal((await text('01_実験リスト/D最適化_新規実験点_途中.csv')).trim().split('\r\n').length, 61);
    const stored = (await client.designs({ jobId: id })).designs;
    assert.deepEqual(stored.map(({ design_id, partial, runs }) => [design_id, partial, runs]), [[design.id, true, 60]]);

    // judged anew by the engine, the rows are worth what they are said to be
    const header = Object.keys(design.rows[0] ?? {});
    const rows = await client.uploadFile(new Blob([[header, ...design.rows.map((row) => header.map((name) => row[name]))].map((row) => row.join(',')).join('\n')]), 'rows.csv');
    const judging = await client.createJob({ jobType: 'optimization', uploadId: rows.upload_id, parameters: { objective: 'evaluate', model: 'quadratic', outputs: [] } });
    assert.equal((await client.waitForJob(judging.job_id, { timeoutMs: 240_000 })).state, 'completed');
    const [file] = (await client.artifacts(judging.job_id)).filter(({ path }) => path === 'result.json');
    assert.ok(file !== undefined);
    const judged = optimizationResultSchema.parse(JSON.parse(await new Response(client.download(judging.job_id, file)).text()));
    assert.ok(Math.abs((judged.designs[0]?.criteria.d ?? 0) / Number(design.figures['best']) - 1) < 1e-9, JSON.stringify([judged.designs[0]?.criteria.d, design.figures]));
  });

  test('that cannot exist fails with a code that names what is wrong', async () => {
    const client = system.client();
    const table = await client.uploadFile(new Blob([',a,b\nmin,0,0\nmax,1,1\n間隔,1,1\n']), 'factors.csv');
    const { job_id: id } = await client.createJob({ jobType: 'optimization', uploadId: table.upload_id, parameters: { model: 'quadratic', formula: 'a + b + I(a^2)', num_points: 8 } });
    const job = await client.waitForJob(id, { timeoutMs: 240_000 });
    assert.deepEqual([job.state, job.error?.code, job.error?.values?.['terms']], ['failed', 'design_inestimable', ['a^2']], JSON.stringify(job.error));
  });
});
