import { readFile } from 'node:fs/promises';

/** Version of this API as /health tells it. */
export async function apiVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
