import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { identity, run, startFailed } from './cluster.ts';

const patienceSeconds = 30;

/**
 * After `kill -9` of a launcher its postmaster may still run, or be about to stop. Stops it and waits until it is gone;
 * removes a postmaster.pid whose number meanwhile belongs to some other process.
 */
export async function stopOrphan(cluster: string, binaries: Binaries, account: Account | null): Promise<void> {
  const pid = postmasterPid(cluster);
  if (pid === undefined || !alive(pid)) return;
  if (!(await isPostmasterOf(pid, cluster))) {
    if (postmasterPid(cluster) === pid) rmSync(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  for (const mode of ['fast', 'immediate']) {
    const stop = await run(binaries.pgCtl, ['stop', '-D', cluster, '-m', mode, '-w', '-t', String(patienceSeconds)], identity(account));
    if (stop.code === 0 || !alive(pid)) break;
  }
  // pg_ctl is content when postmaster.pid is gone; the process itself ends a moment later.
  for (let waited = 0; alive(pid); waited += 20) {
    if (waited > patienceSeconds * 1000) throw startFailed(`process ${pid} of an earlier start cannot be stopped`);
    await wait(20);
  }
}

function postmasterPid(cluster: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0] ?? '', 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    // A zombie has ended; its parent (init of a container) may never collect it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A postmaster's working directory is its cluster; where that cannot be seen, its command line names it. */
async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    } catch {
      return false;
    }
  }
  if (process.platform === 'win32') return true;
  const { output } = await run('ps', ['-o', 'command=', '-p', String(pid)], {});
  return output.includes(cluster);
}
