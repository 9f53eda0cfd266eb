import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { beginTrace } from '../../client/index.ts';
import { compatibleStatuses, jobLogLineSchema } from '../../schemas/index.ts';
import { minimalXlsx } from '../cluster/table/xlsx-files.ts';
import { eventually } from '../support/chaos.ts';
import { startCollector } from '../support/collector.ts';
import { PlainClient } from '../support/plain-client.ts';
import { digits, sharedData, without } from '../support/shared-data.ts';
import { freePort, TestSystem } from '../support/system.ts';

const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** y = 2 + 3x exactly, beside a small disturbance that sums to nothing against 1 and x. */
const rows = [1, 2, 3, 4, 5, 6].map((x, index) => [x, 2 + 3 * x + [0.5, -0.5, -0.5, 0.5, 0, 0][index]!] as const);
const csv = `x,y\n${rows.map((row) => row.join(',')).join('\n')}\n`;

let system: TestSystem;
let client: PlainClient;
let collector: Awaited<ReturnType<typeof startCollector>>;
before(async () => {
  collector = await startCollector();
  system = await TestSystem.start({ environment: {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20key', WORKER_METRICS_PORT: String(await freePort()), WORKER_COST_PER_HOUR: '3600',
  } });
  client = new PlainClient(system.url);
});
after(async () => {
  await system.stop();
  await collector.stop();
});

describe('the documented workflow, through the real worker, with fetch alone', () => {
  test('leads from a CSV to every artifact, with the documented names and status values', async () => {
    const jobId = await client.submit(csv, '計測 結果.csv', 'text/csv', { target_column: 'y' });
    const seen = await client.wait(jobId, 5);
    for (const status of seen) {
      assert.deepEqual(Object.keys(status).sort(), ['error_message', 'job_id', 'progress_percent', 'status', 'status_message', 'updated_at']);
      assert.ok((compatibleStatuses as readonly string[]).includes(status.status));
    }
    const percents = seen.map((status) => status.progress_percent);
    assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
    const order = [...new Set(seen.map((status) => status.status))];
    assert.deepEqual(order, ['queued', 'running', 'uploading_outputs', 'completed'].filter((status) => (order as string[]).includes(status)));
    assert.deepEqual([seen.at(-1)?.status, seen.at(-1)?.progress_percent, seen.at(-1)?.error_message], ['completed', 100, null]);

    const artifacts = await client.artifacts(jobId);
    assert.ok(artifacts.length > 3);
    assert.equal(new Set(artifacts.map((artifact) => artifact.path)).size, artifacts.length);
    for (const artifact of artifacts) {
      const { name, bytes, response } = await client.download(jobId, artifact.file_key);
      assert.equal(name, artifact.file_name);
      assert.equal(bytes.length, artifact.size_bytes);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256);
      assert.match(response.headers.get('content-disposition') ?? '', /^attachment/);
    }
  });

  test('takes an .xlsx as a workbook, with the numbers a CSV of the same table gives (D4)', async () => {
    const cell = (value: number): string => `<c><v>${value}</v></c>`;
    const sheet = await minimalXlsx(`<row><c t="inlineStr"><is><t>x</t></is></c><c t="inlineStr"><is><t>y</t></is></c></row>${rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('')}`);
    const parameters = { target_column: 'y', outputs: [] };
    const [fromXlsx, fromCsv] = [await client.analyse(sheet, 'table.xlsx', xlsxType, parameters), await client.analyse(csv, 'table.csv', 'text/csv', parameters)];
    assert.equal(fromXlsx.dataset.sheet, 'Sheet1');
    assert.deepEqual(fromXlsx.coefficients, fromCsv.coefficients);
    assert.deepEqual(fromXlsx.rows, fromCsv.rows);
  });
});

describe('NIST\'s certified values survive the whole way to 12 digits', () => {
  for (const name of ['Longley', 'Norris']) {
    test(name, { skip: without(`nist-strd/linear/${name}.csv`) }, async () => {
      const folder = join(sharedData, 'nist-strd/linear');
      const { parameters } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as { parameters: { estimate: number; sd: number }[] };
      const result = await client.analyse(await readFile(join(folder, `${name}.csv`)), `${name}.csv`, 'text/csv', { target_column: 'y', train_test_split: 0, outputs: [] });
      assert.equal(result.coefficients.length, parameters.length);
      parameters.forEach(({ estimate, sd }, index) => {
        assert.ok(digits(result.coefficients[index]?.estimate, estimate) >= 12, `coefficient ${index}: ${result.coefficients[index]?.estimate} instead of ${estimate}`);
        assert.ok(digits(result.coefficients[index]?.std_error, sd) >= 12, `its standard error: ${result.coefficients[index]?.std_error} instead of ${sd}`);
      });
    });
  }
});

test('the real table completes and says that 15 of its 195 rows are second entries of a run, though the wire was measured again (D56)', { skip: without('original/data_base_results.csv') }, async () => {
  const result = await client.analyse(await readFile(join(sharedData, 'original/data_base_results.csv')), 'data_base_results.csv', 'text/csv', { target_column: '摩耗量', outputs: [] });
  assert.equal(result.dataset.rows_read, 195);
  assert.equal(result.dataset.rows_duplicate, 15);
  assert.ok(result.dataset.rows_used <= 180);
  assert.ok(result.notices.some((notice) => notice.values?.['count'] === 15 && notice.severity === 'warning'), JSON.stringify(result.notices));
  const used = new Set(result.rows.row);
  for (let row = 182; row <= 196; row += 1) assert.ok(!used.has(row), `row ${row} repeats another one and was used`);
});

