import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { channels, pushes } from '../../../desktop/bridge/index.ts';
import { root, until } from '../../cli/support.ts';
import { findings, noBrowser, openBrowser, openTab, type Tab } from '../browser.ts';
import { started, type Started } from './support.ts';

/** An address (of this computer, so as trustworthy to the browser as the program's own scheme) that the test answers by the shell's own handler, as Electron would `app://zerosec`. */
const address = 'http://zerosec.localhost';

// the real page on the real backend, through the shell's handlers of requests and messages; only Electron itself is a stand-in
describe('the page inside the desktop program', { concurrency: false, skip: noBrowser }, () => {
  let program: Started;
  let browser: Browser;
  let tab: Tab;
  before(async () => {
    browser = await openBrowser();
    program = await started(['zerosec'], undefined, undefined, { backend: { command: (data) => [process.execPath, join(root, 'bin/zerosec.mjs'), 'start', '--json', '--no-demo', '--port', '0', '--directory', data], cwd: root } });
    tab = await openTab(browser, 'about:blank');
    const { page } = tab;
    await page.route(`${address}/**`, async (route) => {
      const request = route.request();
      const url = new URL(request.url());
      const answer = await program.fake.get(`${url.pathname}${url.search}`, { method: request.method(), headers: request.headers(), body: request.postDataBuffer() as BodyInit | null });
      await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
    });
    await page.exposeFunction('ask', async (channel: string, args: unknown[]) => {
      const bytes = args[1];
      const answer = await program.fake.ask(channel, Array.isArray(bytes) ? [args[0], Uint8Array.from(bytes as number[])] : args) as { name?: string; bytes?: Uint8Array } | null;
      return answer?.bytes === undefined ? answer : { ...answer, bytes: [...answer.bytes] };
    });
    await page.addInitScript((names) => {
      const ask = (channel: string, ...args: unknown[]): Promise<unknown> => (globalThis as unknown as { ask: (channel: string, args: unknown[]) => Promise<unknown> }).ask(channel, args);
      const listeners: Record<string, (value: unknown) => void> = {};
      const bridge = {
        openTable: () => ask(names.openTable), saveFile: (name: string, bytes: Uint8Array) => ask(names.saveFile, name, [...bytes]), connection: () => ask(names.connection),
        testConnection: (choice: unknown) => ask(names.testConnection, choice), connect: (choice: unknown) => ask(names.connect, choice),
        onOpenTable: (listener: (value: unknown) => void) => { listeners['table'] = listener; void ask(names.ready); return () => undefined; },
        onGo: (listener: (value: unknown) => void) => { listeners['go'] = listener; return () => undefined; },
      };
      Object.assign(globalThis, { zerosec: bridge, push: (channel: string, value: unknown) => listeners[channel]?.(value) });
    }, { ...channels });
  });
  after(async () => {
    await browser.close();
    await program.end();
  });

  it('settings of the connection: a wrong address is told, the test reaches the backend, no serious finding of axe', async () => {
    const { page } = tab;
    await page.goto(`${address}/`);
    await page.getByRole('link', { name: '接続設定' }).click();
    await page.getByText('接続しています').waitFor();
    await page.getByRole('button', { name: '接続テスト' }).click();
    await page.getByText('接続できました').waitFor();
    await page.getByLabel('サーバー', { exact: true }).check();
    await page.getByLabel('サーバーのアドレス:').fill('http://far.example');
    await page.getByRole('button', { name: '接続テスト' }).click();
    await page.getByText('アドレスが正しくありません').waitFor();
    await tab.picture('40-connection');
    assert.deepEqual(await findings(tab), []);
  });

  it('a table by the program\'s own dialog; its design is computed and saved by the program\'s own dialog, under its content policy', async () => {
    const { page } = tab;
    const table = join(program.folder, 'candidates.csv');
    writeFileSync(table, readFileSync(join(root, 'examples/optimization/candidates.csv'), 'utf8').split('\n').filter((_, at) => at % 40 === 0).join('\n'));
    program.fake.openDialog = { canceled: false, filePaths: [table] };
    await page.getByRole('button', { name: 'ファイルを読み込む' }).click();
    await page.getByText('サンプル（候補点）').waitFor();
    await page.getByRole('button', { name: 'D最適化を実行' }).click();
    await page.locator('[data-drawn=vega] canvas').waitFor({ timeout: 180_000 });
    const saved = join(program.folder, 'design.xlsx');
    program.fake.saveDialog = { canceled: false, filePath: saved };
    await page.getByRole('button', { name: 'OK', exact: true }).click();
    await until('the list is written', () => program.fake.saveOptions.length > 0);
    await page.getByText('計画を採用し').waitFor();
    assert.match(program.fake.saveOptions[0]?.defaultPath ?? '', /新規実験点\.xlsx$/);
    await until('the workbook is whole', () => { try { return readFileSync(saved).subarray(0, 2).toString() === 'PK'; } catch { return false; } });
    assert.deepEqual(tab.complaints, [], 'neither errors nor refusals of the content policy');
  });

  it('a link from outside leads to its screen', async () => {
    const { page } = tab;
    program.fake.appEvents.emit('open-url', { preventDefault: () => undefined }, 'zerosec://history');
    const [push] = program.fake.window.webContents.sent;
    assert.deepEqual(push, [pushes.go, '#/history']);
    await page.evaluate((hash) => (globalThis as unknown as { push: (channel: string, value: unknown) => void }).push('go', hash), String(push?.[1]));
    await page.getByRole('heading', { name: '実行履歴' }).waitFor();
  });
});
