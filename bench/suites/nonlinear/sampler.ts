import { Study, tpeSampler, type SearchSpace } from '../../../cluster/tuning/index.ts';
import type { Case } from '../../harness/index.ts';
import { once } from './once.ts';

const space: SearchSpace = Array.from({ length: 8 }, (_, i) => ({ name: `x${i}`, distribution: { kind: 'float', low: -1, high: 1 } }));

/** Seconds of the peer for the whole study, and what it found. */
const peers = [{ trials: 100, rounds: 25, cpu_s: 1.88, best: 0.109179, bar: 0.3e-3 }, { trials: 1000, rounds: 7, cpu_s: 48.2, best: 0.047747, bar: 1e-3 }] as const;

export const samplerCases: readonly Case[] = peers.map(({ trials, rounds, cpu_s, best, bar }) => ({
  name: `sampler-${trials}`,
  about: `TPE alone: eight numbers, ${trials} trials of an instant objective, least of ${rounds} rounds`,
  async run(setting) {
    const result = await once(setting, () => {
      const study = new Study({ name: 'sampler', space, sampler: tpeSampler(), seed: 42 });
      for (let i = 0; i < trials; i++) {
        const { number, parameters } = study.ask();
        const x = Object.values(parameters) as number[];
        study.tell(number, [x.reduce((sum, v) => sum + (v - 0.3) ** 2, 0) + 0.5 * (x[0] as number) * (x[1] as number)]);
      }
      return Promise.resolve({ quality: { best: study.best?.values[0] as number, peer_best: best }, failures: [] });
    }, { peer: 'Optuna', version: '3.1', cpu_s }, rounds);
    const perTrial = (result.comparisons[0]?.ours_cpu_s as number) / trials;
    return { ...result, details: [`${(1000 * perTrial).toFixed(3)} ms of CPU a trial; bar ${1000 * bar} ms: ${perTrial <= bar ? 'met' : 'missed'}; Optuna ${(1000 * cpu_s / trials).toFixed(1)} ms`] };
  },
}));
