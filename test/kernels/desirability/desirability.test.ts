import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desirability, KernelError, optimiseDesirability, optimiseMixed, overallDesirability } from '../../../kernels/index.ts';
import type { WeightedGoal } from '../../../kernels/index.ts';

test('one goal of each kind, by hand', () => {
  assert.equal(desirability({ kind: 'maximum', low: 0, high: 10, weight: 2 }, 5), 0.25);
  assert.equal(desirability({ kind: 'minimum', low: 0, high: 10 }, 2.5), 0.75);
  assert.equal(desirability({ kind: 'target', low: 0, target: 4, high: 6, lowWeight: 2, highWeight: 1 }, 2), 0.25);
  assert.equal(desirability({ kind: 'target', low: 0, target: 4, high: 6 }, 5), 0.5);
  assert.deepEqual([-1, 0, 3, 6, 7].map((y) => desirability({ kind: 'range', low: 0, high: 6 }, y)), [0, 1, 1, 1, 0]);
  assert.deepEqual([-1, 11, Number.NaN].map((y) => desirability({ kind: 'maximum', low: 0, high: 10 }, y)), [0, 1, 0]);
});

test('the whole is the geometric mean weighted by importance, and 0 when one response is unacceptable', () => {
  const goals: WeightedGoal[] = [{ kind: 'maximum', low: 0, high: 1, importance: 3 }, { kind: 'maximum', low: 0, high: 1 }];
  assert.ok(Math.abs(overallDesirability(goals, [0.5, 0.2]) - (0.5 ** 3 * 0.2) ** 0.25) < 1e-15);
  assert.equal(overallDesirability(goals, [1, -1]), 0);
});

test('the optimum of a conflict is where calculus puts it, on the constraint when there is one', () => {
  // d1 = x, d2 = 1 − x: the geometric mean is largest at 1/2; with importance 3 : 1 at 3/4.
  const responses = (point: Float64Array): number[] => [point[0] as number, point[0] as number];
  const goals = (importance: number): WeightedGoal[] => [{ kind: 'maximum', low: 0, high: 1, importance }, { kind: 'minimum', low: 0, high: 1 }];
  const region = { low: [0, -1], high: [1, 1] };
  assert.ok(Math.abs((optimiseDesirability(responses, goals(1), region)?.point[0] as number) - 0.5) < 1e-6);
  assert.ok(Math.abs((optimiseDesirability(responses, goals(3), region)?.point[0] as number) - 0.75) < 1e-6);
  // Maximise x and z with x + z ≤ 1: √(x z) is largest at 1/2, 1/2.
  const both = optimiseDesirability((point) => point, [{ kind: 'maximum', low: 0, high: 1 }, { kind: 'maximum', low: 0, high: 1 }], { low: [0, 0], high: [1, 1], constraints: [{ coefficients: [1, 1], limit: 1 }] });
  assert.ok(Math.abs((both?.desirability as number) - 0.5) < 1e-6 && Math.abs((both?.point[0] as number) - 0.5) < 1e-3);
});

test('no grid point is better than the optimum of three responses with interactions', () => {
  const responses = ([a, b]: ArrayLike<number> & Iterable<number>): number[] => [3 + 2 * (a as number) - (b as number) + 1.5 * (a as number) * (b as number), 1 - (a as number) + 2 * (b as number) ** 2, (a as number) + (b as number)];
  const goals: WeightedGoal[] = [{ kind: 'maximum', low: 0, high: 8 }, { kind: 'target', low: 0, target: 1, high: 3, importance: 2 }, { kind: 'range', low: -1, high: 1.2 }];
  const found = optimiseDesirability((point) => responses(point), goals, { low: [-1, -1], high: [1, 1] });
  let grid = 0;
  for (let a = -1; a <= 1; a += 0.01) for (let b = -1; b <= 1; b += 0.01) grid = Math.max(grid, overallDesirability(goals, responses([a, b])));
  assert.ok((found?.desirability as number) >= grid - 1e-9, `${found?.desirability} against ${grid}`);
});

test('the same seed gives the same bits; nothing acceptable gives the nearest point and 0; nothing feasible gives nothing', () => {
  const goals: WeightedGoal[] = [{ kind: 'maximum', low: 5, high: 6 }];
  const region = { low: [0], high: [1] };
  const first = optimiseDesirability((point) => point, goals, region, { seed: 5 });
  assert.deepEqual(optimiseDesirability((point) => point, goals, region, { seed: 5 }), first);
  assert.deepEqual([first?.desirability, first?.point[0]], [0, 1]);
  assert.equal(optimiseDesirability((point) => point, goals, { ...region, constraints: [{ coefficients: [1], limit: -1 }] }), undefined);
});

test('goals and boxes that make no sense are refused', () => {
  const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
  const run = (goal: WeightedGoal, low = [0], high = [1]) => () => optimiseDesirability((point) => point, [goal], { low, high });
  assert.throws(run({ kind: 'maximum', low: 1, high: 1 }), code('kernel_domain'));
  assert.throws(run({ kind: 'target', low: 0, target: 2, high: 1 }), code('kernel_domain'));
  assert.throws(run({ kind: 'maximum', low: 0, high: 1, weight: 0 }), code('kernel_domain'));
  assert.throws(run({ kind: 'maximum', low: 0, high: 1 }, [2], [1]), code('kernel_domain'));
  assert.throws(run({ kind: 'maximum', low: 0, high: 1 }, [0, 0], [1]), code('kernel_shape'));
});

test('more starts find the higher of two hills, and the lower one is the alternative', () => {
  const hills = ([x]: ArrayLike<number> & Iterable<number>): number[] => [0.5 * Math.exp(-((((x as number) - 0.5) / 0.05) ** 2)) + Math.exp(-((((x as number) - 0.9) / 0.03) ** 2))];
  const goals: WeightedGoal[] = [{ kind: 'maximum', low: 0, high: 1 }];
  const search = (starts: number, alternatives: number) => optimiseMixed((point) => hills(point), goals, [{ low: 0, high: 1 }], [], { starts, alternatives, distance: 0.2 }).map(({ point }) => point[0] as number);
  assert.ok(Math.abs((search(1, 0)[0] as number) - 0.5) < 1e-3);
  const [first, second] = search(40, 1) as [number, number];
  assert.ok(Math.abs(first - 0.9) < 1e-3 && Math.abs(second - 0.5) < 1e-3, `${first}, ${second}`);
});

test('levels too many to try one by one: as good as the best of all of them', () => {
  const responses = ([a, b, c]: ArrayLike<number> & Iterable<number>): number[] => [3 + 2 * (a as number) - (b as number) + 1.5 * (a as number) * (b as number) + (c as number), 1 - (a as number) + 2 * (b as number) ** 2 - (c as number) ** 2];
  const goals: WeightedGoal[] = [{ kind: 'maximum', low: 0, high: 8 }, { kind: 'target', low: 0, target: 1, high: 3, importance: 2 }];
  const levels = Array.from({ length: 19 }, (_, k) => k / 9 - 1);
  const constraints = [{ coefficients: [1, 1, 1], limit: 1.5 }];
  let most = 0;
  for (const a of levels) for (const b of levels) for (const c of levels) if (a + b + c <= 1.5 + 1e-9) most = Math.max(most, overallDesirability(goals, responses([a, b, c])));
  const [found] = optimiseMixed((point) => responses(point), goals, [{ levels }, { levels }, { levels }], constraints);
  assert.ok(Math.abs((found?.desirability as number) - most) < 1e-12, `${found?.desirability} against ${most}`);
});
