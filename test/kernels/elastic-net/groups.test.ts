import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticNet, elasticNetCv } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const n = 90;
const next = uniform(303);
const level = Array.from({ length: n }, () => Math.floor(next() * 5));
const numbers = Array.from({ length: 2 }, () => Float64Array.from({ length: n }, () => 10 * next()));
const y = Float64Array.from({ length: n }, (_, i) => ([0, 2, -1, 2, 0][level[i] as number] as number) + 0.3 * ((numbers[0] as Float64Array)[i] as number) + next());
const groups = [0, 0, 0, 0, 1, 2];

function coded(base: number): Float64Array[] {
  return [...[0, 1, 2, 3, 4].filter((one) => one !== base).map((one) => Float64Array.from(level, (value) => Number(value === one))), ...numbers];
}

/** The documented objective by plain loops over the rows. */
function objectiveOf(columns: readonly Float64Array[], b: ArrayLike<number>, b0: number, lambda: number, mix: number, standardise: boolean): number {
  const eta = Float64Array.from(y, (_, i) => columns.reduce((sum, column, j) => sum + (b[j] as number) * (column[i] as number), 0));
  const loss = y.reduce((sum, value, i) => sum + (value - b0 - (eta[i] as number)) ** 2, 0) / (2 * n);
  const penalty = [0, 1, 2].reduce((sum, group) => {
    const inside = groups.flatMap((one, j) => (one === group ? [j] : []));
    // orthonormal columns: the length is the spread of what the group adds
    const part = Float64Array.from(y, (_, i) => inside.reduce((total, j) => total + (b[j] as number) * ((columns[j] as Float64Array)[i] as number), 0));
    const mean = part.reduce((total, value) => total + value, 0) / n;
    const length = standardise ? Math.sqrt(part.reduce((total, value) => total + (value - mean) ** 2, 0) / n) : Math.sqrt(inside.reduce((total, j) => total + (b[j] as number) ** 2, 0));
    return sum + mix * Math.sqrt(inside.length) * length + ((1 - mix) * length * length) / 2;
  }, 0);
  return loss + lambda * penalty;
}

test('a group path has no better coefficients nearby, whole groups only, and a duality gap of rounding', async () => {
  const kernels = await freshKernels();
  const columns = coded(0);
  for (const [l1Ratio, standardise] of [[1, true], [0.4, true], [1, false], [0, true]] as const) {
    const path = elasticNet(kernels, { x: columnMajor(columns), y, n, p: 6, groups, l1Ratio, standardise, lambdaCount: 9 });
    assert.deepEqual(path.unsolved, []);
    assert.equal(path.degreesOfFreedom[0], l1Ratio === 0 ? 6 : 0);
    path.lambdas.forEach((lambda, l) => {
      const b = path.coefficients.slice(l * 6, l * 6 + 6);
      const b0 = path.intercepts[l] as number;
      for (const group of [0, 1, 2]) assert.equal(new Set([...b].filter((_, j) => groups[j] === group).map((value) => Number(value !== 0))).size, 1);
      const at = objectiveOf(columns, b, b0, lambda, l1Ratio, standardise);
      for (let trial = 0; trial < 60; trial += 1) {
        const size = 10 ** (-2 - 3 * next());
        const moved = b.map((value) => value + size * (next() - 0.5) * Number(next() < 0.6));
        assert.ok(objectiveOf(columns, moved, b0 + size * (next() - 0.5), lambda, l1Ratio, standardise) >= at - 1e-13 * at, `mix ${l1Ratio}, penalty ${l}`);
      }
    });
  }
});

test('the coding of a factor does not matter to its group, and singles are the lasso', async () => {
  const kernels = await freshKernels();
  const one = elasticNet(kernels, { x: columnMajor(coded(0)), y, n, p: 6, groups, lambdaCount: 12 });
  const other = elasticNet(kernels, { x: columnMajor(coded(3)), y, n, p: 6, groups, lambdaCount: 12 });
  one.lambdas.forEach((lambda, l) => {
    assert.ok(Math.abs(lambda / (other.lambdas[l] as number) - 1) < 1e-12);
    assert.ok(Math.abs((one.devianceRatios[l] as number) - (other.devianceRatios[l] as number)) < 1e-12);
  });
  const plain = elasticNet(kernels, { x: columnMajor(coded(0)), y, n, p: 6, lambdaCount: 12 });
  const singles = elasticNet(kernels, { x: columnMajor(coded(0)), y, n, p: 6, lambdas: plain.lambdas, groups: [0, 1, 2, 3, 4, 5] });
  plain.coefficients.forEach((value, at) => assert.ok(Math.abs(value - (singles.coefficients[at] as number)) < 1e-12));
});

test('folds of a group path are refits without the fold', async () => {
  const kernels = await freshKernels();
  const folds = Int32Array.from({ length: n }, (_, i) => i % 3);
  const columns = coded(1);
  const cv = elasticNetCv(kernels, { x: columnMajor(columns), y, n, p: 6, groups, folds, lambdaCount: 8 });
  const inside = [...folds.keys()].filter((i) => folds[i] !== 2);
  const fit = elasticNet(kernels, { x: columnMajor(columns.map((column) => inside.map((i) => column[i] as number))), y: Float64Array.from(inside, (i) => y[i] as number), n: inside.length, p: 6, groups, lambdas: cv.path.lambdas });
  const held = [...folds.keys()].filter((i) => folds[i] === 2);
  for (let l = 0; l < 8; l += 1) {
    const error = held.reduce((sum, i) => sum + ((y[i] as number) - (fit.intercepts[l] as number) - columns.reduce((eta, column, j) => eta + (column[i] as number) * (fit.coefficients[l * 6 + j] as number), 0)) ** 2, 0) / held.length;
    assert.ok(Math.abs((cv.foldErrors[16 + l] as number) / error - 1) < 1e-9);
  }
});
