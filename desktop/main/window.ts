import { isOwnPage, isSafeToOpen, origin } from './addresses.ts';
import type { Electron, Session, WebContents, WebPreferences, Window } from './electron.ts';

/** Every value that guards the page, also those that are Electron's defaults: a default that changes must not open a door. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload, contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
    webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, spellcheck: false,
  };
}

/** The one window; 1024 × 700 is the least in which every screen fits. */
export function openWindow({ BrowserWindow }: Pick<Electron, 'BrowserWindow'>, preload: string, hash: string): Window {
  const window = new BrowserWindow({ width: 1400, height: 950, minWidth: 1024, minHeight: 700, show: false, title: '0.00sec', backgroundColor: '#efefef', webPreferences: webPreferences(preload) });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${origin}/${hash}`);
  return window;
}

/** No page but ours, no second window, no embedded one. A link to elsewhere opens in the system's browser. */
export function guardContents(contents: WebContents, shell: Electron['shell']): void {
  const stay = (event: { preventDefault(): void; url: string }): void => {
    if (!isOwnPage(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isSafeToOpen(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** The program needs no camera, no location, no device, no notification. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
