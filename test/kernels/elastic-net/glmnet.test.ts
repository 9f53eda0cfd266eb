import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { elasticNet, leastSquares } from '../../../kernels/index.ts';
import type { ElasticNetPath, Kernels } from '../../../kernels/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';
import { brush72 } from '../brush72.ts';
import { columnMajor, freshKernels } from '../kernels.ts';

interface Reference { alpha: number; lambda: number[]; a0: number[]; beta: Record<string, number>[]; df: number[]; devRatio: number[] }

const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const brush = read(join(import.meta.dirname, 'brush72-glmnet.json')) as Record<'lasso' | 'enet05' | 'ridge', Reference>;
const longley = read(join(import.meta.dirname, 'longley-extra.json'))['lasso'] as Reference;

/**
 * What glmnet itself reaches: it stops at a change of 1e-20 in the objective, the square of a change of the coefficients, and Longley's collinearity
 * multiplies what is left. The exact comparison below shows that the difference is glmnet's.
 */
const TOLERANCE = 5e-10;
const LONGLEY_TOLERANCE = 5e-6;

/** Largest difference relative to the largest size the coefficient reaches on the path. */
function worst(path: ElasticNetPath, reference: Reference, from: number): number {
  const names = Object.keys(reference.beta[0] as object);
  const p = names.length;
  let largest = 0;
  const compare = (value: number, expected: number, size: number): void => { largest = Math.max(largest, Math.abs(value - expected) / size); };
  names.forEach((name, j) => {
    const size = Math.max(...reference.beta.map((row) => Math.abs(row[name] as number)));
    for (let l = from; l < reference.lambda.length; l++) compare(path.coefficients[l * p + j] as number, reference.beta[l]?.[name] as number, size);
  });
  const size = Math.max(...reference.a0.map(Math.abs));
  for (let l = from; l < reference.lambda.length; l++) {
    compare(path.intercepts[l] as number, reference.a0[l] as number, size);
    compare(path.devianceRatios[l] as number, reference.devRatio[l] as number, 1);
  }
  return largest;
}

/** glmnet divides the whole penalty by sd(y) after scaling y to 1, so its ridge part is weaker by sd(y); undone here by mixing anew. */
function fromGlmnet(lambda: number, alpha: number, sd: number): { lambda: number; mix: number } {
  const total = lambda * alpha + (lambda * (1 - alpha)) / sd;
  return { lambda: total, mix: (lambda * alpha) / total };
}

const sdOf = (y: Float64Array): number => {
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  return Math.sqrt(y.reduce((a, b) => a + (b - mean) ** 2, 0) / y.length);
};

/**
 * The lasso solution is least squares on its active set less the pull of the penalty: b_A = ols_A - n lambda (Xc'Xc)^-1 (sd sign). Least squares here is the
 * double-double one, held to exact arithmetic elsewhere, so this says how far a path, glmnet's or ours, is from the truth.
 */
function exactCoefficients(kernels: Kernels, columns: readonly Float64Array[], y: Float64Array, lambda: number, signs: readonly number[]): number[] {
  const n = y.length;
  const active = [...signs.keys()].filter((j) => signs[j] !== 0);
  const p = active.length + 1;
  const x = columnMajor([new Float64Array(n).fill(1), ...active.map((j) => columns[j] as Float64Array)]);
  const { coefficients, covarianceUnscaled } = leastSquares(kernels, { x, y, n, p, mode: 'exact', diagnostics: false });
  const exact = signs.map(() => 0);
  active.forEach((j, a) => {
    let value = coefficients[a + 1] as number;
    active.forEach((k, b) => { value -= n * lambda * (covarianceUnscaled[(a + 1) * p + b + 1] as number) * sdOf(columns[k] as Float64Array) * (signs[k] as number); });
    exact[j] = value;
  });
  return exact;
}

/** Largest error of a lasso path against `exactCoefficients`, relative to the largest size of each coefficient. */
function errorOfPath(kernels: Kernels, columns: readonly Float64Array[], y: Float64Array, reference: Reference, coefficient: (l: number, j: number) => number): number {
  const names = Object.keys(reference.beta[0] as object);
  const sizes = names.map((name) => Math.max(...reference.beta.map((row) => Math.abs(row[name] as number))));
  let largest = 0;
  reference.lambda.forEach((lambda, l) => {
    const signs = names.map((name) => Math.sign(reference.beta[l]?.[name] as number));
    exactCoefficients(kernels, columns, y, lambda, signs).forEach((value, j) => {
      largest = Math.max(largest, Math.abs(coefficient(l, j) - value) / (sizes[j] as number));
    });
  });
  return largest;
}

function assertExact(t: TestContext, kernels: Kernels, columns: readonly Float64Array[], y: Float64Array, reference: Reference, path: ElasticNetPath): void {
  const names = Object.keys(reference.beta[0] as object);
  const ours = errorOfPath(kernels, columns, y, reference, (l, j) => path.coefficients[l * names.length + j] as number);
  const theirs = errorOfPath(kernels, columns, y, reference, (l, j) => reference.beta[l]?.[names[j] as string] as number);
  t.diagnostic(`error against the exact solution: ours ${ours.toExponential(1)}, glmnet's ${theirs.toExponential(1)}`);
  assert.ok(ours <= 1e-10);
}

for (const kind of ['lasso', 'enet05', 'ridge'] as const) {
  test(`the ${kind} path of the brush runs is glmnet's`, async (t) => {
    const kernels = await freshKernels();
    const data = brush72();
    const reference = brush[kind];
    const names = Object.keys(reference.beta[0] as object);
    const { mix } = fromGlmnet(1, reference.alpha, sdOf(data.y));
    const lambdas = reference.lambda.map((lambda) => fromGlmnet(lambda, reference.alpha, sdOf(data.y)).lambda);
    const path = elasticNet(kernels, { x: data.matrix(names), y: data.y, n: data.n, p: names.length, l1Ratio: mix, lambdas });
    // glmnet replaces the first penalty of a ridge by infinity but reports another; for the others it is the edge of the empty model.
    const from = kind === 'ridge' ? 1 : 0;
    const difference = worst(path, reference, from);
    t.diagnostic(`largest relative difference ${difference.toExponential(1)}`);
    assert.ok(difference <= TOLERANCE);
    if (kind === 'lasso') assertExact(t, kernels, names.map(data.column), data.y, reference, path);
    assert.deepEqual([...path.degreesOfFreedom].slice(1), reference.df.slice(1));
    assert.deepEqual(path.unsolved, []);
    assert.ok(path.gaps.every((gap) => gap <= 1e-12));
  });
}

test('the lasso path of Longley is glmnet\'s in spite of its collinearity', { skip: without('nist-strd/linear/Longley.csv') }, async (t) => {
  const kernels = await freshKernels();
  const [header = '', ...lines] = readFileSync(join(sharedData, 'nist-strd/linear/Longley.csv'), 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const column = (name: string): Float64Array => Float64Array.from(lines.map((line) => Number(line.split(',')[names.indexOf(name)])));
  const columns = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6'].map(column);
  const x = columnMajor(columns);
  const path = elasticNet(kernels, { x, y: column('y'), n: 16, p: 6, lambdas: longley.lambda });
  const difference = worst(path, longley, 0);
  t.diagnostic(`largest relative difference ${difference.toExponential(1)}`);
  assert.ok(difference <= LONGLEY_TOLERANCE);
  assertExact(t, kernels, columns, column('y'), longley, path);
  assert.deepEqual([...path.degreesOfFreedom], longley.df);
  assert.ok(path.gaps.every((gap) => gap <= 1e-12));
});
