import { channels, pushes, type Bridge, type ConnectionChoice, type ConnectionTest, type ConnectionView, type OpenedTable } from '../bridge/index.ts';

/** The two parts of Electron that a sandboxed preload script uses. */
export interface PreloadElectron {
  contextBridge: { exposeInMainWorld(name: string, api: object): void };
  ipcRenderer: {
    invoke(channel: string, ...args: unknown[]): Promise<unknown>;
    on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
    removeListener(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  };
}

/** One function a request, each on its own channel: the page never holds `ipcRenderer`, an event object or a channel name. */
export function exposeBridge({ contextBridge, ipcRenderer }: PreloadElectron): void {
  const heard = <T>(channel: string, listener: (value: T) => void): (() => void) => {
    const inner = (_event: unknown, value: unknown): void => listener(value as T);
    ipcRenderer.on(channel, inner);
    return () => void ipcRenderer.removeListener(channel, inner);
  };
  const bridge: Bridge = {
    openTable: () => ipcRenderer.invoke(channels.openTable) as Promise<OpenedTable | null>,
    saveFile: (name, bytes) => ipcRenderer.invoke(channels.saveFile, name, bytes) as Promise<boolean>,
    connection: () => ipcRenderer.invoke(channels.connection) as Promise<ConnectionView>,
    testConnection: (choice: ConnectionChoice) => ipcRenderer.invoke(channels.testConnection, choice) as Promise<ConnectionTest>,
    connect: (choice: ConnectionChoice) => ipcRenderer.invoke(channels.connect, choice) as Promise<ConnectionView>,
    onOpenTable: (listener) => {
      const stop = heard<OpenedTable>(pushes.table, listener);
      void ipcRenderer.invoke(channels.ready);
      return stop;
    },
    onGo: (listener) => heard<string>(pushes.go, listener),
  };
  contextBridge.exposeInMainWorld('zerosec', bridge);
}
