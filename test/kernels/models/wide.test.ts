import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate, KernelMemory, loadKernels, logistic } from '../../../kernels/index.ts';
import { reduceWide } from '../../../kernels/models/wide.ts';
import { randomStream } from '../../../kernels/random/index.ts';

const near = (actual: number | undefined, expected: number, tolerance: number): void => assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual}, expected ${expected}`);

test('a ridge on more columns than rows is the same in the coordinates of the rows, also of repeated rows', async () => {
  const [n, p] = [24, 70];
  const draw = randomStream(5, 1);
  const x = Float64Array.from({ length: n * p }, () => draw() - 0.5);
  // the last row repeats the first
  for (let j = 0; j < p; j++) x[j * n + n - 1] = x[j * n]!;
  const y = Float64Array.from({ length: n }, (_, i) => Number(x[i]! + draw() > 0.4));
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const whole = logistic(kernels, { x, y, n, p, ridge: 0.3, diagnostics: false });
  const found = reduceWide(x, n, p);
  const { rank, coordinates } = found;
  assert.equal(rank, n - 2);
  const reduced = logistic(kernels, { x: coordinates, y, n, p: rank, ridge: 0.3, diagnostics: false });
  assert.ok(whole.kind === 'fit' && reduced.kind === 'fit');
  const slopes = found.back(reduced.coefficients.slice(1));
  slopes.forEach((b, j) => { near(b, whole.coefficients[j + 1]!, 1e-9); });
  near(reduced.logLikelihood, whole.logLikelihood, 1e-9);
});
