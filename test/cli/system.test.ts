import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isAlive, launch, lines, root, table, until, zerosec } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-cli-'));
const directory = join(folder, 'data');
// on one system, in this order: the machine has few cores
describe('the command line against a running system', { concurrency: false, skip: process.platform !== 'linux' && 'looks at /proc' }, () => {
  const started = launch(['start', '--directory', directory, '--port', '0', '--no-demo', '--json'], { env: { RETRY_BACKOFF_SECONDS: '0.2', JOB_LEASE_SECONDS: '3', WORKER_POLL_INTERVAL: '1' } });
  let system: { url: string; pid: number; children: { api: number; worker: number } };
  /** in the directory of the data: the server is found without --api */
  const call = (...args: string[]): ReturnType<typeof zerosec> => zerosec(args.includes('start') ? args : [...args, '--directory', directory], { cwd: folder });

  before(async () => {
    await until('the start', () => started.output().includes('\n') || started.child.exitCode !== null, 120_000);
    system = lines(started.output())[0] as typeof system;
  });
  after(async () => {
    started.child.kill('SIGTERM');
    await started.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('run: the whole way of a file, JSON lines on stdout, exit code 0, every published file saved whole', async () => {
    const out = join(folder, 'run');
    const { code, stdout, stderr } = await call('run', 'linear_analysis', table, '--parameters', join(root, 'examples/linear_analysis/parameters.json'), '--set', 'cv_splits=4', '--out', out, '--json');
    assert.equal(code, 0, stderr);
    const found = lines(stdout);
    assert.equal(found[0]?.['type'], 'job');
    const percents = found.filter(({ type }) => type === 'event').map(({ percent }) => Number(percent));
    assert.ok(percents.length > 3 && percents.every((percent, at) => percent >= (percents[at - 1] ?? 0)) && percents.at(-1) === 100, String(percents));
    const result = found.at(-1);
    assert.deepEqual([result?.['type'], result?.['state'], result?.['exit_code']], ['result', 'completed', 0]);
    for (const { path, size_bytes } of found.filter(({ type }) => type === 'artifact')) assert.equal(readFileSync(join(out, String(path))).length, size_bytes, String(path));
    assert.equal((JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as { targets: [{ cross_validation: { folds: number } }] }).targets[0].cross_validation.folds, 4, '--set has its effect');
    assert.deepEqual(readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part')), []);
  });

  it('submit → status → download → delete', async () => {
    const submitted = await call('submit', 'linear_analysis', table, '--set', 'target_column=摩耗量', '--input', `prediction=${table}`, '--lang', 'en');
    assert.equal(submitted.code, 0, submitted.stderr);
    const id = submitted.stdout.trim();
    assert.match(id, /^[0-9a-f-]{36}$/, 'stdout holds the id alone');
    const out = join(folder, 'download');
    const downloaded = await call('download', id, '--out', out, '--lang', 'en');
    assert.equal(downloaded.code, 0, downloaded.stderr);
    assert.match(downloaded.stdout, /Linear analysis of 摩耗量[\s\S]*95% interval[\s\S]*R² = 0\.\d+[\s\S]*Cross-validated R² = /);
    const [status, list] = await Promise.all([call('status', id, '--json'), call('list', '--state', 'completed', '--json')]);
    assert.deepEqual(lines(status.stdout).map(({ type, state }) => [type, state]), [['status', 'completed']]);
    assert.equal(lines(list.stdout)[0]?.['job_id'], id, 'newest first');
    assert.equal((lines(status.stdout)[0]?.['inputs'] as Record<string, { size_bytes: number }>)['prediction']?.size_bytes, readFileSync(table).length);
    await exportsPredictions(id);
    const [again] = [await call('download', '--out', out, '--json')];
    assert.equal(again.code, 0, 'the folder knows its job');
    assert.equal((await call('delete', id)).code, 0);
    const gone = await call('status', id, '--lang', 'en');
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /Job [0-9a-f-]{36} not found/);
  });

  async function exportsPredictions(id: string): Promise<void> {
    const file = (name: string): string => join(folder, 'exported', name);
    const [printed, arrow, xlsx, filtered] = await Promise.all([call('predictions', id, '--lang', 'en'), call('predictions', id, '--out', file('all.arrow'), '--json'), call('predictions', id, '--extrapolated', 'false', '--out', file('inside.xlsx')), call('predictions', id, '--max', '0.01', '--target', '摩耗量', '--json')]);
    const published = readdirSync(join(folder, 'download/04_予測計算')).find((name) => name.endsWith('.csv')) ?? '';
    const csv = readFileSync(join(folder, 'download/04_予測計算', published), 'utf8').replace(/^\ufeff/, '');
    assert.ok(printed.stdout === csv, 'stdout is the published CSV, to the last digit');
    assert.deepEqual(readFileSync(file('all.arrow')), readFileSync(join(folder, 'download/04_予測計算', published.replace(/csv$/, 'arrow'))));
    assert.deepEqual([arrow.code, lines(arrow.stdout).map(({ type }) => type)], [0, ['saved']]);
    assert.deepEqual([xlsx.code, readFileSync(file('inside.xlsx')).subarray(0, 2).toString()], [0, 'PK'], xlsx.stderr);
    const [head = '', ...rows] = csv.trimEnd().split('\r\n');
    const at = head.split(',').lastIndexOf('摩耗量'); // the first is the measured one
    const expected = rows.filter((row) => row.split(',')[at] !== '' && Number(row.split(',')[at]) <= 0.01).length;
    assert.ok(expected > 0 && expected < rows.length);
    assert.equal(lines(filtered.stdout).length, expected);
    for (const [args, code] of [[['--out', file('all.txt')], /\.csv \.xlsx \.arrow/], [['--max', '1', '--out', file('some.arrow')], /\.arrow/], [['--min', 'x'], /--min x/]] as const) {
      const refused = await call('predictions', id, ...args, '--lang', 'en');
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, code);
    }
  }

  it('a job that fails: exit code 1 and the reason in the user\'s language', async () => {
    const empty = join(folder, 'empty.csv');
    writeFileSync(empty, 'a,b\n');
    const { code, stderr } = await call('run', 'linear_analysis', empty, '--set', 'target_column=a', '--out', join(folder, 'failed'), '--lang', 'es');
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /\[\w+\]|\{\w+\}/, 'the text is there');
    assert.deepEqual(readdirSync(join(folder, 'failed')), ['job.json']);
  });

  it('Ctrl-C cancels the job: exit code 3; the worker killed meanwhile is started again', async () => {
    process.kill(system.children.worker, 'SIGKILL'); // so the job cannot end before it is cancelled
    const run = launch(['run', 'linear_analysis', table, '--set', 'target_column=摩耗量', '--out', join(folder, 'cancelled'), '--directory', directory, '--json']);
    await until('the job', () => run.output().includes('"type":"job"'));
    await until('the wait', () => run.output().includes('"type":"event"'));
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    assert.deepEqual([code, lines(stdout).at(-1)?.['state']], [3, 'cancelled']);
    const retried = await call('retry', String(lines(stdout)[0]?.['job_id']));
    assert.equal((await call('events', retried.stdout.trim(), '--json')).code, 0, 'the restarted worker computes');
  });

  it('a second start on the directory is refused with the address of the first', async () => {
    const { code, stderr } = await call('start', '--directory', directory, '--port', '0', '--lang', 'en');
    assert.equal(code, 2);
    assert.ok(stderr.includes(system.url) && stderr.includes(String(system.pid)), stderr);
  });

  it('SIGTERM in the middle of a job ends everything in order and leaves no process behind', async () => {
    await call('submit', 'linear_analysis', table, '--set', 'target_column=摩耗量');
    const family = descendants(started.child.pid ?? 0);
    assert.ok(family.length >= 4, `launcher, database, api, worker: ${String(family)}`);
    started.child.kill('SIGTERM');
    assert.equal((await started.ended).code, 0);
    await until(`the end of ${String(family)}`, () => family.every((pid) => !isAlive(pid)), 10_000);
    assert.ok(!existsSync(join(directory, 'server.json')) && !existsSync(join(directory, 'zerosec.lock')));
    assert.equal((await call('list', '--lang', 'en', '--api', system.url)).code, 4, 'nobody listens there any more');
  });
});

/** Process ids below one, of any depth. */
function descendants(pid: number): number[] {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return [Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const;
    } catch {
      return [0, 0] as const; // gone by now
    }
  }));
  const found = [pid];
  for (const known of found) for (const [child, parent] of parents) if (parent === known && child !== 0) found.push(child);
  return found.slice(1);
}
