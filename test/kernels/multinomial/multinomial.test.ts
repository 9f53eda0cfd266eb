import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KernelError } from '../../../kernels/index.ts';
import { fitMultinomial, multinomialProbabilities, type MultinomialModel } from '../../../kernels/multinomial/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

const near = (actual: number | undefined, expected: number, tolerance: number): void => assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual}, expected ${expected}`);
const read = (file: string): string[][] => readFileSync(join(sharedData, 'uci', file), 'utf8').trim().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));

test('the housing of Copenhagen: deviance and coefficients of nnet\'s multinom (R 4.2.2)', { skip: without('uci/ref/housing_copenhagen.csv') }, () => {
  const rows = read('ref/housing_copenhagen.csv').slice(1);
  const columns = [['1', 'Medium'], ['1', 'High'], ['2', 'Apartment'], ['2', 'Atrium'], ['2', 'Terrace'], ['3', 'High']].map(([at, level]) => rows.map((row) => Number(row[Number(at)] === level)));
  const { intercepts, coefficients, logLikelihood } = fitMultinomial({ x: Float64Array.from(columns.flat()), y: rows.map(([sat]) => ['Low', 'Medium', 'High'].indexOf(sat!)), n: rows.length, p: 6, classes: 3, weights: rows.map((row) => Number(row[4])) });
  near(-2 * logLikelihood, 3470.08386635, 1e-8);
  // R stops at a relative change of 1e-8 of the deviance: its own digits are good to about 1e-4 there, to 2e-5 here
  [[-0.419231559475, 0.446400263964, 0.664936672033, -0.435685128933, 0.131366330389, -0.666572829699, 0.360851342895], [-0.138745257945, 0.734862560327, 1.612629369882, -0.735626092079, -0.407980847024, -1.412333340465, 0.481823638972]].forEach((row, k) => {
    row.forEach((expected, j) => { near(j === 0 ? intercepts[k + 1] : coefficients[(k + 1) * 6 + j - 1], expected, 2e-5); });
  });
});

test('iris, three labels, C = 1: coefficients, probabilities and accuracy of scikit-learn 1.2.1', { skip: without('uci/iris.csv') }, () => {
  const rows = read('iris.csv').slice(1).map((row) => row.map(Number));
  const x = Float64Array.from([0, 1, 2, 3].flatMap((j) => rows.map((row) => row[j]!)));
  const y = rows.map((row) => row[4]!);
  const model = fitMultinomial({ x, y, n: 150, p: 4, classes: 3, ridge: 1 });
  // scikit-learn stops where the gradient is 1e-4; ours is the lower objective
  const peer = { classes: 3, p: 4, intercepts: Float64Array.of(9.84894688, 2.23694011, -12.08588699), coefficients: Float64Array.of(-0.42329264, 0.96726675, -2.51720228, -1.07963453, 0.53433984, -0.3213683, -0.20632422, -0.94418474, -0.1110472, -0.64589845, 2.7235265, 2.02381927) };
  peer.coefficients.forEach((expected, at) => { near(model.coefficients[at], expected, 5e-4); });
  const objective = (of: Pick<MultinomialModel, keyof typeof peer>): number => {
    const probabilities = multinomialProbabilities(of, x, 150);
    return y.reduce((sum, label, i) => sum - Math.log(probabilities[label * 150 + i]!), of.coefficients.reduce((sum, b) => sum + b * b, 0) / 2);
  };
  assert.ok(objective(model) <= objective(peer) && objective(model) > objective(peer) - 1e-6);
  for (let j = 0; j < 4; j++) near([0, 1, 2].reduce((sum, k) => sum + model.coefficients[k * 4 + j]!, 0), 0, 1e-6);
  const p = multinomialProbabilities(model, x, 150);
  [0.981584652, 0.0184153333, 1.4496823e-8].forEach((expected, k) => { near(p[k * 150], expected, 2e-4 * Math.max(expected, 1e-5)); });
  assert.equal(y.filter((label, i) => [0, 1, 2].every((k) => p[label * 150 + i]! >= p[k * 150 + i]!)).length / 150, 146 / 150);
});

test('two classes are a logistic regression: residuals vanish along every column; wrong input is named', () => {
  const x = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  const y = [0, 0, 1, 0, 1, 1, 0, 1];
  const model = fitMultinomial({ x, y, n: 8, p: 1, classes: 2 });
  const p = multinomialProbabilities(model, x, 8);
  near(y.reduce((sum, label, i) => sum + label - p[8 + i]!, 0), 0, 1e-7);
  near(y.reduce((sum, label, i) => sum + (label - p[8 + i]!) * x[i]!, 0), 0, 1e-7);
  const refused = (input: Partial<Parameters<typeof fitMultinomial>[0]>, code: string): void => { assert.throws(() => fitMultinomial({ x, y, n: 8, p: 1, classes: 2, ...input }), (error) => error instanceof KernelError && error.code === code); };
  refused({ y: y.map(() => 1) }, 'kernel_domain');
  refused({ y: y.map((label) => label + 1) }, 'kernel_domain');
  refused({ ridge: -1 }, 'kernel_domain');
  refused({ n: 7 }, 'kernel_shape');
});
