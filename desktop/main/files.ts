import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedTable } from '../bridge/index.ts';
import { isTable } from './addresses.ts';
import type { Electron, Window } from './electron.ts';

/** A table that is larger is sent to the server by other ways than through a page's memory. */
const largest = 512 * 1024 * 1024;

export async function readTable(path: string): Promise<OpenedTable> {
  if (!isTable(path)) throw new Error('not a table');
  const found = await stat(path);
  if (!found.isFile() || found.size > largest) throw new Error('not a file of at most 512 MiB');
  return { name: basename(path), bytes: await readFile(path) };
}

/** @returns null when nothing was chosen */
export async function openTable({ dialog }: Pick<Electron, 'dialog'>, window: Window): Promise<OpenedTable | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: [{ name: 'CSV, Excel', extensions: ['csv', 'tsv', 'txt', 'xlsx', 'xls'] }] });
  const [path] = filePaths;
  return canceled || path === undefined ? null : readTable(path);
}

/** Writes only where the user said, under the name that the page proposed without its folders. */
export async function saveFile({ dialog }: Pick<Electron, 'dialog'>, window: Window, name: string, bytes: Uint8Array): Promise<boolean> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: plainName(name) });
  if (canceled || filePath === undefined || filePath === '') return false;
  await writeFile(filePath, bytes);
  return true;
}

/** What every file system takes: no folders, no signs of the shell, no control characters. */
export function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
   
  const plain = last.replace(/[\u0000-\u001f<>:"|?*]/g, '_').replace(/^\.+/, '').slice(0, 200);
  return plain === '' ? 'file' : plain;
}
