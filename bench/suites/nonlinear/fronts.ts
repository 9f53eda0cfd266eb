import { nsga2Sampler, Study, type SearchSpace } from '../../../cluster/tuning/index.ts';
import { hypervolume } from '../../../kernels/pareto/index.ts';
import type { Case } from '../../harness/index.ts';
import { once } from './once.ts';

interface Problem {
  name: string;
  dimensions: number;
  objectives: number;
  evaluations: number;
  /** hypervolume of the true front, reference 1.1 in each objective (specification, §6.6) */
  known: number;
  /** Optuna 3.1 with the same evaluations, seed 1 */
  optuna: number | null;
  value: (x: readonly number[]) => number[];
}

const tail = (x: readonly number[]): number => 1 + 9 * x.slice(1).reduce((a, b) => a + b, 0) / (x.length - 1);

const problems: readonly Problem[] = [
  { name: 'zdt1', dimensions: 5, objectives: 2, evaluations: 1000, known: 121 / 100 - 1 / 3, optuna: 0.7599, value: (x) => { const [f, g] = [x[0] as number, tail(x)]; return [f, g * (1 - Math.sqrt(f / g))]; } },
  { name: 'zdt2', dimensions: 5, objectives: 2, evaluations: 2000, known: 0.543333, optuna: null, value: (x) => { const [f, g] = [x[0] as number, tail(x)]; return [f, g * (1 - (f / g) ** 2)]; } },
  { name: 'zdt3', dimensions: 5, objectives: 2, evaluations: 2000, known: 1.331763, optuna: null, value: (x) => { const [f, g] = [x[0] as number, tail(x)]; return [f, g * (1 - Math.sqrt(f / g) - f / g * Math.sin(10 * Math.PI * f))]; } },
  {
    name: 'dtlz2-3', dimensions: 5, objectives: 3, evaluations: 2000, known: 1.331 - Math.PI / 6, optuna: null, value(x) {
      const g = 1 + x.slice(2).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
      const [a, b] = [(x[0] as number) * Math.PI / 2, (x[1] as number) * Math.PI / 2];
      return [g * Math.cos(a) * Math.cos(b), g * Math.cos(a) * Math.sin(b), g * Math.sin(a)];
    },
  },
];

export const frontCases: readonly Case[] = problems.map(({ name, dimensions, objectives, evaluations, known, optuna, value }) => ({
  name: `front-${name}`,
  about: `NSGA-II on ${name.toUpperCase()}, ${dimensions} parameters, ${evaluations} evaluations: hypervolume of all that was tried`,
  run: (setting) => once(setting, async () => {
    const space: SearchSpace = Array.from({ length: dimensions }, (_, i) => ({ name: `x${i}`, distribution: { kind: 'float', low: 0, high: 1 } }));
    const study = new Study({ name, space, sampler: nsga2Sampler(), directions: Array.from({ length: objectives }, () => 'minimize' as const), seed: 1 });
    for (let i = 0; i < (setting.quick ? 100 : evaluations); i++) {
      const { number, parameters } = study.ask();
      study.tell(number, value(Object.values(parameters) as number[]));
    }
    const inside = study.trials.map(({ values }) => values).filter((values) => values.every((v) => v < 1.1));
    const volume = hypervolume(Float64Array.from(inside.flat()), objectives, new Array<number>(objectives).fill(1.1));
    return {
      quality: { hypervolume: volume, known, share: volume / known, ...optuna !== null && { optuna } },
      failures: [...(volume > known * (1 + 1e-6) ? [`hypervolume ${volume} is above that of the true front ${known}`] : []), ...(optuna !== null && volume < optuna ? [`hypervolume ${volume.toFixed(4)} is below Optuna's ${optuna}`] : [])],
    };
  }, null),
}));