describe('what a job did can be followed', () => {
  let id: string;
  let trace: string;
  before(async () => {
    trace = beginTrace();
    const api = system.client();
    const upload = await api.uploadFile(new Blob([csv]), 'table.csv', { trace });
    id = (await api.createJob({ jobType: 'linear_analysis', uploadId: upload.upload_id, parameters: { target_column: 'y' }, trace })).job_id;
    await api.waitForJob(id);
  });

  test('in one trace, from the click over HTTP, outbox and queue to the threads', async () => {
    const [, traceId, click] = trace.split('-');
    const ours = () => collector.spans.filter((span) => span.traceId === traceId);
    await eventually('the last span has come', () => ours().some((span) => span.name === 'process job'));
    const find = (name: string) => ours().find((span) => span.name === name) ?? assert.fail(`no span "${name}" among ${ours().map((span) => span.name).join(', ')}`);
    const [upload, submitted, sent, processed, fetched, computed, published] = ['POST /uploads', 'POST /jobs', 'send jobs', 'process job', 'fetch inputs', 'compute', 'publish'].map(find);
    for (const span of [upload, submitted]) assert.equal(span?.parentSpanId, click);
    for (const span of [sent, processed]) assert.equal(span?.parentSpanId, submitted?.spanId);
    for (const span of [fetched, computed, published]) assert.equal(span?.parentSpanId, processed?.spanId);
    const threads = ours().filter((span) => span.name.startsWith('thread '));
    const stages = ours().filter((span) => span.name.startsWith('stage '));
    assert.ok(threads.length > 1 && stages.length > 1, `${threads.length} tasks, ${stages.length} stages`);
    for (const span of [...threads, ...stages]) {
      assert.equal(span.parentSpanId, computed?.spanId);
      assert.ok(span.startMs >= computed!.startMs - 5 && span.endMs <= computed!.endMs + 5 && span.endMs >= span.startMs, `${span.name}: ${span.startMs} to ${span.endMs} in ${computed?.startMs} to ${computed?.endMs}`);
    }
    assert.deepEqual([...new Set([upload, sent].map((span) => span?.service))], ['zerosec-api']);
    assert.equal(processed?.service, 'zerosec-worker');
    assert.equal(processed?.attributes['zerosec.outcome'], 'completed');
    assert.equal(processed?.attributes['zerosec.job_id'], id);
    assert.equal(ours().filter((span) => span.error).length, 0);
    assert.deepEqual([...new Set(collector.headers)], ['a key'], 'the header given by OTEL_EXPORTER_OTLP_HEADERS');
    assert.equal((await system.client().job(id)).trace_id, traceId);
  });

  test('in its log: a line for the job, one an attempt, one an event, the account of the attempt before its end', async () => {
    const text = await system.client().jobLog(id);
    const lines = text.trim().split('\n').map((line) => jobLogLineSchema.parse(JSON.parse(line)));
    const events = lines.filter((line) => line.type === 'event');
    assert.deepEqual(lines.slice(0, 2).map((line) => line.type), ['job', 'attempt']);
    assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1));
    assert.equal(events.at(-1)?.state, 'completed');
    const account = events.find((event) => event.event === 'log')?.notice;
    assert.equal(account?.code, 'attempt_account');
    const { fetch_s, compute_s, publish_s, cpu_s, threads, cost, memory_mb } = account?.values as Record<string, number>;
    assert.equal(threads, 2);
    assert.ok(cpu_s! > 0 && memory_mb! > 20);
    assert.ok(Math.abs(Number(cost) - (fetch_s! + compute_s! + publish_s!)) < 0.01 * Number(cost) + 0.003, `at 3600 an hour a second costs 1: ${cost}`);
    assert.equal(Math.round((await system.client().job(id)).cpu_ms ?? 0), Math.round(cpu_s! * 1000));
  });

  test('in the metrics of its worker, which says when it is ready', async () => {
    const base = `http://127.0.0.1:${system.environment['WORKER_METRICS_PORT']}`;
    const text = await (await fetch(`${base}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    const completed = value('zerosec_attempts_total{job_type="linear_analysis",outcome="completed"}');
    assert.ok(completed >= 6, `${completed} attempts`);
    assert.equal(value('zerosec_attempt_duration_seconds_count{job_type="linear_analysis",outcome="completed"}'), completed);
    assert.equal(value('zerosec_job_wait_seconds_count{job_type="linear_analysis"}'), completed);
    for (const name of ['zerosec_job_cpu_seconds_total', 'zerosec_job_cost_total', 'zerosec_job_memory_megabytes_sum', 'zerosec_thread_pool_use_ratio_sum']) assert.ok(value(`${name}{job_type="linear_analysis"}`) > 0, name);
    assert.deepEqual([value('zerosec_job_slots'), value('zerosec_job_slots_busy')], [1, 0]);
    assert.ok(value('nodejs_eventloop_lag_p99_seconds') >= 0);
    const ready = await fetch(`${base}/readyz`);
    assert.equal(ready.status, 200);
    assert.deepEqual(Object.keys((await ready.json() as { checks: object }).checks).sort(), ['database', 'inputs', 'job_processes', 'migrations', 'outputs', 'queue']);
    assert.equal((await fetch(`${base}/anything`)).status, 404);
  });
});
