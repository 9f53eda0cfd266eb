/**
 * The part of Electron that the shell uses, as types. Electron is no dependency: its package fetches 100 MB of binary when it is installed, which `npm ci` on a
 * bare machine must not. Packaging brings it; tests hand in a stand-in of this shape. Names and shapes are those of Electron's documentation.
 */
export interface WebPreferences {
  preload: string; contextIsolation: boolean; sandbox: boolean; nodeIntegration: boolean; nodeIntegrationInWorker: boolean; nodeIntegrationInSubFrames: boolean;
  webSecurity: boolean; allowRunningInsecureContent: boolean; experimentalFeatures: boolean; webviewTag: boolean; navigateOnDragDrop: boolean; spellcheck: boolean;
}

export interface WindowOptions { width: number; height: number; minWidth: number; minHeight: number; show: boolean; title: string; backgroundColor: string; webPreferences: WebPreferences }

export interface Preventable { preventDefault(): void }

export interface WebContents {
  on(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate', listener: (event: Preventable & { url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, details: { reason: string; exitCode: number }) => void): unknown;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  send(channel: string, ...args: unknown[]): void;
  reload(): void;
}

export interface Window {
  webContents: WebContents;
  loadURL(url: string): Promise<void>;
  once(event: 'ready-to-show', listener: () => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  show(): void;
  focus(): void;
  restore(): void;
  isMinimized(): boolean;
}

export interface IpcEvent { senderFrame: { url: string; parent: unknown } | null }

export interface Session {
  setPermissionRequestHandler(handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
}

export interface Electron {
  app: {
    requestSingleInstanceLock(): boolean;
    setAsDefaultProtocolClient(scheme: string): boolean;
    enableSandbox(): void;
    quit(): void;
    exit(code: number): void;
    whenReady(): Promise<void>;
    getPath(name: 'userData' | 'logs'): string;
    getVersion(): string;
    on(event: 'second-instance', listener: (event: unknown, argv: string[]) => void): unknown;
    on(event: 'open-file', listener: (event: Preventable, path: string) => void): unknown;
    on(event: 'open-url', listener: (event: Preventable, url: string) => void): unknown;
    on(event: 'window-all-closed' | 'activate', listener: () => void): unknown;
    on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
    on(event: 'web-contents-created', listener: (event: unknown, contents: WebContents) => void): unknown;
    on(event: 'child-process-gone', listener: (event: unknown, details: { type: string; reason: string; exitCode: number }) => void): unknown;
  };
  BrowserWindow: new (options: WindowOptions) => Window;
  Menu: { setApplicationMenu(menu: null): void };
  dialog: {
    showOpenDialog(window: Window, options: { properties: string[]; filters: { name: string; extensions: string[] }[] }): Promise<{ canceled: boolean; filePaths: string[] }>;
    showSaveDialog(window: Window, options: { defaultPath: string }): Promise<{ canceled: boolean; filePath?: string }>;
  };
  ipcMain: { handle(channel: string, handler: (event: IpcEvent, ...args: unknown[]) => unknown): void };
  net: { fetch(url: string, init?: RequestInit): Promise<Response> };
  protocol: {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void;
    handle(scheme: string, handler: (request: Request) => Promise<Response> | Response): void;
  };
  safeStorage: { isEncryptionAvailable(): boolean; getSelectedStorageBackend?(): string; encryptString(text: string): Buffer; decryptString(bytes: Buffer): string };
  session: { defaultSession: Session };
  shell: { openExternal(url: string): Promise<void> };
}
