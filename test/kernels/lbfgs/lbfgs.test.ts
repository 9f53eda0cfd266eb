import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimise } from '../../../kernels/lbfgs/index.ts';

/** Rosenbrock in any dimension: minimum 0 at 1. */
function rosenbrock(x: Float64Array): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[i] = (gradient[i] as number) - 400 * a * (b - a * a) - 2 * (1 - a);
    gradient[i + 1] = (gradient[i + 1] as number) + 200 * (b - a * a);
  }
  return { value, gradient };
}

test('Rosenbrock\'s valley is followed to its end', () => {
  const { x, value, stopped } = minimise(rosenbrock, [-1.2, 1, -1.2, 1, 0.5], { maxIterations: 500, valueTolerance: 0, gradientTolerance: 1e-9 });
  assert.equal(stopped, 'gradient');
  x.forEach((v) => assert.ok(Math.abs(v - 1) < 1e-8));
  assert.ok(value < 1e-16);
});

test('a bound holds the minimum: the free coordinate is optimal given it', () => {
  // with x0 <= 0.5: x0 = 0.5, x1 = 0.25
  const { x } = minimise(rosenbrock, [-1.2, 1], { upper: [0.5, 10], lower: [-10, -10], maxIterations: 500, valueTolerance: 0, gradientTolerance: 1e-9 });
  assert.equal(x[0], 0.5);
  assert.ok(Math.abs((x[1] as number) - 0.25) < 1e-8);
});

test('a start outside the box is moved into it, and a point without a value is never accepted', () => {
  const { x } = minimise((at) => {
    const v = at[0] as number;
    return { value: v < 0.1 ? Infinity : v - Math.log(v), gradient: Float64Array.of(1 - 1 / v) };
  }, [7], { lower: [0], upper: [5] });
  assert.ok(Math.abs((x[0] as number) - 1) < 1e-4);
});
