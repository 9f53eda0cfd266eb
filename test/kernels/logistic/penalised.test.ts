import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KernelError, logistic, penalisedLogistic, penalisedLogisticLambdas } from '../../../kernels/index.ts';
import type { PenalisedLogistic, PenalisedLogisticInput } from '../../../kernels/index.ts';
import { brush72 } from '../brush72.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const names = ['speed', 'feed', 'depth', 'brushA11', 'brushA21', 'brushA32', 'materialAlumi'];
const brush = brush72();
const runs = { x: brush.matrix(names), y: brush.pass, n: brush.n, p: names.length };

interface Path { lambda: number[]; a0: number[]; beta: number[]; devRatio: number[] }
const read = (path: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
const glmnet = read('brush72-penalised.json') as Record<'elasticNet' | 'ridge' | 'weighted' | 'raw' | 'factors', Path> & { cv: { lambda: number[]; cvm: number[]; cvsd: number[] } };
const lasso = (read('../elastic-net/brush72-glmnet.json') as { logitLasso: Omit<Path, 'beta'> & { beta: Record<string, number>[] } }).logitLasso;

/** Largest difference relative to the largest size the coefficient reaches on the path. */
function worst(path: PenalisedLogistic, { lambda, a0, beta, devRatio }: Path): number {
  const p = beta.length / lambda.length;
  const sizes = Array.from({ length: p }, (_, j) => Math.max(...lambda.map((_l, l) => Math.abs(beta[l * p + j] as number))));
  const differences = lambda.flatMap((_, l) => [
    Math.abs((path.intercepts[l] as number) - (a0[l] as number)) / Math.max(...a0.map(Math.abs)),
    Math.abs((path.devianceRatios[l] as number) - (devRatio[l] as number)),
    ...sizes.map((size, j) => Math.abs((path.coefficients[l * p + j] as number) - (beta[l * p + j] as number)) / (size || 1)),
  ]);
  return Math.max(...differences);
}

test('paths of a binary outcome are those of a converged glmnet: lasso, elastic net, ridge, weights, raw columns, free columns', async (t) => {
  const kernels = await freshKernels();
  const cases: [string, Path, Partial<PenalisedLogisticInput>][] = [
    ['lasso', { ...lasso, beta: lasso.beta.flatMap((row) => names.map((name) => row[name] as number)) }, {}],
    ['elastic net', glmnet.elasticNet, { l1Ratio: 0.5 }],
    ['ridge', glmnet.ridge, { l1Ratio: 0 }],
    ['weights', glmnet.weighted, { l1Ratio: 0.7, trials: Float64Array.from(runs.y, (_, i) => 1 + ((i + 1) % 3)) }],
    ['raw columns', glmnet.raw, { standardise: false }],
    ['factors', glmnet.factors, { penaltyFactors: [0, 1, 2, 1, 1, 1, 1] }],
  ];
  for (const [name, path, options] of cases) {
    const found = penalisedLogistic(kernels, { ...runs, lambdas: path.lambda, ...options });
    const difference = worst(found, path);
    t.diagnostic(`${name}: ${difference.toExponential(1)}, optimality to ${Math.max(...found.violations).toExponential(1)}`);
    assert.deepEqual(found.unsolved, []);
    assert.ok(difference < 1e-6, `${name}: ${difference}`);
    assert.ok(found.violations.every((value) => value < 1e-12), name);
  }
});

test('errors of left-out folds are those of cv.glmnet', async () => {
  const kernels = await freshKernels();
  const fold = Array.from(runs.y, (_, i) => ((i + 1) * 7) % 5);
  const { lambda, cvm, cvsd } = glmnet.cv;
  const folds = [0, 1, 2, 3, 4].map((left) => penalisedLogistic(kernels, { ...runs, lambdas: lambda, trials: fold.map((one) => Number(one !== left)), held: fold.map((one) => Number(one === left)) }).heldDeviances);
  const sizes = folds.map((_, left) => fold.filter((one) => one === left).length);
  lambda.forEach((_, l) => {
    const mean = folds.reduce((sum, errors, f) => sum + (errors[l] as number) * (sizes[f] as number), 0) / runs.n;
    const spread = Math.sqrt(folds.reduce((sum, errors, f) => sum + ((errors[l] as number) - mean) ** 2 * (sizes[f] as number), 0) / runs.n / 4);
    assert.ok(Math.abs(mean - (cvm[l] as number)) < 1e-7 && Math.abs(spread - (cvsd[l] as number)) < 1e-7, `penalty ${l}`);
  });
});

test('without a penalty the path ends in maximum likelihood, for every link', async () => {
  const kernels = await freshKernels();
  for (const link of ['logit', 'probit', 'cloglog'] as const) {
    const plain = logistic(kernels, { ...runs, link });
    assert.ok(plain.kind === 'fit');
    const path = penalisedLogistic(kernels, { ...runs, link, lambdas: [0.1, 0.01, 0] });
    const last = [path.intercepts[2] as number, ...path.coefficients.subarray(14)];
    last.forEach((value, j) => assert.ok(Math.abs(value / (plain.coefficients[j] as number) - 1) < 1e-8, `${link} ${j}`));
    assert.ok(Math.abs(path.nullDeviance / plain.nullDeviance - 1) < 1e-13);
  }
});

test('separated outcomes have penalised fits all along the path, which the optimality conditions hold for', async () => {
  const kernels = await freshKernels();
  const next = uniform(5);
  const n = 60;
  const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: n }, () => next() - 0.5));
  const y = Float64Array.from(columns[0] as Float64Array, (value) => Number(value > 0));
  const problem = { x: columnMajor(columns), y, n, p: 4 };
  assert.equal(logistic(kernels, problem).kind, 'separated');
  for (const l1Ratio of [0, 0.5, 1]) {
    const path = penalisedLogistic(kernels, { ...problem, l1Ratio });
    assert.deepEqual(path.unsolved, []);
    assert.ok(path.violations.every((value) => value < 1e-12));
    for (let l = 1; l < 100; l += 1) assert.ok((path.deviances[l] as number) < (path.deviances[l - 1] as number));
    assert.ok([...path.coefficients].every(Number.isFinite));
  }
});

