import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  chiSquaredTails, fTails, KernelError, normalQuantile, normalTails, studentInterval, studentQuantile, studentTails, studentTwoSidedP,
} from '../../../kernels/index.ts';
import { logRelativeError } from '../kernels.ts';

interface Row { of: 'normal' | 'student' | 'f' | 'chiSquared'; at: number; args: [number, number]; lower: string; upper: string }
const { rows } = JSON.parse(readFileSync(join(import.meta.dirname, 'tails.json'), 'utf8')) as { rows: Row[] };

const evaluate = {
  normal: (at: number) => normalTails(at),
  student: (at: number, df: number) => studentTails(at, df),
  f: (at: number, d1: number, d2: number) => fTails(at, d1, d2),
  chiSquared: (at: number, df: number) => chiSquaredTails(at, df),
};

for (const family of ['normal', 'student', 'f', 'chiSquared'] as const) {
  test(`both tails of ${family} agree with 60-digit values to 1e-14, deep tails included`, () => {
    let worst = Infinity;
    for (const row of rows.filter((candidate) => candidate.of === family)) {
      const tails = evaluate[family](row.at, ...row.args);
      for (const side of ['lower', 'upper'] as const) {
        const digits = logRelativeError(tails[side], Number(row[side]));
        worst = Math.min(worst, digits);
        assert.ok(digits >= 14, `${family}(${row.at}; ${row.args.join(', ')}) ${side}: ${tails[side]} against ${row[side]}`);
      }
    }
    assert.ok(worst < Infinity);
  });
}

test('a quantile undoes its distribution function in both tails', () => {
  for (const p of [1e-250, 1e-20, 1e-5, 0.025, 0.1, 0.3, 0.45, 0.499]) {
    assert.ok(logRelativeError(normalTails(normalQuantile(p)).lower, p) > 12, `normal ${p}`);
    for (const df of [1, 2, 3, 9, 30.5, 1e5]) {
      if (df === 1 && p < 1e-200) continue;
      assert.ok(logRelativeError(studentTails(studentQuantile(p, df), df).lower, p) > 12.5, `t ${df} ${p}`);
    }
  }
});

test('quantiles have their textbook values', () => {
  assert.equal(normalQuantile(0.5), 0);
  assert.equal(normalQuantile(1), Infinity);
  assert.ok(logRelativeError(normalQuantile(0.975), 1.959963984540054) > 15);
  // tan(pi (p - 1/2)) is the exact quantile for one degree of freedom.
  assert.ok(logRelativeError(studentQuantile(0.9, 1), Math.tan(0.4 * Math.PI)) > 14.5);
  assert.ok(logRelativeError(studentInterval(0.95, 9), 2.262157162798205) > 14);
});

test('NaN goes through, impossible parameters are refused', () => {
  assert.ok(Number.isNaN(studentTwoSidedP(Number.NaN, 5)));
  assert.ok(Number.isNaN(fTails(Number.NaN, 2, 5).upper));
  assert.equal(studentTwoSidedP(Infinity, 3), 0);
  assert.throws(() => studentTails(1, 0), (error) => error instanceof KernelError && error.code === 'kernel_domain');
  assert.throws(() => studentInterval(1, 4), (error) => error instanceof KernelError && error.code === 'kernel_domain');
});
