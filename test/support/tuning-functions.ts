import type { Assignment, SearchSpace, Study } from '../../cluster/tuning/index.ts';

/** Test functions of global optimisation with their published minima. */
export interface TestFunction {
  readonly space: SearchSpace;
  readonly minimum: number;
  value(parameters: Assignment): number;
}

const box = (names: readonly string[], low: number, high: number): SearchSpace => names.map((name) => ({ name, distribution: { kind: 'float', low, high } }));
const vector = (parameters: Assignment): number[] => Object.values(parameters) as number[];

export const branin: TestFunction = {
  space: [{ name: 'x', distribution: { kind: 'float', low: -5, high: 10 } }, { name: 'y', distribution: { kind: 'float', low: 0, high: 15 } }],
  minimum: 0.397887357729739,
  value(parameters) {
    const [x, y] = vector(parameters) as [number, number];
    return (y - 5.1 / (4 * Math.PI ** 2) * x ** 2 + 5 / Math.PI * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const hartmannA = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];
const hartmannP = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]];
const hartmannC = [1, 1.2, 3, 3.2];

export const hartmann6: TestFunction = {
  space: box(['x1', 'x2', 'x3', 'x4', 'x5', 'x6'], 0, 1),
  minimum: -3.32236801141551,
  value(parameters) {
    const x = vector(parameters);
    return -hartmannC.reduce((sum, c, i) => sum + c * Math.exp(-x.reduce((s, xj, j) => s + hartmannA[i]![j]! * (xj - 1e-4 * hartmannP[i]![j]!) ** 2, 0)), 0);
  },
};

export const rosenbrock4: TestFunction = {
  space: box(['x1', 'x2', 'x3', 'x4'], -2, 2),
  minimum: 0,
  value(parameters) {
    const x = vector(parameters);
    return x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0);
  },
};

/** Lets a study evaluate a function, one trial after another. */
export function runTrials(study: Study, { value }: Pick<TestFunction, 'value'>, trials: number): Study {
  for (let i = 0; i < trials; i++) {
    const trial = study.ask();
    study.tell(trial.number, [value(trial.parameters)]);
  }
  return study;
}
