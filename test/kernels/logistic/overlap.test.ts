import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logistic, separation } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();

test('1,500 small data sets, many of them at the edge: a fit is given exactly where the test of separation finds overlap, with every link', () => {
  const random = uniform(31_415);
  const pick = (count: number): number => Math.floor(random() * count);
  const seen = { overlap: 0, apart: 0 };
  const proven = { fit: 0, sample: 0, linear_program: 0 };
  for (let trial = 0; trial < 1_500; trial++) {
    const p = 1 + pick(3);
    const n = 3 * p + 3 + pick(18);
    const levels = 2 + pick(5);
    const x = columnMajor(Array.from({ length: p }, () => Float64Array.from({ length: n }, () => pick(levels))));
    // The outcome follows a plane but for a few rows, so that separation, quasi-separation and overlap all occur.
    const noise = random() * levels;
    const y = Float64Array.from({ length: n }, (_, i) => (x.subarray(0, n)[i] as number) + noise * (random() - 0.5) > levels / 2 - 0.5 ? 1 : 0);
    if (new Set(y).size < 2) continue;
    const link = (['logit', 'probit', 'cloglog'] as const)[trial % 3] as 'logit';
    const verdict = separation({ x, y, n, p });
    const answer = logistic(kernels, { x, y, n, p, link });
    const aliased = answer.kind === 'one_class' ? [] : answer.aliased;
    assert.equal(answer.kind, verdict.kind === 'overlap' ? 'fit' : 'separated', `trial ${trial}, ${link}: the test says ${verdict.kind}; ${aliased.length} aliased`);
    if (answer.kind === 'fit') {
      const { by, exact } = answer.overlap ?? assert.fail('a fit that does not say how the overlap is known');
      if (by === 'linear_program') assert.equal(exact, verdict.exact);
      proven[by] += 1;
    }
    seen[verdict.kind === 'overlap' ? 'overlap' : 'apart'] += 1;
  }
  assert.ok(seen.overlap > 300 && seen.apart > 300, JSON.stringify(seen));
  assert.ok(proven.fit > 100 && proven.linear_program > 0 && proven.sample === 0, JSON.stringify(proven));
});

test('of 40,000 rows that overlap otherwise, the separation by a column that marks a few of them is found', () => {
  const random = uniform(2_718);
  const n = 40_000;
  const z = Float64Array.from({ length: n }, () => random() - 0.5);
  const y = z.map((value) => (value + random() - 0.5 > 0 ? 1 : 0));
  // Only successes have the mark, one row in fifty of them.
  const mark = y.map((value, i) => (value === 1 && i % 50 === 0 ? 1 : 0));
  const answer = logistic(kernels, { x: columnMajor([z, mark]), y, n, p: 2 });
  assert.ok(answer.kind === 'separated');
  assert.deepEqual(answer.separation.diverging, [{ coefficient: 2, towards: 'plus_infinity' }]);
});
