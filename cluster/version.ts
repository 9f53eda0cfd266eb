import { readFile } from 'node:fs/promises';

/** Version of the code that computes, as recorded with each job. `ZEROSEC_REVISION` is baked into the image. */
export async function codeVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const revision = process.env['ZEROSEC_REVISION'];
  return revision ? `${version}+${revision}` : version;
}
