import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logistic, separation } from '../../../kernels/index.ts';
import type { Separation, SeparationInput } from '../../../kernels/index.ts';
import { brush72 } from '../brush72.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const data = brush72();
const names = ['speed', 'feed', 'depth'];
const base = { n: data.n, p: 3, x: data.matrix(names) };

/** No row on the wrong side of the direction, and as many strictly right as claimed (to rounding of the products). */
function assertSeparates(input: SeparationInput, { direction, separatedRows }: Separation): void {
  let right = 0;
  for (let i = 0; i < input.n; i++) {
    const terms = [direction[0] as number, ...Array.from({ length: input.p }, (_, j) => (direction[j + 1] as number) * (input.x[j * input.n + i] as number))];
    const product = ((input.y[i] as number) === 1 ? 1 : -1) * terms.reduce((a, b) => a + b, 0);
    const size = terms.reduce((a, b) => a + Math.abs(b), 0);
    assert.ok(product >= -1e-12 * size, `row ${i}: ${product}`);
    if (product > 1e-9 * size) right++;
  }
  assert.equal(right, separatedRows);
}

test('the brush runs overlap, exactly', () => {
  const verdict = separation({ ...base, y: data.pass });
  assert.equal(verdict.kind, 'overlap');
  assert.equal(verdict.exact, true);
  assert.deepEqual(verdict.diverging, []);
});

test('an outcome that a plane decides is completely separated', () => {
  const y = data.column('speed').map((speed, i) => (speed - 2 * (data.column('feed')[i] as number) > 1000 ? 1 : 0));
  const verdict = separation({ ...base, y });
  assert.equal(verdict.kind, 'complete');
  assert.equal(verdict.remainingRows, 0);
  assertSeparates({ ...base, y }, verdict);
});

test('a level with only successes is quasi-complete separation by its column alone', () => {
  const columns = [...names, 'brushA21'];
  const level = data.column('brushA21');
  const y = data.pass.map((value, i) => (level[i] === 1 ? 1 : value));
  const input = { x: data.matrix(columns), y, n: data.n, p: 4 };
  const verdict = separation(input);
  assert.equal(verdict.kind, 'quasi_complete');
  assert.equal(verdict.exact, true);
  assert.deepEqual(verdict.diverging, [{ coefficient: 4, towards: 'plus_infinity' }]);
  assert.equal(verdict.separatedRows, level.reduce((sum, one) => sum + one, 0));
  assert.deepEqual([...verdict.direction.map(Math.sign)], [0, 0, 0, 0, 1]);
  assertSeparates(input, verdict);
});

test('rows that all lie on the plane but one are found quasi-complete in decimal data', () => {
  // x = 0.3 for every row but one success above and one failure below; both outcomes at 0.3.
  const x = Float64Array.of(0.1, 0.3, 0.3, 0.3, 0.3, 0.7);
  const verdict = separation({ x, y: [0, 0, 1, 0, 1, 1], n: 6, p: 1 });
  assert.equal(verdict.kind, 'quasi_complete');
  assert.equal(verdict.separatedRows, 2);
  assert.equal(verdict.remainingRows, 4);
  assert.equal(verdict.exact, true);
  assert.deepEqual(verdict.diverging, [{ coefficient: 0, towards: 'minus_infinity' }, { coefficient: 1, towards: 'plus_infinity' }]);
});

/** Brute force: a direction from every q - 1 rows and its negative; overlapping data have none that nobody contradicts. */
function bruteForce(x: readonly number[][], y: readonly number[]): boolean {
  const rows = x.map((row, i) => [1, ...row].map((value) => (y[i] === 1 ? value : -value)));
  const candidates: number[][] = [];
  for (let a = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++) {
      const [p, q] = [rows[a] as number[], rows[b] as number[]] as [[number, number, number], [number, number, number]];
      const cross = [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
      candidates.push(cross, cross.map((value) => -value));
    }
  }
  return candidates.some((direction) => {
    const products = rows.map((row) => row.reduce((sum, value, k) => sum + value * (direction[k] as number), 0));
    return products.every((value) => value >= 0) && products.some((value) => value > 0);
  });
}

