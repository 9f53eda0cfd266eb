import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticNet, elasticNetCv, KernelError, leastSquares } from '../../../kernels/index.ts';
import type { ElasticNetInput } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

/** Columns of different units and positions, correlated neighbours, a sparse truth. */
function sample(seed: number, n: number, p: number): { x: Float64Array; y: Float64Array; n: number; p: number; columns: Float64Array[] } {
  const next = uniform(seed);
  const columns = Array.from({ length: p }, () => new Float64Array(n));
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let before = 0;
    columns.forEach((column, j) => {
      before = 0.5 * before + next() - 0.5;
      column[i] = (j + 1) * 10 + before * 10 ** (j % 3);
    });
    y[i] = 3 + columns.reduce((sum, column, j) => sum + (j % 3 === 0 ? ((column[i] as number) / 10 ** (j % 3)) * (1 - (j % 2) * 2) : 0), 0) + next();
  }
  return { x: columnMajor(columns), y, n, p, columns };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((top, value, i) => Math.max(top, Math.abs(value - (b[i] as number))), 0);

/** Value of the documented objective by plain loops. */
function objective(input: ElasticNetInput, columns: Float64Array[], lambda: number, b0: number, b: readonly number[]): number {
  const { n, l1Ratio = 1 } = input;
  const w = Array.from(input.weights ?? new Float64Array(n).fill(1));
  const weight = w.reduce((sum, one) => sum + one, 0);
  const y = input.y as Float64Array;
  let loss = 0;
  for (let i = 0; i < n; i++) loss += (w[i] as number) * ((y[i] as number) - b0 - columns.reduce((sum, column, j) => sum + (column[i] as number) * (b[j] as number), 0)) ** 2;
  let penalty = 0;
  columns.forEach((column, j) => {
    const mean = column.reduce((sum, value, i) => sum + (w[i] as number) * value, 0) / weight;
    const deviation = Math.sqrt(column.reduce((sum, value, i) => sum + (w[i] as number) * (value - mean) ** 2, 0) / weight);
    const size = (b[j] as number) * (input.standardise ?? true ? deviation : 1);
    penalty += (input.penaltyFactors?.[j] ?? 1) * (l1Ratio * Math.abs(size) + ((1 - l1Ratio) * size * size) / 2);
  });
  return loss / (2 * weight) + lambda * penalty;
}

test('no nearby coefficients have a smaller objective, whatever the options', async () => {
  const kernels = await freshKernels();
  const data = sample(3, 60, 7);
  const next = uniform(99);
  const variants: Partial<ElasticNetInput>[] = [
    {}, { standardise: false }, { l1Ratio: 0.3 }, { l1Ratio: 0 }, { penaltyFactors: [0, 1, 2, 1, 0, 1, 0.5] },
    { weights: Float64Array.from({ length: 60 }, (_, i) => 1 + (i % 4)), l1Ratio: 0.7, standardise: false },
  ];
  for (const variant of variants) {
    const input = { ...data, ...variant };
    const path = elasticNet(kernels, { ...input, lambdaCount: 12 });
    assert.deepEqual(path.unsolved, []);
    path.lambdas.forEach((lambda, l) => {
      const b = [...path.coefficients.subarray(l * 7, l * 7 + 7)];
      const b0 = path.intercepts[l] as number;
      const at = objective(input, data.columns, lambda, b0, b);
      for (let trial = 0; trial < 10; trial++) {
        const moved = b.map((value, j) => value + (1e-4 * (next() - 0.5)) / 10 ** (j % 3));
        const b1 = b0 + 1e-3 * (next() - 0.5);
        assert.ok(objective(input, data.columns, lambda, b1, moved) >= at - 1e-12 * Math.abs(at), `${JSON.stringify(variant)} at penalty ${l}`);
      }
    });
  }
});

test('without a penalty the path ends in least squares, with and without a constant', async () => {
  const kernels = await freshKernels();
  const data = sample(5, 50, 4);
  const withConstant = leastSquares(kernels, { x: columnMajor([new Float64Array(50).fill(1), ...data.columns]), y: data.y, n: 50, p: 5 });
  const path = elasticNet(kernels, { ...data, lambdas: [1, 0.1, 0] });
  assert.ok(largest([path.intercepts[2] as number, ...path.coefficients.subarray(8)], withConstant.coefficients) < 1e-11);
  const through = leastSquares(kernels, { ...data });
  const origin = elasticNet(kernels, { ...data, lambdas: [0], intercept: false });
  assert.equal(origin.intercepts[0], 0);
  assert.ok(largest(origin.coefficients, through.coefficients) < 1e-11);
});

