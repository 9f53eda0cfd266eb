import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { leastSquares } from '../../../kernels/index.ts';
import type { Kernels, LeastSquaresInput } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, missingData, sharedData } from '../kernels.ts';
import { modelColumns, readBrush72, readPeer } from './peer.ts';

const folder = sharedData('nist-strd', 'linear', 'peer');

interface Reference {
  coef: Record<string, number>;
  se: Record<string, number>;
  sigma: number;
  r2: number;
  F: number;
  press: number;
  dfbetasRow1: Record<string, number>;
  hat: number[]; cook: number[]; rstandard: number[]; rstudent: number[]; dffits: number[]; covratio: number[];
  wls: { coef: Record<string, number>; se: Record<string, number>; sigma: number };
}

const digitsOf = (values: ArrayLike<number>, expected: readonly number[]): number => {
  assert.equal(values.length, expected.length);
  return Math.min(...expected.map((value, i) => logRelativeError(values[i] as number, value)));
};

describe('R 4.2.2 on 72 brush rows', { skip: folder ? false : missingData }, () => {
  let kernels: Kernels;
  let reference: Reference;
  let problem: (coef: Record<string, number>) => LeastSquaresInput & { terms: string[] };
  let weights: Float64Array;
  before(async () => {
    kernels = await freshKernels();
    const rows = readBrush72(folder as string);
    reference = readPeer<Reference>(folder as string, 'brush72-lm.json');
    weights = Float64Array.from(rows, (row) => Number(row['w']));
    problem = (coef) => {
      const terms = Object.keys(coef);
      return { terms, x: columnMajor(modelColumns(rows, terms)), y: Float64Array.from(rows, (row) => Number(row['y'])), n: rows.length, p: terms.length, intercept: true };
    };
  });

  for (const mode of ['exact', 'fast', 'gram'] as const) {
    // A condition of 4e3 squared leaves the Gram factor nine digits; beside it coefficients are refined.
    const inference = mode === 'gram' ? 7 : 10;
    test(`${mode}: lm, its influence measures and PRESS`, () => {
      const { terms, ...input } = problem(reference.coef);
      const fit = leastSquares(kernels, { ...input, mode, dfbetas: true });
      assert.ok(digitsOf(fit.coefficients, Object.values(reference.coef)) >= 10, 'coefficients');
      assert.ok(digitsOf(fit.standardErrors, Object.values(reference.se)) >= inference, 'standard errors');
      for (const [value, expected] of [[fit.sigma, reference.sigma], [fit.rSquared, reference.r2], [fit.f.value, reference.F]] as const) assert.ok(logRelativeError(value, expected) >= 10);
      const rows = fit.diagnostics;
      assert.ok(rows?.dfbetas);
      assert.ok(logRelativeError(rows.press, reference.press) >= inference);
      for (const [values, expected, digits] of [
        [rows.leverage, reference.hat, 10], [rows.standardised, reference.rstandard, 10], [rows.studentised, reference.rstudent, 10],
        [rows.cooksDistance, reference.cook, 9], [rows.dffits, reference.dffits, 9], [rows.covratio, reference.covratio, 10],
      ] as const) assert.ok(digitsOf(values, expected) >= Math.min(digits, inference));
      const dfbetas = rows.dfbetas;
      assert.ok(digitsOf(terms.map((_, j) => dfbetas[j * input.n] as number), terms.map((term) => reference.dfbetasRow1[term] as number)) >= Math.min(9, inference), 'DFBETAS');
    });
  }

  for (const mode of ['exact', 'fast'] as const) {
    test(`${mode}: weighted lm`, () => {
      const { terms, ...input } = problem(reference.wls.coef);
      const fit = leastSquares(kernels, { ...input, weights, mode });
      assert.equal(fit.kept.length, terms.length);
      assert.ok(digitsOf(fit.coefficients, Object.values(reference.wls.coef)) >= 10);
      assert.ok(digitsOf(fit.standardErrors, Object.values(reference.wls.se)) >= 10);
      assert.ok(logRelativeError(fit.sigma, reference.wls.sigma) >= 10);
    });
  }
});
