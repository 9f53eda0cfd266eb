import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { channels, pushes, type ConnectionView } from '../../../desktop/bridge/index.ts';
import { hashOfLink, readArguments, serverAddress } from '../../../desktop/main/addresses.ts';
import { CrashLog } from '../../../desktop/main/crash-log.ts';
import { plainName } from '../../../desktop/main/files.ts';
import { startShell } from '../../../desktop/main/shell.ts';
import { until } from '../../cli/support.ts';
import { FakeElectron } from './fake-electron.ts';
import { started } from './support.ts';

const id = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('the desktop program', { concurrency: false }, () => {
  it('starts its backend, hands the page\'s requests on to it, and ends it before it ends itself', async () => {
    const { fake, shell, end } = await started();
    const { address } = shell.connection.target ?? { address: '' };
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(fake.window.webContents.reloads, 1, 'the page that waited is loaded again');
    const answer = await (await fake.get('/api/v1/jobs?limit=2', { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json', cookie: 'x=1', authorization: 'Bearer of the page' } })).json() as { method: string; url: string; body: string; headers: Record<string, string> };
    assert.deepEqual([answer.method, answer.url, answer.body], ['POST', '/api/v1/jobs?limit=2', '{"a":1}']);
    for (const name of ['cookie', 'authorization', 'origin', 'referer']) assert.equal(answer.headers[name], undefined, name);
    // opaqueredirect in a browser, 302 in Node: either way it is not followed
    assert.ok([0, 302].includes((await fake.get('/api/v1/away')).status));
    await end();
    await assert.rejects(fetch(`${address}/health`), 'the backend is gone');
  });

  it('a backend that dies is logged with the end of its output, and the page can say so', async () => {
    const { fake, shell, folder } = await started();
    await fetch(`${shell.connection.target?.address}/die`).catch(() => undefined);
    await until('the loss is noticed', () => shell.connection.view.state === 'failed');
    const [line = ''] = readFileSync(join(folder, 'logs/crash.log'), 'utf8').trimEnd().split('\n');
    assert.deepEqual((JSON.parse(line) as { kind: string; exitCode: number }), { ...JSON.parse(line) as object, kind: 'backend', exitCode: 3 });
    assert.equal((await fake.get('/api/v1/jobs')).status, 503);
    rmSync(folder, { recursive: true, force: true });
  });

  it('a backend that does not start leaves the settings reachable', async () => {
    const { fake, shell, end } = await started(['zerosec'], undefined, undefined, { backend: { command: () => [process.execPath, '-e', 'console.error("no database"); process.exit(1)'], cwd: tmpdir() } });
    assert.equal(shell.connection.view.state, 'failed');
    assert.equal((await fake.get('/')).status, 200);
    await end();
  });

  it('a second start shows the first and hands it what it was to open; it opens no window of its own', async () => {
    const second = new FakeElectron(tmpdir(), false);
    assert.equal(await startShell(second.electron, { argv: [], pages: '', preload: '', process: { on: () => undefined }, backend: { command: () => ['none'], cwd: '' } }), null);
    assert.deepEqual([second.windows.length, second.quits], [0, 1]);

    const table = join(mkdtempSync(join(tmpdir(), 'zerosec-open-')), '結果.csv');
    writeFileSync(table, 'x,y\n1,2\n');
    const { fake, end } = await started();
    fake.window.minimized = true;
    await fake.ask(channels.ready);
    fake.appEvents.emit('second-instance', {}, ['zerosec', '--type=x', table, `zerosec://jobs/${id}`]);
    await until('both are delivered', () => fake.window.webContents.sent.length === 2);
    const sent = new Map(fake.window.webContents.sent.map(([channel, value]) => [channel, value]));
    assert.equal(sent.get(pushes.go), `#/jobs/${id}`);
    assert.deepEqual(sent.get(pushes.table), { name: '結果.csv', bytes: readFileSync(table) });
    assert.deepEqual([fake.window.minimized, fake.window.focused], [false, 1]);
    await end();
  });

  it('a file by double click at the start waits until the page listens', async () => {
    const table = join(mkdtempSync(join(tmpdir(), 'zerosec-open-')), 'a.csv');
    writeFileSync(table, 'x\n1\n');
    const { fake, end } = await started(['zerosec', table]);
    fake.appEvents.emit('open-file', { preventDefault: () => undefined }, '/etc/passwd');
    assert.equal(fake.window.webContents.sent.length, 0);
    await fake.ask(channels.ready);
    await until('the file is delivered', () => fake.window.webContents.sent.length === 1);
    assert.deepEqual(fake.window.webContents.sent.map(([channel]) => channel), [pushes.table], 'what is no table is not read');
    await end();
  });

  it('deep links name screens, arguments name tables; everything else is nothing', () => {
    assert.equal(hashOfLink(`zerosec://jobs/${id}/charts`), `#/jobs/${id}/charts`);
    assert.equal(hashOfLink('zerosec://history/'), '#/history');
    for (const link of ['zerosec://jobs/1', 'zerosec://../etc', 'https://jobs/', `zerosec://jobs/${id}#x`, 'zerosec://connection', 'zerosec://jobs/<script>']) assert.equal(hashOfLink(link), undefined, link);
    assert.deepEqual(readArguments(['zerosec', '--inspect', '/a/b.XLSX', '/a/b.exe', 'https://x/y.csv', 'zerosec://system']), { tables: ['/a/b.XLSX'], hashes: ['#/system'] });
    assert.equal(serverAddress(' https://a.example/base/ '), 'https://a.example/base');
    assert.equal(serverAddress('http://localhost:8000'), 'http://localhost:8000');
  });

  it('files are saved where the user says, under a name without folders; nothing is written when they change their mind', async () => {
    const { fake, folder, end } = await started();
    const bytes = new TextEncoder().encode('x');
    assert.equal(await fake.ask(channels.saveFile, ['../../03_結果/a:b.csv', bytes]), false);
    assert.deepEqual(fake.saveOptions, [{ defaultPath: 'a_b.csv' }]);
    fake.saveDialog = { canceled: false, filePath: join(folder, 'saved.csv') };
    assert.equal(await fake.ask(channels.saveFile, ['a.csv', bytes]), true);
    assert.equal(readFileSync(join(folder, 'saved.csv'), 'utf8'), 'x');
    assert.equal(await fake.ask(channels.openTable), null);
    fake.openDialog = { canceled: false, filePaths: [join(folder, 'saved.csv')] };
    assert.deepEqual(await fake.ask(channels.openTable), { name: 'saved.csv', bytes: Buffer.from('x') });
    fake.openDialog = { canceled: false, filePaths: ['/etc/passwd'] };
    await assert.rejects(fake.ask(channels.openTable), /not a table/);
    assert.deepEqual(['.bashrc', 'a/', '\u0000', 'x'.repeat(300)].map((name) => plainName(name).length), [6, 4, 1, 200]);
    await end();
  });

  it('a server: tested, kept over a restart; its token is added by the shell, sealed on disk, never shown to the page', async () => {
    const first = await started();
    const other = await started();
    const server = other.shell.connection.target?.address ?? '';
    const { fake, folder } = first;
    const choice = { mode: 'server', address: `${server}/`, token: 'the secret' };
    assert.deepEqual(await fake.ask(channels.testConnection, [choice]), { ok: true, version: 'stub' });
    assert.deepEqual(await fake.ask(channels.testConnection, [{ ...choice, address: 'http://127.0.0.1:1' }]), { ok: false, code: 'unreachable' });
    assert.deepEqual(await fake.ask(channels.testConnection, [{ ...choice, address: `${server}/api/v1` }]), { ok: false, code: 'not_zerosec' });
    const view = await fake.ask(channels.connect, [choice]) as ConnectionView;
    assert.deepEqual(view, { mode: 'server', address: server, tokenStored: true, tokensProtected: true, state: 'ready' });
    const { headers } = await (await fake.get('/api/v1/jobs')).json() as { headers: Record<string, string> };
    assert.equal(headers['authorization'], 'Bearer the secret');
    for (const name of ['connection.json', 'tokens.bin']) assert.doesNotMatch(readFileSync(join(folder, 'userData', name), 'utf8'), /the secret/, name);

    const again = await started(['zerosec'], folder);
    assert.deepEqual(again.shell.connection.view, view);
    assert.equal(((await (await again.fake.get('/api/v1/jobs')).json()) as { headers: Record<string, string> }).headers['authorization'], 'Bearer the secret');
    await again.fake.ask(channels.connect, [{ ...choice, token: '' }]);
    assert.equal(again.shell.connection.view.tokenStored, false);
    assert.equal(existsSync(join(folder, 'userData/tokens.bin')), false, 'forgotten is gone');
    await other.end();
    await again.end();
    fake.appEvents.emit('before-quit', { preventDefault: () => undefined });
  });

  it('without a keychain a token is used and never written', async () => {
    const { fake, folder, shell, end } = await started(['zerosec'], undefined, (one) => { one.protection.backend = 'basic_text'; });
    const { address } = shell.connection.target ?? { address: '' };
    await fake.ask(channels.connect, [{ mode: 'server', address: 'http://127.0.0.1:1', token: 'the secret' }]);
    assert.deepEqual([shell.connection.view.tokenStored, shell.connection.view.tokensProtected], [true, false]);
    assert.equal(existsSync(join(folder, 'userData/tokens.bin')), false);
    assert.ok(address !== '');
    await end();
  });

  it('crashes of page, child processes and the shell itself are lines of a bounded log; a page that crashed is loaded again', async () => {
    const { fake, folder, processEvents, end } = await started();
    const reloads = fake.window.webContents.reloads;
    fake.window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    fake.appEvents.emit('child-process-gone', {}, { type: 'GPU', reason: 'killed', exitCode: 9 });
    processEvents.get('uncaughtException')?.(new Error('broken'));
    assert.equal(fake.window.webContents.reloads, reloads + 1);
    assert.deepEqual(fake.exits, [1]);
    const kinds = readFileSync(join(folder, 'logs/crash.log'), 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind);
    assert.deepEqual(kinds, ['page', 'child', 'shell']);
    const log = new CrashLog(join(folder, 'big.log'));
    for (let at = 0; at < 6; at += 1) log.write('x', { text: 'y'.repeat(300_000) });
    assert.ok(readFileSync(log.file).length < 1_600_000 && existsSync(`${log.file}.old`));
    await end();
  });
});
