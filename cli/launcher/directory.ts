import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../schemas/index.ts';

/** DIR/server.json: how other commands find the running system of a directory. */
const serverFileSchema = z.object({
  url: z.string(),
  pid: z.int(),
  /** true: belongs to one `zerosec run` and ends with it, so nobody else may rely on it */
  temporary: z.boolean(),
});
export type ServerFile = z.infer<typeof serverFileSchema>;

const lockSchema = z.object({ pid: z.int(), born: z.string().nullable() });

/** A directory that this process alone runs a system on, until `release`. */
export interface HeldDirectory {
  path: string;
  announce(server: Omit<ServerFile, 'pid'>): Promise<void>;
  release(): Promise<void>;
}

/** @throws Fault `already_running` {directory, pid, url} when a living process holds it */
export async function holdDirectory(directory: string): Promise<HeldDirectory> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lock = join(path, 'zerosec.lock');
  const server = join(path, 'server.json');
  for (let attempt = 1; ; attempt += 1) {
    try {
      const file = await open(lock, 'wx');
      await file.writeFile(JSON.stringify({ pid: process.pid, born: bornAt(process.pid) }));
      await file.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await holderOf(lock);
      if (holder !== undefined || attempt >= 3) {
        const url = (await readServerFile(directory))?.url ?? '';
        throw new Fault('already_running', `a zerosec system runs on ${path} already (process ${holder ?? '?'}) ${url}`, { values: { directory: path, pid: holder ?? 0, url } });
      }
      await rm(lock, { force: true });
    }
  }
  return {
    path,
    async announce(content) {
      const draft = `${server}.${process.pid}`;
      const file = await open(draft, 'w', 0o600);
      await file.writeFile(`${JSON.stringify({ ...content, pid: process.pid })}\n`);
      await file.close();
      await rename(draft, server);
    },
    async release() {
      await rm(server, { force: true });
      await rm(lock, { force: true });
    },
  };
}

/** @returns the running system of a directory, undefined when there is none (a file left by a killed one does not count) */
export async function readServerFile(directory: string): Promise<ServerFile | undefined> {
  try {
    const parsed = serverFileSchema.safeParse(JSON.parse(await readFile(join(directory, 'server.json'), 'utf8')));
    if (!parsed.success || (await holderOf(join(directory, 'zerosec.lock'))) !== parsed.data.pid) return undefined;
    return parsed.data;
  } catch {
    return undefined;
  }
}

/** A lock being written is empty for a moment: it is looked at again before it counts as left behind. */
async function holderOf(lock: string): Promise<number | undefined> {
  for (let look = 0; look < 5; look += 1) {
    try {
      const { pid, born } = lockSchema.parse(JSON.parse(await readFile(lock, 'utf8')));
      return isAlive(pid) && (born === null || bornAt(pid) === born) ? pid : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, as the system counts it, so that a reused process id is not taken for it; null where unknown. */
function bornAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
