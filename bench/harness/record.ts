import { z } from 'zod';
import type { Comparison, Setting } from './types.ts';

/** One line of `--json` and of bench/results/*.jsonl. Seconds are the least of the rounds; ratios above 1 mean that ours is faster. */
export const recordSchema = z.strictObject({
  suite: z.string(),
  case: z.string(),
  ours_s: z.number().positive(),
  peer: z.string().nullable(),
  peer_s: z.number().positive().nullable(),
  /** peer_s / ours_s */
  ratio: z.number().positive().nullable(),
  quality: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  ours_cpu_s: z.number().nonnegative().nullable(),
  peer_cpu_s: z.number().nonnegative().nullable(),
  /** peer_cpu_s / ours_cpu_s: the fairer one on a machine that is shared */
  cpu_ratio: z.number().positive().nullable(),
  peer_version: z.string().nullable(),
  /** why a named peer has no figures */
  absent: z.string().nullable(),
  agrees: z.boolean().nullable(),
  rounds: z.int().min(1),
  threads: z.int().min(1),
  quick: z.boolean(),
  floor_s: z.number().nonnegative().nullable(),
  floor_of: z.string().nullable(),
  cpu: z.string(),
  load: z.number().nonnegative(),
  node: z.string(),
  commit: z.string().nullable(),
  date: z.iso.datetime(),
});
export type Record = z.infer<typeof recordSchema>;

export function toRecord(suite: string, name: string, comparison: Comparison, setting: Setting, date: string): Record {
  const { machine, threads, quick } = setting;
  const { floor, ours_s, ours_cpu_s, peer_s, peer_cpu_s, ...rest } = comparison;
  const ratio = (a: number | null, b: number | null): number | null => (a === null || b === null || a <= 0 || b <= 0 ? null : significant(a / b));
  return {
    suite, case: name, ours_s: significant(ours_s), peer: rest.peer, peer_s: rounded(peer_s), ratio: ratio(peer_s, ours_s),
    quality: Object.fromEntries(Object.entries(rest.quality).map(([key, value]) => [key, typeof value === 'number' ? significant(value) : value])),
    ours_cpu_s: rounded(ours_cpu_s), peer_cpu_s: rounded(peer_cpu_s), cpu_ratio: ratio(peer_cpu_s, ours_cpu_s),
    peer_version: rest.peer_version, absent: rest.absent, agrees: rest.agrees, rounds: rest.rounds, threads, quick,
    floor_s: rounded(floor?.seconds ?? null), floor_of: floor?.of ?? null,
    cpu: machine.cpu, load: machine.load, node: machine.node, commit: machine.commit, date,
  };
}

/** Four digits are more than any of these measurements has. */
function significant(value: number): number {
  return Number(value.toPrecision(4));
}

function rounded(value: number | null): number | null {
  return value === null ? null : significant(value);
}
