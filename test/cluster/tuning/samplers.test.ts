import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmaEsSampler, gpSampler, nsga2Sampler, quasiRandomSampler, randomSampler, Study, tpeSampler } from '../../../cluster/tuning/index.ts';
import type { Sampler, SearchSpace } from '../../../cluster/tuning/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { mersenneTwister } from '../../support/mersenne-twister.ts';
import { branin, hartmann6, rosenbrock4, runTrials } from '../../support/tuning-functions.ts';
import type { TestFunction } from '../../support/tuning-functions.ts';

const study = (space: SearchSpace, sampler: Sampler, seed = 1): Study => new Study({ name: 'test', space, sampler, seed });
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const kernels = await instantiate(await loadKernels(), KernelMemory.create());
const mixed: SearchSpace = [
  { name: 'rate', distribution: { kind: 'float', low: 0.001, high: 1, log: true } },
  { name: 'leaves', distribution: { kind: 'int', low: 2, high: 64, log: true } },
  { name: 'depth', distribution: { kind: 'int', low: 1, high: 9, step: 2 } },
  { name: 'share', distribution: { kind: 'float', low: 0.5, high: 1, step: 0.1 } },
  { name: 'kind', distribution: { kind: 'categorical', choices: ['linear', 'tree'] } },
  { name: 'penalty', distribution: { kind: 'float', low: 0, high: 1 }, when: { parameter: 'kind', is: ['linear'] } },
  { name: 'bins', distribution: { kind: 'int', low: 8, high: 8 }, when: { parameter: 'kind', is: ['tree'] } },
];

test('the univariate TPE follows Optuna 3.1 draw by draw when it is given its generator and its settings', () => {
  const startup = mersenneTwister(42);
  const model = mersenneTwister(42);
  const start: Sampler = { name: 'numpy', sample: () => ({ x: -5 + 15 * startup(), y: 15 * startup() }) };
  const sampler = tpeSampler({ kernels: 'single', start, draws: () => model, gamma: (n) => Math.min(Math.ceil(0.1 * n), 25) });
  const done = runTrials(study(branin.space, sampler), branin, 30);
  const near = (actual: number | undefined, expected: number): void => { assert.ok(Math.abs(actual! - expected) <= 1e-11 * Math.abs(expected), `${actual} ≠ ${expected}`); };
  near(done.trials[0]!.point['x'], 0.6181017827104371);
  near(done.trials[0]!.point['y'], 14.260714596148743);
  near(done.trials[0]!.values[0], 102.37537864709438);
  near(done.trials[10]!.point['x'], 9.177048163455803);
  near(done.trials[10]!.point['y'], 11.656952788892461);
  near(done.trials[11]!.values[0], 8.952840740948524);
  assert.equal(done.best!.number, 19);
  near(done.best!.values[0], 0.4376639410722962);
});

const regret = (f: TestFunction, make: () => Sampler, trials: number, seeds: number): number => median(Array.from({ length: seeds }, (_, seed) => runTrials(study(f.space, make(), seed), f, trials).best!.values[0]! - f.minimum));

test('TPE: median regret over 31 seeds after 100 trials is within the recorded ones of Optuna 3.1', () => {
  assert.ok(regret(branin, tpeSampler, 100, 31) <= 0.0187);
  assert.ok(regret(hartmann6, tpeSampler, 100, 31) <= 0.274);
  assert.ok(regret(rosenbrock4, tpeSampler, 100, 31) <= 4.16);
});

test('CMA-ES finds the bottom of Rosenbrock\'s valley in 1,500 trials, which TPE and random search do not', () => {
  assert.ok(regret(rosenbrock4, cmaEsSampler, 1500, 11) < 1e-6);
});

test('every sampler draws only values that the space allows, and conditional parameters only where they exist', () => {
  for (const sampler of [randomSampler(), quasiRandomSampler(), quasiRandomSampler({ sequence: 'halton' }), tpeSampler({ kernels: 'joint' }), tpeSampler({ kernels: 'single' }), cmaEsSampler(), nsga2Sampler({ population: 10 }), gpSampler(kernels)]) {
    const s = study(mixed, sampler, 3);
    for (let i = 0; i < 60; i++) {
      const { number, parameters: p } = s.ask();
      const label = `${sampler.name}: ${JSON.stringify(p)}`;
      assert.ok((p['rate'] as number) >= 0.001 && (p['rate'] as number) <= 1, label);
      assert.ok(Number.isInteger(p['leaves']) && (p['leaves'] as number) >= 2 && (p['leaves'] as number) <= 64, label);
      assert.ok([1, 3, 5, 7, 9].includes(p['depth'] as number), label);
      assert.ok([0.5, 0.6, 0.7, 0.8, 0.9, 1].some((share) => Math.abs(share - (p['share'] as number)) < 1e-12), label);
      assert.equal('penalty' in p, p['kind'] === 'linear', label);
      assert.equal('bins' in p, p['kind'] === 'tree', label);
      s.tell(number, [Math.abs(Math.log(p['rate'] as number) + 3) + (p['kind'] === 'tree' ? 1 : 0)]);
    }
    assert.ok(s.trials.some(({ point }) => 'penalty' in point) && s.trials.some(({ point }) => 'bins' in point), sampler.name);
  }
});

