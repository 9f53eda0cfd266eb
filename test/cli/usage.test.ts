import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { lines, table, zerosec } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-usage-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const run = ['run', 'linear_analysis', table, '--out', join(folder, 'out'), '--lang', 'en'];

describe('a wrong call is refused with exit code 2 and says what is wrong', { concurrency: 2 }, () => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"target_column": ');
  const list = join(folder, 'list.json');
  writeFileSync(list, '["a"]');
  const cases: [string, string[], RegExp][] = [
    ['unknown command, with the nearest', ['strat', '--lang', 'en'], /"strat".*"start"/],
    ['unknown option, with the nearest, though others are missing too', ['run', '--ouut', 'x', '--lang', 'en'], /"--ouut".*"--out"/],
    ['missing argument', ['status', '--lang', 'en'], /<job> is missing/],
    ['missing option', ['run', 'linear_analysis', table, '--lang', 'en'], /--out <dir> is missing/],
    ['too many arguments', ['status', 'a', 'b', '--lang', 'en'], /Too many arguments: a, b/],
    ['number out of range', ['start', '--port', '65536', '--lang', 'en'], /--port 65536: a whole number from 0 to 65535/],
    ['word that is no choice', ['list', '--state', 'done', '--lang', 'en'], /--state done: one of created, /],
    ['unknown job type', ['run', 'linear', table, '--out', folder, '--lang', 'en'], /no job type "linear".*linear_analysis/],
    ['unknown parameter, with the nearest', [...run, '--set', 'taget_column=y'], /taget_column.*"target_column"/],
    ['setting without a value', [...run, '--set', 'target_column'], /name=value/],
    ['further input of an unknown name, with the nearest', [...run, '--set', 'target_column=y', '--input', `predicton=${table}`], /inputs\.predicton.*"prediction"/],
    ['further input without a file', [...run, '--set', 'target_column=y', '--input', 'prediction='], /--input prediction=: name=file is expected\. Known names: prediction/],
    ['further input given twice', [...run, '--set', 'target_column=y', '--input', `prediction=${table}`, '--input', 'prediction=b.csv'], /--input prediction is given twice/],
    ['further input that is missing', [...run, '--set', 'target_column=y', '--input', 'prediction=no=grid.csv'], /no=grid\.csv cannot be read \(ENOENT\)/],
    ['missing file', ['run', 'linear_analysis', join(folder, 'none.csv'), '--set', 'target_column=y', '--out', folder, '--lang', 'en'], /none\.csv cannot be read \(ENOENT\)/],
    ['missing parameter file', [...run, '--parameters', join(folder, 'none.json')], /none\.json cannot be read \(ENOENT\)/],
    ['parameter file that is not JSON', [...run, '--parameters', broken], /broken\.json does not hold a JSON object/],
    ['parameter file that holds no object', [...run, '--parameters', list], /list\.json does not hold a JSON object/],
    ['address that is none', ['list', '--api', 'localhost:8000', '--lang', 'en'], /localhost:8000 is not an http\(s\) address/],
    ['folder without a job', ['download', '--out', folder, '--lang', 'en'], /holds no record of a job/],
    ['wrong variable of the environment', ['worker', '--lang', 'en'], /S3_INPUTS_BUCKET: is required/],
  ];
  for (const [name, args, expected] of cases) {
    it(name, async () => {
      const { code, stdout, stderr } = await zerosec(args, { cwd: folder });
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /^\s+at /m, 'a user is shown no stack');
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }

  it('busy port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await zerosec(['start', '--directory', join(folder, 'busy'), '--port', String(port), '--lang', 'en']);
    server.close();
    assert.match(stderr, new RegExp(`Port ${port} of 127.0.0.1 is in use`));
    assert.equal(code, 2);
  });
});

describe('languages', { concurrency: 2 }, () => {
  it('Japanese is the default, the locale is heeded, --lang wins', async () => {
    const [none, locale, both] = await Promise.all([
      zerosec(['strat']), zerosec(['strat'], { env: { LANG: 'es_ES.UTF-8' } }), zerosec(['--lang', 'en', 'strat'], { env: { LANG: 'es_ES.UTF-8' } }),
    ]);
    assert.match(none.stderr, /コマンドはありません/);
    assert.match(locale.stderr, /No existe la orden/);
    assert.match(both.stderr, /There is no command/);
  });

  for (const [language, heading, exits] of [['ja', '使い方：', '終了コード：0'], ['en', 'Usage:', 'Exit codes: 0'], ['es', 'Uso:', 'Códigos de salida: 0']] as const) {
    it(`help in ${language} names every command and the exit codes`, async () => {
      const { code, stdout } = await zerosec(['--help', '--lang', language]);
      assert.equal(code, 0);
      assert.ok(stdout.startsWith(heading), stdout.slice(0, 40));
      assert.ok(stdout.includes(exits));
      for (const command of ['start', 'run', 'submit', 'status', 'list', 'events', 'log', 'cancel', 'retry', 'delete', 'download', 'worker', 'api', 'migrate', 'backup', 'restore', 'config']) assert.match(stdout, new RegExp(`^  ${command}\\b`, 'm'));
      assert.doesNotMatch(stdout, /\[\w+_\w+\]|\{\w+\}/, 'no text is missing');
    });
  }
});

it('without a server: exit code 4, and with --json one object that says so', async () => {
  const { code, stdout, stderr } = await zerosec(['list', '--api', 'http://127.0.0.1:2', '--json'], { env: { MAX_RETRIES: '0' } });
  assert.equal(code, 4, stderr);
  assert.deepEqual(lines(stdout).map(({ type, errors, exit_code }) => [type, (errors as { code: string }[]).map((error) => error.code), exit_code]), [['error', ['server_unreachable'], 4]]);
});

it('config shows where each value comes from, names what is wrong and hides secrets', async () => {
  const { code, stdout } = await zerosec(['config', '--json'], { env: { RDS_PASSWORD: 'geheim', RDS_PORT: 'abc', API_BASE_URL: 'http://user:geheim@host:1' } });
  assert.equal(code, 2);
  assert.doesNotMatch(stdout, /geheim/);
  const found = lines(stdout);
  const row = (name: string): unknown => found.find((line) => line['name'] === name)?.['source'];
  assert.deepEqual(['RDS_PASSWORD', 'RDS_PORT', 'RDS_HOST', 'RDS_POOL_SIZE', 'API_BASE_URL'].map(row), ['environment', 'wrong', 'missing', 'default', 'environment']);
  const errors = found.at(-1)?.['errors'] as { where: { field: string } }[];
  assert.ok(errors.some(({ where }) => where.field === 'RDS_PORT'));
});
