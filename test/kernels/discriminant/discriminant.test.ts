import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { discriminantProbabilities, discriminantScores, fitDiscriminant } from '../../../kernels/discriminant/index.ts';
import type { DiscriminantOptions } from '../../../kernels/discriminant/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

interface Case { name: string; kind: 'linear' | 'quadratic'; settings: Omit<DiscriminantOptions, 'kind'>; x: number[][]; y: number[]; probabilities: number[][] }

/** scikit-learn's discriminant analyses of iris, and (shrunk) scipy's normal densities. */
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'sklearn.json'), 'utf8')) as { version: string; cases: Case[] };
const table = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

for (const { name, kind, settings, x, y, probabilities } of reference.cases) {
  test(`${kind} discriminant analysis gives the reference's probabilities: ${name}`, () => {
    const classes = (probabilities[0] as number[]).length;
    const ours = discriminantProbabilities(fitDiscriminant(table(x), y, classes, { kind, ...settings }), table(x));
    probabilities.forEach((row, i) => row.forEach((p, k) => assert.ok(Math.abs((ours[k * x.length + i] as number) - p) < 1e-9, `row ${i}, class ${k}: ${ours[k * x.length + i]}, ${p}`)));
  });
}

test('a linear map of the columns changes no probability, the order of storage neither', () => {
  const { x, y } = reference.cases[0] as Case;
  const mapped = x.map((row) => row.map((_, j) => row.reduce((sum, value, k) => sum + value * ((j + 1) ** (k % 3) + (j === k ? 2 : 0)), j)));
  for (const kind of ['linear', 'quadratic'] as const) {
    const plain = discriminantProbabilities(fitDiscriminant(table(x), y, 3, { kind }), table(x));
    const other = discriminantProbabilities(fitDiscriminant(table(mapped), y, 3, { kind }), table(mapped));
    plain.forEach((p, i) => assert.ok(Math.abs(p - (other[i] as number)) < 1e-8, kind));
    const columns: Matrix = { ...table(x), values: Float64Array.from({ length: x.length * 4 }, (_, i) => x[i % x.length]?.[Math.floor(i / x.length)] as number), order: 'column-major' };
    assert.deepEqual(discriminantScores(fitDiscriminant(columns, y, 3, { kind }), columns), discriminantScores(fitDiscriminant(table(x), y, 3, { kind }), table(x)));
  }
});

test('what cannot be fitted is named', () => {
  const { x, y } = reference.cases[0] as Case;
  const twice = x.map((row) => [...row, (row[0] as number) + (row[1] as number)]);
  assert.throws(() => fitDiscriminant(table(twice), y, 3, { kind: 'linear' }), { code: 'kernel_domain', values: { name: 'covariance', class: 0, column: 4 } });
  assert.doesNotThrow(() => fitDiscriminant(table(twice), y, 3, { kind: 'quadratic', shrinkage: 0.01 }));
  assert.throws(() => fitDiscriminant(table(x), y.map((label) => Math.min(label, 1)), 3, { kind: 'linear' }), { code: 'kernel_domain', values: { name: 'label', class: 2 } });
  assert.throws(() => fitDiscriminant(table(x), y, 3, { kind: 'linear', priors: [1, 0, 1] }), { code: 'kernel_domain', values: { name: 'priors' } });
  assert.throws(() => fitDiscriminant(table(x), y, 3, { kind: 'linear', ridge: 2 }), { code: 'kernel_domain', values: { name: 'ridge', value: 2 } });
  const holed = x.map((row, i) => (i === 3 ? [row[0] as number, NaN, 1, 1] : row));
  assert.throws(() => fitDiscriminant(table(holed), y, 3, { kind: 'linear' }), { code: 'non_finite_input', values: { column: 1, row: 3 } });
});
