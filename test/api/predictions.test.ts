import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { RecordBatchReader } from 'apache-arrow';
import type { PredictionRow, PredictionSet } from '../../schemas/index.ts';
import { arrowBlock } from '../../cluster/dataset/block.ts';
import { startTestApi, submit, type TestApi } from './support.ts';
import { PredictionFiles } from '../../cluster/dataset/prediction-files.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const groupRows = 100;
const groups = 12;

/** 1,200 rows: value = row, every tenth an extrapolation, row 5 of each group without a prediction. */
async function file(): Promise<{ bytes: Buffer; layout: PredictionSet }> {
  const folder = await mkdtemp(join(tmpdir(), 'zerosec-predictions-'));
  try {
    const files = await PredictionFiles.create(join(folder, 'a.csv'), join(folder, 'a.arrow'));
    for (let g = 0; g < groups; g += 1) {
      const rows = Int32Array.from({ length: groupRows }, (_, i) => g * groupRows + i + 2);
      const values = Float64Array.from(rows, (row, i) => (i === 5 ? NaN : row - 2));
      const number = (name: string, shift: number) => ({ name, kind: 'number' as const, values: values.map((value) => value + shift) });
      await files.append(new Uint8Array(0), arrowBlock(rows, Array.from(rows, (row) => `k${row % 7}`), [
        { name: 'x', kind: 'number', values: Float64Array.from(rows) }, { name: 'g', kind: 'text', values: Array.from(rows, (_, i) => (i === 3 ? null : 'ブラシ')) },
        number('y', 0), number('a', -1), number('b', 1), number('c', -2), number('d', 2),
        { name: 'out', kind: 'text', values: Array.from(rows, (_, i) => (i % 10 === 0 ? 'x; g' : '')) }, { name: 'remark', kind: 'text', values: Array.from(rows, (_, i) => (i === 5 ? 'missing: x' : '')) },
      ], new Map()));
    }
    await files.finish();
    await files.close();
    const target = { target: 'y', kind: 'numeric' as const, positive: null, formula: 'y ~ x + g', predicted: 1188, without: 12, extrapolated: 120, low: 0, high: 1199 };
    return {
      bytes: await readFile(join(folder, 'a.arrow')),
      layout: {
        rows: groups * groupRows, confidence_level: 0.95, input: { name: 'grid.csv', sha256: 'c'.repeat(64) },
        conditions: [{ name: 'x', column: 2, kind: 'number' }, { name: 'g', column: 3, kind: 'text' }],
        targets: [{ ...target, columns: { value: 4, mean_low: 5, mean_high: 6, low: 7, high: 8, outside: 9, remark: 10 } }],
        groups: Array.from({ length: groups }, (_, g) => ({ rows: groupRows, targets: [{ predicted: 99, extrapolated: 10, low: g * groupRows, high: (g + 1) * groupRows - 1 }] })),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('stored predictions', () => {
  let api: TestApi;
  let id: string;
  before(async () => {
    api = await startTestApi();
    id = await submit(api);
    const { leases, storage, config } = api.platform;
    const { bytes, layout } = await file();
    const claimed = await leases.claim(id, 'w', 'test');
    const lease = { jobId: id, attempt: claimed?.attempt ?? 0, owner: 'w' };
    const key = `outputs/${id}/1/p.arrow`;
    assert.ok(await leases.beginPublishing(lease, config.S3_OUTPUTS_BUCKET, `outputs/${id}/1/`, 'a'.repeat(64)));
    await storage.uploadBytes({ bucket: config.S3_OUTPUTS_BUCKET, key }, bytes, 'application/vnd.apache.arrow.file');
    const artifact = { path: 'p.arrow', file_key: key, file_type: 'arrow' as const, content_type: 'application/vnd.apache.arrow.file', size_bytes: bytes.length, sha256: hash(bytes), predictions: layout };
    // a stale attempt writes nothing; a completion that is delivered twice stores one set
    assert.equal(await leases.complete({ ...lease, owner: 'another' }, [artifact], { runMs: 1, peakMemoryBytes: 1 }), false);
    assert.equal(await api.platform.predictions.find(id), undefined);
    assert.equal(await leases.complete(lease, [artifact], { runMs: 1, peakMemoryBytes: 1 }), true);
    assert.equal(await leases.complete(lease, [artifact], { runMs: 1, peakMemoryBytes: 1 }), false);
    assert.equal([...RecordBatchReader.from(bytes)].length, groups);
  });
  after(() => api.close());

  const all = async (query: string): Promise<PredictionRow[]> => {
    const found: PredictionRow[] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const { status, body } = await api.get(`/jobs/${id}/predictions/rows?${query}&cursor=${cursor}`);
      assert.equal(status, 200, JSON.stringify(body));
      found.push(...body['rows'] as PredictionRow[]);
      cursor = body['next_cursor'] as string | null;
    }
    return found;
  };

  test('say where they come from, and are listed', async () => {
    const { status, body } = await api.get(`/jobs/${id}/predictions`);
    assert.deepEqual([status, body['attempt'], body['rows'], body['dataset_sha256'], body['file_key']], [200, 1, 1200, 'a'.repeat(64), `outputs/${id}/1/p.arrow`]);
    const list = async (query: string): Promise<string[]> => ((await api.get(`/predictions?${query}`)).body['predictions'] as { job_id: string }[]).map(({ job_id }) => job_id);
    assert.deepEqual(await list('limit=1'), [id]);
    assert.deepEqual(await list(`input_sha256=${'c'.repeat(64)}`), [id]);
    assert.deepEqual(await list(`input_sha256=${'d'.repeat(64)}`), []);
  });

  test('come page by page, each row once and in order, across record batches', async () => {
    const rows = await all('limit=130');
    assert.deepEqual(rows.map(({ row }) => row), Array.from({ length: 1200 }, (_, i) => i + 2));
    assert.deepEqual(rows[103], { row: 105, condition_key: 'k0', conditions: { x: 105, g: null }, predictions: [{ target: 'y', value: 103, mean_low: 102, mean_high: 104, low: 101, high: 105, extrapolated: [], remark: null }] });
    assert.deepEqual(rows[105]?.predictions[0], { target: 'y', value: null, mean_low: null, mean_high: null, low: null, high: null, extrapolated: [], remark: 'missing: x' });
    assert.deepEqual(rows[110]?.predictions[0]?.extrapolated, ['x', 'g']);
  });

  test('filters: extrapolations and values, also behind more batches than one request reads', async () => {
    assert.deepEqual((await all('extrapolated=true&limit=50')).map(({ row }) => row - 2), Array.from({ length: 120 }, (_, i) => i * 10));
    assert.deepEqual((await all('target=y&min=1150&max=1153')).map(({ row }) => row - 2), [1150, 1151, 1152, 1153]);
    assert.equal((await all('extrapolated=false&min=0&limit=1000')).length, 1188 - 120);
  });

  test('bad input is told by name', async () => {
    for (const [path, status, code] of [
      [`/jobs/${id}/predictions/rows?limit=0`, 422, 'invalid_value'], [`/jobs/${id}/predictions/rows?cursor=x`, 422, 'invalid_value'], [`/jobs/${id}/predictions/rows?min=abc`, 422, 'invalid_value'],
      [`/jobs/${id}/predictions/rows?targt=y`, 422, 'unknown_name_nearest'], [`/jobs/${id}/predictions/rows?target=z`, 404, 'target_not_found'], ['/predictions?cursor=abc', 422, 'invalid_cursor'],
      ['/jobs/6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11/predictions', 404, 'job_not_found'], [`/jobs/${await submit(api)}/predictions`, 404, 'predictions_not_found'],
    ] as const) {
      const answer = await api.get(path);
      assert.deepEqual([answer.status, answer.body.code], [status, code], path);
    }
  });

  test('go with their job', async () => {
    await api.send('DELETE', `/jobs/${id}`);
    assert.equal(await api.platform.predictions.find(id), undefined);
  });
});
