import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError, logistic, profileIntervals } from '../../../kernels/index.ts';
import type { LogisticFit, LogisticInput } from '../../../kernels/index.ts';
import { brush72 } from '../brush72.ts';
import { columnMajor, freshKernels } from '../kernels.ts';

const data = brush72();
const names = ['speed', 'feed', 'depth'];
const input: LogisticInput = { x: data.matrix(names), y: data.pass, n: data.n, p: 3 };
const kernels = await freshKernels();

function fit(options: Partial<LogisticInput> = {}): LogisticFit {
  const result = logistic(kernels, { ...input, ...options });
  assert.equal(result.kind, 'fit');
  return result;
}

const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void => {
  assert.equal(a.length, b.length);
  Array.from(a).forEach((value, i) => { assert.ok(Math.abs(value - (b[i] as number)) <= tolerance * Math.max(1e-3, Math.abs(b[i] as number)), `${i}: ${value} against ${b[i]}`); });
};

/** The 72 runs gathered by speed class and feed class: trials and shares. */
function grouped(): { single: Partial<LogisticInput>; groups: Partial<LogisticInput> } {
  const a = data.column('speed').map((value) => (value > 5000 ? 1 : 0));
  const b = data.column('feed').map((value) => Math.round(value / 1500));
  const keys = [...new Set([...a].map((value, i) => `${value} ${b[i]}`))];
  const members = keys.map((key) => [...a.keys()].filter((i) => `${a[i]} ${b[i]}` === key));
  return {
    single: { x: columnMajor([a, b]), p: 2 },
    groups: {
      x: columnMajor([a, b].map((column) => members.map((rows) => column[rows[0] as number] as number))), n: keys.length, p: 2,
      y: Float64Array.from(members, (rows) => rows.reduce((sum, i) => sum + (data.pass[i] as number), 0) / rows.length), trials: members.map((rows) => rows.length),
    },
  };
}

test('shares of trials give the coefficients of the single outcomes', () => {
  const { single, groups } = grouped();
  for (const link of ['logit', 'probit', 'cloglog'] as const) {
    const one = fit({ ...single, link });
    const many = fit({ ...groups, link });
    close(many.coefficients, one.coefficients, 1e-10);
    close(many.standardErrors, one.standardErrors, 1e-10);
  }
});

test('the likelihood of shares is the binomial one', () => {
  const { groups } = grouped();
  const { fitted, logLikelihood, aic } = fit(groups);
  const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));
  const expected = [...fitted].reduce((sum, mean, i) => {
    const m = groups.trials?.[i] as number;
    const k = Math.round(m * ((groups.y as Float64Array)[i] as number));
    return sum + Math.log((factorial(m) / factorial(k) / factorial(m - k)) * mean ** k * (1 - mean) ** (m - k));
  }, 0);
  close([logLikelihood, aic], [expected, 6 - 2 * expected], 1e-12);
});

test('rows without trials do not count', () => {
  const trials = Float64Array.from({ length: 72 }, (_, i) => (i % 9 === 0 ? 0 : 1));
  const rows = [...trials.keys()].filter((i) => trials[i] === 1);
  const some = fit({ x: columnMajor(names.map((name) => rows.map((i) => data.column(name)[i] as number))), y: Float64Array.from(rows, (i) => data.pass[i] as number), n: rows.length });
  const weighted = fit({ trials });
  close(weighted.coefficients, some.coefficients, 1e-10);
  assert.equal(weighted.degreesOfFreedom, some.degreesOfFreedom);
});

test('an offset that holds the fit leaves nothing to fit', () => {
  const full = fit();
  const rest = fit({ offset: full.linearPredictor });
  for (const [j, b] of rest.coefficients.entries()) assert.ok(Math.abs(b) <= 1e-10 * (full.standardErrors[j] as number));
  close([rest.deviance], [full.deviance], 1e-12);
});

test('units do not matter: columns scaled and moved give the same predictions', () => {
  const full = fit();
  const moved = fit({ x: columnMajor(names.map((name, j) => data.column(name).map((value) => (value + 7 * j) / 1000 ** j))) });
  close(moved.fitted, full.fitted, 1e-11);
  close([moved.z[1] as number], [full.z[1] as number], 1e-11);
});

