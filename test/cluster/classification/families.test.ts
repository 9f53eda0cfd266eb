import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { instantiate, KernelMemory, loadKernels, logistic, type Kernels } from '../../../kernels/index.ts';
import { fitModel, lassoLogistic, modelFromText, modelToText, predictModel } from '../../../kernels/models/index.ts';
import { hosmerLemeshow } from '../../../cluster/classification/assess/calibration-errors.ts';
import { scoreProbabilities } from '../../../cluster/scores/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const near = (actual: number | undefined, expected: number, tolerance: number): void => assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual}, expected ${expected}`);
const kernels = async (): Promise<Kernels> => instantiate(await loadKernels(), KernelMemory.create());

function table(file: string): { head: string[]; rows: string[][]; column: (name: string) => Float64Array } {
  const [head, ...rows] = readFileSync(join(sharedData, 'uci', file), 'utf8').trim().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replaceAll('"', ''))) as [string[], ...string[][]];
  return { head, rows, column: (name) => Float64Array.from(rows, (row) => Number(row[head.indexOf(name)])) };
}

/** Unpenalised fit of R's glm. */
async function glm(columns: readonly ArrayLike<number>[], y: Float64Array, trials?: Float64Array): Promise<{ coefficients: Float64Array; standardErrors: Float64Array; deviance: number; aic: number; fitted: Float64Array }> {
  const fit = logistic(await kernels(), { x: Float64Array.from(columns.flatMap((column) => Array.from(column))), y, n: y.length, p: columns.length, ...trials && { trials } });
  assert.ok(fit.kind === 'fit');
  return fit;
}

test('unpenalised logistic regressions are R\'s to the printed digits', { skip: without('uci/ref/reference.json') }, async () => {
  const reference = JSON.parse(readFileSync(join(sharedData, 'uci/ref/reference.json'), 'utf8')) as Record<string, { coef: Record<string, number>; se?: Record<string, number>; deviance: number; aic?: number; dead?: number[]; ldose?: number[]; sex?: string[] }>;
  const hold = (name: string, fit: Awaited<ReturnType<typeof glm>>, tolerance = 1e-8): void => {
    const { coef, se, deviance, aic } = reference[name]!;
    Object.values(coef).forEach((expected, k) => { near(fit.coefficients[k], expected, tolerance * Math.max(1, Math.abs(expected))); });
    // R's standard errors come from the weights of the step before its last
    if (se !== undefined) Object.values(se).forEach((expected, k) => { near(fit.standardErrors[k], expected, 1e-4 * expected); });
    near(fit.deviance, deviance, 1e-8 * deviance);
    if (aic !== undefined) near(fit.aic, aic, 1e-8 * aic);
  };
  const cars = table('ref/mtcars.csv');
  hold('glm_mtcars_am_wt', await glm([cars.column('wt')], cars.column('am')), 1e-7);
  const births = table('ref/birthwt.csv');
  const race = births.column('race');
  const low = await glm([births.column('age'), births.column('lwt'), race.map((r) => Number(r === 2)), race.map((r) => Number(r === 3)), ...['smoke', 'ptl', 'ht', 'ui', 'ftv'].map(births.column)], births.column('low'));
  hold('glm_birthwt', low);
  near(low.fitted.reduce((sum, p, i) => sum + (p - births.column('low')[i]!) ** 2, 0) / low.fitted.length, 0.179060228833, 1e-11);
  const weights = scoreProbabilities(births.column('low'), low.fitted);
  near(weights.auc!, 0.746153846154, 1e-12);
  near(weights.auc_low!, 0.672117528, 1e-9);
  near(weights.auc_high!, 0.820190164, 1e-9);
  near(weights.log_loss!, 0.53249945782, 1e-11);
  const fit = hosmerLemeshow(births.column('low'), low.fitted, { fitted: true })!;
  near(fit.chi2, 3.94341547664, 1e-8);
  assert.equal(fit.df, 8);
  near(fit.p, 0.862192266382, 1e-9);
  const infert = table('ref/infert.csv');
  hold('glm_infert', await glm(['spontaneous', 'induced'].map(infert.column), infert.column('case')));
  const worms = reference['glm_budworm']!;
  hold('glm_budworm', await glm([worms.sex!.map((sex) => Number(sex === 'M')), worms.ldose!], Float64Array.from(worms.dead!, (dead) => dead / 20), new Float64Array(12).fill(20)));
  const [training, held] = [table('ref/pima_tr.csv'), table('ref/pima_te.csv')];
  const names = ['npreg', 'glu', 'bp', 'skin', 'bmi', 'ped', 'age'];
  const label = ({ head, rows }: typeof held): Float64Array => Float64Array.from(rows, (row) => Number(row[head.indexOf('type')] === 'Yes'));
  const pima = await glm(names.map(training.column), label(training));
  hold('glm_pima_tr', pima);
  const columns = names.map(held.column);
  const p = label(held).map((_, i) => 1 / (1 + Math.exp(-columns.reduce((sum, column, j) => sum + pima.coefficients[j + 1]! * column[i]!, pima.coefficients[0]!))));
  near(p.reduce((sum, value, i) => sum + (value - label(held)[i]!) ** 2, 0) / p.length, 0.139310593981, 1e-11);
  near(p.filter((value, i) => Number(value > 0.5) === label(held)[i]).length / p.length, 0.801204819277, 1e-11);
  const area = scoreProbabilities(label(held), p);
  near(area.auc!, 0.86588225614, 1e-11);
  near(area.auc_low!, 0.826355421, 1e-9);
  near(area.auc_high!, 0.905409091, 1e-9);
  const iris = table('iris.csv');
  const half = (column: Float64Array): Float64Array => column.slice(50);
  hold('glm_iris_versicolor_virginica', await glm(['sepal_length', 'sepal_width', 'petal_length', 'petal_width'].map((name) => half(iris.column(name))), half(iris.column('species')).map((k) => Number(k === 2))), 2e-7);
});

