import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../schemas/index.ts';
import type { Artifact, ZerosecClient } from '../../client/index.ts';
import { SafePaths } from './paths.ts';

/** Names in the result folder that are ours. */
export const jobFile = 'job.json';

export interface SavedFile {
  artifact: Artifact;
  /** relative to the folder, /-separated */
  path: string;
}

const parallel = 4;
const corruptTries = 3;

/** Saves every artifact below `folder`, its tree kept. A file appears under its name only when it is whole and verified. */
export async function saveArtifacts(client: ZerosecClient, jobId: string, artifacts: readonly Artifact[], folder: string, options: { onBytes?: (done: number, total: number) => void; signal?: AbortSignal } = {}): Promise<SavedFile[]> {
  const root = resolve(folder);
  const places = new SafePaths([jobFile]);
  // in order of their paths, so that names that collide are numbered alike each time
  const saved = artifacts.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((artifact) => ({ artifact, path: places.place(artifact.path) }));
  const total = artifacts.reduce((sum, artifact) => sum + artifact.size_bytes, 0);
  const received = new Map<string, number>();
  const queue = [...saved];
  const abort = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { artifact, path } = next;
      await saveOne(client, jobId, artifact, join(root, ...path.split('/')), root, signal, (done) => {
        received.set(artifact.file_key, done);
        options.onBytes?.([...received.values()].reduce((sum, bytes) => sum + bytes, 0), total);
      });
    }
  };
  const workers = Array.from({ length: parallel }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return saved;
}

async function saveOne(client: ZerosecClient, jobId: string, artifact: Artifact, target: string, root: string, signal: AbortSignal, onBytes: (done: number) => void): Promise<void> {
  const inside = relative(root, target);
  if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..') throw new Error(`${artifact.path} would leave ${root}`);
  const part = `${dirname(target)}${sep}.${randomUUID()}.part`;
  await writable(target, () => mkdir(dirname(target), { recursive: true }));
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const stream = Readable.fromWeb(client.download(jobId, artifact, { onBytes, signal }) as Parameters<typeof Readable.fromWeb>[0]);
        await writable(target, () => pipeline(stream, createWriteStream(part), { signal }));
        break;
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'download_corrupt') || attempt >= corruptTries) throw error;
      }
    }
    await writable(target, () => rename(part, target));
  } finally {
    await rm(part, { force: true });
  }
}

/** Errors of the file system as Faults that name the place. */
export async function writable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (error instanceof Fault || typeof code !== 'string' || syscall === undefined) throw error;
    throw new Fault('folder_unwritable', `${path}: ${(error as Error).message}`, { values: { path, reason: code } });
  }
}
