import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherRows, KernelError, leastSquares, leastSquaresBytes } from '../../../kernels/index.ts';
import type { LeastSquaresInput } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';
import { rationalLeastSquares } from './rational.ts';

const kernels = await freshKernels();
const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
const digitsOf = (values: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Math.min(...Array.from(expected, (value, i) => logRelativeError(values[i] as number, value)));

/** Random regression with an intercept column first. */
function randomProblem(n: number, p: number, seed = 3): LeastSquaresInput & { columns: Float64Array[]; x: Float64Array; y: Float64Array } {
  const next = uniform(seed);
  const columns = Array.from({ length: p }, (_, j) => Float64Array.from({ length: n }, () => (j === 0 ? 1 : next() - 0.5)));
  const y = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column, j) => sum + (column[i] as number) * (j + 1), next()));
  return { columns, x: columnMajor(columns), y, n, p, intercept: true };
}

for (const mode of ['exact', 'fast'] as const) {
  test(`${mode}: an ill-conditioned integer polynomial agrees with exact rational arithmetic`, () => {
    const at = Array.from({ length: 14 }, (_, i) => i + 1);
    const columns = Array.from({ length: 8 }, (_, k) => at.map((value) => value ** k));
    const y = at.map((value) => (value * value * 37) % 101);
    const exact = rationalLeastSquares(columns, y);
    const fit = leastSquares(kernels, { x: columnMajor(columns), y: Float64Array.from(y), n: 14, p: 8, intercept: true, mode });
    assert.ok(digitsOf(fit.coefficients, exact.coefficients) >= 15, 'coefficients');
    assert.ok(logRelativeError(fit.rss, exact.rss) >= 15, 'rss');
    const diagonal = exact.diagonal.map((_, j) => fit.covarianceUnscaled[j * 9] as number);
    assert.ok(digitsOf(diagonal, exact.diagonal) >= Math.min(15, fit.digits.standardErrors), 'diagonal of the inverse');
    assert.ok(fit.digits.coefficients > 15);
  });
}

test('the two modes agree on a random problem, all diagnostics included', () => {
  const problem = randomProblem(1500, 12);
  const exact = leastSquares(kernels, { ...problem, mode: 'exact' });
  const fast = leastSquares(kernels, { ...problem, mode: 'fast' });
  for (const key of ['coefficients', 'standardErrors', 't', 'covarianceUnscaled', 'residuals', 'fitted'] as const) {
    assert.ok(digitsOf(fast[key], exact[key]) > 11, key);
  }
  for (const key of ['leverage', 'studentised', 'cooksDistance', 'dffits', 'pressResiduals'] as const) {
    assert.ok(digitsOf(fast.diagnostics?.[key] as Float64Array, exact.diagnostics?.[key] as Float64Array) > 10, key);
  }
});

test('PRESS residuals and external studentisation equal refitting without each row', () => {
  const problem = randomProblem(20, 4);
  const fit = leastSquares(kernels, problem);
  for (let out = 0; out < problem.n; out++) {
    const rows = Array.from({ length: problem.n }, (_, i) => i).filter((i) => i !== out);
    const without = leastSquares(kernels, {
      ...problem, n: rows.length, x: columnMajor(problem.columns.map((column) => rows.map((i) => column[i] as number))), y: Float64Array.from(rows, (i) => problem.y[i] as number),
    });
    const predicted = problem.columns.reduce((sum, column, j) => sum + (column[out] as number) * (without.coefficients[j] as number), 0);
    const press = (problem.y[out] as number) - predicted;
    assert.ok(logRelativeError(fit.diagnostics?.pressResiduals[out] as number, press) > 12);
    const rest = 1 - (fit.diagnostics?.leverage[out] as number);
    assert.ok(logRelativeError(fit.diagnostics?.studentised[out] as number, (fit.residuals[out] as number) / (without.sigma * Math.sqrt(rest))) > 12);
  }
});

