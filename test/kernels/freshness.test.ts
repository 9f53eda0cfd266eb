import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { checkFresh, instantiate, KernelError, KernelMemory } from '../../kernels/index.ts';
import { hashSources } from '../../kernels/freshness.ts';

const stale = (error: unknown): boolean => error instanceof KernelError && error.code === 'kernels_stale' && error.message.includes('npm run build:kernels');

describe('a module of kernels that is older than the sources', () => {
  let directory: string;
  let sources: string;
  let record: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zerosec-kernels-'));
    sources = join(directory, 'assembly');
    record = join(directory, 'kernels.json');
    await mkdir(join(sources, 'family'), { recursive: true });
    await writeFile(join(sources, 'family/one.ts'), 'export function one(): i32 { return 1; }');
    await writeFile(record, JSON.stringify({ sources: await hashSources(sources, '1.0.0', ['-O3']), wasm: '', compiler: '1.0.0', flags: ['-O3'] }));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test('is found by comparing what it was built from with what lies there', async () => {
    await checkFresh(sources, record);
    const path = join(sources, 'family/one.ts');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('return 1', 'return 2'));
    await assert.rejects(checkFresh(sources, record), stale);
    await writeFile(path, text);
    await checkFresh(sources, record);
    await writeFile(join(sources, 'two.ts'), '');
    await assert.rejects(checkFresh(sources, record), stale);
  });

  test('is not looked for where there are no sources, as in an image', () => checkFresh(join(directory, 'nowhere'), record));

  test('and one without a record counts as not built', async () => {
    await assert.rejects(checkFresh(sources, join(directory, 'nothing.json')), (error: unknown) => error instanceof KernelError && error.code === 'kernels_not_built');
  });

  test('says which kernel is missing when that is asked for, instead of "is not a function"', async () => {
    // the smallest module: it has no exports at all
    const module = await WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const { exports } = await instantiate(module, KernelMemory.create());
    assert.throws(() => exports.factor(1, 2, 3), (error: unknown) => stale(error) && /no kernel factor/.test((error as Error).message));
  });
});
