import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestSubsets, fitModel, inclusionFrequencies, KernelError, leastSquares, stepwise } from '../../../kernels/index.ts';
import type { FittedModel, Unit } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';
import { brushModel, peer } from '../regression/brush72.ts';

const kernels = await freshKernels();
const brush = brushModel(kernels, 'main');
const single = Array.from({ length: brush.p - 1 }, (_, j): Unit => ({ columns: [j + 1] }));

function random(n: number, p: number, seed: number): { model: FittedModel; columns: Float64Array[] } {
  const next = uniform(seed);
  const common = Float64Array.from({ length: n }, next);
  const columns = Array.from({ length: p }, (_, j) => Float64Array.from({ length: n }, (__, i) => (j === 0 ? 1 : next() + 0.7 * (common[i] as number))));
  const y = Float64Array.from({ length: n }, (_, i) => 0.9 * (columns[1]?.[i] as number) - 0.7 * (columns[p - 1]?.[i] as number) + next());
  return { model: fitModel(kernels, { x: columnMajor(columns), y, n, p, intercept: true }), columns };
}

const rssOf = (model: FittedModel, columns: readonly number[]): number =>
  leastSquares(kernels, { x: columnMajor(columns.map((j) => model.x.subarray(j * model.n, (j + 1) * model.n))), y: model.y, n: model.n, p: columns.length, intercept: true, diagnostics: false }).rss;

test('the best subset of each size, RSS, Cp, adjusted R² and BIC differences as in R leaps', () => {
  const { subsets } = bestSubsets(brush, single);
  const ours = subsets.slice(1);
  ours.forEach((subset, k) => {
    assert.deepEqual(subset.units.map((unit) => brush.names[unit + 1]), peer.bestSubset.which[String(k + 1)]?.slice(1));
    assert.ok(logRelativeError(subset.rss, peer.bestSubset.rss[k] as number) > 11);
    assert.ok(logRelativeError(subset.cp, peer.bestSubset.cp[k] as number) > 10);
    assert.ok(logRelativeError(subset.adjustedR2, peer.bestSubset.adjr2[k] as number) > 11);
    assert.ok(Math.abs(subset.bic - (ours[0]?.bic as number) - ((peer.bestSubset.bic[k] as number) - (peer.bestSubset.bic[0] as number))) < 1e-9);
  });
});

test('branch and bound finds what enumerating every subset finds: groups, hierarchy, several per size', () => {
  for (const seed of [1, 2, 3, 4]) {
    const { model } = random(30, 10, seed);
    const units: Unit[] = [{ columns: [1] }, { columns: [2, 3] }, { columns: [4] }, { columns: [5], parents: [0, 2] }, { columns: [6] }, { columns: [7] }, { columns: [8, 9], parents: [4] }];
    for (const hierarchy of [false, true]) {
      const choices = units.map(({ columns, parents }) => (hierarchy ? { columns, parents } : { columns }));
      const bySize = new Map<number, { units: number[]; rss: number }[]>();
      for (let mask = 0; mask < 2 ** units.length; mask++) {
        const chosen = units.flatMap((_, unit) => ((mask >> unit) & 1 ? [unit] : []));
        if (chosen.some((unit) => (choices[unit]?.parents ?? []).some((parent) => !chosen.includes(parent)))) continue;
        const columns = [0, ...chosen.flatMap((unit) => units[unit]?.columns ?? [])];
        bySize.set(columns.length, [...(bySize.get(columns.length) ?? []), { units: chosen, rss: rssOf(model, columns) }]);
      }
      const { subsets } = bestSubsets(model, choices, { keep: 3 });
      const expected = [...bySize].sort(([a], [b]) => a - b).flatMap(([, list]) => list.sort((a, b) => a.rss - b.rss).slice(0, 3));
      assert.deepEqual(subsets.map((subset) => subset.units), expected.map((entry) => entry.units));
      subsets.forEach((subset, k) => assert.ok(logRelativeError(subset.rss, expected[k]?.rss as number) > 11));
    }
  }
});