/** Accelerated proximal gradient on rows: nothing of what it shares with the solver under test but the objective. */
function proximalGradient(columns: readonly Float64Array[], y: Float64Array, groups: readonly number[], lambda: number, mix: number, steps: number): { objective: number; lengths: number[] } {
  const n = y.length;
  const groupIds = [...new Set(groups)];
  // orthonormal columns within each group, by Gram–Schmidt on the rows
  const basis = columns.map((column) => column.map((value) => value - column.reduce((sum, one) => sum + one, 0) / n));
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0) / n;
  basis.forEach((column, j) => {
    for (let round = 0; round < 2; round += 1) for (let k = 0; k < j; k += 1) if (groups[k] === groups[j]) {
      const along = dot(column, basis[k] as Float64Array);
      column.forEach((value, i) => { column[i] = value - along * ((basis[k] as Float64Array)[i] as number); });
    }
    const size = Math.sqrt(dot(column, column));
    column.forEach((value, i) => { column[i] = value / size; });
  });
  const sizeOf = (group: number): number => groups.filter((one) => one === group).length;
  const lengthsOf = (b: readonly number[]): number[] => groupIds.map((group) => Math.sqrt(b.reduce((sum, value, j) => (groups[j] === group ? sum + value * value : sum), 0)));
  const objective = (b: readonly number[], b0: number): number => {
    let loss = 0;
    for (let i = 0; i < n; i += 1) {
      const eta = basis.reduce((sum, column, j) => sum + (b[j] as number) * (column[i] as number), b0);
      loss += Math.log1p(Math.exp(-Math.abs(eta))) + Math.max(eta, 0) - (y[i] as number) * eta;
    }
    return loss / n + lengthsOf(b).reduce((sum, length, at) => sum + lambda * (mix * Math.sqrt(sizeOf(groupIds[at] as number)) * length + ((1 - mix) * length * length) / 2), 0);
  };
  const step = 4 / (1 + groupIds.length);
  let b = columns.map(() => 0);
  let b0 = 0;
  let [ahead, ahead0, momentum] = [b, b0, 1];
  for (let k = 0; k < steps; k += 1) {
    const error = Array.from(y, (outcome, i) => 1 / (1 + Math.exp(-basis.reduce((sum, column, j) => sum + (ahead[j] as number) * (column[i] as number), ahead0))) - outcome);
    const moved = ahead.map((value, j) => value - step * (basis[j] as Float64Array).reduce((sum, one, i) => sum + one * (error[i] as number), 0) / n);
    const now0 = ahead0 - (step * error.reduce((sum, value) => sum + value, 0)) / n;
    const lengths = lengthsOf(moved);
    const now = moved.map((value, j) => {
      const at = groupIds.indexOf(groups[j] as number);
      const cut = step * lambda * mix * Math.sqrt(sizeOf(groups[j] as number));
      return (lengths[at] as number) <= cut ? 0 : (value * (1 - cut / (lengths[at] as number))) / (1 + step * lambda * (1 - mix));
    });
    const next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = now.map((value, j) => value + ((momentum - 1) / next) * (value - (b[j] as number)));
    ahead0 = now0 + ((momentum - 1) / next) * (now0 - b0);
    [b, b0, momentum] = [now, now0, next];
  }
  return { objective: objective(b, b0), lengths: lengthsOf(b) };
}

