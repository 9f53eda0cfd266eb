import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertNothingLeft, assertOneResult, eventually, follow, slowTable, submit } from '../support/chaos.ts';
import { killPoints, type KillPoint } from '../support/kill-points.ts';
import { TestSystem } from '../support/system.ts';

export type Victim = 'job process' | 'supervisor' | 'api';
export const victims: readonly Victim[] = ['job process', 'supervisor', 'api'];

/** The storage holds the request at which something is killed for so long: the blow falls in its middle, ms. */
const holdMs = 400;

/** kill -9 of a victim at each of the given points; afterwards the job is completed with exactly one result set and nothing is left of the rest. */
export function describeKills(blows: readonly (readonly [Victim, KillPoint])[], rows: number): void {
  let system: TestSystem;
  let onRequest: ((request: { method: string; key: string }) => boolean) | null = null;
  const table = slowTable(rows);

  before(async () => {
    system = await TestSystem.start({ faults: (request) => (onRequest?.(request) === true ? { delayMs: holdMs } : undefined) });
  });
  after(() => system.stop());

  const strike = async (victim: Victim): Promise<void> => {
    const processes = await system.jobProcesses();
    if (victim === 'job process') for (const pid of processes) process.kill(pid, 'SIGKILL');
    if (victim === 'supervisor') {
      await system.killWorker();
      await system.startWorker();
    }
    if (victim === 'api') {
      await system.killApi();
      await system.startApi();
    }
  };

  describe('kill -9', () => {
    for (const [victim, point] of blows) {
      test(`of the ${victim} ${point.name}: the job completes with one result set`, async () => {
        let struck: Promise<void> | null = null;
        if (point.request) {
          onRequest = (request) => {
            if (struck !== null || point.request?.(request) !== true) return false;
            struck = strike(victim);
            return true;
          };
        }
        const jobId = await submit(system, table);
        const followed = follow(system, jobId);
        if (point.event) await eventually(point.name, () => followed.events.some((event) => point.event?.(event)));
        else await eventually(point.name, () => struck !== null);
        struck ??= strike(victim);
        await struck;
        onRequest = null;
        await assertOneResult(system, jobId, followed);
        if (point.costsAttempt.includes(victim)) {
          assert.ok((await system.platform.jobs.attempts(jobId)).length >= 2, 'the blow missed: no attempt was lost');
        }
      });
    }

    test('leaves nothing behind: no waiting job or message, no scratch, no orphan', () => assertNothingLeft(system));
  });
}

/** Every victim at every point. */
export const everyBlow: readonly (readonly [Victim, KillPoint])[] = victims.flatMap((victim) => killPoints.map((point) => [victim, point] as const));

/** In the order of `killPoints`. */
const shortRun: readonly Victim[] = ['api', 'supervisor', 'job process', 'job process', 'supervisor', 'api', 'job process', 'api', 'supervisor', 'api', 'supervisor'];

/** Every point once, each victim at several of them. */
export const someBlows: readonly (readonly [Victim, KillPoint])[] = killPoints.map((point, index) => [shortRun[index] ?? 'api', point] as const);
