import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Setting } from '../../bench/harness/index.ts';
import { accuracy } from '../../bench/suites/accuracy/index.ts';
import { longleyHc } from '../../bench/suites/accuracy/longley-hc.ts';
import { belowBar, correctDigits, showScores, type Truth } from '../../bench/suites/accuracy/scores.ts';
import { readNist } from '../kernels/least-squares/nist.ts';
import { rationalSandwich } from '../kernels/least-squares/rational.ts';
import { sharedData, without } from '../support/shared-data.ts';

const setting: Setting = {
  threads: 1, quick: true, cache: tmpdir(), log: () => undefined,
  machine: { cpu: 'test', cores: 1, node: process.version, commit: null, load: 0, flops: 1e9, bytes: 1e9 },
};

describe('scores', () => {
  const truth: Truth = new Map<string, Record<string, number[]>>([['One', { b: [2, 4], se: [1] }], ['Two', { b: [0] }]]);

  test('are the correct digits of the worst element', () => {
    assert.equal(correctDigits([2, 4], [2, 4]), 15.95);
    assert.ok(Math.abs((correctDigits([2, 4.0004], [2, 4]) ?? 0) - 4) < 1e-6);
    assert.equal(correctDigits([7, 4], [2, 4]), 0);
    assert.equal(correctDigits([2], [2, 4]), 0);
    assert.equal(correctDigits(undefined, [2, 4]), null);
    assert.ok(Math.abs((correctDigits(1e-12, [0]) ?? 0) - 12) < 1e-9);
  });

  test('stand in a line per method: what a method never computes is left out, what it failed at is a dash', () => {
    const lines = showScores(truth, [{ name: 'full', answers: { 'One.b': [2, 4], 'One.se': 1.1, 'Two.b': 1e-3 } }, { name: 'bare', answers: { 'Two.b': 0 } }], ['b', 'se']).split('\n');
    assert.deepEqual(lines.map((line) => line.trim().split(/ {2,}/)), [['correct digits of b / se', 'One', 'Two'], ['full', '15.9/1.0', '3.0/·'], ['bare', '–', '15.9']]);
  });

  test('below a bar are told, and no answer is below every bar', () => {
    const told = belowBar(truth, { name: 'x', answers: { 'One.b': [2, 4.0004], 'One.se': 1 } }, { b: 5, se: 15 });
    assert.deepEqual(told, ['x: One b has 4.00 correct digits, the bar is 5', 'x: Two b has 0.00 correct digits, the bar is 5']);
  });
});

test('the heteroscedastic standard errors of Longley that the bench holds are those of rational arithmetic', { skip: without('nist-strd/linear') }, () => {
  const { input: { x, y, n, p } } = readNist(join(sharedData, 'nist-strd/linear'), 'Longley');
  const tenths = Array.from({ length: p }, (_, j) => Array.from({ length: n }, (_value, i) => Math.round((x as Float64Array)[j * n + i] as number * (j === 1 ? 10 : 1))));
  for (const [kind, values] of Object.entries(longleyHc)) {
    const exact = rationalSandwich(tenths, [...y as Float64Array], kind.toUpperCase() as 'HC0').map((variance, j) => Math.sqrt(variance) * (j === 1 ? 10 : 1));
    assert.deepEqual(values, exact);
  }
});

describe('ours on the NIST sets', () => {
  const sets = { linear: [11, 5], anova: [11, 1], univariate: [8, 1], 'r-reference': [3, 5] } as const;
  for (const one of accuracy.cases) {
    test(`${one.name}: every set reaches its bar`, { skip: without(`nist-strd/${one.name === 'r-reference' ? 'linear/peer' : one.name}`) }, async () => {
      const { failures, details } = await one.run(setting);
      assert.deepEqual(failures, []);
      const [count, tables] = sets[one.name as keyof typeof sets];
      const ours = details.filter((line) => line.trim().startsWith('zerosec'));
      assert.equal(ours.length, tables);
      for (const line of ours) assert.equal(line.trim().split(/ {2,}/).length, count + 1);
    });
  }
});
