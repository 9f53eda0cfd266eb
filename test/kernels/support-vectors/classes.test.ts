import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { couplePairs, fitSigmoid, fitSupportVectorClasses, sigmoid, supportVectorPairs, supportVectorProbabilities, supportVectorVotes } from '../../../kernels/support-vectors/index.ts';
import type { SupportVectorClassOptions } from '../../../kernels/support-vectors/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { uniform } from '../kernels.ts';

interface Case { name: string; settings: SupportVectorClassOptions; weights: number[] | null; x: number[][]; y: number[]; pairs: number[][]; labels: number[]; vectors: number }

/** scikit-learn's SVC of three classes (tolerance 1e-10, decision_function_shape ovo), and its Platt sigmoid. */
const { cases, sigmoid: platt } = JSON.parse(readFileSync(join(import.meta.dirname, 'sklearn-classes.json'), 'utf8')) as {
  cases: Case[]; sigmoid: { decisions: number[]; labels: number[]; a: number; b: number; weights: number[]; aw: number; bw: number };
};
const table = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

for (const { name, settings, weights, x, y, pairs, labels, vectors } of cases) {
  test(`every pair decides, and the votes choose, as libsvm does: ${name}`, () => {
    const model = fitSupportVectorClasses(table(x), y, 3, { ...settings, ...(weights === null ? {} : { weights }), tolerance: 1e-10 });
    assert.ok(model.converged);
    assert.equal(model.vectors.length / 4, vectors);
    const ours = supportVectorPairs(model, table(x));
    // scikit-learn's are positive for the lower class
    pairs.forEach((row, i) => row.forEach((d, at) => assert.ok(Math.abs((ours[at * x.length + i] as number) + d) < 1e-6 * (1 + Math.abs(d)), `row ${i}, pair ${at}`)));
    assert.deepEqual([...supportVectorVotes(model, table(x))], labels);
  });
}

test('the sigmoid of decisions is the one scikit-learn finds, weighted too', () => {
  const decisions = Float64Array.from(platt.decisions);
  const plain = fitSigmoid(decisions, platt.labels);
  const weighted = fitSigmoid(decisions, platt.labels, platt.weights);
  for (const [ours, theirs] of [[plain.slope, platt.a], [plain.offset, platt.b], [weighted.slope, platt.aw], [weighted.offset, platt.bw]] as const) assert.ok(Math.abs(ours - theirs) < 2e-5, `${ours} ${theirs}`);
  // where all decisions are alike only the share is left, as Platt's targets shrink it
  const constant = fitSigmoid(new Float64Array(60), platt.labels);
  const ones = platt.labels.reduce((sum, label) => sum + label, 0);
  assert.ok(Math.abs(sigmoid(constant, 0) - (ones * (ones + 1) / (ones + 2) + (60 - ones) / (62 - ones)) / 60) < 1e-9);
});

test('consistent pairs give the probabilities that they come from; inconsistent ones the least sum of squares', () => {
  const draw = uniform(8);
  for (let round = 0; round < 50; round++) {
    const classes = 3 + (round % 4);
    const raw = Float64Array.from({ length: classes }, () => draw() ** 3 + 1e-4);
    const total = raw.reduce((sum, value) => sum + value, 0);
    const pairs: number[] = [];
    for (let a = 0; a < classes; a++) for (let b = a + 1; b < classes; b++) pairs.push((raw[b] as number) / ((raw[a] as number) + (raw[b] as number)));
    couplePairs(pairs, classes).forEach((p, k) => assert.ok(Math.abs(p - (raw[k] as number) / total) < 1e-9));
    const mixed = pairs.map(() => 0.02 + 0.96 * draw());
    const misfit = (p: Float64Array): number => {
      let sum = 0;
      for (let a = 0, at = 0; a < classes; a++) for (let b = a + 1; b < classes; b++, at++) sum += ((mixed[at] as number) * (p[a] as number) - (1 - (mixed[at] as number)) * (p[b] as number)) ** 2;
      return sum;
    };
    const found = couplePairs(mixed, classes);
    assert.ok(Math.abs(found.reduce((sum, p) => sum + p, 0) - 1) < 1e-12 && found.every((p) => p >= 0));
    for (let move = 0; move < 20; move++) {
      const [from, to] = [Math.floor(draw() * classes), Math.floor(draw() * classes)];
      const other = Float64Array.from(found);
      other[from]! -= 1e-3;
      other[to]! += 1e-3;
      assert.ok(misfit(other) >= misfit(found) - 1e-15);
    }
  }
});

test('probabilities come from rows that were not seen: noise gets the share of its label, not certainty', () => {
  const draw = uniform(12);
  const x = Array.from({ length: 90 }, () => [draw(), draw(), draw()]);
  const y = x.map((_, i) => i % 3);
  const model = fitSupportVectorClasses(table(x), y, 3, { cost: 100, gamma: 50 });
  const ours = supportVectorProbabilities(model, table(x));
  // in its own rows the machine is right about everything
  assert.deepEqual([...supportVectorVotes(model, table(x))], y);
  ours.forEach((p) => assert.ok(p > 0.05 && p < 0.75, `${p}`));
  for (let i = 0; i < 90; i++) assert.ok(Math.abs((ours[i] as number) + (ours[90 + i] as number) + (ours[180 + i] as number) - 1) < 1e-12);
});

test('replicates of a condition are held out together, seeds and the number of folds act, equal seeds give equal bytes', () => {
  const { x, y } = cases[0] as Case;
  const fit = (options: SupportVectorClassOptions, rows = x, labels = y): Float64Array => supportVectorProbabilities(fitSupportVectorClasses(table(rows), labels, 3, options), table(x));
  assert.deepEqual(fit({ seed: 3 }), fit({ seed: 3 }));
  assert.notDeepEqual(fit({ seed: 3 }), fit({ seed: 4 }));
  assert.notDeepEqual(fit({ folds: 3 }), fit({ folds: 5 }));
  // four copies of noise: if a copy stayed in the training side, every held-out decision would be right
  const draw = uniform(5);
  const noise = Array.from({ length: 40 }, () => [draw(), draw()]);
  const four = [...noise, ...noise, ...noise, ...noise];
  const labels = four.map((_, i) => Number((i % 40) % 2));
  const model = fitSupportVectorClasses(table(four), labels, 2, { cost: 100, gamma: 200 });
  supportVectorProbabilities(model, table(noise)).forEach((p) => assert.ok(p > 0.2 && p < 0.8, `${p}`));
});

test('a label of a single condition leaves its share as probability; what cannot be fitted is named', () => {
  const { x, y } = cases[0] as Case;
  const one = y.map((label, i) => (i === 0 ? 2 : Math.min(label, 1)));
  const p = supportVectorProbabilities(fitSupportVectorClasses(table(x), one, 3, {}), table(x));
  assert.ok(p.every((value) => value >= 0 && value <= 1));
  assert.throws(() => fitSupportVectorClasses(table(x), y, 4), { code: 'kernel_domain', values: { name: 'label', class: 3 } });
  assert.throws(() => fitSupportVectorClasses(table(x), y, 3, { folds: 1 }), { code: 'kernel_domain', values: { name: 'folds', value: 1 } });
  assert.throws(() => fitSupportVectorClasses(table(x), y, 3, { classWeights: [1, 2] }), { code: 'kernel_domain', values: { name: 'classWeights', length: 2 } });
  assert.throws(() => fitSupportVectorClasses(table(x), y.map((label) => label + 0.5), 3), { code: 'kernel_domain', values: { name: 'label', row: 0, value: 0.5 } });
});
