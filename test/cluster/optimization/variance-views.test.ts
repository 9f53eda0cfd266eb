import assert from 'node:assert/strict';
import { test } from 'node:test';
import { designSpace, solveDesign, type DesignFactor, type DesignSpace } from '../../../cluster/design/index.ts';
import { varianceViews } from '../../../cluster/optimization/variance-views.ts';
import { presetTerms } from '../../../schemas/index.ts';

const share = (name: string, low = 0, high = 1): DesignFactor => ({ kind: 'mixture', name, low, high });
const spaceOf = (factors: readonly DesignFactor[], constraints: { weights: Record<string, number>; limit: number }[] = []): DesignSpace => designSpace({ factors, constraints, model: presetTerms('quadratic', factors.map(({ name, kind }) => ({ name, categorical: false, distinct: 9, share: kind === 'mixture' }))) });
const lattice = (q: number): number[][] => Array.from({ length: q }, (_, a) => Array.from({ length: a + 1 }, (_pair, b) => Array.from({ length: q }, (_share, k) => (Number(k === a) + Number(k === b)) / 2))).flat();

test('over three shares the variance of the {3, 2} lattice is that of its Lagrange polynomials x(2x − 1) and 4xy', () => {
  const space = spaceOf(['A', 'B', 'C'].map((name) => share(name)));
  const ternary = varianceViews(solveDesign(space.model, lattice(3)), space).variance_ternary;
  assert.ok(ternary !== null);
  assert.deepEqual([ternary.shares, ternary.low, ternary.span, ternary.others], [['A', 'B', 'C'], [0, 0, 0], 1, {}]);
  const steps = ternary.variances.length - 1;
  ternary.variances.forEach((row, i) => {
    assert.equal(row.length, steps + 1 - i);
    row.forEach((variance, j) => {
      const x = [i / steps, j / steps, (steps - i - j) / steps] as const;
      const expected = x.reduce((sum, v) => sum + (v * (2 * v - 1)) ** 2, 0) + [[0, 1], [0, 2], [1, 2]].reduce((sum, [a, b]) => sum + (4 * (x[a as number] as number) * (x[b as number] as number)) ** 2, 0);
      assert.ok(Math.abs((variance ?? Number.NaN) - expected) < 1e-9, `${x.join()}: ${variance} of ${expected}`);
    });
  });
});

test('of four shares the other stays at its middle; the triangle begins at the lower limits, and what limits and constraints forbid is left out', () => {
  const space = spaceOf([share('A', 0.1, 0.6), share('B'), share('C', 0, 0.5), share('D', 0.1, 0.3)], [{ weights: { A: 1, B: -1 }, limit: 0.2 }]);
  const points = lattice(4).map((point) => point.map((value, k) => [0.1, 0, 0, 0.1][k] as number + 0.8 * value));
  const ternary = varianceViews(solveDesign(space.model, points), space).variance_ternary;
  assert.ok(ternary !== null);
  const [[other, held]] = Object.entries(ternary.others) as [[string, number]];
  const low = { A: 0.1, B: 0, C: 0, D: 0.1 } as Record<string, number>;
  assert.deepEqual(ternary.low, ternary.shares.map((name) => low[name]));
  assert.ok(Math.abs(ternary.span + ternary.low.reduce((sum, value) => sum + value, 0) + held - 1) < 1e-12);
  const steps = ternary.variances.length - 1;
  let [inside, outside] = [0, 0];
  ternary.variances.forEach((row, i) => row.forEach((variance, j) => {
    const x = { [other]: held, ...Object.fromEntries(ternary.shares.map((name, k) => [name, (ternary.low[k] as number) + ternary.span * ([i, j, steps - i - j][k] as number) / steps])) } as Record<'A' | 'B' | 'C' | 'D', number>;
    const allowed = x.A <= 0.6 + 1e-9 && x.C <= 0.5 + 1e-9 && x.D <= 0.3 + 1e-9 && x.A - x.B <= 0.2 + 1e-9;
    assert.equal(variance !== null, allowed, JSON.stringify(x));
    if (allowed) inside++;
    else outside++;
  }));
  assert.ok(inside > 20 && outside > 20, `${inside} ${outside}`);
});

test('two shares, or none, have no triangle', () => {
  const two = spaceOf([share('A'), share('B'), { kind: 'continuous', name: 'T', low: 0, high: 1 }]);
  const points = [0, 0.5, 1].flatMap((a) => [-1, 0, 1].map((t) => [a, 1 - a, t]));
  assert.equal(varianceViews(solveDesign(two.model, points), two).variance_ternary, null);
});
