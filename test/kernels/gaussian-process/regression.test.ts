import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGaussianProcess, predictGaussianProcess } from '../../../kernels/gaussian-process/index.ts';
import type { CorrelationShape, GpFit, GpOptions, GpParameters } from '../../../kernels/gaussian-process/index.ts';
import { KernelError } from '../../../kernels/index.ts';
import { freshKernels } from '../kernels.ts';
import { fromRows, matrixOf, smooth } from './problem.ts';

const kernels = await freshKernels();
const close = (actual: number, expected: number, tolerance: number, what = ''): void => assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);
const raw: GpOptions = { mean: 'zero', scaleTarget: false, scaleInputs: false, optimise: false };

test('four points have the likelihood, mean and deviation that scikit-learn gives', () => {
  const expected: [CorrelationShape, number, number, number][] = [
    ['rbf', -4.5536033824, 0.5643431253, 0.4268841121], ['matern52', -4.6625446162, 0.5370625410, 0.5006592017],
    ['matern32', -4.7032022241, 0.5142778793, 0.5656095972], ['matern12', -4.7805839732, 0.4074697546, 0.7736432000],
  ];
  for (const [shape, likelihood, mean, deviation] of expected) {
    const { model } = fitGaussianProcess(kernels, { x: matrixOf(Float64Array.of(0, 1, 2, 3), 4, 1), y: Float64Array.of(0, 1, 0, -1) }, { ...raw, shape, parameters: { amplitude: 1, lengthScales: [1], noise: 0.1 } });
    const at = predictGaussianProcess(kernels, model, matrixOf(Float64Array.of(0.5), 1, 1));
    close(model.logLikelihood, likelihood, 1e-10, shape);
    close(at.mean[0] as number, mean, 1e-9, shape);
    close(Math.sqrt((at.variance?.[0] as number) + at.noise), deviation, 1e-9, shape);
  }
});

const few = smooth(61);

test('the gradient is that of finite differences, in every shape, with linear part, weights and replicates, for each kind of mean', () => {
  const rows = [...few.rows, ...few.rows.slice(0, 13), ...few.rows.slice(5, 9)];
  const y = Float64Array.from(rows, (_, i) => (few.y[i % 61] as number) + 0.1 * Math.sin(i));
  const weights = Float64Array.from(rows, (_, i) => 1 + (i % 3) / 2);
  const base: GpParameters = { amplitude: 1.3, lengthScales: [0.7, 2, 1.1, 3, 5], linear: 0.2, noise: 0.05 };
  for (const shape of ['rbf', 'matern52', 'matern32', 'matern12'] as const) {
    for (const mean of ['estimated', 'average', 'zero'] as const) {
      const at = (parameters: GpParameters): GpFit => fitGaussianProcess(kernels, { x: fromRows(rows), y, weights }, { shape, mean, linear: true, optimise: false, parameters });
      const { gradient } = at(base);
      const vary = (index: number, by: number): GpParameters => {
        const list = [base.amplitude, ...base.lengthScales, base.linear, base.noise].map((v, k) => (k === index ? v * Math.exp(by) : v)) as [number, ...number[]];
        return { amplitude: list[0], lengthScales: list.slice(1, 6), linear: list[6] as number, noise: list[7] as number };
      };
      gradient.forEach((g, k) => {
        const h = 1e-4;
        const numeric = (8 * (at(vary(k, h)).model.logLikelihood - at(vary(k, -h)).model.logLikelihood) - (at(vary(k, 2 * h)).model.logLikelihood - at(vary(k, -2 * h)).model.logLikelihood)) / (12 * h);
        close(g, numeric, 1e-8, `${shape} ${mean} parameter ${k}`);
      });
    }
  }
});

test('replicates merged into weights have the likelihood, gradient and predictions of the single rows', () => {
  const rows = [...few.rows, ...few.rows.slice(3, 20), ...few.rows.slice(3, 6)];
  const y = Float64Array.from(rows, (_, i) => (few.y[i % 61] as number) + 0.1 * Math.cos(i));
  const weights = Float64Array.from(rows, (_, i) => 0.5 + (i % 4));
  const fit = (mergeReplicates: boolean): GpFit => fitGaussianProcess(kernels, { x: fromRows(rows), y, weights }, { mergeReplicates, optimise: false, parameters: { noise: 0.03 } });
  const [merged, single] = [fit(true), fit(false)];
  assert.equal(merged.model.n, 61);
  assert.equal(single.model.n, rows.length);
  close(merged.model.logLikelihood, single.model.logLikelihood, 1e-11);
  merged.gradient.forEach((g, k) => { close(g, single.gradient[k] as number, 1e-9, `gradient ${k}`); });
  const grid = smooth(20, 500).x;
  const [a, b] = [merged, single].map(({ model }) => predictGaussianProcess(kernels, model, grid)) as [ReturnType<typeof predictGaussianProcess>, ReturnType<typeof predictGaussianProcess>];
  a.mean.forEach((m, i) => { close(m, b.mean[i] as number, 1e-10); });
  a.variance?.forEach((v, i) => { close(v, b.variance?.[i] as number, 1e-10); });
});