test('TPE learns which branch of a conditional space is better', () => {
  const s = study(mixed, tpeSampler(), 5);
  for (let i = 0; i < 80; i++) {
    const { number, parameters } = s.ask();
    s.tell(number, [parameters['kind'] === 'tree' ? 2 : (parameters['penalty'] as number)]);
  }
  const late = s.trials.slice(40).filter(({ point }) => point['kind'] === 0).length;
  assert.ok(late >= 30, `${late} of the last 40 trials are in the better branch`);
});

test('the same seed gives the same trials, another seed others', () => {
  for (const make of [randomSampler, quasiRandomSampler, tpeSampler, cmaEsSampler]) {
    const points = (seed: number): unknown => runTrials(study(hartmann6.space, make(), seed), hartmann6, 40).trials.map(({ point }) => point);
    assert.deepEqual(points(7), points(7));
    assert.notDeepEqual(points(7), points(8));
  }
});

test('with the constant liar, trials asked for at once keep apart', () => {
  const closest = (constantLiar: boolean): number => {
    const s = runTrials(study(branin.space, tpeSampler({ kernels: 'single', constantLiar }), 2), branin, 40);
    const batch = Array.from({ length: 8 }, () => s.ask().parameters as Record<string, number>);
    let least = Infinity;
    batch.forEach((a, i) => { for (const b of batch.slice(0, i)) least = Math.min(least, Math.hypot(a['x']! - b['x']!, a['y']! - b['y']!)); });
    return least;
  };
  assert.ok(closest(true) > closest(false), `${closest(true)} against ${closest(false)}`);
});

test('NSGA-II covers the front of ZDT1 better than Optuna 3.1 with the same 1,000 evaluations', () => {
  const space: SearchSpace = Array.from({ length: 5 }, (_, i) => ({ name: `x${i}`, distribution: { kind: 'float', low: 0, high: 1 } }));
  const s = new Study({ name: 'zdt1', space, sampler: nsga2Sampler(), seed: 1, directions: ['minimize', 'minimize'] });
  for (let i = 0; i < 1000; i++) {
    const { number, parameters } = s.ask();
    const [first, ...rest] = Object.values(parameters) as number[];
    const g = 1 + 9 * rest.reduce((sum, x) => sum + x, 0) / 4;
    s.tell(number, [first!, g * (1 - Math.sqrt(first! / g))]);
  }
  const volume = area(s.trials.map(({ values }) => values as [number, number]), 1.1);
  assert.ok(volume > 0.7599, `hypervolume ${volume}; the true front has 0.876667`);
});

/** Area that points dominate below the corner (reference, reference). */
function area(points: [number, number][], reference: number): number {
  let sum = 0;
  let ceiling = reference;
  for (const [x, y] of points.filter(([a, b]) => a < reference && b < reference).sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (y >= ceiling) continue;
    sum += (reference - x) * (ceiling - y);
    ceiling = y;
  }
  return sum;
}

test('failed trials teach nothing, pruned ones stand behind complete ones', () => {
  const space: SearchSpace = [{ name: 'x', distribution: { kind: 'float', low: 0, high: 1 } }];
  const run = (spoil: (s: Study, number: number, x: number) => void): number => {
    const s = study(space, tpeSampler({ startupTrials: 5 }), 4);
    for (let i = 0; i < 60; i++) {
      const { number, parameters } = s.ask();
      const x = parameters['x'] as number;
      if (x > 0.5) spoil(s, number, x);
      else s.tell(number, [1 - x]);
    }
    return s.trials.slice(30).filter(({ point }) => point['x']! > 0.5).length;
  };
  const whenGood = run((s, number, x) => { s.tell(number, [1 - x]); });
  const whenPruned = run((s, number) => { s.report(number, 0, -100); s.prune(number); });
  assert.ok(whenPruned < whenGood, `${whenPruned} draws in the pruned half, ${whenGood} when it is the better one`);
  const s = study(space, tpeSampler(), 1);
  const { number } = s.ask();
  s.tell(number, [Number.NaN]);
  assert.equal(s.trials[0]!.state, 'failed');
  assert.equal(s.best, undefined);
});

test('a maximised objective is the minimised one with its sign turned', () => {
  const space = hartmann6.space;
  const up = runTrials(new Study({ name: 'up', space, sampler: tpeSampler(), seed: 6, directions: ['maximize'] }), { value: (p) => -hartmann6.value(p) }, 40);
  const down = runTrials(study(space, tpeSampler(), 6), hartmann6, 40);
  assert.deepEqual(up.trials.map(({ point }) => point), down.trials.map(({ point }) => point));
  assert.equal(up.best!.number, down.best!.number);
});

test('a space that makes no sense is refused with the parameter\'s name', () => {
  const refused = (parameter: SearchSpace[number], problem: RegExp): void => { assert.throws(() => study([parameter], randomSampler()), (error: unknown) => (error as { code: string }).code === 'tuning_space' && problem.test((error as Error).message)); };
  refused({ name: 'a', distribution: { kind: 'float', low: 2, high: 1 } }, /a has the empty range 2 … 1/);
  refused({ name: 'a', distribution: { kind: 'float', low: 0, high: 1, log: true } }, /logarithmic but begins at 0/);
  refused({ name: 'a', distribution: { kind: 'int', low: 0.5, high: 3 } }, /fractional/);
  refused({ name: 'a', distribution: { kind: 'categorical', choices: [] } }, /no choices/);
  refused({ name: 'a', distribution: { kind: 'float', low: 0, high: 1 }, when: { parameter: 'b', is: [1] } }, /depends on b/);
});
