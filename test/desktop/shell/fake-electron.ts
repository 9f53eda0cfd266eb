import type { Electron, IpcEvent, Session, Window, WindowOptions } from '../../../desktop/main/electron.ts';

type Listener = (...args: never[]) => void;

/** Listeners by event; `emit` calls them as Electron would. */
class Emitter {
  readonly listeners = new Map<string, Listener[]>();
  on = (event: string, listener: Listener): void => { this.listeners.set(event, [...this.listeners.get(event) ?? [], listener]); };
  once = this.on;
  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) (listener as (...all: unknown[]) => void)(...args);
  }
}

export class FakeContents extends Emitter {
  readonly sent: [string, ...unknown[]][] = [];
  reloads = 0;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler = (handler: (details: { url: string }) => { action: 'deny' }): void => { this.openHandler = handler; };
  send = (channel: string, ...args: unknown[]): void => { this.sent.push([channel, ...args]); };
  reload = (): void => { this.reloads += 1; };
}

export class FakeWindow extends Emitter {
  readonly webContents = new FakeContents();
  readonly options: WindowOptions;
  readonly loaded: string[] = [];
  focused = 0;
  minimized = false;
  constructor(options: WindowOptions) {
    super();
    this.options = options;
  }
  loadURL = async (url: string): Promise<void> => { this.loaded.push(url); };
  show = (): void => undefined;
  focus = (): void => { this.focused += 1; };
  restore = (): void => { this.minimized = false; };
  isMinimized = (): boolean => this.minimized;
}

/** A stand-in of the part of Electron that the shell uses; remembers what it was told. `net` is the network itself. */
export class FakeElectron {
  readonly windows: FakeWindow[] = [];
  readonly appEvents = new Emitter();
  readonly handlers = new Map<string, (event: IpcEvent, ...args: unknown[]) => unknown>();
  readonly opened: string[] = [];
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly clients: string[] = [];
  readonly permissions: { request?: Parameters<Session['setPermissionRequestHandler']>[0]; check?: () => boolean; device?: () => boolean } = {};
  sandboxed = false;
  quits = 0;
  exits: number[] = [];
  page: ((request: Request) => Promise<Response> | Response) | null = null;
  openDialog: { canceled: boolean; filePaths: string[] } = { canceled: true, filePaths: [] };
  saveDialog: { canceled: boolean; filePath?: string } = { canceled: true };
  readonly saveOptions: { defaultPath: string }[] = [];
  protection: { available: boolean; backend: string } = { available: true, backend: 'gnome_libsecret' };
  readonly electron: Electron;

  constructor(folder: string, isFirst = true) {
    const make = (options: WindowOptions): FakeWindow => {
      const window = new FakeWindow(options);
      this.windows.push(window);
      this.appEvents.emit('web-contents-created', {}, window.webContents);
      return window;
    };
    this.electron = {
      app: {
        requestSingleInstanceLock: () => isFirst, setAsDefaultProtocolClient: (scheme) => this.clients.push(scheme) > 0, enableSandbox: () => { this.sandboxed = true; },
        quit: () => { this.quits += 1; }, exit: (code) => { this.exits.push(code); }, whenReady: async () => undefined, getPath: (name) => `${folder}/${name}`, getVersion: () => '0',
        on: this.appEvents.on,
      },
      BrowserWindow: function window(options: WindowOptions) { return make(options); } as unknown as new (options: WindowOptions) => Window,
      Menu: { setApplicationMenu: () => undefined },
      dialog: { showOpenDialog: async () => this.openDialog, showSaveDialog: async (_window, options) => { this.saveOptions.push(options); return this.saveDialog; } },
      ipcMain: { handle: (channel, handler) => void this.handlers.set(channel, handler) },
      net: { fetch: (url, init) => fetch(url, init) },
      protocol: { registerSchemesAsPrivileged: (schemes) => void this.schemes.push(...schemes), handle: (_scheme, handler) => { this.page = handler; } },
      safeStorage: {
        isEncryptionAvailable: () => this.protection.available, getSelectedStorageBackend: () => this.protection.backend,
        // any reversible change will do to tell cipher from text
        encryptString: (text) => Buffer.from(`sealed:${Buffer.from(text).toString('base64')}`),
        decryptString: (bytes) => { const sealed = String(bytes); if (!sealed.startsWith('sealed:')) throw new Error('not ours'); return Buffer.from(sealed.slice(7), 'base64').toString(); },
      },
      session: { defaultSession: { setPermissionRequestHandler: (handler) => { this.permissions.request = handler; }, setPermissionCheckHandler: (handler) => { this.permissions.check = handler; }, setDevicePermissionHandler: (handler) => { this.permissions.device = handler; } } },
      shell: { openExternal: async (url) => void this.opened.push(url) },
    };
  }

  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window');
    return window;
  }

  /** A request of our page's top frame, unless another sender is given. */
  ask(channel: string, args: unknown[] = [], sender: IpcEvent['senderFrame'] = { url: 'app://zerosec/#/', parent: null }): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) return Promise.reject(new Error(`nobody answers ${channel}`));
    return (async () => handler({ senderFrame: sender }, ...args))();
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return (async () => (this.page as (request: Request) => Promise<Response> | Response)(new Request(`app://zerosec${path}`, init)))();
  }
}
