import { compareAnswers } from './compare.ts';
import type { Absent, CaseResult, Comparison, Contestant, Entrant, Floor, Setting, Timing } from './types.ts';

export interface Contest {
  ours: Entrant;
  peers: readonly Entrant[];
  /** largest relative difference that counts as agreement, by answer */
  tolerances: Readonly<Record<string, number>>;
  floor?: Floor;
  /** every contestant works once: the answers are what the case is about */
  once?: boolean;
}

/** A call below this is repeated inside a round, seconds: clocks and CPU counters have ticks. */
const shortCall = 0.05;
const shortRound = 0.15;
/** A contestant works about this long in all its rounds together, seconds; the slow ones have fewer rounds. */
const patience = 6;
const rounds = { quick: 2, least: 2, usual: 7 };

/**
 * Runs ours and every peer in turns and compares their answers. A figure is the least of its rounds: what else the machine does can
 * only add to it. A slow contestant has fewer rounds. Peers that are not installed are named.
 */
export async function contest(setting: Setting, { ours: enterOurs, peers: enterPeers, tolerances, floor, once = false }: Contest): Promise<CaseResult> {
  const open: Contestant[] = [];
  const absent: Absent[] = [];
  try {
    const ours = await enterOurs();
    if ('absent' in ours) throw new Error(`ours: ${ours.absent}`);
    open.push(ours);
    for (const enter of enterPeers) {
      const peer = await enter();
      if ('absent' in peer) absent.push(peer);
      else open.push(peer);
    }
    const times = new Map<Contestant, number>();
    const best = new Map<Contestant, Timing>();
    const turn = async (contestant: Contestant): Promise<number> => {
      const count = times.get(contestant) ?? 1;
      const timing = await contestant.run(count);
      const before = best.get(contestant) ?? { wall_s: Infinity, cpu_s: Infinity };
      best.set(contestant, { wall_s: Math.min(before.wall_s, timing.wall_s), cpu_s: Math.min(before.cpu_s, timing.cpu_s) });
      return timing.wall_s * count;
    };
    const most = once ? 0 : setting.quick ? rounds.quick : rounds.usual;
    const counts = new Map<Contestant, number>();
    for (const contestant of open) {
      const wall = await turn(contestant);
      counts.set(contestant, Math.min(most, Math.max(rounds.least, Math.ceil(patience / wall))));
      if (wall < shortCall && !once) {
        times.set(contestant, Math.min(100_000, Math.ceil((setting.quick ? shortCall : shortRound) / Math.max(wall, 1e-6))));
        best.delete(contestant); // a single short call is below the clocks' resolution
      }
    }
    for (let round = 0; round < most; round += 1) for (const contestant of open) if (round < (counts.get(contestant) ?? most)) await turn(contestant);

    const answers = await ours.answers();
    const own = best.get(ours) as Timing;
    const failures: string[] = [];
    const comparisons: Comparison[] = [];
    const common = { ours_s: own.wall_s, ours_cpu_s: own.cpu_s, rounds: once ? 1 : counts.get(ours) ?? most, floor: floor ?? null };
    for (const peer of open.slice(1)) {
      const { wall_s, cpu_s } = best.get(peer) as Timing;
      const { agrees, differences, problems } = compareAnswers(answers, await peer.answers(), tolerances);
      failures.push(...problems.map((problem) => `${peer.name}: ${problem}`));
      const quality = Object.fromEntries(Object.entries(differences).map(([key, value]) => [`difference_${key}`, value]));
      comparisons.push({ ...common, peer: peer.name, peer_version: peer.version, peer_s: wall_s, peer_cpu_s: cpu_s, absent: null, agrees, quality });
    }
    for (const peer of absent) comparisons.push({ ...common, peer: peer.name, peer_version: null, peer_s: null, peer_cpu_s: null, absent: peer.absent, agrees: null, quality: {} });
    if (comparisons.length === 0) comparisons.push({ ...common, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, quality: {} });
    return { comparisons, failures, details: [] };
  } finally {
    await Promise.all(open.map((contestant) => contestant.close()));
  }
}
