import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Service } from '../../../cli/launcher/service.ts';
import { isAlive, until } from '../support.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-service-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, body);
  return path;
}

describe('a service', () => {
  it('is started again when it is killed, and stays away when it is stopped', async () => {
    const told: string[] = [];
    const service = new Service({ name: 'calm', entry: script('calm.mjs', 'process.send({ type: "listening" }); setInterval(() => {}, 1000);'), environment: process.env, logFile: join(folder, 'calm.log'), onRestart: (name) => told.push(name) });
    await service.whenReady();
    const first = service.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until('the restart', () => service.pid !== undefined && service.pid !== first);
    assert.deepEqual(told, ['calm']);
    const second = service.pid ?? 0;
    await service.stop(5_000);
    assert.ok(!isAlive(second));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(service.pid, undefined);
  });

  it('that keeps dying before it is ready has failed, and its last words are told', async () => {
    const service = new Service({ name: 'sick', entry: script('sick.mjs', 'console.error("no such thing"); process.exit(1);'), environment: process.env, logFile: join(folder, 'sick.log') });
    await assert.rejects(service.whenReady(), (error: { code?: unknown; values?: Record<string, unknown> }) => error.code === 'service_failed' && String(error.values?.['reason']).includes('no such thing'));
    assert.equal(readFileSync(join(folder, 'sick.log'), 'utf8').match(/no such thing/g)?.length, 3);
  });

  it('that does not heed SIGTERM is killed when patience ends', async () => {
    const service = new Service({ name: 'deaf', entry: script('deaf.mjs', 'process.on("SIGTERM", () => {}); process.send({ type: "listening" }); setInterval(() => {}, 1000);'), environment: process.env, logFile: null });
    await service.whenReady();
    const pid = service.pid ?? 0;
    await service.stop(200);
    assert.ok(!isAlive(pid));
  });
});
