import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KernelError, leastSquares, ridgeBytes, ridgePath, instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { RidgePath } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, missingData, sharedData, uniform } from '../kernels.ts';
import { readNist } from '../least-squares/nist.ts';
import { modelColumns, readBrush72, readPeer } from '../least-squares/peer.ts';

const kernels = await freshKernels();
const peer = sharedData('nist-strd', 'linear', 'peer');
const nist = sharedData('nist-strd', 'linear');
const coefficientsOf = (path: RidgePath, p: number, l: number): Float64Array => path.coefficients.subarray(l * p, (l + 1) * p);

const n = 150;
const p = 6;
const next = uniform(31);
const columns = Array.from({ length: p }, (_, j) => Float64Array.from({ length: n }, () => (j === 0 ? 1 : 3 + next() * 10 ** (j - 3))));
const y = Float64Array.from({ length: n }, (_, i) => 2 + columns.reduce((sum, column, j) => sum + (column[i] as number) * 10 ** (3 - j), 0) + next());
const input = { x: columnMajor(columns), y, n, p };

/** Ridge as least squares with p more rows, √(nλ) s_j on the diagonal, the intercept free: held to double-double. */
function augmented(rows: readonly number[], deviations: readonly number[], total: number, lambda: number): Float64Array {
  const extended = columns.map((column, j) => [...rows.map((i) => column[i] as number), ...Array.from({ length: p - 1 }, (_, k) => (k + 1 === j ? Math.sqrt(total * lambda) * (deviations[j] as number) : 0))]);
  const response = Float64Array.from([...rows.map((i) => y[i] as number), ...Array.from({ length: p - 1 }, () => 0)]);
  return leastSquares(kernels, { x: columnMajor(extended), y: response, n: response.length, p, mode: 'exact', diagnostics: false }).coefficients;
}

const deviations = columns.map((column) => {
  const mean = column.reduce((sum, value) => sum + value, 0) / n;
  return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
});
const everyRow = Array.from({ length: n }, (_, i) => i);
const lambdas = [0, 1e-6, 0.01, 0.3, 7, 500];

test('each penalty gives the coefficients of the augmented least-squares problem', () => {
  const used = kernels.memory.used;
  const path = ridgePath(kernels, { ...input, lambdas });
  assert.equal(kernels.memory.used, used);
  lambdas.forEach((lambda, l) => {
    augmented(everyRow, deviations, n, lambda).forEach((value, j) => assert.ok(logRelativeError(coefficientsOf(path, p, l)[j] as number, value) > 9, `λ ${lambda}, ${j}`));
    const e = everyRow.map((i) => (y[i] as number) - columns.reduce((sum, column, j) => sum + (column[i] as number) * (coefficientsOf(path, p, l)[j] as number), 0));
    assert.ok(logRelativeError(path.rss[l] as number, e.reduce((sum, value) => sum + value * value, 0)) > 8);
  });
});

test('leave-one-out errors are those of fitting without each row, and GCV follows from the trace', () => {
  const path = ridgePath(kernels, { ...input, lambdas });
  lambdas.forEach((lambda, l) => {
    const errors = everyRow.map((out) => {
      const b = augmented(everyRow.filter((i) => i !== out), deviations, n, lambda);
      return (y[out] as number) - columns.reduce((sum, column, j) => sum + (column[out] as number) * (b[j] as number), 0);
    });
    assert.ok(logRelativeError(path.leaveOneOut?.[l] as number, errors.reduce((sum, e) => sum + e * e, 0) / n) > 8, `λ ${lambda}`);
    const df = path.effectiveDegreesOfFreedom[l] as number;
    assert.ok(logRelativeError(path.generalisedCrossValidation[l] as number, (n * (path.rss[l] as number)) / (n - df) ** 2) > 14);
  });
  assert.ok(logRelativeError(path.effectiveDegreesOfFreedom[0] as number, p) > 12);
});

test('leave-one-out errors do not depend on how rows fall into blocks, nor on an odd last row', () => {
  const rows = 2051;
  const random = uniform(9);
  const a = Float64Array.from({ length: rows }, () => random());
  const b = Float64Array.from({ length: rows }, () => random());
  const response = a.map((value, i) => value - 2 * (b[i] as number) + random());
  const x = columnMajor([new Float64Array(rows).fill(1), a, b]);
  const path = ridgePath(kernels, { x, y: response, n: rows, p: 3, lambdas: [0] });
  const fit = leastSquares(kernels, { x, y: response, n: rows, p: 3, intercept: true });
  assert.ok(logRelativeError(path.leaveOneOut?.[0] as number, (fit.diagnostics?.press as number) / rows) > 12);
  assert.equal(ridgePath(kernels, { x, y: response, n: rows, p: 3, leaveOneOut: false }).leaveOneOut, undefined);
  assert.equal(path.mode, 'gram');
});

