import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { oneWayAnova, parseDecimal, univariateSummary } from '../../../kernels/index.ts';
import type { Column } from '../../../kernels/index.ts';
import { logRelativeError, missingData, sharedData } from '../kernels.ts';

interface CertifiedAnova { anova: { between: { ss: number }; within: { ss: number }; }; rSquared: number; residualSd: number }
interface CertifiedSummary { mean: number; sd: number; lag1Autocorrelation: number; sdText: string; lag1Text: string }

const anova = sharedData('nist-strd', 'anova');
const univariate = sharedData('nist-strd', 'univariate');

function read<Certified>(folder: string, name: string): { certified: Certified & { anova: { between: { FText: string } } }; columns: Required<Column>[] } {
  const certified = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Certified & { anova: { between: { FText: string } } };
  const [header = '', ...lines] = readFileSync(join(folder, `${name}.csv`), 'utf8').trim().split(/\r?\n/);
  const columns = header.split(',').map((_, j) => {
    const tokens = lines.map((line) => parseDecimal(line.split(',')[j] ?? ''));
    return { hi: Float64Array.from(tokens, (token) => token?.hi ?? Number.NaN), lo: Float64Array.from(tokens, (token) => token?.lo ?? Number.NaN) };
  });
  return { certified, columns };
}

describe('NIST StRD analysis of variance', { skip: anova === undefined ? missingData : false }, () => {
  for (const name of ['SiRstv', 'AtmWtAg', ...Array.from({ length: 9 }, (_, k) => `SmLs0${k + 1}`)]) {
    test(`${name}: F to 14.5 digits, everything else to the digits certified`, () => {
      const { certified, columns: [group, value] } = read<CertifiedAnova>(anova as string, name);
      const result = oneWayAnova(value as Column, (group as Column).hi);
      assert.ok(logRelativeError(result.f, Number(certified.anova.between.FText)) >= 14.5, `F ${result.f} against ${certified.anova.between.FText}`);
      assert.ok(logRelativeError(result.between.sumOfSquares, certified.anova.between.ss) >= 13.5, 'between');
      assert.ok(logRelativeError(result.within.sumOfSquares, certified.anova.within.ss) >= 13.5, 'within');
      assert.ok(logRelativeError(result.rSquared, certified.rSquared) >= 13.5, 'R²');
      assert.ok(logRelativeError(result.sigma, certified.residualSd) >= 13.5, 'sigma');
    });
  }
});

describe('NIST StRD univariate summaries', { skip: univariate === undefined ? missingData : false }, () => {
  for (const name of ['Lew', 'Lottery', 'Mavro', 'Michelso', 'NumAcc1', 'NumAcc2', 'NumAcc3', 'NumAcc4']) {
    test(`${name}: mean, SD and autocorrelation to every certified digit`, () => {
      const { certified, columns: [value] } = read<CertifiedSummary>(univariate as string, name);
      const result = univariateSummary(value as Column);
      assert.ok(logRelativeError(result.mean, certified.mean) >= 14.5, `mean ${result.mean}`);
      assert.ok(logRelativeError(result.standardDeviation, certified.sd) >= 14.5, `sd ${result.standardDeviation} against ${certified.sd}`);
      assert.ok(logRelativeError(result.lag1Autocorrelation, certified.lag1Autocorrelation) >= 14, `lag 1 ${result.lag1Autocorrelation} against ${certified.lag1Autocorrelation}`);
    });
  }
});