test('thirty units are searched exactly: no single exchange improves any size', () => {
  const { model } = random(120, 31, 11);
  const units = Array.from({ length: 30 }, (_, j): Unit => ({ columns: [j + 1] }));
  const { subsets } = bestSubsets(model, units);
  assert.equal(subsets.length, 31);
  const five = subsets.find(({ coefficients }) => coefficients === 6);
  assert.ok(five);
  for (const out of five.units) for (const into of units.keys()) {
    if (five.units.includes(into)) continue;
    assert.ok(rssOf(model, [0, ...five.units.filter((unit) => unit !== out).concat(into).map((unit) => unit + 1)]) >= five.rss * (1 - 1e-12));
  }
});

test('AIC and BIC are R\'s, PRESS is that of a refit, the criterion decides which is best', () => {
  const { subsets, best } = bestSubsets(brush, single, { criterion: 'aic', press: 2 });
  const full = subsets.at(-1);
  const { fit, n } = brush;
  const deviance = n * (Math.log((2 * Math.PI * fit.rss) / n) + 1);
  assert.ok(logRelativeError(full?.aic, deviance + 2 * 9) > 11 && logRelativeError(full?.bic, deviance + Math.log(n) * 9) > 11);
  assert.ok(logRelativeError(full?.press as number, fit.diagnostics?.press as number) > 11);
  assert.equal(subsets.filter(({ press }) => press !== undefined).length, 2);
  const { model } = random(30, 10, 2);
  const nine = Array.from({ length: 9 }, (_, j): Unit => ({ columns: [j + 1] }));
  assert.ok(bestSubsets(model, nine, { criterion: 'bic' }).best.coefficients < bestSubsets(model, nine, { criterion: 'adjusted_r2' }).best.coefficients);
  assert.equal(best.units.length, 7);
});

test('stepwise traces each step, obeys direction and hierarchy, and ends where no move helps', () => {
  const { model } = random(40, 9, 5);
  const units: Unit[] = Array.from({ length: 8 }, (_, j) => (j === 7 ? { columns: [8], parents: [2] } : { columns: [j + 1] }));
  for (const by of ['aic', 'bic', 'p'] as const) {
    for (const direction of ['forward', 'backward', 'both'] as const) {
      const { units: chosen, steps } = stepwise(model, units, { direction, by });
      if (chosen.includes(7)) assert.ok(chosen.includes(2));
      assert.ok(steps.slice(1).every(({ action }) => direction === 'both' || action === (direction === 'forward' ? 'add' : 'remove')));
      assert.ok(logRelativeError(steps.at(-1)?.rss, rssOf(model, [0, ...chosen.map((unit) => unit + 1)])) > 11);
      if (by !== 'p') steps.slice(1).forEach((step, k) => assert.ok(step.value < (steps[k]?.value as number)));
    }
  }
  assert.ok(stepwise(model, units, { direction: 'forward', by: 'p', enter: 0.9 }).units.length > stepwise(model, units, { direction: 'forward', by: 'p', enter: 1e-3 }).units.length);
});

test('inclusion frequencies: real terms stay, the seed decides the samples', () => {
  const { model } = random(60, 7, 6);
  const units = Array.from({ length: 6 }, (_, j): Unit => ({ columns: [j + 1] }));
  const first = inclusionFrequencies(model, units, { samples: 40, seed: 1 });
  assert.equal(first.samples, 40);
  assert.ok((first.frequency[0] as number) > 0.8 && (first.frequency[5] as number) > 0.8 && (first.frequency[2] as number) < 0.6);
  assert.deepEqual(inclusionFrequencies(model, units, { samples: 40, seed: 1 }), first);
  assert.notDeepEqual(inclusionFrequencies(model, units, { samples: 40, seed: 2 }), first);
});

test('too many units, aliased columns, columns named twice and absent parents are refused', () => {
  const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
  assert.throws(() => bestSubsets(brush, Array.from({ length: 36 }, () => ({ columns: [1] }))), code('kernel_domain'));
  assert.throws(() => bestSubsets(brush, [{ columns: [1] }, { columns: [1] }]), code('kernel_shape'));
  assert.throws(() => bestSubsets(brush, [{ columns: [99] }]), code('kernel_shape'));
  assert.throws(() => bestSubsets(brush, [{ columns: [1], parents: [3] }]), code('kernel_shape'));
});
