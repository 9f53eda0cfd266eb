import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { digits, sharedData, without } from '../../support/shared-data.ts';
import { analyse } from './run-analysis.ts';

const folder = 'nist-strd/linear';
const formulas: Record<string, string> = {
  Norris: 'y ~ x', Pontius: 'y ~ x + I(x^2)', NoInt1: 'y ~ x - 1', NoInt2: 'y ~ x - 1', Filip: powers(10), Longley: 'y ~ x1 + x2 + x3 + x4 + x5 + x6',
  Wampler1: powers(5), Wampler2: powers(5), Wampler3: powers(5), Wampler4: powers(5), Wampler5: powers(5),
};
/** y is a polynomial of x: residuals and what is made of them are 0 or undefined. */
const exactFits = new Set(['Wampler1', 'Wampler2']);

type Numbers = readonly (number | null | undefined)[];
interface Exact { [key: string]: unknown; coefficients: string[]; ci95?: [string, string][] }

/** Correct digits of the worst number; what is undefined in the exact file is left out. */
function worst(values: Numbers, exact: unknown): number {
  const expected = (Array.isArray(exact) ? exact : [exact]).flat() as (string | null)[];
  assert.equal(values.length, expected.length);
  return Math.min(...expected.map((value, i) => (value === null ? 15.95 : digits(values[i], Number(value)))));
}

describe('NIST StRD linear sets through the whole analysis: every number of the report against solutions in rational numbers', { skip: without(folder) }, () => {
  for (const [name, formula] of Object.entries(formulas)) {
    test(`${name}: coefficients and standard errors 15 digits, residual SD, R² and F 14.5, diagnostics 13, p-values 12`, async (context) => {
      const [csv, json] = await Promise.all([readFile(join(sharedData, folder, `${name}.csv`)), readFile(join(sharedData, folder, `${name}.ext.json`), 'utf8')]);
      const exact = JSON.parse(json) as Exact;
      const { result: { coefficients, fit, rows, anova, residual_tests: tests } } = await analyse(csv, { target_column: 'y', formula, train_test_split: 0, cv_splits: 2, cv_groups: 'none', anova_types: ['I'] });
      const of = (key: 'estimate' | 'std_error' | 't' | 'p' | 'vif'): Numbers => coefficients.map((row) => row[key]);
      const bars: [what: string, bar: number, values: Numbers, exact: unknown][] = [
        ['coefficients', 15, of('estimate'), exact.coefficients], ['leverage', 13, rows.leverage, exact['leverage']],
        ...(exact['vif'] === undefined ? [] : [['VIF', 13, of('vif').filter((value) => value !== null), exact['vif']] as [string, number, Numbers, unknown]]),
        ...(exact['typeI_SS'] === undefined ? [] : [['type I sums of squares', 13, anova[0]?.rows.map(({ ss }) => ss) ?? [], exact['typeI_SS']] as [string, number, Numbers, unknown]]),
        ...(exactFits.has(name) ? [] : [
          ['standard errors', 15, of('std_error'), exact['se']], ['t', 15, of('t'), exact['t']], ['p', 12, of('p'), exact['pValue']], ['p of F', 12, [fit.f_p], exact['FpValue']],
          ['residual SD', 14.5, [fit.sigma], exact['residualSd']], ['R²', 14.5, [fit.r2], exact['r2']], ['F', 14.5, [fit.f], exact['F']],
          ['adjusted R²', 13, [fit.adjusted_r2], exact['adjR2']], ['predicted R²', 13, [fit.predicted_r2], exact['predR2']], ['PRESS', 13, [fit.press], exact['press']],
          ['log-likelihood', 13, [fit.log_likelihood], exact['logLik']], ['AIC', 13, [fit.aic], exact['aicR']], ['BIC', 13, [fit.bic], exact['bicR']], ['AICc', 13, [fit.aicc], exact['aiccR']],
          ['intervals', 13, coefficients.flatMap(({ ci_low, ci_high }) => [ci_low, ci_high]), exact.ci95], ['residuals', 13, rows.residual, exact['residuals']],
          ['internally studentised', 13, rows.studentized_internal, exact['studentizedInternal']], ['externally studentised', 13, rows.studentized_external, exact['studentizedExternal']],
          ["Cook's distance", 13, rows.cook, exact['cooksD']], ['DFFITS', 13, rows.dffits, exact['dffits']],
          ['Durbin–Watson', 13, [tests.find((one) => one.test === 'durbin_watson')?.statistic], exact['durbinWatson']],
        ] as [string, number, Numbers, unknown][]),
      ];
      const found = bars.map(([what, bar, values, expected]) => ({ what, bar, reached: worst(values, expected) }));
      context.diagnostic(found.map(({ what, reached }) => `${what} ${reached.toFixed(1)}`).join(', '));
      assert.deepEqual(found.filter(({ bar, reached }) => reached < bar), []);
    });
  }
});

function powers(degree: number): string {
  return `y ~ x${Array.from({ length: degree - 1 }, (_, k) => ` + I(x^${k + 2})`).join('')}`;
}