for (const mode of ['auto', 'fast'] as const) {
  test(`${mode}: a dependent column is reported with its dependency, later terms give way to earlier ones`, () => {
    const { columns, y, n } = randomProblem(60, 4);
    const [one, a, b, c] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
    const quarter = Float64Array.from(a, (value) => Math.round(value * 1024) / 1024);
    const eighth = Float64Array.from(b, (value) => Math.round(value * 1024) / 1024);
    const mixed = Float64Array.from(quarter, (value, i) => 3 * value - 0.5 * (eighth[i] as number) + 2);
    const fit = leastSquares(kernels, { x: columnMajor([one, quarter, eighth, mixed, c]), y, n, p: 5, intercept: true, mode });
    const without = leastSquares(kernels, { x: columnMajor([one, quarter, eighth, c]), y, n, p: 4, intercept: true, mode });
    assert.equal(fit.rank, 4);
    assert.deepEqual(fit.kept, [0, 1, 2, 4]);
    assert.equal(fit.aliased.length, 1);
    assert.equal(fit.aliased[0]?.column, 3);
    const expected = new Map([[0, 2], [1, 3], [2, -0.5]]);
    assert.deepEqual(fit.aliased[0]?.dependency.map(({ column }) => column), [0, 1, 2]);
    for (const { column, coefficient } of fit.aliased[0]?.dependency ?? []) assert.ok(logRelativeError(coefficient, expected.get(column) as number) > 12);
    assert.ok([fit.coefficients, fit.standardErrors, fit.pValues].every((values) => Number.isNaN(values[3])));
    assert.ok(digitsOf([0, 1, 2, 4].map((j) => fit.coefficients[j] as number), without.coefficients) > 14);
    assert.equal(fit.degreesOfFreedom, 56);
  });
}

test('the rank tolerance decides what is dependent', () => {
  const { columns, y, n } = randomProblem(40, 3);
  const [one, a, b] = columns as [Float64Array, Float64Array, Float64Array];
  const near = Float64Array.from(a, (value, i) => value + 1e-8 * (b[i] as number));
  const input = { x: columnMajor([one, a, near]), y, n, p: 3, intercept: true };
  assert.equal(leastSquares(kernels, input).rank, 3);
  assert.equal(leastSquares(kernels, { ...input, rankTolerance: 1e-6 }).rank, 2);
});

test('a zero column is aliased to nothing, and all columns may be', () => {
  const y = Float64Array.of(1, 2, 4);
  const fit = leastSquares(kernels, { x: new Float64Array(6), y, n: 3, p: 2 });
  assert.equal(fit.rank, 0);
  assert.deepEqual(fit.aliased.map(({ column, dependency }) => [column, dependency.length]), [[0, 0], [1, 0]]);
  assert.deepEqual([...fit.residuals], [...y]);
});

test('zero columns leave the response as residual', () => {
  const fit = leastSquares(kernels, { x: new Float64Array(0), y: Float64Array.of(1, 2), n: 2, p: 0 });
  assert.deepEqual([fit.rank, fit.rss, fit.degreesOfFreedom], [0, 5, 2]);
});

test('as many rows as columns: an exact fit without standard errors', () => {
  const { x, y } = randomProblem(4, 4);
  const fit = leastSquares(kernels, { x, y, n: 4, p: 4, intercept: true });
  assert.equal(fit.degreesOfFreedom, 0);
  assert.ok(fit.exactFit && fit.residuals.every((value) => value === 0));
  assert.ok(fit.coefficients.every(Number.isFinite) && fit.standardErrors.every(Number.isNaN) && fit.pValues.every(Number.isNaN));
  assert.ok(fit.diagnostics?.leverage.every((value) => value === 1));
});

test('fewer rows than columns: the first independent ones are kept', () => {
  const { x, y } = randomProblem(3, 5);
  const fit = leastSquares(kernels, { x, y, n: 3, p: 5, intercept: true });
  assert.deepEqual(fit.kept, [0, 1, 2]);
  assert.equal(fit.aliased.length, 2);
});

test('a constant response: zero slopes, no R²', () => {
  const { x, n, p } = randomProblem(30, 3);
  const fit = leastSquares(kernels, { x, y: new Float64Array(n).fill(0.1), n, p, intercept: true });
  assert.ok(fit.exactFit);
  assert.equal(fit.coefficients[0], 0.1);
  assert.ok(Number.isNaN(fit.rSquared) && Number.isNaN(fit.f.value));
});

