import { join } from 'node:path';
import { pushes } from '../bridge/index.ts';
import { hashOfLink, linkScheme, readArguments, scheme } from './addresses.ts';
import { Backend } from './backend.ts';
import { Connection } from './connection.ts';
import { CrashLog } from './crash-log.ts';
import type { Electron, Window } from './electron.ts';
import { readTable } from './files.ts';
import { pageHandler } from './pages.ts';
import { answerRequests } from './requests.ts';
import { Tokens } from './tokens.ts';
import { guardContents, openWindow, refusePermissions } from './window.ts';

export interface ShellOptions {
  argv: readonly string[];
  /** the built web app */
  pages: string;
  preload: string;
  /** how the embedded backend is started; data goes to the folder that is given */
  backend: { command: (dataFolder: string) => readonly [string, ...string[]]; cwd: string; patienceMs?: number };
  /** whose uncaught errors are logged */
  process: { on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown };
}

export interface Shell { connection: Connection; crashLog: CrashLog }

const backendPatienceMs = 180_000;

/** The program around the page. @returns null when it runs already: that one is shown, with what this start was asked to open */
export async function startShell(electron: Electron, options: ShellOptions): Promise<Shell | null> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return null;
  }
  // before `ready`, as Electron demands of both
  app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
  app.setAsDefaultProtocolClient(linkScheme);

  const data = app.getPath('userData');
  const crashLog = new CrashLog(join(app.getPath('logs'), 'crash.log'));
  logCrashes(electron, options.process, crashLog);
  let window: Window | null = null;
  let isListening = false;
  let waiting = readArguments(options.argv);

  const show = (): void => {
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  };
  const deliver = async (): Promise<void> => {
    if (window === null || !isListening) return;
    const { tables, hashes } = waiting;
    waiting = { tables: [], hashes: [] };
    for (const hash of hashes) window.webContents.send(pushes.go, hash);
    for (const path of tables) await readTable(path).then((table) => window?.webContents.send(pushes.table, table), (error: unknown) => crashLog.error('open-file', error));
  };
  const open = (more: { tables: string[]; hashes: string[] }): void => {
    waiting = { tables: [...waiting.tables, ...more.tables], hashes: [...waiting.hashes, ...more.hashes] };
    show();
    void deliver();
  };
  app.on('second-instance', (_event, argv) => open(readArguments(argv)));
  app.on('open-file', (event, path) => { event.preventDefault(); open({ tables: [path], hashes: [] }); });
  app.on('open-url', (event, url) => { event.preventDefault(); open({ tables: [], hashes: [hashOfLink(url)].filter((hash) => hash !== undefined) }); });
  app.on('web-contents-created', (_event, contents) => guardContents(contents, electron.shell));

  await app.whenReady();
  const backend = new Backend({
    command: options.backend.command(join(data, 'data')), cwd: options.backend.cwd, patienceMs: options.backend.patienceMs ?? backendPatienceMs,
    onLost: (exitCode, tail) => { crashLog.write('backend', { exitCode, tail }); connection.lost(); },
  });
  const connection = new Connection({ file: join(data, 'connection.json'), net: electron.net, tokens: await Tokens.open(join(data, 'tokens.bin'), electron.safeStorage), backend, onChange: () => window?.webContents.reload() });
  refusePermissions(electron.session.defaultSession);
  electron.Menu.setApplicationMenu(null);
  electron.protocol.handle(scheme, pageHandler({ folder: options.pages, net: electron.net, target: () => connection.target }));
  answerRequests(electron, { window: () => window, connection, onReady: () => { isListening = true; void deliver(); } });
  const create = (): void => {
    window = openWindow(electron, options.preload, '');
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      crashLog.write('page', { reason, exitCode });
      if (reason !== 'clean-exit') window?.webContents.reload();
    });
    window.on('closed', () => { window = null; isListening = false; });
  };
  create();
  app.on('activate', () => { if (window === null) create(); });
  app.on('window-all-closed', () => app.quit());
  let isStopped = false;
  app.on('before-quit', (event) => {
    if (isStopped) return;
    // the database is to be closed before the process ends
    event.preventDefault();
    void backend.stop().finally(() => { isStopped = true; app.quit(); });
  });
  await connection.open();
  return { connection, crashLog };
}

function logCrashes({ app }: Electron, process: ShellOptions['process'], log: CrashLog): void {
  process.on('uncaughtException', (error) => { log.error('shell', error); app.exit(1); });
  process.on('unhandledRejection', (error) => log.error('shell', error));
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => log.write('child', { type, reason, exitCode }));
}
