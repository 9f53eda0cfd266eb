import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitModel, KernelError, robustFit } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';
import { brushModel, design, peer, response, rows } from '../regression/brush72.ts';

const kernels = await freshKernels();
const model = brushModel(kernels, 'brush');

test('Huber and bisquare as in R rlm: coefficients, scale, standard errors', () => {
  const huber = robustFit(model, { method: 'huber' });
  const bisquare = robustFit(model, { method: 'bisquare' });
  assert.ok(huber.converged && bisquare.converged);
  model.names.forEach((name, j) => {
    assert.ok(logRelativeError(huber.coefficients[j] as number, peer.rlm['huberK1.345'][name] as number) > 12, name);
    assert.ok(logRelativeError(huber.standardErrors[j] as number, peer.rlm.huberSE[name] as number) > 12, name);
    assert.ok(logRelativeError(bisquare.coefficients[j] as number, peer.rlm['bisquareC4.685'][name] as number) > 12, name);
  });
  assert.ok(logRelativeError(huber.scale, peer.rlm.huberScale) > 12 && logRelativeError(bisquare.scale, peer.rlm.bisquareScale) > 12);
});

test('a Huber fit that doubts no row is least squares', () => {
  const { coefficients, weights } = robustFit(model, { method: 'huber', tuning: 100 });
  assert.ok(weights.every((w) => w === 1));
  coefficients.forEach((b, j) => assert.ok(logRelativeError(b, model.fit.coefficients[j] as number) > 12));
});

test('MM finds the majority\'s line among 40 % of rows on another, where the others do not', () => {
  const next = uniform(31);
  const n = 100;
  const x = Float64Array.from({ length: n }, (_, i) => (i < 60 ? next() * 10 : 20 + next()));
  const y = x.map((value, i) => (i < 60 ? 2 + 3 * value : -40) + 0.1 * (next() - 0.5));
  const bad = fitModel(kernels, { x: columnMajor([new Float64Array(n).fill(1), x]), y, n, p: 2, intercept: true });
  const mm = robustFit(bad, { method: 'mm' });
  assert.ok(Math.abs((mm.coefficients[1] as number) - 3) < 0.02 && Math.abs((mm.coefficients[0] as number) - 2) < 0.1);
  assert.ok(mm.weights.subarray(60).every((w) => w === 0) && mm.weights.subarray(0, 60).every((w) => w > 0.3));
  assert.ok(Math.abs((robustFit(bad, { method: 'huber' }).coefficients[1] as number) - 3) > 1);
});

test('MM: the same seed gives the same bits, another seed the same estimate, too few starts another one perhaps but never none', () => {
  const first = robustFit(model, { method: 'mm', starts: 60, seed: 3 });
  assert.deepEqual(robustFit(model, { method: 'mm', starts: 60, seed: 3 }), first);
  const other = robustFit(model, { method: 'mm', starts: 60, seed: 4 });
  first.coefficients.forEach((b, j) => assert.ok(logRelativeError(other.coefficients[j] as number, b) > 9));
  assert.ok(robustFit(model, { method: 'mm', starts: 1 }).coefficients.every(Number.isFinite));
});

test('estimates follow the response: shifted and scaled with it; the order of the rows does not matter', () => {
  for (const method of ['huber', 'bisquare'] as const) {
    const plain = robustFit(model, { method });
    const moved = robustFit(brushModel(kernels, 'brush', response.map((y) => 1000 * y + 5)), { method });
    const { columns } = design('brush');
    const reversed = robustFit(fitModel(kernels, { x: columnMajor(columns.map((column) => column.slice().reverse())), y: response.slice().reverse(), n: rows, p: columns.length, intercept: true }), { method });
    plain.coefficients.forEach((b, j) => {
      assert.ok(logRelativeError(moved.coefficients[j] as number, 1000 * b + (j === 0 ? 5 : 0)) > 9);
      assert.ok(logRelativeError(reversed.coefficients[j] as number, b) > 10);
    });
  }
});

test('aliased columns stay without coefficient, an exact fit has no robust scale', () => {
  const { columns } = design('brush');
  const doubled = (columns[1] as Float64Array).map((value) => 2 * value);
  const aliased = fitModel(kernels, { x: columnMajor([...columns, doubled]), y: response, n: rows, p: columns.length + 1, intercept: true });
  const { coefficients, standardErrors } = robustFit(aliased, { method: 'huber' });
  assert.ok(Number.isNaN(coefficients[columns.length]) && Number.isNaN(standardErrors[columns.length]));
  assert.ok(logRelativeError(coefficients[1] as number, peer.rlm['huberK1.345']['speed'] as number) > 10);
  const exact = fitModel(kernels, { x: columnMajor([[1, 1, 1, 1], [1, 2, 3, 4]]), y: Float64Array.of(1, 2, 3, 4), n: 4, p: 2, intercept: true });
  assert.throws(() => robustFit(exact, { method: 'huber' }), (error) => error instanceof KernelError && error.code === 'kernel_domain');
});

test('large models go through the kernels to the same estimate, scale and weights; the scratch comes back', () => {
  const next = uniform(53);
  const [n, p] = [6_000, 42];
  const x = kernels.memory.allocFloat64(n * p);
  for (let i = 0; i < x.length; i++) x[i] = i < n ? 1 : next() + (i % n === 17 ? 3 : 0);
  const y = Float64Array.from({ length: n }, (_, i) => 5 + 2 * (x[n + i] as number) - (x[2 * n + i] as number) + (next() - 0.5) * (i % 11 === 0 ? 20 : 1));
  const large = fitModel(kernels, { x, y, n, p, intercept: true });
  const used = kernels.memory.used;
  for (const method of ['huber', 'bisquare'] as const) {
    const alone = robustFit(large, { method });
    const fast = robustFit(large, { method }, kernels);
    assert.ok(fast.converged, `${fast.iterations} steps`);
    assert.notDeepEqual(fast.residuals, alone.residuals, 'the other way was taken');
    fast.coefficients.forEach((b, j) => assert.ok(Math.abs(b - (alone.coefficients[j] as number)) < 1e-9 * (alone.standardErrors[j] as number), `${method} ${j}`));
    assert.ok(logRelativeError(fast.scale, alone.scale) > 11);
    fast.weights.forEach((w, i) => assert.ok(Math.abs(w - (alone.weights[i] as number)) < 1e-10));
    assert.deepEqual(robustFit(large, { method }, kernels), fast);
  }
  assert.equal(kernels.memory.used, used);
});

test('whoever listens hears the share that is done: rising, to the end, and the fit is the same', () => {
  for (const method of ['huber', 'bisquare', 'mm'] as const) {
    const heard: number[] = [];
    const fit = robustFit(model, { method, starts: 20, told: (share) => void heard.push(share) });
    assert.ok(heard.length >= 5 && heard.every((share, at) => share >= (heard[at - 1] ?? 0) && share <= 1), method);
    assert.ok((heard.at(-1) ?? 0) > 0.95, `${method}: ${heard.at(-1)}`);
    assert.deepEqual(fit, robustFit(model, { method, starts: 20 }));
  }
});
