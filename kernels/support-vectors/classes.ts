import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';
import { couplePairs } from './coupling.ts';
import { conditionFolds } from './folds.ts';
import { finiteRows, scaleOf } from './rows.ts';
import { fitSigmoid, sigmoid } from './sigmoid.ts';
import type { Sigmoid } from './sigmoid.ts';
import { similarity } from './similarity.ts';
import type { Similarity } from './similarity.ts';
import { fitSupportVectors, supportVectorDecisions } from './support-vectors.ts';
import type { SupportVectorModel, SupportVectorOptions } from './support-vectors.ts';

export interface SupportVectorClassOptions extends Omit<SupportVectorOptions, 'classWeights'> {
  /** Factors on the cost of each class; balanced: rows / (classes · rows of the class). Default 1 for all. */
  classWeights?: readonly number[] | 'balanced';
  /** Folds whose decisions the probabilities are learnt from; rows with equal values stay together. Default 5. */
  folds?: number;
  /** Of the folds. Default 0. */
  seed?: number;
}

/** Plain, structured-cloneable. */
export interface SupportVectorClassModel {
  similarity: Similarity;
  p: number;
  classes: number;
  /** f64[count][p], class by class: those of class k are starts[k] .. starts[k + 1] - 1. */
  vectors: Float64Array;
  starts: Int32Array;
  /** (0, 1), (0, 2), …, (1, 2), … */
  pairs: PairOfClasses[];
  iterations: number;
  converged: boolean;
}

/** Decides between two classes: positive for the one with the higher number. */
export interface PairOfClasses {
  /** Of the vectors of the lower class, then of the higher one. */
  coefficients: Float64Array;
  intercept: number;
  /** The probability of the higher class at a decision. */
  sigmoid: Sigmoid;
}

/**
 * C-support vector classification of labels 0 .. classes - 1, every two classes against each other as in libsvm and scikit-learn. Probabilities: Platt's sigmoid of each pair's
 * decisions on rows that it did not see, coupled to probabilities of all classes. Deterministic.
 * Throws KernelError as `fitSupportVectors`, and kernel_domain (folds, classWeights, label with class where a class has no rows).
 */
export function fitSupportVectorClasses(x: Matrix, labels: ArrayLike<number>, classes: number, options: SupportVectorClassOptions = {}): SupportVectorClassModel {
  const points = finiteRows(x);
  const { rows: n, columns: p } = x;
  const { folds = 5, seed = 0, classWeights, weights, ...common } = options;
  if (!Number.isSafeInteger(folds) || folds < 2) throw new KernelError('kernel_domain', `folds = ${folds} must be an integer of at least 2`, { name: 'folds', value: folds });
  if (labels.length !== n || (weights !== undefined && weights.length !== n)) throw new KernelError('kernel_shape', `${labels.length} labels and ${weights?.length ?? n} weights for ${n} rows`, { labels: labels.length, rows: n });
  const members = rowsByClass(labels, classes);
  const factors = factorsOf(classWeights, members, n);
  const gamma = common.gamma ?? scaleOf(points, p);
  const fits: { a: number; b: number; rows: Int32Array; model: SupportVectorModel; sigmoid: Sigmoid }[] = [];
  for (let a = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++) {
      const rows = Int32Array.from([...members[a] as Int32Array, ...members[b] as Int32Array]).sort();
      const side = takeRows(points, p, rows, (i) => Number(labels[i] === b), weights);
      const settings = { ...common, gamma, classWeights: [factors[a] as number, factors[b] as number] as const };
      fits.push({ a, b, rows, model: fitSide(side, settings), sigmoid: outOfFoldSigmoid(side, settings, folds, seed) });
    }
  }
  return { ...assemble(points, p, labels, classes, fits), p, classes, similarity: (fits[0] as { model: SupportVectorModel }).model.similarity };
}

/** Decisions of the pairs, f64[pairs][rows]. Throws KernelError: kernel_shape, no_rows, non_finite_input. */
export function supportVectorPairs({ similarity: measure, p, classes, vectors, starts, pairs }: SupportVectorClassModel, x: Matrix): Float64Array {
  const points = finiteRows(x);
  if (x.columns !== p) throw new KernelError('kernel_shape', `${x.columns} columns, a model of ${p}`, { columns: x.columns, expected: p });
  const out = new Float64Array(pairs.length * x.rows);
  const alike = new Float64Array(vectors.length / p);
  for (let i = 0; i < x.rows; i++) {
    for (let v = 0; v < alike.length; v++) alike[v] = similarity(vectors, v * p, points, i * p, p, measure);
    for (let a = 0, at = 0; a < classes; a++) {
      for (let b = a + 1; b < classes; b++, at++) {
        const { coefficients, intercept } = pairs[at] as PairOfClasses;
        let sum = intercept;
        let k = 0;
        for (let v = starts[a] as number; v < (starts[a + 1] as number); v++, k++) sum += (coefficients[k] as number) * (alike[v] as number);
        for (let v = starts[b] as number; v < (starts[b + 1] as number); v++, k++) sum += (coefficients[k] as number) * (alike[v] as number);
        out[at * x.rows + i] = sum;
      }
    }
  }
  return out;
}

/** The class that most pairs decide for; of equals the lower number, as libsvm. Errors as `supportVectorPairs`. */
export function supportVectorVotes(model: SupportVectorClassModel, x: Matrix): Int32Array {
  const { classes } = model;
  const decisions = supportVectorPairs(model, x);
  return Int32Array.from({ length: x.rows }, (_, i) => {
    const votes = new Int32Array(classes);
    for (let a = 0, at = 0; a < classes; a++) for (let b = a + 1; b < classes; b++, at++) votes[(decisions[at * x.rows + i] as number) > 0 ? b : a]! += 1;
    return votes.indexOf(Math.max(...votes));
  });
}

