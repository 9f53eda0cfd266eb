import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { designModel, isAllowed, regionMoments, regionOf } from '../../../../cluster/design/index.ts';
import type { DesignFactor, Forbidden, LinearConstraint } from '../../../../cluster/design/index.ts';
import { modelMatrix } from '../../../../cluster/design/index.ts';
import { informationOf } from '../../../../cluster/design/model.ts';
import { presetTerms } from '../../../../schemas/index.ts';
import { grid, preset, ranges } from '../support.ts';

function moment(factors: DesignFactor[], constraints: LinearConstraint[], forbidden: Forbidden[] = []): (a: string, b?: string) => number {
  const model = designModel(factors, preset('quadratic', factors));
  const w = regionMoments(model, regionOf(factors, constraints, forbidden));
  const at = (name: string): number => model.columns.findIndex((column) => column.name === name);
  return (a, b = '1') => w[at(a) * model.columns.length + at(b)] as number;
}

const close = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-13, `${actual} is not ${expected}`);

describe('moments of a region are exact', () => {
  test('cube: 0, 1/3, 1/5, 1/9', () => {
    const e = moment(ranges(3), []);
    for (const [a, b, expected] of [['A', '1', 0], ['A', 'A', 1 / 3], ['A^2', 'B^2', 1 / 9], ['A^2', 'A^2', 1 / 5], ['A:B', 'A:B', 1 / 9], ['A:B', 'C', 0]] as const) close(e(a, b), expected);
  });

  test('x1 + 2 x2 ≤ 0 and x1 + x2 ≤ 0 in the square (spec §6.3)', () => {
    const first = moment(ranges(2), [{ weights: { A: 1, B: 2 }, limit: 0 }]);
    close(first('A'), -1 / 6);
    close(first('B'), -11 / 24);
    close(first('A^2'), 1 / 3);
    close(first('B^2'), 1 / 3);
    close(first('A:B'), 0);
    const second = moment(ranges(2), [{ weights: { A: 1, B: 1 }, limit: 0 }]);
    close(second('A'), -1 / 3);
    close(second('B'), -1 / 3);
    close(second('A^2'), 1 / 3);
    close(second('A:B'), 0);
  });

  test('a simplex has the moments of the Dirichlet distribution', () => {
    // in 0 … 1 units: u1 + u2 + u3 ≤ 1; E u_i = 1/4, E u_i² = 1/10, E u_i u_k = 1/20, E u_i² u_k² = 4/(4·5·6·7)
    const factors: DesignFactor[] = ['A', 'B', 'C'].map((name) => ({ kind: 'continuous', name, low: -1, high: 1 }));
    const e = moment(factors, [{ weights: { A: 1, B: 1, C: 1 }, limit: -1 }]);
    close(e('A'), 2 * (1 / 4) - 1);
    close(e('A^2'), 4 * (1 / 10) - 4 * (1 / 4) + 1);
    close(e('A:B'), 4 * (1 / 20) - 4 * (1 / 4) + 1);
    close(e('A:B', 'A:B'), 16 * (1 / 210) - 16 * 2 * (2 / 120) + 2 * 4 * (1 / 10) + 16 * (1 / 20) - 8 * (1 / 4) + 1);
  });

  test('a forbidden quadrant leaves an L', () => {
    const e = moment(ranges(2), [], [{ A: { low: 0, high: 1 }, B: { low: 0, high: 1 } }]);
    close(e('A'), -1 / 6);
    close(e('A:B'), -1 / 12);
    close(e('A^2'), 1 / 3);
  });

  test('overlapping forbidden boxes are not taken away twice', () => {
    const whole = moment(ranges(2), [], [{ A: { low: 0, high: 1 }, B: { low: 0, high: 1 } }]);
    const pieces = moment(ranges(2), [], [{ A: { low: 0, high: 0.7 }, B: { low: 0, high: 1 } }, { A: { low: 0.2, high: 1 }, B: { low: 0, high: 1 } }]);
    for (const [a, b] of [['A', '1'], ['A', 'B'], ['A^2', 'B^2']] as const) close(pieces(a, b), whole(a, b));
  });

  test('levels and categories are counted one by one', () => {
    const factors: DesignFactor[] = [...grid([[0, 1, 3, 4], [10, 20, 30]]), { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
    const constraints: LinearConstraint[] = [{ weights: { A: 10, B: 1 }, limit: 45 }];
    const forbidden: Forbidden[] = [{ Z: ['p', 'r'], A: { low: 3, high: 4 } }];
    const model = designModel(factors, preset('quadratic', factors));
    const region = regionOf(factors, constraints, forbidden);
    const points: number[][] = [];
    for (const a of [-1, -0.5, 0.5, 1]) for (const b of [-1, 0, 1]) for (const z of [0, 1, 2]) if (isAllowed(region, [a, b, z])) points.push([a, b, z]);
    assert.equal(points.length, 3 * 3 + 3 * 3 + 1 + 0);
    const counted = informationOf(modelMatrix(model, points), model.columns.length);
    regionMoments(model, region).forEach((value, at) => close(value, (counted[at] as number) / points.length));
  });

  test('a range tied to a category: each level with its own volume', () => {
    // Z = p allows A ≤ 0 only: E A = (1 · (−1/2) + 2 · 0) / 3
    const factors: DesignFactor[] = [...ranges(1), { kind: 'categorical', name: 'Z', levels: ['p', 'q'] }];
    const e = moment(factors, [], [{ Z: ['p'], A: { low: 0, high: 1 } }]);
    close(e('A'), -1 / 6);
    close(e('Z[1]'), 1 / 3);
  });

  test('five factors in one constraint agree with three in it when two weights are zero', () => {
    const e = moment(ranges(5), [{ weights: { A: 1, B: 1, C: 1, D: 1e-15, E: 1e-15 }, limit: 0.5 }]);
    const f = moment(ranges(5), [{ weights: { A: 1, B: 1, C: 1 }, limit: 0.5 }]);
    for (const [a, b] of [['A', '1'], ['A^2', 'D^2'], ['A:B', 'A:B']] as const) assert.ok(Math.abs(e(a, b) - f(a, b)) < 1e-10);
  });
});

test('a region without extent is refused', () => {
  assert.throws(() => moment(ranges(2), [{ weights: { A: 1 }, limit: 0.5 }, { weights: { A: -1 }, limit: -0.5 }]), { code: 'design_flat_region' });
});

test('a forbidden range of the last share of a mixture is cut out like one of the first', () => {
  const factors: DesignFactor[] = ['A', 'B', 'C'].map((name) => ({ kind: 'mixture', name, low: 0, high: 1 }));
  const model = designModel(factors, presetTerms('quadratic', factors.map(({ name }) => ({ name, categorical: false, distinct: 9, share: true }))));
  const of = (name: string): Map<string, number> => {
    const w = regionMoments(model, regionOf(factors, [], [{ [name]: { low: 0.5, high: 1 } }, { [name]: { low: 0.1, high: 0.2 }, B: { low: 0, high: 0.4 } }]));
    const p = model.columns.length;
    return new Map(model.columns.flatMap((a, i) => model.columns.map((b, j): [string, number] => [[a.name, b.name].join(), w[i * p + j] as number])));
  };
  const turned = (name: string): string => name.split(':').map((part) => ({ A: 'C', B: 'B', C: 'A' })[part] as string).sort().join(':');
  const [first, last] = [of('A'), of('C')];
  for (const [key, value] of first) assert.ok(Math.abs(value - (last.get(key.split(',').map(turned).join()) ?? Number.NaN)) < 1e-12, key);
});
