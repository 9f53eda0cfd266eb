import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { MeasuredDesign, StoredDesign } from '../../schemas/index.ts';
import { startTestApi, submit, type TestApi } from './support.ts';

const id = 'a1b2c3d4-0000-8000-a000-000000000001';

function design(over: Partial<StoredDesign> = {}): StoredDesign {
  return {
    id, name: 'D', criterion: 'D', partial: false, factors: ['x', 'g'], constants: { '線材長': 40 },
    rows: Array.from({ length: 5 }, (_, i) => ({ x: i / 4, g: i % 2 === 0 ? 'A13' : 'A11' })), run_order: [3, 1, 5, 2, 4], model: ['(Intercept)', 'x', 'g'],
    figures: { d: 0.5, g: null }, search: { starts: 10, best_start: 2, hits: 3, hit_rate: 0.3, stopped_by: 'starts' }, paths: ['01/D.csv', '01/D.xlsx'], ...over,
  };
}

describe('stored designs', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.close());

  /** A job that ends with these designs or measured tables. */
  const finish = async (recorded: { designs?: StoredDesign[]; measured?: MeasuredDesign[] }, end: 'completed' | 'cancelled' = 'completed'): Promise<string> => {
    const job = await submit(api);
    const { leases, config, jobs } = api.platform;
    const owner = randomUUID();
    const lease = { jobId: job, attempt: (await leases.claim(job, owner, 'test'))?.attempt ?? 0, owner };
    const prefix = `outputs/${job}/1/`;
    const artifacts = ['result.json', ...recorded.designs?.flatMap(({ paths }) => paths) ?? []].map((path, i) => ({
      path, file_key: prefix + path, file_type: path.slice(path.lastIndexOf('.') + 1) as 'json', content_type: 'x/y', size_bytes: 1, sha256: 'b'.repeat(64), ...(i === 0 ? recorded : {}),
    }));
    const usage = { runMs: 1, peakMemoryBytes: 1 };
    if (end === 'completed') {
      assert.ok(await leases.beginPublishing(lease, config.S3_OUTPUTS_BUCKET, prefix, 'a'.repeat(64)));
      // an owner that was given up writes nothing; a completion that is delivered twice stores one row
      assert.equal(await leases.complete({ ...lease, owner: 'another' }, artifacts, usage), false);
      assert.deepEqual((await api.get(`/designs?job_id=${job}`)).body['designs'], []);
      assert.equal(await leases.complete(lease, artifacts, usage), true);
      assert.equal(await leases.complete(lease, artifacts, usage), false);
    } else {
      await jobs.cancel(job, { code: 'cancelled_by_user', message: '' });
      const reached = { outputBucket: config.S3_OUTPUTS_BUCKET, outputPrefix: prefix, datasetSha256: 'a'.repeat(64), artifacts };
      assert.equal(await leases.cancelled({ ...lease, owner: 'another' }, { code: 'cancelled_by_user', message: '' }, reached), false);
      assert.deepEqual((await api.get(`/jobs/${job}/artifacts`)).body['artifacts'], []);
      assert.equal(await leases.cancelled(lease, { code: 'cancelled_by_user', message: '' }, reached), true);
    }
    return job;
  };
  const listed = async (query: string): Promise<[string, string][]> => ((await api.get(`/designs?${query}`)).body['designs'] as { job_id: string; name: string }[]).map(({ job_id, name }) => [job_id, name]);

  test('say what they are and where their files lie; the list is paged, newest first', async () => {
    const other = 'a1b2c3d4-0000-8000-a000-000000000002';
    const job = await finish({ designs: [design(), design({ id: other, name: 'I', criterion: 'I', paths: ['01/I.csv'] })] });
    const { status, body } = await api.get(`/designs/${id.toUpperCase()}`);
    assert.deepEqual([status, body['design_id'], body['job_id'], body['runs'], body['partial'], body['constants'], body['dataset_sha256']], [200, id, job, 5, false, { '線材長': 40 }, 'a'.repeat(64)]);
    assert.deepEqual(body['files'], ['01/D.csv', '01/D.xlsx'].map((path) => ({ path, file_key: `outputs/${job}/1/${path}`, file_type: path.slice(5) })));
    assert.deepEqual(await listed(`job_id=${job}`), [[job, 'D'], [job, 'I']]);
    const first = await api.get(`/designs?job_id=${job}&limit=1`);
    assert.deepEqual(await listed(`job_id=${job}&limit=1&cursor=${first.body['next_cursor']}`), [[job, 'I']]);
    assert.deepEqual(await listed(`dataset_sha256=${'c'.repeat(64)}`), []);
    await api.send('DELETE', `/jobs/${job}`);
    assert.equal((await api.get(`/designs/${other}`)).status, 404, 'gone with the job');
  });

  test('give their runs in the order of running or of the design', async () => {
    const job = await finish({ designs: [design()] });
    const { body } = await api.get(`/designs/${id}/rows?limit=2`);
    assert.deepEqual(body['rows'], [{ run: 1, standard: 2, settings: { x: 0.25, g: 'A11' } }, { run: 2, standard: 4, settings: { x: 0.75, g: 'A11' } }]);
    const rest = await api.get(`/designs/${id}/rows?limit=1000&cursor=${body['next_cursor']}`);
    assert.deepEqual([(rest.body['rows'] as { run: number }[]).map(({ run }) => run), rest.body['next_cursor']], [[3, 4, 5], null]);
    const standard = await api.get(`/designs/${id}/rows?order=standard`);
    assert.deepEqual((standard.body['rows'] as { run: number }[]).map(({ run }) => run), [3, 1, 5, 2, 4]);
    await api.send('DELETE', `/jobs/${job}`);
  });

  test('are met by the results that name them, before or after; runs that several tables measured count once', async () => {
    const early = await finish({ measured: [{ design_id: id, rows: 3, rows_measured: 2, runs: [1, 2] }] });
    const [first, second] = [await finish({ designs: [design()] }), await finish({ designs: [design()] })];
    const late = await finish({ measured: [{ design_id: id, rows: 2, rows_measured: 2, runs: [2, 5, 77] }, { design_id: randomUUID(), rows: 1, rows_measured: 1, runs: [3] }] });
    const placeless = await finish({ measured: [{ design_id: id, rows: 4, rows_measured: 1, runs: null }] });
    const { body } = await api.get(`/designs/${id}/results`);
    assert.deepEqual([body['runs'], body['runs_measured']], [5, 3], 'a place that the design does not have is no run of it');
    const results = body['results'] as Record<string, unknown>[];
    assert.deepEqual(results.map((one) => [one['job_id'], one['job_type'], one['filename'], one['rows'], one['rows_measured'], one['runs_measured']]),
      [[placeless, 'linear_analysis', 'a.csv', 4, 1, null], [late, 'linear_analysis', 'a.csv', 2, 2, 2], [early, 'linear_analysis', 'a.csv', 3, 2, 2]]);
    // the same design made twice has one id: the newest job shows it, the older one when that is gone
    assert.equal((await api.get(`/designs/${id}`)).body['job_id'], second);
    await api.send('DELETE', `/jobs/${second}`);
    await api.send('DELETE', `/jobs/${late}`);
    assert.deepEqual([(await api.get(`/designs/${id}`)).body['job_id'], (await api.get(`/designs/${id}/results`)).body['runs_measured']], [first, 2]);
  });

  test('of another owner are neither listed nor found nor counted', async () => {
    const elsewhere = { 'x-forwarded-for': '203.0.113.9' };
    await finish({ designs: [design()], measured: [{ design_id: id, rows: 1, rows_measured: 1, runs: [4] }] });
    assert.deepEqual((await api.get('/designs', elsewhere)).body['designs'], []);
    assert.equal((await api.get(`/designs/${id}`, elsewhere)).status, 404);
    // another owner who made the same design has the same id, but neither its job nor its results
    const made = (await api.get(`/designs?job_id=${await finish({ designs: [design()] })}`)).body['designs'] as unknown[];
    assert.equal(made.length, 1);
    await api.platform.knex.raw(`update designs set owner = 'ip:203.0.113.9' where job_id = ?`, [(made[0] as { job_id: string }).job_id]);
    const { body } = await api.get(`/designs/${id}/results`, elsewhere);
    assert.deepEqual([body['runs'], body['results'], body['runs_measured']], [5, [], 0]);
  });

  test('of a cancelled search are kept with its files as partial; a whole design goes before them', async () => {
    const own = 'a1b2c3d4-0000-8000-a000-000000000003';
    const partial = design({ id: own, partial: true, figures: { best: 0.4 }, search: { done: 3, starts: 100 }, paths: ['01/D_途中.csv'] });
    const job = await finish({ designs: [partial] }, 'cancelled');
    assert.equal((await api.get(`/jobs/${job}`)).body['state'], 'cancelled');
    const { body } = await api.get(`/designs/${own}`);
    assert.deepEqual([body['partial'], body['figures'], body['search'], (body['files'] as unknown[]).length], [true, { best: 0.4 }, { done: 3, starts: 100 }, 1]);
    const whole = await finish({ designs: [design({ id: own })] });
    await finish({ designs: [partial] }, 'cancelled');
    assert.equal((await api.get(`/designs/${own}`)).body['job_id'], whole);
  });

  test('bad input is told by name', async () => {
    for (const [path, status, code] of [
      ['/designs/abc', 400, 'invalid_id'], [`/designs/${randomUUID()}`, 404, 'design_not_found'], [`/designs/${randomUUID()}/rows`, 404, 'design_not_found'], [`/designs/${randomUUID()}/results`, 404, 'design_not_found'],
      [`/designs/${id}/rows?order=up`, 422, 'invalid_value'], [`/designs/${id}/rows?cursor=-1`, 422, 'invalid_value'], ['/designs?limit=0', 422, 'invalid_value'], ['/designs?job=1', 422, 'unknown_name_nearest'], ['/designs?cursor=abc', 422, 'invalid_value'],
    ] as const) {
      const answer = await api.get(path);
      assert.deepEqual([answer.status, answer.body.code], [status, code], `${path} ${JSON.stringify(answer.body)}`);
    }
  });
});
