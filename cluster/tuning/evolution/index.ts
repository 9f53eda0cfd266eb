/** Search for a front of non-dominated points over numbers, steps and choices, in whole generations. */
import { randomStream } from '../../../kernels/random/index.ts';
import { cross, mutate } from '../operators.ts';
import { spread } from '../space.ts';
import type { Distribution } from '../space.ts';
import { crowding, directionsFor, leastCrowded, nearestDirections, rank } from './survival.ts';

export interface EvolutionProblem {
  /** of each variable */
  readonly space: readonly Distribution[];
  readonly objectives: number;
  /**
   * @param points rows × variables, row by row; choices as their index
   * @returns costs rows × objectives (smaller is better) and how much each row breaks its constraints, 0 when it keeps them
   */
  evaluate(points: Float64Array, rows: number): Evaluation | Promise<Evaluation>;
}

export interface Evaluation {
  readonly costs: Float64Array;
  readonly violation: Float64Array;
}

export interface EvolutionOptions {
  seed: number;
  /** points of a generation. Default 100 */
  population?: number;
  /** of all generations together; at least one generation. Default 10,000 */
  evaluations?: number;
  /** points to begin with, rows × variables; the rest of the first generation is drawn */
  start?: Float64Array;
  /** after each generation; `done` of `evaluations` */
  onGeneration?: (done: number, evaluations: number) => void;
}

/** Every point that was evaluated, in order. */
export interface Evolved {
  readonly points: Float64Array;
  readonly costs: Float64Array;
  readonly violation: Float64Array;
}

/** Chance of crossing at all, and indices of the operators: larger keeps children closer to their parents. */
const chance = 0.9;
const crossoverIndex = 15;
const mutationIndex = 20;
/** Place of the draws of a generation among the streams of a seed. */
const stream = 4;

/**
 * NSGA-II (Deb et al. 2002) for two objectives, NSGA-III (Deb & Jain 2014) for more: parents and children compete for the places of the next generation.
 * Returns all that was evaluated, because the front of all is finer than that of the last generation. The same for the same seed.
 */
export async function evolve(problem: EvolutionProblem, { seed, population = 100, evaluations = 10_000, start, onGeneration = () => undefined }: EvolutionOptions): Promise<Evolved> {
  const { space, objectives: m } = problem;
  const d = space.length;
  const size = Math.max(4, population + population % 2);
  const generations = Math.max(1, Math.ceil(evaluations / size));
  const all = { points: new Float64Array(generations * size * d), costs: new Float64Array(generations * size * m), violation: new Float64Array(generations * size) };
  const directions = m > 2 ? directionsFor(m, size) : [];
  let parents: number[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const draw = randomStream(seed, stream, generation);
    const first = generation * size;
    const points = generation === 0 ? beginning(space, size, start, draw) : children(space, all, parents, m, size, draw);
    const { costs, violation } = await problem.evaluate(points, size);
    all.points.set(points, first * d);
    all.costs.set(costs, first * m);
    all.violation.set(violation, first);
    const pool = [...parents, ...Array.from({ length: size }, (_, i) => first + i)];
    const pooled = gather(all.costs, pool, m);
    const ranks = rank(pooled, Float64Array.from(pool, (i) => all.violation[i] as number), m);
    parents = (m > 2 ? nearestDirections(pooled, ranks, m, size, directions, draw) : leastCrowded(pooled, ranks, m, size)).map((i) => pool[i] as number);
    onGeneration(first + size, generations * size);
  }
  return all;
}

function beginning(space: readonly Distribution[], size: number, start: Float64Array | undefined, draw: () => number): Float64Array {
  const d = space.length;
  const points = new Float64Array(size * d);
  // a Latin hypercube: every variable is looked at over its whole range
  space.forEach((distribution, j) => {
    const order = Array.from({ length: size }, (_, i) => i);
    for (let i = size - 1; i > 0; i--) {
      const other = Math.floor(draw() * (i + 1));
      [order[i], order[other]] = [order[other] as number, order[i] as number];
    }
    order.forEach((cell, i) => { points[i * d + j] = spread(distribution, (cell + draw()) / size); });
  });
  if (start !== undefined) points.set(start.subarray(0, points.length));
  return points;
}

function children(space: readonly Distribution[], { points, costs, violation }: Evolved, parents: readonly number[], m: number, size: number, draw: () => number): Float64Array {
  const d = space.length;
  const own = gather(costs, parents, m);
  const ranks = rank(own, Float64Array.from(parents, (i) => violation[i] as number), m);
  const room = m > 2 ? new Float64Array(parents.length) : crowding(own, ranks, m);
  const tournament = (): number => {
    const a = Math.floor(draw() * parents.length);
    const b = Math.floor(draw() * parents.length);
    const [first, second] = [ranks[a] as number, ranks[b] as number];
    return parents[first < second || (first === second && (room[a] as number) >= (room[b] as number)) ? a : b] as number;
  };
  const born = new Float64Array(size * d);
  const rate = 1 / d;
  for (let i = 0; i < size; i++) {
    const [a, b] = [tournament(), tournament()];
    const crossed = draw() < chance;
    space.forEach((distribution, j) => {
      const [x, y] = [points[a * d + j] as number, points[b * d + j] as number];
      const value = crossed ? cross(distribution, x, y, crossoverIndex, draw) : x;
      born[i * d + j] = draw() < rate ? mutate(distribution, value, mutationIndex, draw) : value;
    });
  }
  return born;
}

function gather(costs: Float64Array, rows: readonly number[], m: number): Float64Array {
  const own = new Float64Array(rows.length * m);
  rows.forEach((i, at) => { own.set(costs.subarray(i * m, (i + 1) * m), at * m); });
  return own;
}