test('groups enter and leave whole, at the solution that proximal gradients on the rows find, whatever the coding of a factor', async () => {
  const kernels = await freshKernels();
  const next = uniform(77);
  const n = 120;
  const level = Array.from({ length: n }, (_, i) => i % 4);
  const other = Array.from({ length: n }, () => Math.floor(next() * 3));
  const number = Float64Array.from({ length: n }, () => next() - 0.5);
  const y = Float64Array.from({ length: n }, (_, i) => Number(next() < 1 / (1 + Math.exp(-([1, -1, 0.5, 0][level[i] as number] as number) - 2 * (number[i] as number)))));
  const dummies = (values: readonly number[], levels: number, base: number): Float64Array[] => Array.from({ length: levels }, (_, one) => one).filter((one) => one !== base).map((one) => Float64Array.from(values, (value) => Number(value === one)));
  const groups = [0, 0, 0, 1, 1, 2];
  const coded = (base: number): Float64Array[] => [...dummies(level, 4, base), ...dummies(other, 3, base % 3), number];
  const problem = { x: columnMajor(coded(0)), y, n, p: 6, groups };
  const lambdas = penalisedLogisticLambdas(kernels, { ...problem, lambdaCount: 8, lambdaRatio: 0.02 });
  for (const l1Ratio of [1, 0.6]) {
    const path = penalisedLogistic(kernels, { ...problem, lambdas, l1Ratio });
    const recoded = penalisedLogistic(kernels, { ...problem, x: columnMajor(coded(2)), lambdas, l1Ratio });
    assert.deepEqual(path.unsolved, []);
    lambdas.forEach((lambda, l) => {
      const own = path.coefficients.subarray(l * 6, l * 6 + 6);
      for (const group of [0, 1, 2]) assert.equal(new Set(own.filter((_, j) => groups[j] === group).map((value) => Number(value !== 0))).size, 1, 'whole groups');
      assert.ok(Math.abs((path.deviances[l] as number) / (recoded.deviances[l] as number) - 1) < 1e-9, 'the coding does not matter');
      assert.ok((path.violations[l] as number) < 1e-12);
      if (l % 3 !== 1) return;
      const slow = proximalGradient(coded(0), y, groups, lambda, l1Ratio, 1500);
      assert.deepEqual(slow.lengths.map((length) => length > 0), [0, 1, 2].map((group) => own.some((value, j) => groups[j] === group && value !== 0)));
      const bound = (path.deviances[l] as number) / 2 / n;
      const penalty = slow.lengths.reduce((sum, length, at) => sum + lambda * (l1Ratio * Math.sqrt([3, 2, 1][at] as number) * length + ((1 - l1Ratio) * length * length) / 2), 0);
      assert.ok(Math.abs(slow.objective - penalty - bound) < 1e-7, `${slow.objective - penalty} against ${bound}`);
    });
  }
});

test('one outcome alone, and options that mean nothing, are refused by name', async () => {
  const kernels = await freshKernels();
  assert.throws(() => penalisedLogistic(kernels, { ...runs, y: new Float64Array(runs.n) }), (error) => error instanceof KernelError && error.values?.['reason'] === 'one_class');
  assert.throws(() => penalisedLogistic(kernels, { ...runs, l1Ratio: 2 }), (error) => error instanceof KernelError && error.code === 'kernel_domain');
  assert.throws(() => penalisedLogistic(kernels, { ...runs, groups: [1] }), (error) => error instanceof KernelError && error.code === 'kernel_shape');
});
