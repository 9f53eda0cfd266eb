import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { holdDirectory, readServerFile } from '../../../cli/launcher/directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-hold-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('a data directory', () => {
  it('belongs to one process at a time and is found by others', async () => {
    const held = await holdDirectory(folder);
    await held.announce({ url: 'http://127.0.0.1:1', temporary: false });
    assert.equal((await readServerFile(folder))?.url, 'http://127.0.0.1:1');
    await assert.rejects(holdDirectory(folder), (error: { code?: unknown; values?: Record<string, unknown> }) => error.code === 'already_running' && error.values?.['pid'] === process.pid && error.values['url'] === 'http://127.0.0.1:1');
    await held.release();
    assert.equal(await readServerFile(folder), undefined);
    await (await holdDirectory(folder)).release();
  });

  it('that a killed process left behind is taken over, also when its process id is another one\'s by now', async () => {
    for (const lock of ['{"pid":2147483646,"born":null}', JSON.stringify({ pid: process.pid, born: '1' }), '']) {
      writeFileSync(join(folder, 'zerosec.lock'), lock);
      writeFileSync(join(folder, 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:1', pid: 2147483646, temporary: false }));
      assert.equal(await readServerFile(folder), undefined);
      await (await holdDirectory(folder)).release();
    }
  });
});