test('penalised logistic regressions of the standardised breast cancers are scikit-learn\'s: C = 1 squared, C = 0.1 absolute', { skip: without('uci/breast_cancer.csv') }, async () => {
  const { head, rows, column } = table('breast_cancer.csv');
  const y = column(head.at(-1));
  const columns = head.slice(0, -1).map((name) => {
    const values = column(name);
    const mean = values.reduce((a, b) => a + b, 0) / rows.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length);
    return values.map((value) => (value - mean) / deviation);
  });
  const [n, p, x] = [rows.length, columns.length, Float64Array.from(columns.flatMap((values) => [...values]))];
  const own = await kernels();
  const ridge = logistic(own, { x, y, n, p, ridge: 1 });
  assert.ok(ridge.kind === 'fit');
  // its optimiser stops where the gradient is 1e-4: ours is the lower objective, by less than that can move it
  near(ridge.coefficients[0], 0.21456573, 1e-4);
  [-0.36317072, -0.38770299, -0.35111444, -0.43555896, -0.16176493].forEach((expected, j) => { near(ridge.coefficients[j + 1], expected, 1e-4); });
  const objective = -ridge.logLikelihood + ridge.coefficients.slice(1).reduce((sum, b) => sum + b * b, 0) / 2;
  near(objective, 37.75894605008469, 1e-7);
  assert.ok(objective <= 37.75894605008469);
  const { intercept, coefficients } = lassoLogistic(own, { x, y, n, p, penalty: 10 });
  const kept = [...coefficients.keys()].filter((j) => Math.abs(coefficients[j]!) > 1e-8);
  assert.deepEqual(kept, [7, 10, 20, 21, 24, 26, 27, 28]);
  [-0.519479, -0.31986, -2.249406, -0.735435, -0.181704, -0.025547, -1.095345, -0.162851].forEach((expected, k) => { near(coefficients[kept[k]!], expected, 2e-6); });
  near(intercept, 0.69364781, 2e-6);
});

test('discriminant analysis of two kinds of iris: probabilities of scikit-learn 1.2.1 (n − 2 and nₖ − 1), also after a file', { skip: without('uci/iris.csv') }, async () => {
  const { column } = table('iris.csv');
  const names = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'];
  const x = { values: Float64Array.from(names.flatMap((name) => [...column(name).slice(50)])), rows: 100, columns: 4, order: 'column-major' as const };
  const y = column('species').slice(50).map((k) => Number(k === 2));
  const own = await kernels();
  const places = [0, 20, 33, 56, 69, 83, 99];
  for (const [terms, expected] of [
    ['linear', [9.062112150988568e-5, 0.563315666454175, 0.9090540928826237, 0.9877066137871009, 0.9591379493221194, 0.3632658493721474, 0.9695690645605236]],
    ['quadratic', [4.3930758827904505e-5, 0.6640558168758531, 0.8456516690183719, 0.9961217984298036, 0.9588986914835637, 0.3950388684875368, 0.9391793426492789]],
  ] as const) {
    const { model } = fitModel(own, 'response-surface', { x, y }, { task: 'binary', options: { terms, labels: { method: 'discriminant', shrinkage: 0 } } });
    const { mean } = predictModel(own, modelFromText(modelToText(model)), x);
    places.forEach((row, k) => { near(mean[row], expected[k]!, 1e-10); });
    assert.equal(mean.filter((p, i) => Number(p > 0.5) === y[i]).length, 97);
  }
});

test('Firth, sparse and discriminant families learn inside the pipeline, and stay finite on separated labels', async () => {
  const families = ['firth_logistic', 'sparse_logistic', 'discriminant'];
  const { result } = await classify(ring(), { ...quick, models_to_use: families, outer_splits: 2, inner_splits: 2 });
  const auc = Object.fromEntries(result.families.map(({ family, score }) => [family, score.auc!]));
  // the border is a ring: quadratic terms find it, interactions of two columns do not
  assert.ok(auc['sparse_logistic']! > 0.8 && auc['discriminant']! > 0.8, JSON.stringify(auc));
  const lines = Array.from({ length: 60 }, (_, i) => `${i < 30 ? i : i + 20},${(i * 7) % 11},${i < 30 ? 'no' : 'yes'}`);
  const separated = await classify(`a,b,removed\n${lines.join('\n')}\n`, { ...quick, models_to_use: families, outer_splits: 2, inner_splits: 2 });
  for (const { score, out_of_fold: p } of separated.result.families) assert.ok(score.fold_auc.every((area) => area! > 0.99) && p.every((value) => value >= 0 && value <= 1));
});