/** Probabilities of the classes, f64[classes][rows]. Errors as `supportVectorPairs`. */
export function supportVectorProbabilities(model: SupportVectorClassModel, x: Matrix): Float64Array {
  const { classes, pairs } = model;
  const n = x.rows;
  const decisions = supportVectorPairs(model, x);
  const out = new Float64Array(classes * n);
  const upper = new Float64Array(pairs.length);
  for (let i = 0; i < n; i++) {
    pairs.forEach((pair, at) => { upper[at] = sigmoid(pair.sigmoid, decisions[at * n + i] as number); });
    const p = classes === 2 ? [1 - (upper[0] as number), upper[0] as number] : couplePairs(upper, classes);
    for (let k = 0; k < classes; k++) out[k * n + i] = p[k] as number;
  }
  return out;
}

interface Side { points: Float64Array; p: number; labels: Int32Array; weights?: Float64Array }

function takeRows(points: Float64Array, p: number, rows: Int32Array, label: (row: number) => number, weights?: ArrayLike<number>): Side {
  const out = new Float64Array(rows.length * p);
  rows.forEach((row, k) => out.set(points.subarray(row * p, (row + 1) * p), k * p));
  return { points: out, p, labels: Int32Array.from(rows, label), ...(weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row] as number) }) };
}

const tableOf = ({ points, p }: Side): Matrix => ({ values: points, rows: points.length / p, columns: p, order: 'row-major' });

const fitSide = (side: Side, settings: SupportVectorOptions): SupportVectorModel => fitSupportVectors(tableOf(side), side.labels, { ...settings, weights: side.weights });

function outOfFoldSigmoid(side: Side, settings: SupportVectorOptions, wanted: number, seed: number): Sigmoid {
  const { points, p, labels, weights } = side;
  const { folds, count } = conditionFolds(points, p, labels, wanted, seed);
  const all = Int32Array.from(labels.keys());
  const decisions = new Float64Array(labels.length);
  for (let fold = 0; fold < count; fold++) {
    const [held, seen] = [true, false].map((isHeld) => all.filter((i) => (folds[i] === fold) === isHeld)) as [Int32Array, Int32Array];
    const train = takeRows(points, p, seen, (i) => labels[i] as number, weights);
    // conditions of both labels may leave one of them out
    const found = new Set(train.labels);
    if (found.size < 2) {
      for (const row of held) decisions[row] = found.has(1) ? 1 : -1;
      continue;
    }
    const given = supportVectorDecisions(fitSide(train, settings), tableOf(takeRows(points, p, held, () => 0)));
    held.forEach((row, k) => { decisions[row] = given[k] as number; });
  }
  // one condition of a label: nothing can be held out, and decisions of 0 leave its share
  return fitSigmoid(decisions, labels, weights);
}

function assemble(points: Float64Array, p: number, labels: ArrayLike<number>, classes: number, fits: readonly { a: number; b: number; rows: Int32Array; model: SupportVectorModel; sigmoid: Sigmoid }[]): Pick<SupportVectorClassModel, 'vectors' | 'starts' | 'pairs' | 'iterations' | 'converged'> {
  const used = new Set(fits.flatMap(({ rows, model }) => Array.from(model.rows, (row) => rows[row] as number)));
  const ofClass = Array.from({ length: classes }, (_, k) => [...used].filter((row) => labels[row] === k).sort((a, b) => a - b));
  const starts = new Int32Array(classes + 1);
  ofClass.forEach((rows, k) => { starts[k + 1] = (starts[k] as number) + rows.length; });
  const vectors = new Float64Array((starts[classes] as number) * p);
  ofClass.flat().forEach((row, k) => vectors.set(points.subarray(row * p, (row + 1) * p), k * p));
  return {
    vectors, starts,
    pairs: fits.map(({ a, b, rows, model, sigmoid: learnt }) => {
      const place = new Map([...ofClass[a] as number[], ...ofClass[b] as number[]].map((row, k) => [row, k]));
      const coefficients = new Float64Array(place.size);
      model.rows.forEach((row, k) => { coefficients[place.get(rows[row] as number) as number] = model.coefficients[k] as number; });
      return { coefficients, intercept: model.intercept, sigmoid: learnt };
    }),
    iterations: fits.reduce((sum, { model }) => sum + model.iterations, 0),
    converged: fits.every(({ model }) => model.converged),
  };
}

function rowsByClass(labels: ArrayLike<number>, classes: number): Int32Array[] {
  if (!Number.isSafeInteger(classes) || classes < 2) throw new KernelError('kernel_domain', `${classes} classes`, { name: 'label', value: classes });
  const members = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (!Number.isInteger(label) || label < 0 || label >= classes) throw new KernelError('kernel_domain', `label ${label} in row ${i} is not 0 to ${classes - 1}`, { name: 'label', row: i, value: label });
    members[label]?.push(i);
  }
  members.forEach((rows, k) => { if (rows.length === 0) throw new KernelError('kernel_domain', `class ${k} has no rows`, { name: 'label', class: k }); });
  return members.map((rows) => Int32Array.from(rows));
}

function factorsOf(given: readonly number[] | 'balanced' | undefined, members: readonly Int32Array[], n: number): number[] {
  if (given === 'balanced') return members.map((rows) => n / (members.length * rows.length));
  if (given !== undefined && given.length !== members.length) throw new KernelError('kernel_domain', `${given.length} class weights for ${members.length} classes`, { name: 'classWeights', length: given.length });
  return members.map((_, k) => given?.[k] ?? 1);
}
