import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { channels } from '../../../desktop/bridge/index.ts';
import { root } from '../../cli/support.ts';
import { started, type Started } from './support.ts';

const builder = JSON.parse(readFileSync(join(root, 'desktop/electron-builder.json'), 'utf8')) as { electronVersion: string; electronFuses: Record<string, boolean>; asar: boolean };

/** The checklist of Electron's documentation (Security, "Checklist: Security recommendations"), in its order and words. */
describe('the security checklist of Electron', { concurrency: false }, () => {
  let it_: Started;
  before(async () => { it_ = await started(); });
  after(() => it_.end());
  const preferences = () => it_.fake.window.options.webPreferences;
  const prevented = (event: string, url: string): boolean => {
    let stopped = false;
    it_.fake.window.webContents.emit(event, { url, preventDefault: () => { stopped = true; } });
    return stopped;
  };

  it('1. only load secure content: one page, of our own scheme; servers are https, or this computer', async () => {
    assert.deepEqual(it_.fake.window.loaded, ['app://zerosec/']);
    const refused = ['http://far.example', 'ftp://far.example', 'https://user:pass@far.example', 'javascript:alert(1)', 'file:///etc/passwd', ''];
    for (const address of refused) await assert.rejects(it_.fake.ask(channels.connect, [{ mode: 'server', address, token: null }]), /invalid_address/, address);
  });

  it('2. no Node integration for remote content', () => {
    assert.deepEqual([preferences().nodeIntegration, preferences().nodeIntegrationInWorker, preferences().nodeIntegrationInSubFrames], [false, false, false]);
  });

  it('3. context isolation in all renderers', () => assert.equal(preferences().contextIsolation, true));

  it('4. process sandboxing, of every process', () => {
    assert.equal(preferences().sandbox, true);
    assert.equal(it_.fake.sandboxed, true);
  });

  it('5. session permission requests from remote content: all refused', () => {
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb']) {
      let answer: boolean | null = null;
      it_.fake.permissions.request?.(null, permission, (granted) => { answer = granted; });
      assert.equal(answer, false, permission);
    }
    assert.equal(it_.fake.permissions.check?.(), false);
    assert.equal(it_.fake.permissions.device?.(), false);
  });

  it('6. webSecurity is not disabled', () => assert.equal(preferences().webSecurity, true));

  it('7. a Content-Security-Policy: nothing but our files; other places only through the shell, which goes where the server keeps its files', async () => {
    const policy = (await it_.fake.get('/')).headers.get('content-security-policy') ?? '';
    assert.deepEqual(policy.split('; ').sort(), ["base-uri 'none'", "connect-src 'self'", "default-src 'none'", "font-src 'self'", "form-action 'none'", "frame-ancestors 'none'", "img-src 'self' blob: data:", "object-src 'none'", "script-src 'self'", "style-src 'self'"]);
    // as the stub says, without the wildcard and the plain http of another computer
    assert.deepEqual(it_.shell.connection.target?.storage, ['http://127.0.0.1:9']);
    const through = async (to: string, method = 'GET'): Promise<number> => (await it_.fake.get(`/storage?to=${encodeURIComponent(to)}`, { method })).status;
    for (const to of ['https://far.example/x', 'http://far.example/x', 'https://a.evil.example/', 'file:///etc/passwd', 'http://127.0.0.1:9@far.example/', '', 'http://127.0.0.1:90/']) assert.equal(await through(to), 404, to);
    assert.equal(await through('http://127.0.0.1:9/bucket/key?signature=x'), 503, 'tried, and nobody is there');
    assert.equal(await through('http://127.0.0.1:9/bucket/key', 'DELETE'), 404);
  });

  it('8. allowRunningInsecureContent is not enabled', () => assert.equal(preferences().allowRunningInsecureContent, false));

  it('9. experimental features are not enabled', () => assert.equal(preferences().experimentalFeatures, false));

  it('10. enableBlinkFeatures is not used', () => assert.equal('enableBlinkFeatures' in preferences(), false));

  it('11. and 12. no <webview>, none can be attached', () => {
    assert.equal(preferences().webviewTag, false);
    assert.equal(prevented('will-attach-webview', ''), true);
  });

  it('13. navigation is limited to our page, also of frames and redirects', () => {
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of ['https://far.example/', 'file:///etc/passwd', 'app://zerosec.evil/', 'app://other/', 'data:text/html,x', 'javascript:alert(1)']) assert.equal(prevented(event, url), true, `${event} ${url}`);
      assert.equal(prevented(event, 'app://zerosec/#/history'), false);
    }
  });

  it('14. no new window is created', () => {
    for (const url of ['https://far.example/', 'app://zerosec/', 'about:blank']) assert.deepEqual(it_.fake.window.webContents.openHandler?.({ url }), { action: 'deny' });
    assert.equal(it_.fake.windows.length, 1);
  });

  it('15. shell.openExternal opens https only', () => {
    it_.fake.opened.length = 0;
    for (const url of ['file:///etc/passwd', 'smb://far/share', 'http://far.example/', 'ms-msdt:x', 'https://user@far.example/', 'zerosec://jobs', 'https://docs.example/page']) it_.fake.window.webContents.openHandler?.({ url });
    assert.deepEqual(it_.fake.opened, ['https://docs.example/page']);
  });

  it('16. a current version of Electron: pinned to one version in the packaging configuration', () => assert.match(builder.electronVersion, /^\d{2,}\.\d+\.\d+$/));

  it('17. the sender of every message is validated: other pages, frames in ours and nobody at all are refused', async () => {
    assert.deepEqual([...it_.fake.handlers.keys()].sort(), Object.values(channels).sort(), 'every channel is under this test');
    for (const channel of it_.fake.handlers.keys()) {
      for (const sender of [{ url: 'https://far.example/', parent: null }, { url: 'app://zerosec.evil/', parent: null }, { url: 'app://zerosec/', parent: {} }, null]) await assert.rejects(it_.fake.ask(channel, [], sender), /refused/, channel);
    }
    await assert.rejects(it_.fake.ask(channels.saveFile, ['name', 'text, not bytes']), /refused/);
    await assert.rejects(it_.fake.ask(channels.connect, [{ mode: 'server', address: 'https://a.example', token: null, more: 1 }]), /refused/);
    await assert.rejects(it_.fake.ask(channels.connection, ['more']), /refused/);
  });

  it('18. a custom protocol instead of file://; it leads nowhere but into the built page and the API', async () => {
    assert.deepEqual(it_.fake.schemes, [{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
    for (const path of ['/assets/../index.html', '/assets/%2e%2e/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/../package.json', '/etc/passwd', '/assets/x.html']) assert.equal((await it_.fake.get(path)).status, 404, path);
    const other = await (it_.fake.page as (request: Request) => Promise<Response>)(new Request('app://other/'));
    assert.equal(other.status, 404);
  });

  it('19. fuses: no Node in Electron\'s own binary, no debugger, only the sealed archive is loaded', () => {
    assert.deepEqual(builder.electronFuses, {
      runAsNode: false, enableCookieEncryption: true, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true, loadBrowserProcessSpecificV8Snapshot: false, grantFileProtocolExtraPrivileges: false,
    });
    assert.equal(builder.asar, true);
  });

  it('20. no Electron API reaches the page: the built preload script gives it named functions only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zerosec-preload-'));
    try {
      const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build-shell.ts'), '--out', folder], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const required: string[] = [];
      const exposed: Record<string, Record<string, (...args: unknown[]) => unknown>> = {};
      const sent: unknown[][] = [];
      const listening = new Map<string, (...args: unknown[]) => void>();
      const electron = {
        contextBridge: { exposeInMainWorld: (name: string, api: Record<string, () => unknown>) => { exposed[name] = api; } },
        ipcRenderer: { invoke: async (...args: unknown[]) => { sent.push(args); }, on: (channel: string, listener: () => void) => void listening.set(channel, listener), removeListener: (channel: string) => void listening.delete(channel) },
      };
      // eslint-disable-next-line @typescript-eslint/no-implied-eval
      const script = new Function('require', readFileSync(join(folder, 'preload.cjs'), 'utf8')) as (require: (name: string) => unknown) => void;
      script((name) => { required.push(name); return electron; });
      assert.deepEqual(required, ['electron'], 'a sandboxed preload script has nothing else');
      assert.deepEqual(Object.keys(exposed), ['zerosec']);
      const bridge = exposed['zerosec'] ?? {};
      assert.deepEqual(Object.keys(bridge).sort(), ['connect', 'connection', 'onGo', 'onOpenTable', 'openTable', 'saveFile', 'testConnection']);
      assert.ok(Object.values(bridge).every((part) => typeof part === 'function'));
      await bridge['saveFile']?.('a.csv', new Uint8Array(1), 'and more', { channel: 'x' });
      assert.deepEqual(sent, [[channels.saveFile, 'a.csv', new Uint8Array(1)]], 'its own channel, and no argument more');
      const heard: unknown[][] = [];
      const stop = bridge['onGo']?.((...args: unknown[]) => heard.push(args)) as () => void;
      listening.get('zerosec:go')?.({ sender: 'the event' }, '#/history');
      assert.deepEqual(heard, [['#/history']], 'no event object');
      stop();
      assert.equal(listening.size, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
