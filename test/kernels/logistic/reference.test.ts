import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { logistic, normalTails, profileIntervals } from '../../../kernels/index.ts';
import type { LogisticFit, LogisticInput } from '../../../kernels/index.ts';
import { brush72 } from '../brush72.ts';
import { freshKernels } from '../kernels.ts';
import { irls } from './irls.ts';

type Named = Record<string, number>;
interface Reference {
  logit: { coef: Named; se: Named; z: Named; p: Named; deviance: number; nullDeviance: number; aic: number; hat: number[]; cook: number[]; devianceResid: number[]; pearson: number[]; profileCI95: Record<string, Named> };
  probit: { coef: Named; se: Named; deviance: number };
  cloglog: { coef: Named; deviance: number };
  firth: { coef: Named; penLogLik: number };
}
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'brush72-glm.json'), 'utf8')) as Reference;
const names = ['(Intercept)', 'speed', 'feed', 'depth'];
const listed = (values: Named): number[] => names.map((name) => values[name] as number);

const data = brush72();
const input: LogisticInput = { x: data.matrix(['speed', 'feed', 'depth']), y: data.pass, n: data.n, p: 3 };

async function fit(options: Partial<LogisticInput>): Promise<LogisticFit> {
  const result = logistic(await freshKernels(), { ...input, ...options });
  assert.equal(result.kind, 'fit');
  return result;
}

const worst = (values: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Array.from(values).reduce((top, value, i) => Math.max(top, Math.abs(value / (expected[i] as number) - 1)), 0);

const columns = [new Float64Array(data.n).fill(1), ...['speed', 'feed', 'depth'].map(data.column)];

function hold(t: TestContext, errors: Record<string, number>, tolerance: number): void {
  for (const [name, error] of Object.entries(errors)) t.diagnostic(`${name}: ${error.toExponential(1)}`);
  for (const [name, error] of Object.entries(errors)) assert.ok(error <= tolerance, `${name} ${error}`);
}

test('the logit fit of the brush runs is R\'s, with p-values and residuals', async (t) => {
  const result = await fit({});
  const { logit } = reference;
  hold(t, {
    coefficients: worst(result.coefficients, listed(logit.coef)),
    deviance: worst([result.deviance, result.nullDeviance, result.aic], [logit.deviance, logit.nullDeviance, logit.aic]),
    pearson: worst(result.diagnostics?.pearson as Float64Array, logit.pearson),
    devianceResiduals: worst(result.diagnostics?.deviance as Float64Array, logit.devianceResid),
  }, 1e-12);
  // R takes these from the weights of the step before its last, which are 4e-8 away; the next tests close that gap.
  hold(t, {
    standardErrors: worst(result.standardErrors, listed(logit.se)), z: worst(result.z, listed(logit.z)), pValues: worst(result.pValues, listed(logit.p)),
    leverage: worst(result.diagnostics?.leverage as Float64Array, logit.hat), cook: worst(result.diagnostics?.cooksDistance as Float64Array, logit.cook),
  }, 1e-6);
  assert.ok(result.converged && result.gradient <= 1e-9);
});

test('stopped where R stops, the textbook algorithm gives R\'s numbers', async (t) => {
  const kernels = await freshKernels();
  const logit = irls(kernels, columns, data.pass, 'logit', 1e-14);
  hold(t, {
    'logit standard errors': worst(logit.standardErrors, listed(reference.logit.se)),
    'logit leverage': worst(logit.leverage, reference.logit.hat), 'logit Cook': worst(logit.cooksDistance, reference.logit.cook),
  }, 1e-10);
});

test('probit and cloglog fits agree with R\'s as far as its steps, which converge linearly, were taken', async (t) => {
  const [probit, cloglog] = [await fit({ link: 'probit' }), await fit({ link: 'cloglog' })];
  hold(t, { probit: worst(probit.coefficients, listed(reference.probit.coef)), probitErrors: worst(probit.standardErrors, listed(reference.probit.se)), cloglog: worst(cloglog.coefficients, listed(reference.cloglog.coef)) }, 5e-8);
  hold(t, { probit: worst([probit.deviance], [reference.probit.deviance]), cloglog: worst([cloglog.deviance], [reference.cloglog.deviance]) }, 1e-12);
});

for (const link of ['logit', 'probit', 'cloglog'] as const) {
  test(`the ${link} fit is where the textbook algorithm ends when it is not stopped early`, async (t) => {
    const result = await fit({ link });
    const limit = irls(await freshKernels(), columns, data.pass, link, 0, 60);
    hold(t, {
      coefficients: worst(result.coefficients, limit.coefficients), standardErrors: worst(result.standardErrors, limit.standardErrors),
      pValues: worst(result.pValues, limit.coefficients.map((b, j) => 2 * normalTails(Math.abs(b / (limit.standardErrors[j] as number))).upper)),
      leverage: worst(result.diagnostics?.leverage as Float64Array, limit.leverage), cook: worst(result.diagnostics?.cooksDistance as Float64Array, limit.cooksDistance),
      deviance: worst([result.deviance], [limit.deviance]),
    }, 1e-12);
  });
}

test('Firth\'s estimates and penalised likelihood are those of the reference', async (t) => {
  const result = await fit({ firth: true });
  const error = Math.max(worst(result.coefficients, listed(reference.firth.coef)), worst([result.penalisedLogLikelihood as number], [reference.firth.penLogLik]));
  t.diagnostic(`${error.toExponential(1)} in ${result.iterations} iterations`);
  assert.ok(error <= 1e-10);
});

test('profile intervals agree with R\'s as far as its spline goes, and lie exactly where the deviance has risen by the quantile', async (t) => {
  const kernels = await freshKernels();
  const { low, high } = profileIntervals(kernels, input);
  const sizes = [...high].map((value, j) => value - (low[j] as number));
  const error = names.reduce((top, name, j) => Math.max(
    top, Math.abs((low[j] as number) - (reference.logit.profileCI95[name]?.['2.5 %'] as number)) / (sizes[j] as number),
    Math.abs((high[j] as number) - (reference.logit.profileCI95[name]?.['97.5 %'] as number)) / (sizes[j] as number),
  ), 0);
  t.diagnostic(`${error.toExponential(1)} of the interval's width`);
  assert.ok(error <= 1e-3);

  // Holding a slope at an end is an offset: an independent fit of the other columns.
  const full = await fit({});
  for (const end of [low, high]) {
    const offset = data.column('feed').map((value) => value * (end[2] as number));
    const held = await fit({ x: data.matrix(['speed', 'depth']), p: 2, offset });
    assert.ok(Math.abs(held.deviance - full.deviance - 3.841458820694124) <= 1e-8);
    const through = await fit({ x: data.matrix(['speed', 'feed', 'depth']), intercept: false, offset: new Float64Array(72).fill(end[0] as number) });
    assert.ok(Math.abs(through.deviance - full.deviance - 3.841458820694124) <= 1e-8);
  }
});