test('leave-one-out is what a process without the condition predicts', () => {
  const rows = [...few.rows, few.rows[4] as number[], few.rows[4] as number[]];
  const y = Float64Array.from(rows, (_, i) => few.y[i % 61] as number);
  y[61] = (y[61] as number) + 0.3;
  // inputs and target are left as they are, so that leaving rows out does not change the scales
  for (const mean of ['estimated', 'zero'] as const) {
    const options: GpOptions = { ...raw, mean, parameters: { amplitude: 0.8, lengthScales: [0.5, 1, 1, 1, 2], noise: 0.02 } };
    const { leaveOneOut } = fitGaussianProcess(kernels, { x: fromRows(rows), y }, options);
    for (const left of [0, 4, 17, 62]) {
      const kept = rows.flatMap((row, i) => (row.join() === rows[left]?.join() ? [] : [i]));
      const { model } = fitGaussianProcess(kernels, { x: fromRows(kept.map((i) => rows[i] as number[])), y: Float64Array.from(kept, (i) => y[i] as number) }, options);
      const there = predictGaussianProcess(kernels, model, fromRows([rows[left] as number[]]));
      close(leaveOneOut.mean[left] as number, there.mean[0] as number, 1e-10, `${mean} mean ${left}`);
      close(leaveOneOut.variance[left] as number, (there.variance?.[0] as number) + there.noise, 1e-10, `${mean} variance ${left}`);
    }
  }
});

test('the search ends where the gradient is zero or a bound holds, and more starts or the screening never end lower than one start', () => {
  const { x, y } = smooth(120);
  const one = fitGaussianProcess(kernels, { x, y }, { starts: 1, screeningRows: 0 });
  one.gradient.forEach((g, k) => assert.ok(Math.abs(g) < 0.05 || (one.model.parameters.lengthScales[k - 1] ?? 0) > 999, `gradient ${k} = ${g}`));
  const many = fitGaussianProcess(kernels, { x, y }, { starts: 4, screeningRows: 0 });
  assert.ok(many.model.logLikelihood >= one.model.logLikelihood - 1e-6);
  assert.equal(many.search.starts.length, 4);
  const screened = fitGaussianProcess(kernels, { x, y }, { starts: 4, screeningRows: 60 });
  assert.ok(screened.model.logLikelihood >= one.model.logLikelihood - 1e-3);
  assert.ok(screened.search.screeningEvaluations > 0 && screened.search.evaluations < many.search.evaluations);
  // the function is recovered: noise sd 0.1, and an irrelevant trend would be worse
  assert.ok(Math.abs(Math.sqrt(one.model.parameters.noise) * one.model.scale - 0.1) < 0.05);
});

test('an irrelevant factor gets a long length scale; levels of a label are equally far', () => {
  const rows = few.rows.map((row, i) => [row[0] as number, i % 3, row[1] as number]);
  const y = Float64Array.from(rows, ([a = 0, level]) => a * a + (level === 1 ? 1 : 0));
  const { model } = fitGaussianProcess(kernels, { x: fromRows(rows), y }, { categorical: [1], starts: 1 });
  const [used = 0, , unused = 0] = model.parameters.lengthScales;
  assert.ok(unused > 10 * used, `${unused} ${used}`);
  // renaming the levels changes nothing
  const renamed = fitGaussianProcess(kernels, { x: fromRows(rows.map(([a = 0, level = 0, b = 0]) => [a, [20, -3, 7][level] as number, b])), y }, { categorical: [1], starts: 1 });
  close(renamed.model.logLikelihood, model.logLikelihood, 1e-7);
  assert.throws(() => predictGaussianProcess(kernels, model, fromRows([[0, 5, 0]])), (error) => error instanceof KernelError && error.code === 'kernel_domain' && error.values['column'] === 1 && error.values['value'] === 5);
});

test('same input and seed, same bytes; another seed draws other starts', () => {
  const { x, y } = smooth(80);
  const fit = (seed: number): GpFit => fitGaussianProcess(kernels, { x, y }, { starts: 2, seed, screeningRows: 0 });
  assert.deepEqual(fit(5), fit(5));
  assert.notDeepEqual(fit(5).search.starts[1], fit(6).search.starts[1]);
});

test('scratch is given back, also after an error', () => {
  const before = kernels.memory.used;
  fitGaussianProcess(kernels, few, { starts: 1, maxIterations: 2 });
  assert.throws(() => fitGaussianProcess(kernels, { x: few.x, y: new Float64Array(61) }), (error) => error instanceof KernelError && error.code === 'kernel_domain' && error.values['name'] === 'y');
  assert.equal(kernels.memory.used, before);
});

test('bad input is named', () => {
  const refused = (input: Parameters<typeof fitGaussianProcess>[1], options: GpOptions, code: string, values: Record<string, unknown>): void => {
    assert.throws(() => fitGaussianProcess(kernels, input, options), (error) => error instanceof KernelError && error.code === code && Object.entries(values).every(([name, value]) => error.values[name] === value), code);
  };
  const hole = few.x.values.slice() as Float64Array;
  hole[17] = Number.NaN;
  refused({ x: { ...few.x, values: hole }, y: few.y }, {}, 'non_finite_input', { row: 3, column: 2 });
  refused({ x: few.x, y: few.y.subarray(1) }, {}, 'kernel_shape', { rows: 61 });
  refused({ x: few.x, y: few.y, weights: few.y.map((_, i) => (i === 9 ? 0 : 1)) }, {}, 'kernel_domain', { row: 9 });
  refused(few, { starts: 0 }, 'kernel_domain', { name: 'starts' });
  refused(few, { bounds: { noise: [1, 0.1] } }, 'kernel_domain', { name: 'bounds' });
  refused(few, { categorical: [9] }, 'kernel_domain', { column: 9 });
  refused(few, { parameters: { lengthScales: [1, 2] } }, 'kernel_shape', { needed: 5 });
});
