import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossValidateLeastSquares, KernelError, leastSquares } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const n = 1100;
const p = 7;
const foldCount = 6;
const next = uniform(23);
const columns = Array.from({ length: p }, (_, j) => Float64Array.from({ length: n }, () => (j === 0 ? 1 : 5 + next() * (j + 1))));
const y = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column, j) => sum + (column[i] as number) * (j + 1), next()));
const foldOf = Int32Array.from({ length: n }, () => Math.floor(next() * foldCount));
const weights = Float64Array.from({ length: n }, () => 0.25 + next());

for (const weighted of [false, true]) {
  test(`${weighted ? 'weighted, ' : ''}each fold's fit and error equal fitting without its rows`, () => {
    const used = kernels.memory.used;
    const folds = crossValidateLeastSquares(kernels, { x: columnMajor(columns), y, n, p, foldOf, foldCount, ...(weighted ? { weights } : {}) });
    assert.equal(kernels.memory.used, used);
    assert.equal(folds.length, foldCount);
    folds.forEach((fold, number) => {
      const train = Array.from({ length: n }, (_, i) => i).filter((i) => foldOf[i] !== number);
      const direct = leastSquares(kernels, {
        x: columnMajor(columns.map((column) => train.map((i) => column[i] as number))), y: Float64Array.from(train, (i) => y[i] as number), n: train.length, p,
        diagnostics: false, ...(weighted ? { weights: Float64Array.from(train, (i) => weights[i] as number) } : {}),
      });
      const error = Array.from({ length: n }, (_, i) => i).filter((i) => foldOf[i] === number).reduce((sum, i) => {
        const e = (y[i] as number) - columns.reduce((total, column, j) => total + (column[i] as number) * (direct.coefficients[j] as number), 0);
        return sum + e * e * (weighted ? (weights[i] as number) : 1);
      }, 0);
      assert.equal(fold.rows, n - train.length);
      assert.ok(fold.digits > 7 && fold.digits < 15, `${fold.digits}`);
      const size = (j: number): number => Math.max(...(columns[j] as Float64Array));
      const largest = Math.max(...direct.coefficients.map((value, j) => value * size(j)));
      fold.coefficients.forEach((value, j) => assert.ok(Math.abs(value - (direct.coefficients[j] as number)) * size(j) <= 10 ** -fold.digits * largest));
      assert.ok(logRelativeError(fold.squaredError, error) >= fold.digits, `${fold.squaredError} against ${error}, ${fold.digits}`);
    });
  });
}

test('a fold without which two columns are alike says that it cannot be trusted', () => {
  const lone = new Float64Array(n);
  lone[10] = 1;
  const folds = crossValidateLeastSquares(kernels, { x: columnMajor([...columns, lone]), y, n, p: p + 1, foldOf, foldCount });
  folds.forEach((fold, number) => assert.equal(Number.isNaN(fold.squaredError) && fold.digits === 0, number === foldOf[10]));
});

test('bad folds are refused', () => {
  const input = { x: columnMajor(columns), y, n, p, foldOf, foldCount };
  for (const bad of [{ foldOf: foldOf.with(3, foldCount) }, { foldOf: foldOf.subarray(1) }, { foldCount: foldCount + 1 }]) {
    assert.throws(() => crossValidateLeastSquares(kernels, { ...input, ...bad }), (error) => error instanceof KernelError && error.code === 'kernel_shape');
  }
});
