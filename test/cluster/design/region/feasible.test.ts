import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feasiblePoint, isAllowed, regionOf } from '../../../../cluster/design/index.ts';
import type { DesignFactor } from '../../../../cluster/design/index.ts';
import { grid, ranges, uniform } from '../support.ts';

test('a point inside narrow constraints is found', () => {
  const region = regionOf(ranges(4), [{ weights: { A: 1, B: 1, C: 1, D: 1 }, limit: -3.9 }, { weights: { A: -1 }, limit: 0.99 }]);
  const point = feasiblePoint(region);
  assert.ok(point !== undefined && isAllowed(region, point));
});

test('constraints that contradict each other are named, and only those', () => {
  const region = regionOf(ranges(3), [{ weights: { C: 1 }, limit: 0.5 }, { weights: { A: 1, B: 1 }, limit: -1 }, { weights: { A: -1, B: -1 }, limit: 0.5 }]);
  assert.throws(() => feasiblePoint(region), { code: 'design_contradictory_constraints', values: { constraints: ['2', '3'], forbidden: 0 } });
});

test('a range that covers a gap between levels does not count as possible', () => {
  const factors = grid([[0, 10], [0, 10]]);
  const possible = regionOf(factors, [{ weights: { A: 1, B: 1 }, limit: 12 }, { weights: { A: -1, B: -1 }, limit: -8 }]);
  const point = feasiblePoint(possible);
  assert.ok(point !== undefined && isAllowed(possible, point));
  assert.throws(() => feasiblePoint(regionOf(factors, [{ weights: { A: 1, B: 1 }, limit: 9 }, { weights: { A: -1, B: -1 }, limit: -1 }])), { code: 'design_contradictory_constraints' });
});

test('the way out of forbidden boxes is found, and boxes that cover everything are told', () => {
  const box = (low: number, high: number) => ({ A: { low, high }, B: { low: -1, high: 1 } });
  const open = regionOf(ranges(2), [], [box(-1, 0.4), box(0.6, 1)]);
  const point = feasiblePoint(open);
  assert.ok(point !== undefined && isAllowed(open, point));
  assert.throws(() => feasiblePoint(regionOf(ranges(2), [], [box(-1, 0.5), box(0.4, 1)])), { code: 'design_contradictory_constraints', values: { constraints: [], forbidden: 2 } });
});

test('given cells are kept', () => {
  const region = regionOf(ranges(2), [{ weights: { A: 1, B: 1 }, limit: -0.5 }]);
  assert.equal(feasiblePoint(region, [0.4, null])?.[0], 0.4);
  assert.throws(() => feasiblePoint(region, [1, 1]), { code: 'design_contradictory_constraints' });
});

test('agrees with enumeration on random grids (seed 7)', () => {
  const random = uniform(7);
  const factors = grid([[-1, 0, 1], [-1, 1], [-1, -0.5, 1]]);
  let possible = 0;
  for (let round = 0; round < 60; round++) {
    const constraints = [0, 1].map(() => ({ weights: { A: random() - 0.5, B: random() - 0.5, C: random() - 0.5 }, limit: random() - 0.9 }));
    const region = regionOf(factors, constraints);
    const exists = [-1, 0, 1].some((a) => [-1, 1].some((b) => [-1, -0.5, 1].some((c) => isAllowed(region, [a, b, c]))));
    possible += Number(exists);
    if (exists) assert.ok(isAllowed(region, feasiblePoint(region) as number[]));
    else assert.throws(() => feasiblePoint(region), { code: 'design_contradictory_constraints' });
  }
  assert.ok(possible > 5 && possible < 55);
});

test('restrictions on what does not exist are refused', () => {
  const factors: DesignFactor[] = [...ranges(1), { kind: 'categorical', name: 'Z', levels: ['p', 'q'] }];
  assert.throws(() => regionOf(factors, [{ weights: { X: 1 }, limit: 0 }]), { code: 'design_unknown_factor' });
  assert.throws(() => regionOf(factors, [{ weights: { Z: 1 }, limit: 0 }]), { code: 'design_constraint_category' });
  assert.throws(() => regionOf(factors, [{ weights: {}, limit: 0 }]), { code: 'design_constraint_empty' });
  assert.throws(() => regionOf(factors, [], [{ Z: ['s'] }]), { code: 'design_unknown_level', values: { name: 'Z', value: 's', levels: ['p', 'q'] } });
});
