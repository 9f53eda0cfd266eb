import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gpSampler, Study } from '../../../cluster/tuning/index.ts';
import type { SearchSpace } from '../../../cluster/tuning/index.ts';
import { logExpectedImprovement } from '../../../cluster/tuning/samplers/gp/expected-improvement.ts';
import { Posterior } from '../../../cluster/tuning/samplers/gp/posterior.ts';
import { fitGaussianProcess, predictGaussianProcess } from '../../../kernels/gaussian-process/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { branin, hartmann6, runTrials } from '../../support/tuning-functions.ts';

const kernels = await instantiate(await loadKernels(), KernelMemory.create());
const study = (space: SearchSpace, seed = 1): Study => new Study({ name: 'test', space, sampler: gpSampler(kernels), seed });
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

test('on Branin and Hartmann-6, 50 trials of the Gaussian process leave less regret than 100 of Optuna\'s TPE', () => {
  for (const [f, tpe] of [[branin, 0.0187], [hartmann6, 0.199]] as const) {
    const regret = median(Array.from({ length: 5 }, (_, seed) => runTrials(study(f.space, seed), f, 50).best!.values[0]! - f.minimum));
    assert.ok(regret < tpe, `${regret} against ${tpe}`);
  }
});

const near = (actual: number, expected: number, tolerance: number, what = ''): void => { assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what} ${actual} ≠ ${expected}`); };

/** ∫ tᵖ exp(z t − t²/2) dt from 0 (Simpson): without cancellation for any z, since improvement / φ(z) is that with p = 1 and P(Z ≤ z) / φ(z) that with p = 0. */
function integral(power: number, z: number): number {
  const [end, steps] = [z < 0 ? 45 / (1 - z) : z + 12, 40_000];
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const t = end * i / steps;
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * t ** power * Math.exp(z * t - t * t / 2);
  }
  return sum * end / steps / 3;
}

test('the logarithm of the expected improvement is right from far below the incumbent to far above it, and so are its slopes', () => {
  for (const [best, mean, deviation] of [[0, 0.3, 1], [0, -4, 0.5], [1, 3.9, 1], [0, 0.99, 1], [0, 1.01, 1], [0, 12, 0.5], [0, 49.9, 1], [0, 50.1, 1], [0, 300, 1], [-2, 5, 1e-2], [0, 0, 1], [0, -3, 0.5]] as const) {
    const z = (best - mean) / deviation;
    const improvement = integral(1, z);
    const { value, byMean, byDeviation } = logExpectedImprovement(best, mean, deviation);
    near(value, Math.log(deviation / Math.sqrt(2 * Math.PI)) - z * z / 2 + Math.log(improvement), 1e-12, `z = ${z}`);
    near(byMean, -integral(0, z) / (deviation * improvement), 1e-10, `z = ${z}, mean`);
    near(byDeviation, 1 / (deviation * improvement), 1e-10, `z = ${z}, deviation`);
  }
});

test('the posterior of the search is the one of the kernels, choices included, and its gradients are its slopes', () => {
  const draw = randomStream(3, 1);
  const rows = Array.from({ length: 24 }, () => Float64Array.of(draw(), draw(), Math.floor(3 * draw())));
  const y = Float64Array.from(rows, ([a, b, c]) => Math.sin(5 * a!) + b! * c!);
  const matrix = (points: readonly Float64Array[]): { values: Float64Array; rows: number; columns: number; order: 'row-major' } => ({ values: Float64Array.from(points.flatMap((point) => [...point])), rows: points.length, columns: 3, order: 'row-major' });
  const { model } = fitGaussianProcess(kernels, { x: matrix(rows), y }, { mean: 'zero', scaleTarget: false, scaleInputs: false, categorical: [2], optimise: false, parameters: { amplitude: 1.7, lengthScales: [0.4, 0.8, 1.1], noise: 0.01 } });
  const posterior = new Posterior(rows, y, [false, false, true], model.parameters);
  const places = Array.from({ length: 10 }, () => Float64Array.of(draw(), draw(), Math.floor(3 * draw())));
  const { mean, variance } = predictGaussianProcess(kernels, model, matrix(places));
  places.forEach((place, i) => {
    const at = posterior.at(place);
    near(at.mean, mean[i]!, 1e-10);
    near(at.deviation ** 2, variance![i]!, 1e-9);
    const slopes = [[...at.meanGradient], [...at.deviationGradient]] as const;
    for (const k of [0, 1]) {
      const step = (by: number): ReturnType<Posterior['moments']> => posterior.moments(place.map((value, j) => (j === k ? value + by : value)));
      near(slopes[0][k]!, (step(1e-5).mean - step(-1e-5).mean) / 2e-5, 1e-6);
      near(slopes[1][k]!, (step(1e-5).deviation - step(-1e-5).deviation) / 2e-5, 1e-6);
    }
    assert.equal(slopes[0][2], 0);
  });
});

const conditional: SearchSpace = [
  { name: 'kind', distribution: { kind: 'categorical', choices: ['a', 'b', 'c'] } },
  { name: 'x', distribution: { kind: 'float', low: 0, high: 1 }, when: { parameter: 'kind', is: ['b'] } },
  { name: 'n', distribution: { kind: 'int', low: 1, high: 20 }, when: { parameter: 'kind', is: ['c'] } },
];

test('choices and what depends on them are learnt: the best branch and the best value in it are found', () => {
  const s = study(conditional, 4);
  for (let i = 0; i < 35; i++) {
    const { number, parameters: p } = s.ask();
    s.tell(number, [p['kind'] === 'a' ? 1 : p['kind'] === 'b' ? 0.5 + ((p['x'] as number) - 0.3) ** 2 : 0.02 * ((p['n'] as number) - 13) ** 2]);
  }
  assert.deepEqual(s.parametersOf(s.best!), { kind: 'c', n: 13 });
});

test('the same seed gives the same trials, another seed others; a study of one objective only', () => {
  const points = (seed: number): unknown => runTrials(study(branin.space, seed), branin, 20).trials.map(({ point }) => point);
  assert.deepEqual(points(7), points(7));
  assert.notDeepEqual(points(7), points(8));
  const two = new Study({ name: 'two', space: branin.space, sampler: gpSampler(kernels), seed: 1, directions: ['minimize', 'minimize'] });
  assert.throws(() => two.ask(), { code: 'tuning_objectives' });
});

test('trials that run at once keep apart, pruned and failed ones do no harm, a finite space is gone through without repeats', () => {
  const s = runTrials(study(branin.space, 2), branin, 20);
  const batch = Array.from({ length: 4 }, () => s.ask());
  batch.forEach(({ parameters: a }, i) => { for (const { parameters: b } of batch.slice(0, i)) assert.ok(Math.hypot((a['x'] as number) - (b['x'] as number), (a['y'] as number) - (b['y'] as number)) > 1e-3); });
  s.prune(batch[0]!.number);
  s.fail(batch[1]!.number);
  s.tell(batch[2]!.number, [Number.NaN]);
  s.tell(batch[3]!.number, [Infinity]);
  assert.ok(runTrials(s, branin, 5).best!.values[0]! < 5);
  const small = study([{ name: 'n', distribution: { kind: 'int', low: 1, high: 12 } }, { name: 'k', distribution: { kind: 'categorical', choices: [true, false] } }], 3);
  runTrials(small, { value: (p) => Math.abs((p['n'] as number) - 5) + (p['k'] === true ? 1 : 0) }, 24);
  assert.equal(small.best!.values[0], 0);
  const modelled = small.trials.slice(10).map(({ point }) => JSON.stringify(point));
  assert.ok(new Set(modelled).size >= modelled.length - 3, `${new Set(modelled).size} of ${modelled.length} differ`);
});