test('a row that alone determines a coefficient has leverage 1 and no deletion diagnostics', () => {
  const { columns, y, n } = randomProblem(10, 2);
  const dummy = new Float64Array(n);
  dummy[4] = 1;
  const { diagnostics } = leastSquares(kernels, { x: columnMajor([...columns, dummy]), y, n, p: 3, intercept: true });
  assert.equal(diagnostics?.leverage[4], 1);
  assert.ok(Number.isNaN(diagnostics?.studentised[4]) && Number.isNaN(diagnostics?.press));
  assert.ok(Number.isFinite(diagnostics?.studentised[3]));
});

test('extreme magnitudes neither overflow nor underflow', () => {
  const { columns, y, n } = randomProblem(25, 3);
  const plain = leastSquares(kernels, { x: columnMajor(columns), y, n, p: 3, intercept: true });
  const factors = [1, 2 ** 600, 2 ** -600];
  const x = columnMajor(columns.map((column, j) => column.map((value) => value * (factors[j] as number))));
  const scaled = leastSquares(kernels, { x, y, n, p: 3, intercept: true });
  assert.deepEqual([...scaled.t], [...plain.t]);
  assert.deepEqual([...scaled.coefficients], [...plain.coefficients].map((value, j) => value / (factors[j] as number)));
});

test('NaN and infinity are refused with their place', () => {
  const { x, y, n, p } = randomProblem(12, 3);
  for (const poison of [Number.NaN, Infinity]) {
    const bad = x.slice();
    bad[2 * n + 7] = poison;
    assert.throws(() => leastSquares(kernels, { x: bad, y, n, p }), (error) =>
      code('non_finite_input')(error) && (error as KernelError).values['column'] === 2 && (error as KernelError).values['row'] === 7);
    const response = y.slice();
    response[11] = poison;
    assert.throws(() => leastSquares(kernels, { x, y: response, n, p }), code('non_finite_input'));
  }
});

test('wrong shapes, no rows and impossible confidences are refused, and scratch is given back', () => {
  const { x, y, n, p } = randomProblem(12, 3);
  const used = kernels.memory.used;
  assert.throws(() => leastSquares(kernels, { x, y, n: 0, p }), code('no_rows'));
  assert.throws(() => leastSquares(kernels, { x, y, n: 13, p }), code('kernel_shape'));
  assert.throws(() => leastSquares(kernels, { x, y, n: 2.5, p }), code('kernel_shape'));
  assert.throws(() => leastSquares(kernels, { x, y, n, p, confidence: 95 }), code('kernel_domain'));
  assert.throws(() => leastSquares(kernels, { x, y, n, p, leadingDimension: 5 }), code('kernel_shape'));
  assert.equal(kernels.memory.used, used);
});

test('inputs in place give the bits of copied inputs, with any leading dimension', () => {
  const { columns, x, y, n, p } = randomProblem(33, 4);
  const mark = kernels.memory.mark();
  const ld = 40;
  const wide = kernels.memory.allocFloat64(ld * p);
  columns.forEach((column, j) => wide.set(column, j * ld));
  const copied = leastSquares(kernels, { x, y, n, p, intercept: true });
  assert.deepEqual(leastSquares(kernels, { x: wide, y, n, p, leadingDimension: ld, intercept: true }), copied);
  assert.deepEqual(leastSquares(kernels, { x: wide.byteOffset, y, n, p, leadingDimension: ld, intercept: true }), copied);
  for (const pointer of [0, -8, wide.byteOffset + 1, 2 ** 40]) assert.throws(() => leastSquares(kernels, { x: pointer, y, n, p }), code('kernel_shape'));
  kernels.memory.release(mark);
});

