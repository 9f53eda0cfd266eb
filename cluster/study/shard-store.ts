import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { codeVersion } from '../version.ts';
import type { StudyRows } from '../families/index.ts';

const DIGEST_BYTES = 32;

/**
 * Finished studies as files under the hash of everything that they depend on: a job that was killed, or is run again, finds them there. What cannot be
 * read back whole is computed anew. Without a directory nothing is kept.
 */
export class ShardStore<Task extends Keyed, Outcome> {
  readonly #directory: string | undefined;
  readonly #version: string;

  private constructor(directory: string | undefined, version: string) {
    this.#directory = directory;
    this.#version = version;
  }

  /** Studies of another version of the code are not taken for ours. */
  static async open<Task extends Keyed, Outcome>(directory: string | undefined): Promise<ShardStore<Task, Outcome>> {
    return new ShardStore(directory, await codeVersion());
  }

  async find(task: Task): Promise<Outcome | undefined> {
    if (this.#directory === undefined) return undefined;
    try {
      const bytes = await readFile(this.#path(task));
      const body = bytes.subarray(DIGEST_BYTES);
      return bytes.subarray(0, DIGEST_BYTES).equals(digest(body)) ? deserialize(body) as Outcome : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all, whenever the process dies. A full disk costs the next attempt time, not this one its result. */
  async keep(task: Task, outcome: Outcome): Promise<void> {
    if (this.#directory === undefined) return;
    const path = this.#path(task);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const body = serialize(outcome);
      await writeFile(`${path}.${process.pid}`, Buffer.concat([digest(body), body]));
      await rename(`${path}.${process.pid}`, path);
    } catch {
      return;
    }
  }

  #path(task: Task): string {
    return join(this.#directory as string, `${keyOf(task, this.#version)}.study`);
  }
}

/** What a study depends on. */
export interface Keyed {
  readonly family: string;
  readonly rows: StudyRows;
  readonly held: StudyRows['x'] | null;
  readonly trials: number;
  readonly overrides: unknown;
  /** how the settings are searched, where that can be chosen */
  readonly search?: unknown;
  readonly seed: number;
}

/** Of code, rows, settings and seed: the name of the job, its file or its threads are not part of it. */
export function keyOf({ family, rows, held, trials, overrides, search = null, seed }: Keyed, version: string): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, rows.task, family, trials, overrides, search, seed, rows.featureNames, rows.categorical, rows.folds, rows.x.rows, rows.x.columns, held?.rows ?? null]));
  for (const array of [rows.x.values, rows.y, rows.fold, ...held === null ? [] : [held.values]]) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex');
}

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
