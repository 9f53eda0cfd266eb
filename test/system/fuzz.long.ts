/**
 * `npm run test:fuzz`: random requests at the real API and random bytes through the table reader, for ZEROSEC_FUZZ_SECONDS
 * (default 60) each. The seed is printed; ZEROSEC_FUZZ_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { readTable } from '../../cluster/table/index.ts';
import { Fault, problemSchema } from '../../schemas/index.ts';
import { minimalXlsx } from '../cluster/table/xlsx-files.ts';
import { startTestApi, submit, type TestApi } from '../api/support.ts';

const seconds = Number(process.env['ZEROSEC_FUZZ_SECONDS'] ?? 60);
const seed = Number(process.env['ZEROSEC_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** One input that takes longer is a hang: every table and request here is small, ms. */
const hangMs = 20_000;
const settings = { seed, numRuns: 1_000_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false, endOnFailure: true } as const;
console.log(`# seed ${seed}, ${seconds} s each (ZEROSEC_FUZZ_SEED, ZEROSEC_FUZZ_SECONDS)`);

async function within<T>(work: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([work, new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`hangs: ${what()}`)), hangMs)))]);
  } finally {
    clearTimeout(timer);
  }
}

describe('random requests', () => {
  let api: TestApi;
  let jobId: string;
  before(async () => {
    api = await startTestApi({ MAX_JOBS_PER_USER: '10000000' });
    jobId = await submit(api);
  });
  after(() => api.close());

  test('never get a 500, and every refusal is a problem document', async () => {
    let asked = 0;
    const word = () => fc.oneof(fc.constantFrom('', '..', 'a.csv', 'linear_analysis', 'target_column', jobId, '\0', '1e400'), fc.string({ unit: 'binary', maxLength: 40 }));
    const body = () => fc.oneof(fc.jsonValue({ maxDepth: 8 }), fc.dictionary(
      fc.oneof(fc.constantFrom('job_id', 'upload_id', 'job_type', 'input_key', 'parameters', 'filename', 'content_type', 'size_bytes', 'sha256', 'file_key'), word()),
      fc.oneof(word(), fc.jsonValue({ maxDepth: 3 }), fc.dictionary(word(), fc.jsonValue({ maxDepth: 2 }))), { maxKeys: 8 }));
    const path = () => fc.constantFrom('/jobs', '/uploads', '/presign/upload', '/presign/download', `/jobs/${jobId}/retry`, `/jobs/${jobId}/cancel`, `/uploads/${jobId}/complete`);
    await fc.assert(fc.asyncProperty(path(), body(), fc.option(fc.uint8Array({ maxLength: 60 }), { freq: 6 }), async (where, value, noise) => {
      // noise overwrites the tail of the JSON, so that broken bodies are tried as well
      const text = Buffer.from(JSON.stringify(value));
      const sent = noise === null ? text : Buffer.concat([text.subarray(0, Math.max(0, text.length - noise.length)), noise]);
      const response = await within(fetch(api.base + where, { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent }), () => `${where} ${sent.toString('hex')}`);
      asked += 1;
      const answer = await response.text();
      assert.ok(response.status < 500, `${where}: ${response.status} ${answer} to ${sent.toString('hex')}`);
      if (response.status >= 400) assert.ok(problemSchema.safeParse(JSON.parse(answer)).success, answer);
    }), settings);
    console.log(`# ${asked} requests`);
    assert.ok(asked > 0);
  });
});

describe('random tables', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerosec-fuzz-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const cell = () => fc.oneof(fc.constantFrom('', '1', '-0', '1e308', '1e999', 'NaN', 'inf', '1,234', '1.234,5', '12%', '2025-02-30', '20251029', '"', '""', '=A1', 'NA', '回転速度', '\ufeff'), fc.double().map(String), fc.string({ unit: 'binary', maxLength: 20 }));
  const csv = () => fc.tuple(fc.array(fc.array(cell(), { maxLength: 6 }), { maxLength: 12 }), fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n', '\r'))
    .map(([rows, delimiter, end]) => Buffer.from(rows.map((row) => row.join(delimiter)).join(end)));
  const bytes = () => fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));
  const damaged = () => fc.tuple(csv(), fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { maxLength: 20 })).map(([file, flips]) => spoil(file, flips));

  test('are read or refused with a Fault of the user\'s class, and never hang', async () => {
    const workbook = await minimalXlsx('<row r="1"><c t="inlineStr"><is><t>x</t></is></c><c t="inlineStr"><is><t>y</t></is></c></row><row r="2"><c><v>1</v></c><c><v>2.5</v></c></row>', { compression: 'DEFLATE' });
    const workbooks = fc.array(fc.tuple(fc.nat(workbook.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }).map((flips) => spoil(Buffer.from(workbook), flips));
    const path = join(folder, 'table');
    let read = 0;
    let refused = 0;
    await fc.assert(fc.asyncProperty(fc.oneof(csv(), bytes(), damaged(), workbooks), fc.constantFrom('table.csv', 'table.xlsx', 'table.tsv'), async (file, fileName) => {
      await writeFile(path, file);
      try {
        const table = await within(readTable(path, { fileName }), () => file.toString('hex'));
        read += 1;
        assert.ok(table.columns.every((one) => one.values.length === table.rows), file.toString('hex'));
        assert.equal(new Set(table.columns.map((one) => one.name)).size, table.columns.length, 'names are unique');
      } catch (error) {
        assert.ok(error instanceof Fault && error.class === 'user', `${String(error)} of ${file.toString('hex')}`);
        refused += 1;
      }
    }), settings);
    console.log(`# ${read} tables read, ${refused} refused`);
    assert.ok(read > 0 && refused > 0);
  });
});

function spoil(file: Buffer, flips: readonly (readonly [number, number])[]): Buffer {
  for (const [at, value] of flips) if (file.length > 0) file[at % file.length] = value;
  return file;
}
