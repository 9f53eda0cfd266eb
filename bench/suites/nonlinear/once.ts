import type { CaseResult, Comparison, Setting } from '../../harness/index.ts';

/** A figure that was measured elsewhere, on one thread of the machine of the specification. */
export interface Recorded {
  peer: string;
  version: string;
  cpu_s: number;
}

/** Runs ours `rounds` times and keeps the least, beside a recorded peer: for work of minutes, and for peers that cannot be installed everywhere. */
export async function once(setting: Setting, work: () => Promise<{ quality: Comparison['quality']; failures: string[]; details?: string[] }>, recorded: Recorded | null, rounds = 1): Promise<CaseResult> {
  let best = { wall: Infinity, cpu: Infinity };
  let last: Awaited<ReturnType<typeof work>> | undefined;
  for (let round = 0; round < (setting.quick ? 1 : rounds); round++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    last = await work();
    const { user, system } = process.cpuUsage(before);
    best = { wall: Math.min(best.wall, (performance.now() - started) / 1000), cpu: Math.min(best.cpu, (user + system) / 1e6) };
  }
  const { quality, failures, details = [] } = last as NonNullable<typeof last>;
  const peer = setting.quick ? null : recorded;
  return {
    comparisons: [{
      ours_s: best.wall, ours_cpu_s: best.cpu, rounds: setting.quick ? 1 : rounds, floor: null, absent: null, agrees: null, quality,
      peer: peer === null ? null : `${peer.peer} (recorded)`, peer_version: peer?.version ?? null, peer_s: peer?.cpu_s ?? null, peer_cpu_s: peer?.cpu_s ?? null,
    }],
    failures: setting.quick ? [] : failures, details,
  };
}
