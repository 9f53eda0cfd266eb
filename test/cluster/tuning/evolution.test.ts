import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { evolve, type EvolutionProblem } from '../../../cluster/tuning/index.ts';
import { crowding, directionsFor, leastCrowded, rank } from '../../../cluster/tuning/evolution/survival.ts';
import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';
import { hypervolume, paretoRanks } from '../../../kernels/pareto/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { asEvolution, frontProblems, within } from '../../support/front-problems.ts';

let kernels: Kernels;
before(async () => { kernels = await instantiate(await loadKernels(), KernelMemory.create()); });

for (const [name, evaluations, share] of [['zdt1', 10_000, 0.98], ['zdt3', 10_000, 0.98], ['dtlz2-3', 10_000, 0.95]] as const) {
  test(`${name}: ${evaluations} evaluations cover more than ${share} of the volume of the true front and never more than all of it`, async () => {
    const problem = frontProblems.find((one) => one.name === name)!;
    const { costs } = await evolve(asEvolution(problem), { seed: 1, evaluations });
    const m = problem.objectives;
    const volume = hypervolume(within(costs, m, 1.1), m, new Array<number>(m).fill(1.1));
    assert.ok(volume > share * problem.known, `${volume} of ${problem.known}`);
    assert.ok(volume <= problem.known * (1 + 1e-6));
  });
}

test('ranks are those of the kernels; a row that breaks its constraints less comes first whatever its costs', () => {
  const draw = randomStream(20261125, 1);
  const m = 3;
  const costs = Float64Array.from({ length: 200 * m }, () => Math.floor(draw() * 6));
  assert.deepEqual(rank(costs, new Float64Array(200), m), paretoRanks(kernels, costs, m).ranks);
  assert.deepEqual([...rank(Float64Array.of(9, 9, 1, 1, 5, 5, 0, 0), Float64Array.of(0, 2, 0, 1), 2)], [1, 3, 0, 2]);
});

test('crowding is the sum of the gaps between neighbours; the least lonely leaves first, one at a time', () => {
  const costs = Float64Array.of(0, 10, 1, 9, 1.1, 8.9, 5, 5, 10, 0);
  const ranks = new Int32Array(5);
  const distance = [...crowding(costs, ranks, 2)];
  assert.deepEqual([distance[0], distance[4]], [Infinity, Infinity]);
  assert.ok(Math.abs(distance[1]! - 0.22) < 1e-12 && Math.abs(distance[3]! - 1.78) < 1e-12);
  assert.deepEqual(leastCrowded(costs, ranks, 2, 4), [0, 2, 3, 4]);
});

test('reference directions are the lattice of Das and Dennis, of length one', () => {
  const directions = directionsFor(3, 91);
  assert.equal(directions.length, 91);
  for (const direction of directions) assert.ok(Math.abs(Math.hypot(...direction) - 1) < 1e-15);
});

const stepped: EvolutionProblem = {
  space: [{ kind: 'int', low: 1, high: 9, step: 2 }, { kind: 'float', low: 0, high: 1, step: 0.25 }, { kind: 'categorical', choices: ['a', 'b', 'c'] }],
  objectives: 2,
  evaluate: (points, rows) => ({
    costs: Float64Array.from(Array.from({ length: rows }, (_, i) => [points[i * 3]! + points[i * 3 + 2]!, (9 - points[i * 3]!) + Math.abs(points[i * 3 + 1]! - 0.5)]).flat()),
    violation: Float64Array.from({ length: rows }, (_, i) => Math.max(0, points[i * 3]! - 6)),
  }),
};

test('integers, steps and choices are kept; constraints hold on what wins; the same seed gives the same points, another one others', async () => {
  const run = (seed: number): ReturnType<typeof evolve> => evolve(stepped, { seed, population: 20, evaluations: 400 });
  const [one, again, other] = await Promise.all([run(1), run(1), run(2)]);
  assert.deepEqual(one.points, again.points);
  assert.notDeepEqual(one.points, other.points);
  const last = one.points.slice(-60);
  for (let i = 0; i < one.points.length; i += 3) {
    assert.ok([1, 3, 5, 7, 9].includes(one.points[i]!) && [0, 0.25, 0.5, 0.75, 1].includes(one.points[i + 1]!) && [0, 1, 2].includes(one.points[i + 2]!));
  }
  const kept = Array.from({ length: 20 }, (_, i) => last[i * 3]! <= 6).filter(Boolean).length;
  assert.ok(kept >= 15, `${kept} of the last 20 points keep the limit`);
});

test('a starting point is evaluated first', async () => {
  const { points } = await evolve(stepped, { seed: 1, population: 4, evaluations: 4, start: Float64Array.of(5, 0.5, 1) });
  assert.deepEqual([...points.subarray(0, 3)], [5, 0.5, 1]);
});
