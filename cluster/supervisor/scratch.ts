import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../platform/index.ts';

/** Scratch folders that are kept as evidence, and those of unknown jobs, are removed after so long, ms. */
const evidenceMs = 24 * 3600 * 1000;

/** `{job_id}-{attempt}` */
const folderName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-(\d{1,9})$/;

export function scratchFolder(directory: string, jobId: string, attempt: number): string {
  return join(directory, `${jobId}-${attempt}`);
}

/**
 * Removes what dead workers left in the scratch directory: folders of attempts that the tables know to have ended, and
 * anything older than a day. The folder of an attempt that no table knows may belong to another system that uses the same
 * directory, so it is left to its age.
 */
export async function sweepScratch(platform: Pick<Platform, 'config' | 'jobs'>): Promise<void> {
  const { tempDirectory, CLEANUP_TEMP_ON_FAILURE, CLEANUP_TEMP_ON_SUCCESS } = platform.config;
  await mkdir(tempDirectory, { recursive: true, mode: 0o700 });
  const names = await readdir(tempDirectory);
  const attempts = names.flatMap((name) => {
    const [, jobId, attempt] = folderName.exec(name) ?? [];
    return jobId === undefined ? [] : [{ job_id: jobId, attempt: Number(attempt) }];
  });
  const evidence = new Set([...(CLEANUP_TEMP_ON_FAILURE ? [] : ['failed']), ...(CLEANUP_TEMP_ON_SUCCESS ? [] : ['completed'])]);
  const ended = (await platform.jobs.ended(attempts)).filter(({ outcome }) => !evidence.has(outcome ?? ''));
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
  for (const { job_id, attempt } of ended) await remove(scratchFolder(tempDirectory, job_id, attempt));
  for (const name of names) {
    const path = join(tempDirectory, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > evidenceMs) await remove(path);
  }
}