test('a row of weight 3 is that row three times', async () => {
  const kernels = await freshKernels();
  const data = sample(8, 30, 5);
  const weights = Float64Array.from({ length: 30 }, (_, i) => i % 4);
  const rows = [...weights.keys()].flatMap((i) => Array.from({ length: weights[i] as number }, () => i));
  const repeated = { x: columnMajor(data.columns.map((column) => rows.map((i) => column[i] as number))), y: Float64Array.from(rows, (i) => data.y[i] as number), n: rows.length, p: 5 };
  const a = elasticNet(kernels, { ...data, weights, l1Ratio: 0.5, lambdaCount: 10 });
  const b = elasticNet(kernels, { ...repeated, l1Ratio: 0.5, lambdaCount: 10, lambdaRatio: 1e-4 });
  assert.ok(largest(a.lambdas, b.lambdas) < 1e-12);
  assert.ok(largest(a.coefficients, b.coefficients) < 1e-11);
});

test('the largest penalty is the smallest that leaves only unpenalised columns in', async () => {
  const kernels = await freshKernels();
  const data = sample(12, 80, 6);
  const penaltyFactors = [1, 0, 1, 1, 1, 1];
  const path = elasticNet(kernels, { ...data, penaltyFactors, lambdaCount: 3 });
  const top = path.lambdas[0] as number;
  const around = elasticNet(kernels, { ...data, penaltyFactors, lambdas: [top * (1 + 1e-9), top * (1 - 1e-4)] });
  assert.deepEqual([...around.degreesOfFreedom], [1, 2]);
});

test('penalties may come in any order', async () => {
  const kernels = await freshKernels();
  const data = sample(21, 60, 8);
  const down = elasticNet(kernels, { ...data, lambdas: [0.5, 0.05, 0.005] });
  const up = elasticNet(kernels, { ...data, lambdas: [0.005, 0.05, 0.5] });
  for (let l = 0; l < 3; l++) assert.ok(largest(down.coefficients.subarray(l * 8, l * 8 + 8), up.coefficients.subarray((2 - l) * 8, (3 - l) * 8)) < 1e-11);
});

test('cross-validation is what refitting without each fold gives, for groups of unequal size', async () => {
  const kernels = await freshKernels();
  const data = sample(31, 64, 6);
  const folds = Int32Array.from({ length: 64 }, (_, i) => [0, 0, 1, 2, 2, 2, 3][(i * 5) % 7] as number);
  const cv = elasticNetCv(kernels, { ...data, folds, l1Ratio: 0.8, lambdaCount: 15 });
  const count = 15;
  const errors = [0, 1, 2, 3].map((fold) => {
    const inside = [...folds.keys()].filter((i) => folds[i] !== fold);
    const held = [...folds.keys()].filter((i) => folds[i] === fold);
    const fit = elasticNet(kernels, {
      x: columnMajor(data.columns.map((column) => inside.map((i) => column[i] as number))), y: Float64Array.from(inside, (i) => data.y[i] as number),
      n: inside.length, p: 6, l1Ratio: 0.8, lambdas: cv.path.lambdas,
    });
    return Array.from({ length: count }, (_, l) => held.reduce((sum, i) => sum
      + ((data.y[i] as number) - (fit.intercepts[l] as number) - data.columns.reduce((eta, column, j) => eta + (column[i] as number) * (fit.coefficients[l * 6 + j] as number), 0)) ** 2, 0) / held.length);
  });
  errors.forEach((row, fold) => row.forEach((error, l) => { assert.ok(Math.abs((cv.foldErrors[fold * count + l] as number) / error - 1) < 1e-5); }));
  const sizes = [0, 1, 2, 3].map((fold) => folds.filter((f) => f === fold).length);
  assert.deepEqual([...cv.foldWeights], sizes);
  const mean = errors[0]?.map((_, l) => sizes.reduce((sum, size, fold) => sum + size * (errors[fold]?.[l] as number), 0) / 64) as number[];
  const se = mean.map((m, l) => Math.sqrt(sizes.reduce((sum, size, fold) => sum + size * ((errors[fold]?.[l] as number) - m) ** 2, 0) / 64 / 3));
  assert.ok(largest(cv.meanErrors, mean) < 1e-5 * Math.max(...mean));
  assert.ok(largest(cv.standardErrors, se) < 1e-5 * Math.max(...se));
  assert.equal(cv.indexMin, mean.indexOf(Math.min(...mean)));
  assert.equal(cv.index1Se, mean.findIndex((m) => m <= (mean[cv.indexMin] as number) + (se[cv.indexMin] as number)));
  assert.equal(cv.lambda1Se, cv.path.lambdas[cv.index1Se]);
});

