import type { Kernels } from '../../../kernels/index.ts';
import { fitModel, predictModel } from '../../../kernels/models/index.ts';
import type { FamilyName, FamilyTypes } from '../../../kernels/models/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { logLoss, pooled, sidesOf, someRows, take, type StudyRows } from '../../families/index.ts';
import type { Assignment, SearchSpace } from '../../tuning/index.ts';
import type { ClassificationFamilyName, LabelFamily, LabelModel } from './family.ts';
import { learnPreparation, prepare } from './preparation.ts';

type Options<F extends FamilyName> = (parameters: Assignment) => FamilyTypes[F]['options'];

/** Fits a kernel of labels on rows whose gaps and levels are filled by what these rows say. */
function fitPrepared<F extends FamilyName>(kernels: Kernels, family: F, rows: StudyRows, side: { x: Matrix; y: Float64Array }, seed: number, options: FamilyTypes[F]['options']): LabelModel {
  const preparation = learnPreparation(side.x, rows.categorical);
  const x = prepare(preparation, side.x);
  const flags = preparation.flatMap((column, j) => (column.kind === 'number' && column.flagged ? [`${rows.featureNames[j] ?? ''} ?`] : []));
  const { model } = fitModel(kernels, family, { x, y: side.y, featureNames: [...rows.featureNames, ...flags], categorical: rows.categorical }, { task: 'binary', seed, options });
  return { preparation, model };
}

export function probabilities(kernels: Kernels, { preparation, model }: LabelModel, x: Matrix): Float64Array {
  return predictModel(kernels, model, preparation === null ? x : prepare(preparation, x)).mean;
}

function prepared<F extends FamilyName>(name: ClassificationFamilyName, complexity: number, family: F, space: (rows: StudyRows) => SearchSpace, portfolio: readonly Assignment[] | LabelFamily['portfolio'], options: Options<F>, most?: LabelFamily['most']): LabelFamily {
  return {
    name, complexity, space, portfolio: typeof portfolio === 'function' ? portfolio : () => portfolio, ...most !== undefined && { most },
    open(kernels, rows, seed) {
      const fit = (parameters: Assignment, side: { x: Matrix; y: Float64Array }): LabelModel => fitPrepared(kernels, family, rows, side, seed, options(parameters));
      return {
        evaluate(parameters, fold) {
          const { x, y, heldX, heldY } = sidesOf(rows, fold);
          return { loss: logLoss(probabilities(kernels, fit(parameters, { x, y }), heldX), heldY), held: heldY.length };
        },
        conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
        fit: (parameters, chosen) => fit(parameters, someRows(rows, chosen)),
      };
    },
  };
}

/** Squared penalties, evenly in the logarithm: a curve with one valley needs no finer search. */
const ridges = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
const ridgeSpace = (): SearchSpace => [{ name: 'ridge', distribution: { kind: 'categorical', choices: ridges } }];
const ridgeStarts = [1, 10, 0.1, 100].map((ridge) => ({ ridge }));
const ridgeOf = ({ ridge }: Assignment): number => ridge as number;

export const logistic = prepared('logistic', 1, 'response-surface', ridgeSpace, ridgeStarts, (p) => ({ terms: 'linear', ridge: ridgeOf(p) }), { rows: 200_000 });
export const quadraticLogistic = prepared('quadratic_logistic', 2, 'response-surface', ridgeSpace, ridgeStarts, (p) => ({ terms: 'quadratic', ridge: ridgeOf(p) }), { rows: 50_000, columns: 20 });

/** Bias-reduced, for few rows and separated labels: finite without a penalty (Firth 1993). */
export const firthLogistic = prepared('firth_logistic', 1, 'response-surface', () => [{ name: 'terms', distribution: { kind: 'categorical', choices: ['linear', 'interactions'] } }], [{ terms: 'linear' }, { terms: 'interactions' }],
  ({ terms }) => ({ terms: terms as 'linear', labels: { method: 'firth' } }), { rows: 5000, columns: 12 });
/** Few coefficients: those that earn their penalty. */
export const sparseLogistic = prepared('sparse_logistic', 2, 'response-surface', ({ x }) => [
  { name: 'penalty', distribution: { kind: 'categorical', choices: [0.03, 0.1, 0.3, 1, 3, 10, 30] } }, { name: 'terms', distribution: { kind: 'categorical', choices: x.columns > 20 ? ['linear'] : ['linear', 'quadratic'] } },
], [1, 3, 0.3, 10].flatMap((penalty) => ['linear', 'quadratic'].map((terms) => ({ penalty, terms }))), ({ penalty, terms }) => ({ terms: terms as 'linear', labels: { method: 'lasso', penalty: penalty as number } }), { rows: 20_000, columns: 300 });
/** Linear and quadratic discriminant analysis. */
export const discriminantAnalysis = prepared('discriminant', 1, 'response-surface', () => [
  { name: 'terms', distribution: { kind: 'categorical', choices: ['linear', 'quadratic'] } }, { name: 'shrinkage', distribution: { kind: 'categorical', choices: [0, 0.01, 0.03, 0.1, 0.3, 0.6, 1] } },
], [0, 0.1, 0.6].flatMap((shrinkage) => ['linear', 'quadratic'].map((terms) => ({ shrinkage, terms }))), ({ terms, shrinkage }) => ({ terms: terms as 'linear', labels: { method: 'discriminant', shrinkage: shrinkage as number } }), { rows: 200_000, columns: 100 });

