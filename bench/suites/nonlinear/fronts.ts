import { evolve, nsga2Sampler, Study, type SearchSpace } from '../../../cluster/tuning/index.ts';
import { hypervolume } from '../../../kernels/pareto/index.ts';
import { asEvolution, frontProblems, within, type FrontProblem } from '../../../test/support/front-problems.ts';
import type { Case } from '../../harness/index.ts';
import { once } from './once.ts';

/** Optuna 3.1, NSGA-II with a population of 50, ZDT1 in five variables, 1,000 evaluations, seed 1 (specification, §6.6). */
const optuna = 0.7599;
const seeds = [1, 2, 3] as const;

const zdt1 = frontProblems.find(({ name }) => name === 'zdt1') as FrontProblem;

/** The sampler of a study, one trial at a time. */
const sampler: Case = {
  name: 'front-study-zdt1',
  about: 'NSGA-II as the sampler of a study on ZDT1, 5 parameters, 1,000 trials: hypervolume of all that was tried',
  run: (setting) => once(setting, async () => {
    const space: SearchSpace = Array.from({ length: 5 }, (_, i) => ({ name: `x${i}`, distribution: { kind: 'float', low: 0, high: 1 } }));
    const study = new Study({ name: 'zdt1', space, sampler: nsga2Sampler(), directions: ['minimize', 'minimize'], seed: 1 });
    for (let i = 0; i < (setting.quick ? 100 : 1000); i++) {
      const { number, parameters } = study.ask();
      study.tell(number, zdt1.value(Object.values(parameters) as number[]));
    }
    const volume = hypervolume(within(Float64Array.from(study.trials.flatMap(({ values }) => values)), 2, 1.1), 2, [1.1, 1.1]);
    return { quality: { hypervolume: volume, known: zdt1.known, share: volume / zdt1.known, optuna }, failures: volume < optuna ? [`hypervolume ${volume.toFixed(4)} is below Optuna's ${optuna}`] : [] };
  }, null),
};

/** Generations: what the job's search of a front runs. */
export const frontCases: readonly Case[] = [sampler, ...frontProblems.map((problem): Case => {
  const { name, limits, objectives: m, known } = problem;
  const evaluations = m === 2 ? 40_000 : 100_000;
  return {
    name: `front-${name}`,
    about: `${m === 2 ? 'NSGA-II' : 'NSGA-III'} on ${name.toUpperCase()}, ${limits.length} variables, ${evaluations} evaluations, ${seeds.length} seeds: share of the volume of the true front`,
    run: (setting) => once(setting, async () => {
      const shares: number[] = [];
      for (const seed of seeds.slice(0, setting.quick ? 1 : undefined)) {
        const { costs } = await evolve(asEvolution(problem), { seed, evaluations: setting.quick ? 2000 : evaluations });
        shares.push(hypervolume(within(costs, m, 1.1), m, new Array<number>(m).fill(1.1)) / known);
      }
      const least = Math.min(...shares);
      return { quality: { least_share: least, most_share: Math.max(...shares), bar: 0.99 }, failures: least < 0.99 ? [`${(100 * least).toFixed(2)} % of the volume of the true front, 99 % wanted`] : Math.max(...shares) > 1 + 1e-5 ? ['more than the true front'] : [] };
    }, null),
  };
})];