test('gathered rows are the rows', () => {
  const { columns, n, p } = randomProblem(33, 4);
  const mark = kernels.memory.mark();
  const x = kernels.memory.allocFloat64(n * p);
  x.set(columnMajor(columns));
  const rows = Int32Array.of(30, 2, 2, 17);
  const out = kernels.memory.allocFloat64(rows.length * p);
  gatherRows(kernels, x.byteOffset, n, p, rows, out.byteOffset, rows.length);
  assert.deepEqual(out, Float64Array.from(columns.flatMap((column) => [...rows].map((i) => column[i] as number))));
  assert.throws(() => gatherRows(kernels, x.byteOffset, n, p, Int32Array.of(33), out.byteOffset, 1), code('kernel_shape'));
  kernels.memory.release(mark);
});

test('the predicted scratch is enough, for either mode', async () => {
  const { KernelMemory, instantiate, loadKernels } = await import('../../../kernels/index.ts');
  for (const mode of ['exact', 'fast', 'gram'] as const) {
    for (const [n, p] of [[5, 1], [60, 30], [2000, 40], [9000, 20]] as const) {
      const { x, y } = randomProblem(n, p);
      const host = KernelMemory.create();
      const weights = new Float64Array(n).fill(2);
      const inputs = 8 * (x.length + y.length + n) + 256;
      const slab = host.slab(leastSquaresBytes(n, p, mode, { dfbetas: true, weights: true }) + inputs);
      const tight = await instantiate(await loadKernels(), KernelMemory.attach(slab));
      assert.equal(leastSquares(tight, { x, y, n, p, mode, weights, dfbetas: true }).rank, p);
    }
  }
});

test('an ill-conditioned large problem is corrected to double-double rather than reported on the word of f64', () => {
  const { columns, y, n } = randomProblem(4000, 60);
  const near = Float64Array.from(columns[1] as Float64Array, (value, i) => value + 1e-9 * ((columns[2] as Float64Array)[i] as number) ** 2);
  const fit = leastSquares(kernels, { x: columnMajor([...columns, near]), y, n, p: 61, intercept: true, diagnostics: false });
  assert.ok(fit.corrected);
  assert.equal(fit.rank, 61);
  assert.ok(fit.digits.standardErrors > 15);
  const exact = leastSquares(kernels, { x: columnMajor([...columns, near]), y, n, p: 61, intercept: true, mode: 'exact' });
  assert.ok(digitsOf(fit.standardErrors, exact.standardErrors) > 15);
  const again = leastSquares(kernels, { x: columnMajor([...columns, near]), y, n, p: 61, intercept: true });
  assert.ok(digitsOf(again.diagnostics?.studentised as Float64Array, exact.diagnostics?.studentised as Float64Array) > 14);
});

test('VIF is that of regressing each column on the others; triangle and effects carry the fit', () => {
  const { columns, x, y, n, p } = randomProblem(50, 4);
  for (const mode of ['exact', 'fast'] as const) {
    const fit = leastSquares(kernels, { x, y, n, p, intercept: true, mode });
    assert.ok(Number.isNaN(fit.varianceInflation[0]));
    for (let j = 1; j < p; j++) {
      const others = columns.filter((_, k) => k !== j);
      const { rSquared } = leastSquares(kernels, { x: columnMajor(others), y: columns[j] as Float64Array, n, p: p - 1, intercept: true });
      assert.ok(logRelativeError(fit.varianceInflation[j] as number, 1 / (1 - rSquared)) > 13);
    }
    // Sequential sums of squares against refits of the leading columns.
    for (let k = 1; k < p; k++) {
      const before = leastSquares(kernels, { x: columnMajor(columns.slice(0, k)), y, n, p: k, intercept: true });
      const after = leastSquares(kernels, { x: columnMajor(columns.slice(0, k + 1)), y, n, p: k + 1, intercept: true });
      assert.ok(logRelativeError((fit.effects[k] as number) ** 2, before.rss - after.rss) > 9);
    }
    const normal = columns.map((column, j) => columns.map((other, k) => [column.reduce((sum, value, i) => sum + value * (other[i] as number), 0),
      Array.from({ length: p }, (_, i) => (fit.triangle[j * p + i] as number) * (fit.triangle[k * p + i] as number)).reduce((a, b) => a + b)]));
    for (const [direct, product] of normal.flat()) assert.ok(Math.abs((direct as number) - (product as number)) < 1e-12);
  }
});
