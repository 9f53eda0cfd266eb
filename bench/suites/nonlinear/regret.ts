import { randomStream } from '../../../kernels/random/index.ts';
import { Study, tpeSampler } from '../../../cluster/tuning/index.ts';
import { branin, hartmann6, rosenbrock4 } from '../../../test/support/tuning-functions.ts';
import type { Case } from '../../harness/index.ts';
import { once } from './once.ts';

/** Median regret of Optuna 3.1 after 100 trials, the better of its two samplers: 11 seeds (specification, §6.5), and 41 seeds (measured later). */
const functions = [
  { name: 'branin', at: branin, eleven: 0.0187, fortyOne: 0.03 },
  { name: 'hartmann6', at: hartmann6, eleven: 0.199, fortyOne: 0.21 },
  { name: 'rosenbrock4', at: rosenbrock4, eleven: 4.16, fortyOne: 3.7 },
] as const;
const seeds = 101;

export const regretCases: readonly Case[] = functions.map(({ name, at, eleven, fortyOne }) => ({
  name: `regret-${name}`,
  about: `median regret of TPE after 100 trials, ${seeds} seeds`,
  run: (setting) => once(setting, async () => {
    const regrets = Array.from({ length: setting.quick ? 5 : seeds }, (_, k) => {
      const study = new Study({ name, space: at.space, sampler: tpeSampler(), seed: Math.floor(randomStream(k, 0x7265)() * 2 ** 31) });
      for (let i = 0; i < 100; i++) {
        const { number, parameters } = study.ask();
        study.tell(number, [at.value(parameters)]);
      }
      return (study.best?.values[0] as number) - at.minimum;
    }).sort((a, b) => a - b);
    const median = regrets[regrets.length >> 1] as number;
    return { quality: { median_regret: median, optuna_11_seeds: eleven, optuna_41_seeds: fortyOne }, failures: median > Math.max(eleven, fortyOne) ? [`median regret ${median.toPrecision(3)} is above Optuna's ${Math.max(eleven, fortyOne)}`] : [] };
  }, null),
}));
