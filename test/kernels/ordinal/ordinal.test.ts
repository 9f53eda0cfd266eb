import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KernelError } from '../../../kernels/index.ts';
import { fitOrdinal, ordinalProbabilities } from '../../../kernels/ordinal/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

const near = (actual: number | undefined, expected: number, tolerance: number): void => assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual}, expected ${expected}`);

test('the housing of Copenhagen: deviance, slopes and cuts of MASS\'s polr (R 4.2.2); probabilities sum to one', { skip: without('uci/ref/housing_copenhagen.csv') }, () => {
  const rows = readFileSync(join(sharedData, 'uci/ref/housing_copenhagen.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  const columns = [['1', 'Medium'], ['1', 'High'], ['2', 'Apartment'], ['2', 'Atrium'], ['2', 'Terrace'], ['3', 'High']].map(([at, level]) => rows.map((row) => Number(row[Number(at)] === level)));
  const x = Float64Array.from(columns.flat());
  const model = fitOrdinal({ x, y: rows.map(([sat]) => ['Low', 'Medium', 'High'].indexOf(sat!)), n: rows.length, p: 6, classes: 3, weights: rows.map((row) => Number(row[4])) });
  near(-2 * model.logLikelihood, 3479.14929906, 1e-8);
  // R's optimiser stops at a relative change of 1e-8
  [0.56639373889, 1.288819063812, -0.57235014643, -0.366186566153, -1.091014907672, 0.360284149947].forEach((expected, j) => { near(model.coefficients[j], expected, 3e-5); });
  [-0.496135343838, 0.690708290379].forEach((expected, k) => { near(model.cuts[k], expected, 3e-5); });
  const p = ordinalProbabilities(model, x, rows.length);
  for (let i = 0; i < rows.length; i++) near([0, 1, 2].reduce((sum, k) => sum + p[k * rows.length + i]!, 0), 1, 1e-14);
});

test('a cut per class, ascending, whatever the rows; wrong input is named', () => {
  const x = Float64Array.from({ length: 40 }, (_, i) => i / 20);
  const y = Array.from({ length: 40 }, (_, i) => Math.floor(i / 10));
  const { cuts, coefficients } = fitOrdinal({ x, y, n: 40, p: 1, classes: 4, ridge: 0.01 });
  assert.ok(coefficients[0]! > 0 && cuts[0]! < cuts[1]! && cuts[1]! < cuts[2]!);
  assert.throws(() => fitOrdinal({ x, y, n: 40, p: 1, classes: 5 }), (error) => error instanceof KernelError && error.code === 'kernel_domain');
  assert.throws(() => fitOrdinal({ x, y, n: 39, p: 1, classes: 4 }), (error) => error instanceof KernelError && error.code === 'kernel_shape');
});
