/** Test problems of multi-objective optimisation (Zitzler, Deb & Thiele 2000; Deb et al. 2005) with the volume of their true fronts, reference 1.1 in each objective. */
export interface FrontProblem {
  name: string;
  /** limits of each variable */
  limits: readonly (readonly [low: number, high: number])[];
  objectives: number;
  known: number;
  value: (x: readonly number[]) => number[];
}

const units = (count: number): [number, number][] => Array.from({ length: count }, () => [0, 1]);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const tail = (x: readonly number[]): number => 1 + 9 * sum(x.slice(1)) / (x.length - 1);
const zdt = (shape: (f: number, g: number) => number, of: (x: readonly number[]) => [f: number, g: number] = (x) => [x[0] as number, tail(x)]) => (x: readonly number[]): number[] => {
  const [f, g] = of(x);
  return [f, g * shape(f, g)];
};
const convex = (f: number, g: number): number => 1 - Math.sqrt(f / g);
const concave = (f: number, g: number): number => 1 - (f / g) ** 2;

export const frontProblems: readonly FrontProblem[] = [
  { name: 'zdt1', limits: units(30), objectives: 2, known: 121 / 100 - 1 / 3, value: zdt(convex) },
  { name: 'zdt2', limits: units(30), objectives: 2, known: 0.543333, value: zdt(concave) },
  { name: 'zdt3', limits: units(30), objectives: 2, known: 1.331763, value: zdt((f, g) => 1 - Math.sqrt(f / g) - f / g * Math.sin(10 * Math.PI * f)) },
  {
    name: 'zdt4', limits: [[0, 1], ...Array.from({ length: 9 }, (): [number, number] => [-5, 5])], objectives: 2, known: 121 / 100 - 1 / 3,
    value: zdt(convex, (x) => [x[0] as number, 1 + sum(x.slice(1).map((v) => 10 + v * v - 10 * Math.cos(4 * Math.PI * v)))]),
  },
  {
    name: 'zdt6', limits: units(10), objectives: 2, known: 0.507878,
    value: zdt(concave, (x) => [1 - Math.exp(-4 * (x[0] as number)) * Math.sin(6 * Math.PI * (x[0] as number)) ** 6, 1 + 9 * (sum(x.slice(1)) / (x.length - 1)) ** 0.25]),
  },
  {
    name: 'dtlz1-3', limits: units(7), objectives: 3, known: 1.331 - 0.125 / 6,
    value([a = 0, b = 0, ...rest]) {
      const g = 1 + 100 * sum(rest.map((v) => 1 + (v - 0.5) ** 2 - Math.cos(20 * Math.PI * (v - 0.5))));
      return [0.5 * a * b * g, 0.5 * a * (1 - b) * g, 0.5 * (1 - a) * g];
    },
  },
  {
    name: 'dtlz2-3', limits: units(12), objectives: 3, known: 1.331 - Math.PI / 6,
    value([a = 0, b = 0, ...rest]) {
      const g = 1 + sum(rest.map((v) => (v - 0.5) ** 2));
      const [p, q] = [a * Math.PI / 2, b * Math.PI / 2];
      return [g * Math.cos(p) * Math.cos(q), g * Math.cos(p) * Math.sin(q), g * Math.sin(p)];
    },
  },
];

/** What `evolve` asks of a problem. */
export function asEvolution({ limits, objectives, value }: FrontProblem): { space: { kind: 'float'; low: number; high: number }[]; objectives: number; evaluate(points: Float64Array, rows: number): { costs: Float64Array; violation: Float64Array } } {
  const d = limits.length;
  return {
    space: limits.map(([low, high]) => ({ kind: 'float', low, high })), objectives,
    evaluate: (points, rows) => ({ costs: Float64Array.from(Array.from({ length: rows }, (_, i) => value([...points.subarray(i * d, (i + 1) * d)])).flat()), violation: new Float64Array(rows) }),
  };
}

/** Rows below the reference in every objective, one after the other. */
export function within(costs: Float64Array, m: number, reference: number): Float64Array {
  const rows = Array.from({ length: costs.length / m }, (_, i) => costs.subarray(i * m, (i + 1) * m));
  return Float64Array.from(rows.filter((row) => row.every((value) => value < reference)).flatMap((row) => [...row]));
}