test('300 small integer data sets are judged as by trying every plane', () => {
  const next = uniform(77);
  const seen = { overlap: 0, complete: 0, quasi_complete: 0 };
  for (let trial = 0; trial < 300; trial++) {
    const n = 6 + (trial % 6);
    const x = Array.from({ length: n }, () => [Math.floor(next() * 4), Math.floor(next() * 4)]);
    const y = Array.from({ length: n }, () => (next() < 0.5 ? 0 : 1));
    const rank = new Set(x.map(String)).size;
    if (rank < 4) continue;
    const input = { x: columnMajor([0, 1].map((j) => x.map((row) => row[j] as number))), y, n, p: 2 };
    const verdict = separation(input);
    seen[verdict.kind]++;
    assert.equal(verdict.kind !== 'overlap', bruteForce(x, y), `trial ${trial}`);
    assert.equal(verdict.exact, true, `trial ${trial}`);
    if (verdict.kind !== 'overlap') assertSeparates(input, verdict);
  }
  assert.ok(Object.values(seen).every((count) => count > 20), JSON.stringify(seen));
});

test('of 20,000 rows one that overlaps is enough, and is not missed', () => {
  const n = 20_000;
  const next = uniform(5);
  const x = Float64Array.from({ length: n * 3 }, () => next() - 0.5);
  const side = (i: number): number => (x[i] as number) + 0.5 * (x[n + i] as number) - 0.2;
  const y = Float64Array.from({ length: n }, (_, i) => (side(i) > 0 ? 1 : 0));
  const clean = separation({ x, y, n, p: 3 });
  assert.equal(clean.kind, 'complete');
  assertSeparates({ x, y, n, p: 3 }, clean);
  const deep = [...y.keys()].reduce((best, i) => (side(i) > side(best) ? i : best), 0);
  y[deep] = 0;
  assert.equal(separation({ x, y, n, p: 3 }).kind, 'overlap');
});

test('a logistic fit of separated data returns the verdict; Firth and a ridge return finite estimates', async () => {
  const kernels = await freshKernels();
  const level = data.column('brushA21');
  const input = { x: data.matrix([...names, 'brushA21']), y: data.pass.map((value, i) => (level[i] === 1 ? 1 : value)), n: data.n, p: 4 };
  const verdict = logistic(kernels, input);
  assert.equal(verdict.kind, 'separated');
  for (const remedy of [{ firth: true }, { ridge: 1e-3 }]) {
    const fit = logistic(kernels, { ...input, ...remedy });
    assert.ok(fit.kind === 'fit' && fit.converged && fit.coefficients.every((value) => Math.abs(value) < 50));
  }
});

test('one class is an answer, with Firth a fit', async () => {
  const kernels = await freshKernels();
  for (const outcome of [0, 1] as const) {
    const input = { ...base, y: new Float64Array(data.n).fill(outcome) };
    assert.deepEqual(logistic(kernels, input), { kind: 'one_class', outcome });
    const firth = logistic(kernels, { ...input, firth: true });
    assert.ok(firth.kind === 'fit' && firth.converged);
  }
});

test('2,000 degenerate small integer data sets: dependent columns and repeated rows change no verdict, and directions hold', () => {
  const random = uniform(20_261);
  const pick = (count: number): number => Math.floor(random() * count);
  for (let trial = 0; trial < 2_000; trial++) {
    const n = 4 + pick(12);
    const p = 1 + pick(4);
    const levels = 2 + pick(2);
    const columns = Array.from({ length: p }, () => Float64Array.from({ length: n }, () => pick(levels) - 1));
    const y = Array.from({ length: n }, () => pick(2));
    const plain: SeparationInput = { x: columnMajor(columns), y, n, p };
    const sum = Float64Array.from({ length: n }, (_, i) => columns.reduce((total, column) => total + (column[i] as number), 1));
    const twice = (column: Float64Array): Float64Array => Float64Array.of(...column, ...column);
    const wide = [...columns, sum, new Float64Array(n), columns[0] as Float64Array].map(twice);
    const degenerate: SeparationInput = { x: columnMajor(wide), y: [...y, ...y], n: 2 * n, p: wide.length };
    const [verdict, same] = [separation(plain), separation(degenerate)];
    assert.equal(same.kind, verdict.kind, `trial ${trial}`);
    assert.equal(same.remainingRows, 2 * verdict.remainingRows, `trial ${trial}`);
    if (verdict.kind !== 'overlap') assertSeparates(plain, verdict);
    if (same.kind !== 'overlap') assertSeparates(degenerate, same);
  }
});
