import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { leastSquares } from '../../../kernels/index.ts';
import type { Kernels, LeastSquaresResult } from '../../../kernels/index.ts';
import { freshKernels, logRelativeError, missingData, sharedData } from '../kernels.ts';
import { readNist } from './nist.ts';

const sets = ['Norris', 'Pontius', 'NoInt1', 'NoInt2', 'Filip', 'Longley', 'Wampler1', 'Wampler2', 'Wampler3', 'Wampler4', 'Wampler5'];
/** Certified residuals are zero: standard errors and what follows from them are 0 or undefined. */
const exactFits = new Set(['Wampler1', 'Wampler2']);
const folder = sharedData('nist-strd', 'linear');

/** Worst digits over the numbers that exist. */
function worst(values: ArrayLike<number>, expected: unknown): number {
  assert.ok(Array.isArray(expected) && expected.length === values.length);
  return Math.min(...expected.map((value, i) => (value === null ? 15.95 : logRelativeError(values[i] as number, Number(value)))));
}

describe('NIST StRD linear sets', { skip: folder ? false : missingData }, () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await freshKernels();
  });

  for (const name of sets) for (const forced of [false, true]) {
    test(`${name}${forced ? ' on the path of large data' : ''}: coefficients and standard errors to 15 digits, diagnostics to 13`, () => {
      const { input, exact } = readNist(folder as string, name);
      const fit = leastSquares(kernels, { ...input, mode: forced ? 'fast' : 'auto' });
      assert.equal(fit.rank, exact.p);
      assert.equal(fit.mode, forced ? 'fast' : 'exact');
      assert.equal(fit.corrected, forced);
      assert.ok(worst(fit.coefficients, exact.coefficients) >= 15.3, 'coefficients');
      assert.equal(fit.exactFit, exactFits.has(name));
      const diagnostics = fit.diagnostics as NonNullable<LeastSquaresResult['diagnostics']>;
      assert.ok(worst(diagnostics.leverage, exact.leverage) >= 15, 'leverage');
      const { vif } = exact as { vif?: unknown };
      if (Array.isArray(vif)) assert.ok(worst(fit.varianceInflation.subarray(fit.varianceInflation.length - vif.length), vif) >= 13, 'VIF');
      if (fit.exactFit) {
        assert.ok(fit.standardErrors.every((value) => value === 0) && fit.rss === 0);
        return;
      }
      assert.ok(worst(fit.standardErrors, exact.se) >= 15, 'standard errors');
      assert.ok(worst(fit.t, exact.t) >= 15, 't');
      assert.ok(worst(fit.pValues, exact.pValue) >= 12, 'p-values');
      assert.ok(worst(fit.residuals, exact.residuals) >= 15, 'residuals');
      for (const [value, key] of [[fit.rss, 'rss'], [fit.tss, 'tss'], [fit.sigma, 'residualSd'], [fit.rSquared, 'r2'], [fit.adjustedRSquared, 'adjR2'], [fit.f.value, 'F']] as const) {
        assert.ok(logRelativeError(value, Number(exact[key])) >= 14.5, `${key}: ${value} against ${String(exact[key])}`);
      }
      assert.ok(logRelativeError(fit.f.pValue, Number(exact['FpValue'])) >= 12, `p of F: ${fit.f.pValue} against ${String(exact['FpValue'])}`);
      assert.ok(logRelativeError(diagnostics.press, Number(exact['press'])) >= 14, 'press');
      assert.ok(worst(diagnostics.standardised, exact['studentizedInternal']) >= 13, 'internally studentised');
      assert.ok(worst(diagnostics.studentised, exact['studentizedExternal']) >= 13, 'externally studentised');
      assert.ok(worst(diagnostics.cooksDistance, exact['cooksD']) >= 13, "Cook's distance");
      assert.ok(worst(diagnostics.dffits, exact['dffits']) >= 13, 'DFFITS');
    });

    if (forced) return;
    test(`${name}: a Gram factor is used, or gives way, without losing the coefficients`, () => {
      const { input, exact } = readNist(folder as string, name);
      const fit = leastSquares(kernels, { ...input, mode: 'gram' });
      assert.ok(worst(fit.coefficients, exact.coefficients) >= 15.3);
      if (!fit.exactFit) assert.ok(worst(fit.standardErrors, exact.se) >= Math.min(15, fit.digits.standardErrors));
    });
  }

  test('the interval and the multiplier follow the confidence', () => {
    const { input, exact } = readNist(folder as string, 'Longley');
    const fit = leastSquares(kernels, input);
    const intervals = exact['ci95'] as [string, string][];
    intervals.forEach(([low, high], j) => {
      assert.ok(logRelativeError(fit.intervalLow[j] as number, Number(low)) > 13);
      assert.ok(logRelativeError(fit.intervalHigh[j] as number, Number(high)) > 13);
    });
    const narrow = leastSquares(kernels, { ...input, confidence: 0.5 });
    assert.ok((narrow.intervalHigh[1] as number) < (fit.intervalHigh[1] as number));
  });
});
