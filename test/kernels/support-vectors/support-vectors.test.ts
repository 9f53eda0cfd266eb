import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fitSupportVectors, supportVectorDecisions } from '../../../kernels/support-vectors/index.ts';
import type { SupportVectorOptions } from '../../../kernels/support-vectors/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

interface Case { name: string; settings: SupportVectorOptions; weights: number[] | null; x: number[][]; y: number[]; decisions: number[]; vectors: number }

/** scikit-learn's SVC (libsvm) with tolerance 1e-10. */
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'sklearn.json'), 'utf8')) as { cases: Case[] };
const table = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

for (const { name, settings, weights, x, y, decisions, vectors } of cases) {
  test(`decisions are libsvm's: ${name}`, () => {
    const model = fitSupportVectors(table(x), y, { ...settings, ...(weights === null ? {} : { weights }), tolerance: 1e-10 });
    assert.ok(model.converged);
    assert.equal(model.rows.length, vectors);
    // libsvm keeps similarities in single precision
    supportVectorDecisions(model, table(x)).forEach((d, i) => assert.ok(Math.abs(d - (decisions[i] as number)) < 1e-6 * (1 + Math.abs(decisions[i] as number)), `row ${i}: ${d}, ${decisions[i]}`));
  });
}

test('the optimality conditions hold to the tolerance, and the coefficients sum to zero', () => {
  const { x, y } = cases[0] as Case;
  const model = fitSupportVectors(table(x), y, { cost: 3, tolerance: 1e-6 });
  assert.ok(Math.abs(model.coefficients.reduce((sum, c) => sum + c, 0)) < 1e-9);
  const at = new Map(Array.from(model.rows, (row, k) => [row, Math.abs(model.coefficients[k] as number)]));
  supportVectorDecisions(model, table(x)).forEach((d, i) => {
    const margin = (y[i] === 1 ? 1 : -1) * d;
    const alpha = at.get(i) ?? 0;
    if (alpha === 0) assert.ok(margin >= 1 - 1e-5);
    else if (alpha === 3) assert.ok(margin <= 1 + 1e-5);
    else assert.ok(Math.abs(margin - 1) < 1e-5);
  });
});

test('a row of weight 2 is the row twice, one of weight 0 is absent', () => {
  const { x, y } = cases[0] as Case;
  const weights = y.map((_, i) => i % 3);
  const weighted = fitSupportVectors(table(x), y, { weights, gamma: 0.5, tolerance: 1e-9 });
  const rows = weights.flatMap((w, i) => Array.from({ length: w }, () => i));
  const repeated = fitSupportVectors(table(rows.map((i) => x[i] as number[])), rows.map((i) => y[i] as number), { gamma: 0.5, tolerance: 1e-9 });
  const other = supportVectorDecisions(repeated, table(x));
  supportVectorDecisions(weighted, table(x)).forEach((d, i) => assert.ok(Math.abs(d - (other[i] as number)) < 1e-6));
});

test('what cannot be fitted is named, and a search that is cut short says so', () => {
  const { x, y } = cases[0] as Case;
  assert.throws(() => fitSupportVectors(table(x), y.map(() => 1)), { code: 'kernel_domain', values: { name: 'label' } });
  assert.throws(() => fitSupportVectors(table(x), y, { cost: 0 }), { code: 'kernel_domain', values: { name: 'cost', value: 0 } });
  assert.throws(() => fitSupportVectors(table(x), y.map((label, i) => (i === 5 ? 2 : label))), { code: 'kernel_domain', values: { name: 'label', row: 5, value: 2 } });
  assert.equal(fitSupportVectors(table(x), y, { maxIterations: 3 }).converged, false);
});