/** Support vectors with a Gaussian similarity of standardised columns; probabilities by a sigmoid of decisions that have not seen the row (Platt 1999). */
export const supportVectors = prepared('support_vectors', 6, 'support-vectors', ({ x }) => [
  { name: 'cost', distribution: { kind: 'float', low: 0.05, high: 200, log: true } },
  // squared distances of standardised rows grow with their columns
  { name: 'gamma', distribution: { kind: 'float', low: 0.02 / x.columns, high: 5 / x.columns, log: true } },
], ({ x }) => [[1, 1], [3, 0.3], [10, 0.1], [1, 3], [30, 0.3]].map(([cost = 1, width = 1]) => ({ cost, gamma: width / x.columns })), ({ cost, gamma }) => ({ kernel: 'rbf', cost: cost as number, gamma: gamma as number }), { rows: 3000, columns: 700 });

export const nearestNeighbours = prepared('nearest_neighbours', 4, 'nearest-neighbours', ({ y }) => [
  { name: 'k', distribution: { kind: 'int', low: 1, high: Math.max(2, Math.min(60, Math.floor(y.length / 4))), log: true } },
  { name: 'weights', distribution: { kind: 'categorical', choices: ['uniform', 'distance'] } },
  { name: 'metric', distribution: { kind: 'categorical', choices: ['euclidean', 'gower'] } },
], [{ k: 5, weights: 'distance', metric: 'euclidean' }, { k: 10, weights: 'distance', metric: 'euclidean' }, { k: 15, weights: 'uniform', metric: 'gower' }], ({ k, weights, metric }) => ({ k: k as number, weights: weights as 'uniform' | 'distance', metric: metric as 'euclidean' | 'gower' }), { rows: 20_000 });

/** Steps of the search for length scales on all rows of a study, and from there on all rows but a fold: 40 columns would take hundreds, for predictions that are no better. */
const MOST_ITERATIONS = 40;
const FOLD_ITERATIONS = 10;

interface ProcessParameters { amplitude: number; lengthScales: number[] }

/**
 * Gaussian process of labels (Laplace). A configuration's length scales come from all rows of the study; each inner fold keeps them and is predicted by a process of the other rows. They have seen the
 * fold, so the losses are a little low, alike for all configurations; they choose among these only. The predictions that calibrate and decide are made anew without it (`fit` of chosen rows).
 */
export const gaussianProcess: LabelFamily = {
  name: 'gaussian_process',
  complexity: 10,
  most: { rows: 700, columns: 60 },
  space: ({ x }) => [
    { name: 'kernel', distribution: { kind: 'categorical', choices: ['rbf', 'matern52'] } },
    { name: 'ard', distribution: { kind: 'categorical', choices: x.columns > 1 ? [true, false] : [false] } },
  ],
  portfolio: ({ x }) => [{ kernel: 'rbf', ard: x.columns > 1 }, { kernel: 'matern52', ard: x.columns > 1 }],
  open(kernels, rows, seed) {
    const known = new Map<string, LabelModel>();
    const shape = ({ kernel, ard }: Assignment): { shape: 'rbf' | 'matern52'; lengthScales: 'each' | 'shared' } => ({ shape: kernel as 'rbf' | 'matern52', lengthScales: ard === true ? 'each' : 'shared' });
    const whole = (parameters: Assignment): LabelModel => {
      const key = JSON.stringify(parameters);
      const found = known.get(key) ?? fitPrepared(kernels, 'gaussian-process', rows, rows, seed, { ...shape(parameters), starts: 1, maxIterations: MOST_ITERATIONS });
      known.set(key, found);
      return found;
    };
    const scalesOf = ({ model }: LabelModel): ProcessParameters => (model.state as { parameters: ProcessParameters }).parameters;
    /** From where all rows led to; a fold of gaps of its own may have another number of columns, and starts afresh. */
    const fit = (parameters: Assignment, side: { x: Matrix; y: Float64Array }, optimise: boolean): LabelModel => {
      const { amplitude, lengthScales } = scalesOf(whole(parameters));
      const flags = learnPreparation(side.x, rows.categorical).filter((column) => column.kind === 'number' && column.flagged).length;
      const fits = parameters['ard'] !== true || lengthScales.length === rows.x.columns + flags;
      return fitPrepared(kernels, 'gaussian-process', rows, side, seed, { ...shape(parameters), starts: 1, maxIterations: FOLD_ITERATIONS, ...(fits ? { parameters: { amplitude, lengthScales }, optimise } : {}) });
    };
    return {
      evaluate(parameters, fold) {
        const { x, y, heldX, heldY } = sidesOf(rows, fold);
        return { loss: logLoss(probabilities(kernels, fit(parameters, { x, y }, false), heldX), heldY), held: heldY.length };
      },
      conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
      fit: (parameters, chosen) => (chosen === undefined ? whole(parameters) : fit(parameters, { x: someRows(rows, chosen).x, y: take(rows.y, chosen) }, true)),
    };
  },
};
