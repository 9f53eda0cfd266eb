import type { Kernels } from '../../kernels/index.ts';
import { fitModel, predictModel } from '../../kernels/models/index.ts';
import type { FamilyName, FamilyTypes, Prediction, TrainedModel } from '../../kernels/models/index.ts';
import type { Assignment, Parameter, SearchSpace } from '../tuning/index.ts';
import { pooled } from './family.ts';
import type { NonlinearFamilyName, StudyRows, TunedFamily } from './family.ts';
import { meanSquare, sidesOf, someRows, take } from './rows.ts';

/** A family that chooses its own penalties or length scales while it is fitted; what is left to search is of a few choices. */
function selfTuned<F extends FamilyName>(name: NonlinearFamilyName, complexity: number, family: F, space: (rows: StudyRows) => SearchSpace, portfolio: (rows: StudyRows) => readonly Assignment[], options: (parameters: Assignment) => FamilyTypes[F]['options']): TunedFamily {
  return {
    name,
    complexity,
    space,
    portfolio,
    open(kernels: Kernels, rows, seed) {
      const fit = (parameters: Assignment, x: StudyRows['x'], y: Float64Array): ReturnType<typeof fitModel<F>>['model'] => fitModel(kernels, family, { x, y, featureNames: rows.featureNames, categorical: rows.categorical }, { seed, options: options(parameters) }).model;
      return {
        evaluate(parameters, fold) {
          const { x, y, heldX, heldY } = sidesOf(rows, fold);
          return { loss: meanSquare(predictModel(kernels, fit(parameters, x, y), heldX).mean, heldY), held: heldY.length };
        },
        conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
        fit(parameters, chosen) {
          const { x, y } = someRows(rows, chosen);
          return fit(parameters, x, y);
        },
      };
    },
  };
}

/** Columns that a polynomial of second degree may have for so many rows: with more coefficients than rows nothing but the penalty decides. */
const QUADRATIC_COLUMNS = 40;

/** Terms that the number of columns allows. */
function termsParameter({ x }: StudyRows, kinds: readonly ('linear' | 'interactions' | 'quadratic')[]): Parameter {
  const allowed = x.columns <= QUADRATIC_COLUMNS ? kinds : kinds.slice(0, 1);
  return { name: 'terms', distribution: { kind: 'categorical', choices: allowed } };
}

const polynomial = (rows: StudyRows): SearchSpace => [termsParameter(rows, ['linear', 'interactions', 'quadratic'])];
const eachTerms = (rows: StudyRows): Assignment[] => (rows.x.columns <= QUADRATIC_COLUMNS ? ['linear', 'quadratic'] : ['linear']).map((terms) => ({ terms }));
type Terms = 'linear' | 'interactions' | 'quadratic';

export const ridge = selfTuned('ridge', 1, 'response-surface', (rows) => [termsParameter(rows, ['linear'])], () => [{ terms: 'linear' }], ({ terms }) => ({ terms: terms as Terms }));
export const responseSurface = selfTuned('response_surface', 2, 'response-surface', (rows) => [termsParameter(rows, ['quadratic', 'interactions'])], () => [{ terms: 'quadratic' }], ({ terms }) => ({ terms: terms as Terms }));
export const lasso = selfTuned('lasso', 3, 'elastic-net', polynomial, eachTerms, ({ terms }) => ({ terms: terms as Terms, l1Ratio: 1 }));
export const elasticNet = selfTuned('elastic_net', 4, 'elastic-net', (rows) => [...polynomial(rows), { name: 'l1_ratio', distribution: { kind: 'float', low: 0.05, high: 0.95 } }], (rows) => eachTerms(rows).map((given) => ({ ...given, l1_ratio: 0.5 })), ({ terms, l1_ratio }) => ({ terms: terms as Terms, l1Ratio: l1_ratio as number }));

type GaussianShape = 'matern52' | 'rbf' | 'matern32';

/**
 * A configuration is judged by its predictions of each condition without that condition, which the process has in closed form: one fit of all rows instead of one for each inner fold.
 * The length scales have seen the condition, so the losses are a little low, alike for all configurations; they choose among these only, scores come from the outer folds.
 */
export const gaussianProcess: TunedFamily = {
  name: 'gaussian_process',
  complexity: 10,
  space: ({ x }) => [
    { name: 'kernel', distribution: { kind: 'categorical', choices: ['matern52', 'rbf', 'matern32'] } },
    { name: 'ard', distribution: { kind: 'categorical', choices: x.columns > 1 ? [true, false] : [false] } },
    { name: 'linear', distribution: { kind: 'categorical', choices: [true, false] } },
  ],
  portfolio: ({ x }) => [{ kernel: 'matern52', ard: x.columns > 1, linear: false }, { kernel: 'matern52', ard: x.columns > 1, linear: true }, { kernel: 'rbf', ard: x.columns > 1, linear: false }],
  open(kernels, rows, seed) {
    const fits = new Map<string, ReturnType<typeof fit>>();
    const fit = ({ kernel, ard, linear }: Assignment, { x, y } = someRows(rows)): { model: TrainedModel; unseen: Float64Array } => {
      const { model, unseen } = fitModel(kernels, 'gaussian-process', { x, y, featureNames: rows.featureNames, categorical: rows.categorical }, {
        seed, options: { shape: kernel as GaussianShape, lengthScales: ard === true ? 'each' : 'shared', linear: linear as boolean, starts: 2 },
      });
      return { model, unseen: (unseen as Prediction).mean };
    };
    const fitOf = (parameters: Assignment): ReturnType<typeof fit> => {
      const key = JSON.stringify(parameters);
      const found = fits.get(key) ?? fit(parameters);
      fits.set(key, found);
      return found;
    };
    return {
      evaluate(parameters, fold) {
        const { unseen } = fitOf(parameters);
        const held = Int32Array.from(rows.fold.keys()).filter((row) => rows.fold[row] === fold);
        return { loss: meanSquare(take(unseen, held), take(rows.y, held)), held: held.length };
      },
      conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
      fit: (parameters, chosen) => (chosen === undefined ? fitOf(parameters) : fit(parameters, someRows(rows, chosen))).model,
    };
  },
};