test('a ridge solves its own equations and spares the constant', () => {
  const ridge = 0.7;
  const x = columnMajor([data.column('speed').map((value) => value / 1000), data.column('depth')]);
  const { coefficients, fitted, deviance } = fit({ x, p: 2, ridge });
  const score = (j: number): number => fitted.reduce((sum, mean, i) => sum + ((data.pass[i] as number) - mean) * (x[j * 72 + i] as number), 0);
  for (const j of [0, 1]) assert.ok(Math.abs(score(j) - ridge * (coefficients[j + 1] as number)) < 1e-10);
  assert.ok(Math.abs(fitted.reduce((sum, mean, i) => sum + (data.pass[i] as number) - mean, 0)) < 1e-10);
  assert.ok(deviance > fit({ x, p: 2 }).deviance);
});

test('FLIC keeps Firth\'s slopes and makes predictions average to the outcome', () => {
  const firth = fit({ firth: true });
  const flic = fit({ firth: true, flic: true });
  close(flic.coefficients.subarray(1), firth.coefficients.subarray(1), 1e-14);
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / 72;
  close([mean(flic.fitted)], [mean(data.pass)], 1e-12);
  assert.ok(Math.abs(mean(firth.fitted) - mean(data.pass)) > 1e-4);
});

test('the interval of Firth\'s penalised likelihood contains the estimate and is finite where the data are separated', () => {
  const level = data.column('brushA21');
  const options = { x: data.matrix([...names, 'brushA21']), p: 4, y: data.pass.map((value, i) => (level[i] === 1 ? 1 : value)), firth: true };
  const { coefficients } = fit(options);
  const { low, high } = profileIntervals(kernels, { ...input, ...options });
  coefficients.forEach((b, j) => { assert.ok((low[j] as number) < b && b < (high[j] as number)); });
  assert.ok((low[4] as number) > 0 && (high[4] as number) < 20);
});

test('a confidence changes the intervals, both kinds', () => {
  const narrow = fit({ confidence: 0.5 });
  const wide = fit({ confidence: 0.99 });
  assert.ok((narrow.intervalHigh[1] as number) < (wide.intervalHigh[1] as number));
  const ends = [0.5, 0.99].map((confidence) => profileIntervals(kernels, { ...input, confidence }).high[1] as number);
  assert.ok((ends[0] as number) < (ends[1] as number));
});

test('a dependent column is named with its dependency, and the rest is fitted', () => {
  const total = data.column('speed').map((value, i) => 2 * value - (data.column('feed')[i] as number) + 5);
  const result = fit({ x: columnMajor([data.column('speed'), data.column('feed'), total, data.column('depth')]), p: 4 });
  assert.deepEqual(result.aliased.map(({ column }) => column), [3]);
  close(result.aliased[0]?.dependency.map(({ coefficient }) => coefficient) ?? [], [5, 2, -1], 1e-9);
  assert.ok(Number.isNaN(result.coefficients[3]));
  const full = fit();
  close([0, 1, 2, 4].map((j) => result.coefficients[j] as number), full.coefficients, 1e-11);
});

test('few steps allowed is reported as not converged', () => {
  assert.equal(fit({ maxIterations: 2 }).converged, false);
});

test('inputs are refused by name and scratch is given back', () => {
  const used = kernels.memory.used;
  const refused = (options: Partial<LogisticInput>, code: string, name: string): void => {
    assert.throws(() => logistic(kernels, { ...input, ...options }), (error: unknown) => error instanceof KernelError && error.code === code && (error.values['name'] === name || name in error.values));
  };
  refused({ y: data.pass.map((value, i) => (i === 3 ? 2 : value)) }, 'kernel_domain', 'row');
  refused({ y: data.pass.map((value, i) => (i === 3 ? Number.NaN : value)) }, 'non_finite_input', 'row');
  refused({ ridge: -1 }, 'kernel_domain', 'ridge');
  refused({ firth: true, link: 'probit' }, 'kernel_domain', 'firth');
  refused({ flic: true }, 'kernel_domain', 'flic');
  refused({ confidence: 1 }, 'kernel_domain', 'confidence');
  refused({ trials: [1, 2] }, 'kernel_shape', 'trials');
  refused({ n: 0 }, 'no_rows', 'n');
  fit();
  assert.equal(kernels.memory.used, used);
});
