import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { saveArtifacts } from '../../../cli/download/save.ts';
import type { Artifact, ZerosecClient } from '../../../client/index.ts';
import { Fault } from '../../../schemas/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-save-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function artifact(path: string): Artifact {
  return { artifact_id: path, file_key: path, file_name: path, path, file_type: 'csv', content_type: 'text/csv', size_bytes: 4, sha256: '', created_at: '2026-01-01T00:00:00Z' };
}

/** A client whose files arrive in two halves; `between` happens after the first. */
function clientThat(between: (path: string) => void | Promise<void>): ZerosecClient {
  return {
    download: (_job: string, { file_key }: Artifact) => new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from('ab'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        try {
          await between(file_key);
          controller.enqueue(Buffer.from('cd'));
          controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
    }),
  } as unknown as ZerosecClient;
}

const files = (out: string): string[] => readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => !name.endsWith('d')).sort();

it('a file appears under its name only when it is whole', async () => {
  const out = join(folder, 'whole');
  const seen: string[][] = [];
  const saved = await saveArtifacts(clientThat(() => void seen.push(files(out).filter((name) => !name.endsWith('.part')))), 'job', [artifact('d/a.csv'), artifact('b.csv')], out);
  assert.deepEqual(seen[0], []);
  assert.deepEqual(saved.map(({ path }) => path), ['b.csv', 'd/a.csv']);
  assert.equal(readFileSync(join(out, 'd/a.csv'), 'utf8'), 'abcd');
  assert.deepEqual(files(out), ['b.csv', join('d', 'a.csv')], 'nothing else is left');
});

it('a download that breaks leaves nothing of its file', async () => {
  const out = join(folder, 'broken');
  const fault = new Fault('download_refused', 'gone');
  await assert.rejects(saveArtifacts(clientThat(() => { throw fault; }), 'job', [artifact('a.csv')], out), fault);
  assert.deepEqual(files(out), []);
});
