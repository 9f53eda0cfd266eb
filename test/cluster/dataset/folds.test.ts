import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dealFolds, groupRows, holdOut } from '../../../cluster/dataset/folds.ts';
import { drawKey, shuffled } from '../../../cluster/dataset/random.ts';

describe('folds', () => {
  test('hold whole groups, are never empty, and differ by at most the largest group', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 10, maxLength: 200 }), fc.integer({ min: 2, max: 6 }), fc.nat(), (labels, folds, seed) => {
      const { group, groups } = groupRows([Float64Array.from(labels)], labels.length);
      fc.pre(groups >= folds);
      const fold = dealFolds(group, groups, folds, seed);
      const foldOf = new Map<number, number>();
      fold.forEach((number, row) => {
        const known = foldOf.get(group[row] as number);
        assert.ok(known === undefined || known === number, 'a group was split');
        foldOf.set(group[row] as number, number);
      });
      const sizes = Array.from({ length: folds }, (_, number) => fold.filter((value) => value === number).length);
      assert.ok(Math.min(...sizes) > 0);
      const largest = Math.max(...[...new Set(group)].map((number) => group.filter((value) => value === number).length));
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= largest);
    }), { seed: 1 });
  });

  test('depend on the seed', () => {
    const { group, groups } = groupRows([Float64Array.from({ length: 50 }, (_, i) => i)], 50);
    assert.notDeepEqual(dealFolds(group, groups, 5, 1), dealFolds(group, groups, 5, 2));
  });

  test('the hold-out takes whole groups until the share is reached', () => {
    const { group, groups } = groupRows([Float64Array.from({ length: 100 }, (_, i) => Math.floor(i / 2))], 100);
    const out = holdOut(group, groups, 0.2, 42);
    assert.equal(out.reduce((sum, value) => sum + value, 0), 20);
    for (let i = 0; i < 100; i += 2) assert.equal(out[i], out[i + 1]);
  });
});

describe('counter-based random numbers', () => {
  test('a shuffle is a permutation and close to uniform in its first place', () => {
    const counts = new Array<number>(8).fill(0);
    for (let seed = 0; seed < 8000; seed += 1) counts[shuffled(8, seed, 1)[0] as number] = (counts[shuffled(8, seed, 1)[0] as number] ?? 0) + 1;
    assert.deepEqual([...shuffled(100, 3, 1)].sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
    // χ² with 7 degrees of freedom: 24.3 is the 0.1 % point
    assert.ok(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0) < 24.3, counts.join(' '));
  });

  test('streams do not repeat each other', () => {
    const keys = new Set([0, 1, 2].flatMap((stream) => Array.from({ length: 1000 }, (_, counter) => drawKey(7, stream, counter))));
    assert.equal(keys.size, 3000);
  });
});
