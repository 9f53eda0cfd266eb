import { z } from 'zod';
import { channels } from '../bridge/index.ts';
import { isOwnPage } from './addresses.ts';
import type { Connection } from './connection.ts';
import type { Electron, IpcEvent, Window } from './electron.ts';
import { openTable, saveFile } from './files.ts';

const choiceSchema = z.tuple([z.strictObject({ mode: z.enum(['embedded', 'server']), address: z.string().max(2048).nullable(), token: z.string().max(8192).nullable() })]);
const fileSchema = z.tuple([z.string().min(1).max(1024), z.instanceof(Uint8Array)]);
const nothingSchema = z.tuple([]);

/** Answers the page, each request checked for where it comes from and what it carries. Whatever is wrong is refused without saying why. */
export function answerRequests(electron: Electron, { window, connection, onReady }: { window: () => Window | null; connection: Connection; onReady: () => void }): void {
  const answer = <T extends z.ZodType<unknown[]>>(channel: string, schema: T, handler: (...args: z.infer<T>) => unknown): void => {
    electron.ipcMain.handle(channel, (event, ...args) => {
      const parsed = isTrusted(event) ? schema.safeParse(args) : undefined;
      if (parsed?.success !== true) throw new Error('refused');
      return handler(...parsed.data);
    });
  };
  const shown = (): Window => {
    const open = window();
    if (open === null) throw new Error('no window');
    return open;
  };
  answer(channels.openTable, nothingSchema, () => openTable(electron, shown()));
  answer(channels.saveFile, fileSchema, (name, bytes) => saveFile(electron, shown(), name, bytes));
  answer(channels.connection, nothingSchema, () => connection.view);
  answer(channels.testConnection, choiceSchema, (choice) => connection.test(choice));
  answer(channels.connect, choiceSchema, (choice) => connection.choose(choice));
  answer(channels.ready, nothingSchema, () => onReady());
}

/** The top frame of our own page. */
function isTrusted({ senderFrame }: IpcEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
