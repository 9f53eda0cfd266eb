import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { measureSpeeds, type Speeds } from './probe.ts';

export interface Machine extends Speeds {
  cpu: string;
  cores: number;
  node: string;
  /** short hash, with `+` when the working tree differs from it; null outside a repository */
  commit: string | null;
  /** runnable processes, mean of the last minute: above the number of cores, wall times say little */
  load: number;
}

/** What the figures depend on, and the speeds that floors are computed from. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    node: process.version,
    commit: commitOf(import.meta.dirname),
    load: loadavg()[0] ?? 0,
    ...measureSpeeds(),
  };
}

function commitOf(directory: string): string | null {
  const git = (...words: string[]): string => execFileSync('git', words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short=9', 'HEAD') + (changed ? '+' : '');
  } catch {
    return null;
  }
}
