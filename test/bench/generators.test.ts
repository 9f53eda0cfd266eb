import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bell, bits } from '../../bench/generators/counter.ts';
import { csvText } from '../../bench/generators/csv.ts';
import { collisions, friedman, HOLD_OUT } from '../../bench/generators/trees.ts';
import { frontPoints } from '../../bench/generators/pareto.ts';
import { smoothProblem } from '../../bench/generators/smooth.ts';
import { logisticProblem, olsProblem, sparseProblem, toColumns } from '../../bench/generators/tables.ts';

// SHA-256 over the little-endian arrays, first 16 hex digits: published with the peers' figures (peers.md), made by another program in another language.
const sum = (...arrays: ArrayBufferView[]): string => {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
};

test('draws have the bits that the peers were measured with', () => {
  assert.equal(sum(Uint32Array.from({ length: 1000 }, (_, k) => bits(7, k))), '79e0e8c46a2babdf');
  assert.equal(sum(Float64Array.from({ length: 1000 }, (_, k) => bell(7, k))), '92a2939c1abce378');
});

test('problems have the bits that the peers were measured with', () => {
  const ols = olsProblem(1000, 20);
  assert.equal(sum(ols.x, ols.y), '98ad6c99ee36e03a');
  const sparse = sparseProblem(1000, 100);
  assert.equal(sum(sparse.x, sparse.y), '778b5925a2e56aa6');
  const logistic = logisticProblem(1000, 50);
  assert.equal(sum(logistic.x, logistic.y), '7307411dad1cd09c');
});

test('problems for trees have the bits that the peers were measured with', () => {
  const training = collisions(10_000);
  assert.equal(sum(training.x, training.y), '09ecee2a855e29a0');
  const holdOut = collisions(10_000, HOLD_OUT);
  assert.equal(sum(holdOut.x, holdOut.y), '72750494d8de7ac0');
  const smooth = friedman(10_000);
  assert.equal(sum(smooth.x, smooth.y), 'fc28543b130bcbaf');
});

test('points to compare, and those of the Gaussian process, have the bits that the peers were measured with', () => {
  assert.equal(sum(frontPoints(10_000)), '83ef7782e5ec045d');
  const { x, y } = smoothProblem(500);
  assert.equal(sum(x, y), '0ec5bacafe8379d6');
});

test('a longer table begins with the shorter one', () => {
  const [short, long] = [olsProblem(50, 7), olsProblem(80, 7)];
  assert.deepEqual(long.x.subarray(0, short.x.length), short.x);
  assert.deepEqual(long.y.subarray(0, 50), short.y);
});

test('columns are the transposed rows, behind a column of ones', () => {
  const columns = toColumns(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3, new Float64Array(8), true);
  assert.deepEqual([...columns], [1, 1, 1, 4, 2, 5, 3, 6]);
});

test('the text table has its header, all rows, four decimals and eight words', () => {
  const lines = [...csvText(6_001)].join('').split('\n');
  assert.equal(lines[0], 'id,f0,f1,f2,f3,f4,f5,f6,f7,k,cat');
  assert.equal(lines.length, 6_001 + 2);
  for (const line of lines.slice(1, -1)) assert.match(line, /^\d+(,-?\d{1,3}\.\d{4}){8},\d{1,5},(alpha|beta|gamma|delta|epsilon|zeta|eta|theta)$/);
});