test('the default path runs from a nearly constant prediction to nearly least squares', () => {
  const path = ridgePath(kernels, input);
  assert.equal(path.lambdas.length, 100);
  const df = path.effectiveDegreesOfFreedom;
  assert.ok(df.every((value, l) => l === 0 || value > (df[l - 1] as number)));
  assert.ok((df[0] as number) < 1.1 && (df.at(-1)) > p - 0.5);
});

test('a column that is a copy, or does not vary, shares or gets nothing', () => {
  const [one, a] = columns as [Float64Array, Float64Array];
  const path = ridgePath(kernels, { x: columnMajor([one, a, a, new Float64Array(n).fill(7)]), y, n, p: 4, lambdas: [0.1] });
  const [, first, second, constant] = path.coefficients;
  assert.ok(logRelativeError(first ?? Number.NaN, second ?? Number.NaN) > 9);
  assert.equal(constant, 0);
  assert.equal(path.mode, 'fast');
  assert.ok(Number.isFinite(path.leaveOneOut?.[0]));
});

test('a negative penalty is refused, and the predicted scratch is enough', async () => {
  assert.throws(() => ridgePath(kernels, { ...input, lambdas: [1, -1] }), (error) => error instanceof KernelError && error.code === 'kernel_domain' && error.values['penalty'] === 1);
  const slab = KernelMemory.create().slab(ridgeBytes(n, p) + 8 * n * (p + 1) + 256);
  assert.ok(ridgePath(await instantiate(await loadKernels(), KernelMemory.attach(slab)), input).rss.every(Number.isFinite));
});

test("glmnet's ridge path", { skip: peer ? false : missingData }, () => {
  const { ridge } = readPeer<{ ridge: { lambda: number[]; a0: number[]; beta: Record<string, number>[] } }>(peer as string, 'brush72-glmnet.json');
  const rows = readBrush72(peer as string);
  const terms = ['(Intercept)', ...Object.keys(ridge.beta[0] as Record<string, number>)];
  const response = Float64Array.from(rows, (row) => Number(row['y']));
  const mean = response.reduce((sum, value) => sum + value, 0) / rows.length;
  const deviation = Math.sqrt(response.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length);
  const path = ridgePath(kernels, {
    x: columnMajor(modelColumns(rows, terms)), y: response, n: rows.length, p: terms.length, lambdas: ridge.lambda.map((lambda) => lambda / deviation),
  });
  // glmnet prints its first, infinite penalty as a finite one.
  for (let l = 1; l < ridge.lambda.length; l++) {
    const expected = [ridge.a0[l] as number, ...Object.values(ridge.beta[l] as Record<string, number>)];
    expected.forEach((value, j) => assert.ok(logRelativeError(coefficientsOf(path, terms.length, l)[j] as number, value) > 8, `penalty ${l}, ${terms[j]}: ${coefficientsOf(path, terms.length, l)[j]} against ${value}`));
  }
});

describe("MASS's lm.ridge on Longley", { skip: peer && nist ? false : missingData }, () => {
  test('coefficients and GCV', () => {
    const { ridgeMASS: reference } = readPeer<{ ridgeMASS: { lambda: number[]; coef: Record<string, Record<string, number>>; GCV: number[] } }>(peer as string, 'longley-extra.json');
    const { input: longley } = readNist(nist as string, 'Longley');
    const path = ridgePath(kernels, { ...longley, lambdas: reference.lambda.map((lambda) => lambda / longley.n) });
    Object.values(reference.coef).forEach((expected, l) => Object.values(expected).forEach((value, j) => {
      assert.ok(logRelativeError(coefficientsOf(path, longley.p, l)[j] as number, value) > 8, `penalty ${l}, ${j}: ${coefficientsOf(path, longley.p, l)[j]} against ${value}`);
    }));
    reference.GCV.forEach((value, l) => {
      // MASS leaves the intercept out of the trace and divides by no n.
      const own = (path.rss[l] as number) / (longley.n - ((path.effectiveDegreesOfFreedom[l] as number) - 1)) ** 2;
      assert.ok(logRelativeError(own, value) > 8, `${own} against ${value}`);
    });
  });
});
