import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logistic } from '../../../kernels/index.ts';
import type { LogisticFit, LogisticInput } from '../../../kernels/index.ts';
import { brush72 } from '../brush72.ts';
import { columnMajor, freshKernels } from '../kernels.ts';

const data = brush72();
const names = ['speed', 'feed', 'depth'];
const kernels = await freshKernels();
const copies = 500;
const n = 72 * copies;
const repeated = (column: ArrayLike<number>): Float64Array => Float64Array.from({ length: n }, (_, i) => column[i % 72] as number);

function fit(input: LogisticInput): LogisticFit {
  const result = logistic(kernels, input);
  assert.equal(result.kind, 'fit');
  return result;
}

test('many rows begin at the fit of a sample and end where the same rows counted as trials do, in fewer Newton steps', () => {
  const y = repeated(data.pass);
  for (const link of ['logit', 'probit', 'cloglog'] as const) {
    const many = fit({ x: columnMajor(names.map((name) => repeated(data.column(name)))), y, n, p: 3, link });
    const few = fit({ x: data.matrix(names), y: data.pass, n: 72, p: 3, link, trials: new Float64Array(72).fill(copies) });
    assert.ok(many.converged && few.converged);
    const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) <= 1e-9 * Math.abs(b), `${link}: ${a} against ${b}`);
    many.coefficients.forEach((value, j) => { close(value, few.coefficients[j] as number); });
    many.standardErrors.forEach((value, j) => { close(value, few.standardErrors[j] as number); });
    close(many.deviance, few.deviance);
    close(many.nullDeviance, few.nullDeviance);
    // Fisher's scoring converges linearly to the last digit from anywhere near.
    assert.ok(link === 'logit' ? many.iterations < few.iterations : many.iterations <= few.iterations, `${link}: ${many.iterations} steps, from the constant alone ${few.iterations}`);
  }
});

test('a sample that cannot be fitted is no start: a column that is zero in it has its estimate all the same', () => {
  // Every k-th row is in the sample; the column is not zero in the row before, of both outcomes.
  const sampled = new Set(Array.from({ length: 8192 }, (_, i) => Math.floor((i * n) / 8192)));
  const rare = Float64Array.from({ length: n }, (_, i) => (!sampled.has(i) && i % 7 === 0 ? 1 : 0));
  const columns = [...names.map((name) => repeated(data.column(name))), rare];
  const y = repeated(data.pass);
  const { fitted, converged, coefficients } = fit({ x: columnMajor(columns), y, n, p: 4 });
  assert.ok(converged && coefficients.every(Number.isFinite));
  for (const column of columns) {
    let gradient = 0;
    let size = 0;
    column.forEach((value, i) => {
      gradient += value * ((y[i] as number) - (fitted[i] as number));
      size += Math.abs(value);
    });
    assert.ok(Math.abs(gradient) <= 1e-10 * size, `gradient ${gradient} of ${size}`);
  }
});
