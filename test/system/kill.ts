import { after, before, describe, test } from 'node:test';
import { assertOneResult, eventually, follow, slowTable, submit } from '../support/chaos.ts';
import { killPoints, type KillPoint } from '../support/kill-points.ts';
import { TestSystem } from '../support/system.ts';

type Victim = 'job process' | 'supervisor' | 'api';

/** kill -9 of one victim at each of the given points; afterwards the job is completed with exactly one result set. */
export function describeKills(victims: readonly Victim[], points: readonly KillPoint[] = killPoints): void {
  let system: TestSystem;
  let onRequest: ((request: { method: string; key: string }) => void) | null = null;
  const table = slowTable();

  before(async () => {
    system = await TestSystem.start({
      faults: (request) => {
        onRequest?.(request);
        return undefined;
      },
    });
  });
  after(() => system.stop());

  const strike = async (victim: Victim): Promise<void> => {
    if (victim === 'job process') for (const pid of await system.jobProcesses()) process.kill(pid, 'SIGKILL');
    if (victim === 'supervisor') {
      await system.killWorker();
      await system.startWorker();
    }
    if (victim === 'api') {
      await system.killApi();
      await system.startApi();
    }
  };

  for (const victim of victims) {
    describe(`kill -9 of the ${victim}`, () => {
      for (const point of points) {
        test(`${point.name}: the job completes with one result set`, async () => {
          let struck: Promise<void> | null = null;
          if (point.request) {
            onRequest = (request) => {
              if (struck === null && point.request?.(request)) struck = strike(victim);
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
        });
      }
    });
  }
}
