import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Record } from './record.ts';

const directory = join(import.meta.dirname, '../results');

/** Writes a run's lines to bench/results/<date>-<commit>-<suite>.jsonl. @returns the file */
export async function saveResults(suite: string, records: readonly Record[], into = directory): Promise<string> {
  const [first] = records;
  if (first === undefined) throw new Error('a run without results');
  await mkdir(into, { recursive: true });
  const path = join(into, `${first.date.slice(0, 19).replaceAll(':', '')}-${first.commit ?? 'nocommit'}-${suite}.jsonl`);
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}