test('a column that varies only inside the held-out fold has no coefficient there, and a constant column nowhere', async () => {
  const kernels = await freshKernels();
  const { columns, y } = sample(41, 40, 3);
  const folds = Int32Array.from({ length: 40 }, (_, i) => i % 4);
  const x = columnMajor([...columns, folds.map((fold, i) => (fold === 2 && i % 8 === 2 ? 1 : 0)), new Float64Array(40).fill(0.1)]);
  const cv = elasticNetCv(kernels, { x, y, n: 40, p: 5, folds });
  assert.deepEqual(cv.path.constantColumns, [4]);
  assert.ok(cv.foldErrors.every((error) => error < 1e3));
  for (let l = 0; l < 100; l++) assert.equal(cv.path.coefficients[l * 5 + 4], 0);
});

test('more columns than rows is solved to the gap', async () => {
  const kernels = await freshKernels();
  const path = elasticNet(kernels, { ...sample(51, 25, 60), lambdaCount: 40 });
  assert.deepEqual(path.unsolved, []);
  assert.ok(path.degreesOfFreedom.every((df) => df <= 25));
});

test('a duplicated column does not stop the path', async () => {
  const kernels = await freshKernels();
  const { columns, y } = sample(61, 40, 4);
  const path = elasticNet(kernels, { x: columnMajor([...columns, columns[0] as Float64Array]), y, n: 40, p: 5, lambdaCount: 30 });
  const single = elasticNet(kernels, { x: columnMajor(columns), y, n: 40, p: 4, lambdas: path.lambdas });
  assert.deepEqual(path.unsolved, []);
  assert.ok(largest(path.devianceRatios, single.devianceRatios) < 1e-9);
});

test('scratch is given back and inputs are refused by name', async () => {
  const kernels = await freshKernels();
  const data = sample(71, 20, 3);
  const folds = Int32Array.from({ length: 20 }, (_, i) => i % 2);
  const used = kernels.memory.used;
  elasticNetCv(kernels, { ...data, folds });
  assert.equal(kernels.memory.used, used);
  const refused = (input: Partial<ElasticNetInput>, code: string, name: string): void => {
    assert.throws(() => elasticNet(kernels, { ...data, ...input }), (error: unknown) => error instanceof KernelError && error.code === code && (error.values['name'] === name || name in error.values));
  };
  refused({ x: data.x.map((value, i) => (i === 25 ? Number.NaN : value)) }, 'non_finite_input', 'column');
  refused({ y: data.y.map((value, i) => (i === 5 ? Infinity : value)) }, 'non_finite_input', 'row');
  refused({ y: new Float64Array(20).fill(4) }, 'kernel_domain', 'y');
  refused({ l1Ratio: 1.5 }, 'kernel_domain', 'l1Ratio');
  refused({ penaltyFactors: [1, -1, 1] }, 'kernel_domain', 'penaltyFactors');
  refused({ weights: [1] }, 'kernel_shape', 'weights');
  refused({ p: 0 }, 'kernel_shape', 'p');
  assert.throws(() => elasticNetCv(kernels, { ...data, folds: folds.map(() => 1) }), (error: unknown) => error instanceof KernelError && error.values['fold'] === 0);
  assert.equal(kernels.memory.used, used);
});

test('an iteration limit leaves penalties named as unsolved, not silently wrong', async () => {
  const kernels = await freshKernels();
  const path = elasticNet(kernels, { ...sample(81, 40, 8), maxSweeps: 1, lambdaCount: 20 });
  assert.ok(path.unsolved.length > 0);
  for (const l of path.unsolved) assert.ok((path.gaps[l] as number) > 1e-12);
});
