import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compatibleStatuses } from '../../schemas/index.ts';
import { minimalXlsx } from '../cluster/table/xlsx-files.ts';
import { PlainClient } from '../support/plain-client.ts';
import { digits, sharedData, without } from '../support/shared-data.ts';
import { TestSystem } from '../support/system.ts';

const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** y = 2 + 3x exactly, beside a small disturbance that sums to nothing against 1 and x. */
const rows = [1, 2, 3, 4, 5, 6].map((x, index) => [x, 2 + 3 * x + [0.5, -0.5, -0.5, 0.5, 0, 0][index]!] as const);
const csv = `x,y\n${rows.map((row) => row.join(',')).join('\n')}\n`;

let system: TestSystem;
let client: PlainClient;
before(async () => {
  system = await TestSystem.start();
  client = new PlainClient(system.url);
});
after(() => system.stop());

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
