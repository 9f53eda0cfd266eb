import { discriminantProbabilities, fitDiscriminant } from '../../../kernels/discriminant/index.ts';
import type { Kernels } from '../../../kernels/index.ts';
import { fitMultinomial, multinomialProbabilities } from '../../../kernels/multinomial/index.ts';
import { fitOrdinal, ordinalProbabilities } from '../../../kernels/ordinal/index.ts';
import { binRows, boost, findBins, predict, type BinnedRows, type Matrix } from '../../../kernels/trees/index.ts';
import { boostedOptions, MOST_TREES, PATIENCE, pooled, pooledCurve, sidesOf, someRows, tunedFamilies } from '../../families/index.ts';
import type { Assignment, SearchSpace } from '../../tuning/index.ts';
import { labelFamilies, probabilities } from '../families/index.ts';
import type { SeveralEvaluator, SeveralFamily, SeveralFamilyName, SeveralModel, SeveralRows } from './family.ts';
import { expandRows, learnPolynomial, type Polynomial } from './polynomial.ts';
import { severalLoss } from './loss.ts';

/** Probabilities of all labels, f64[labels][rows]; a label that the training rows did not have gets what half a row of it would. */
export function severalProbabilities(kernels: Kernels, fitted: SeveralModel, x: Matrix, labels: number): Float64Array {
  switch (fitted.kind) {
    case 'boosting': return predict(kernels, fitted.ensemble, x);
    case 'each': return normalised(fitted.members.map((member) => ('share' in member ? new Float64Array(x.rows).fill(member.share) : probabilities(kernels, member, x))));
    case 'multinomial': return spread(multinomialProbabilities(fitted.model, expandRows(fitted.polynomial, x), x.rows), fitted.present, x.rows, labels);
    case 'ordinal': return spread(ordinalProbabilities(fitted.model, expandRows(fitted.polynomial, x), x.rows), fitted.present, x.rows, labels);
    case 'discriminant': return spread(discriminantProbabilities(fitted.model, { values: expandRows(fitted.polynomial, x), rows: x.rows, columns: fitted.polynomial.terms.length, order: 'column-major' }), fitted.present, x.rows, labels);
  }
}

/** Share of a label that a fit has not seen. */
const UNSEEN_SHARE = 0.001;

function spread(values: Float64Array, present: readonly number[], rows: number, labels: number): Float64Array {
  if (present.length === labels) return values;
  const out = new Float64Array(labels * rows).fill(UNSEEN_SHARE);
  const kept = 1 - UNSEEN_SHARE * (labels - present.length);
  present.forEach((label, k) => { for (let i = 0; i < rows; i++) out[label * rows + i] = kept * (values[k * rows + i] as number); });
  return out;
}

function normalised(columns: readonly Float64Array[]): Float64Array {
  const rows = columns[0]?.length ?? 0;
  const out = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    const sum = columns.reduce((total, column) => total + (column[i] as number), 0);
    columns.forEach((column, k) => { out[k * rows + i] = sum > 0 ? (column[i] as number) / sum : 1 / columns.length; });
  }
  return out;
}

/** A family that learns all labels at once on the columns of a polynomial. `fit` may begin where the fit before on the same rows ended. */
function jointFamily(name: SeveralFamilyName, complexity: number, space: SeveralFamily['space'], portfolio: readonly Assignment[], kindOf: (parameters: Assignment) => 'linear' | 'quadratic', learn: (task: { x: Float64Array; y: Int32Array; n: number; p: number; labels: number; polynomial: Polynomial; present: readonly number[]; parameters: Assignment; before: SeveralModel | undefined; exact: boolean }) => SeveralModel): SeveralFamily {
  return {
    name, complexity, space, portfolio: () => portfolio,
    open(kernels, rows) {
      interface Side { readonly polynomial: Polynomial; readonly x: Float64Array; readonly y: Int32Array; readonly present: readonly number[]; before?: SeveralModel }
      const expanded = new Map<string, Side>();
      const fitSide = (key: string, side: { x: Matrix; y: Float64Array }, parameters: Assignment, exact: boolean): SeveralModel => {
        const kind = kindOf(parameters);
        const known = expanded.get(`${key}/${kind}`) ?? ((): Side => {
          const polynomial = learnPolynomial(side.x, rows.categorical, kind);
          const present = [...new Set(side.y)].sort((a, b) => a - b);
          return { polynomial, x: expandRows(polynomial, side.x), y: Int32Array.from(side.y, (label) => present.indexOf(label)), present };
        })();
        if (!exact) expanded.set(`${key}/${kind}`, known);
        const { polynomial, x, y, present } = known;
        if (present.length < 2) return { kind: 'each', members: Array.from({ length: rows.labels }, (_, k) => ({ share: present[0] === k ? 1 : UNSEEN_SHARE })) };
        const model = learn({ x, y, n: y.length, p: polynomial.terms.length, labels: present.length, polynomial, present, parameters, before: known.before, exact });
        if (!exact) known.before = model;
        return model;
      };
      return plainEvaluator(kernels, rows, (parameters, fold) => {
        const { x, y } = sidesOf(rows, fold);
        return fitSide(String(fold), { x, y }, parameters, false);
      }, (parameters, chosen) => fitSide('chosen', someRows(rows, chosen), parameters, true));
    },
  };
}

/** Losses from the probabilities of a model of the other folds. */
function plainEvaluator(kernels: Kernels, rows: SeveralRows, onFold: (parameters: Assignment, fold: number) => SeveralModel, fit: SeveralEvaluator['fit']): SeveralEvaluator {
  return {
    evaluate(parameters, fold) {
      const { heldX, heldY } = sidesOf(rows, fold);
      return { loss: severalLoss(severalProbabilities(kernels, onFold(parameters, fold), heldX, rows.labels), heldY), held: heldY.length };
    },
    conclude: (_, outcomes) => ({ value: pooled(outcomes), derived: {} }),
    fit,
  };
}

/** Slope that is left while configurations are compared, and of models that are kept. */
const ROUGH = 1e-4;
const FINE = 1e-6;
const ridges = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const ridgeSpace = (): SearchSpace => [{ name: 'ridge', distribution: { kind: 'categorical', choices: ridges } }];
const ridgeStarts = [1, 10, 0.1, 30].map((ridge) => ({ ridge }));

function multinomialFamily(name: 'logistic' | 'quadratic_logistic', kind: 'linear' | 'quadratic'): SeveralFamily {
  return jointFamily(name, labelFamilies[name].complexity, ridgeSpace, ridgeStarts, () => kind, ({ x, y, n, p, labels, polynomial, present, parameters, before, exact }) => ({
    kind: 'multinomial', polynomial, present,
    model: fitMultinomial({ x, y, n, p, classes: labels, ridge: parameters['ridge'] as number, tolerance: exact ? FINE : ROUGH, maxIterations: 300, ...before?.kind === 'multinomial' && { start: before.model } }),
  }));
}

/** Proportional odds; labels in their order. */
export const ordinalLogistic = jointFamily('ordinal_logistic', 1, () => [...ridgeSpace(), { name: 'terms', distribution: { kind: 'categorical', choices: ['linear', 'quadratic'] } }], ridgeStarts.flatMap((given) => ['linear', 'quadratic'].map((terms) => ({ ...given, terms }))), ({ terms }) => terms as 'linear',
  ({ x, y, n, p, labels, polynomial, present, parameters, exact }) => ({ kind: 'ordinal', polynomial, present, model: fitOrdinal({ x, y, n, p, classes: labels, ridge: parameters['ridge'] as number, tolerance: exact ? FINE : ROUGH, maxIterations: 300 }) }));

const discriminant = jointFamily('discriminant', 1, () => [{ name: 'terms', distribution: { kind: 'categorical', choices: ['linear', 'quadratic'] } }, { name: 'shrinkage', distribution: { kind: 'categorical', choices: [0.01, 0.03, 0.1, 0.3, 0.6, 1] } }],
  [0.01, 0.1, 0.6].flatMap((shrinkage) => ['linear', 'quadratic'].map((terms) => ({ shrinkage, terms }))), () => 'linear',
  ({ x, y, n, p, polynomial, present, parameters }) => {
    // a label of one row has no covariance of its own
    const own = parameters['terms'] === 'quadratic' && present.every((_, k) => y.filter((label) => label === k).length > 1);
    return { kind: 'discriminant', polynomial, present, model: fitDiscriminant({ values: x, rows: n, columns: p, order: 'column-major' }, y, present.length, { kind: own ? 'quadratic' : 'linear', shrinkage: parameters['shrinkage'] as number, ridge: 1e-6 }) };
  });

/** Softmax boosting: a tree for each label in each round, rounds where the folds' mean curve is lowest. */
function boosted(name: 'lightgbm' | 'xgboost'): SeveralFamily {
  const family = tunedFamilies[name];
  return {
    name, complexity: family.complexity, space: (rows) => family.space(rows), portfolio: (rows) => family.portfolio(rows),
    open(kernels, rows, seed) {
      const fixed = { objective: 'softmax' as const, numClass: rows.labels, seed };
      const folds = new Map<number, { training: BinnedRows; held: BinnedRows; y: Float64Array; heldY: Float64Array }>();
      const sides = (fold: number): NonNullable<ReturnType<typeof folds.get>> => {
        const known = folds.get(fold);
        if (known !== undefined) return known;
        const { x, y, heldX, heldY } = sidesOf(rows, fold);
        const bins = findBins(kernels, x, { categorical: rows.categorical });
        const laid = { training: binRows(kernels, bins, x), held: binRows(kernels, bins, heldX), y, heldY };
        folds.set(fold, laid);
        return laid;
      };
      return {
        evaluate(parameters, fold) {
          const { training, held, y, heldY } = sides(fold);
          const { curve } = boost(kernels, { rows: training, y, validation: { rows: held, y: heldY } }, { ...fixed, ...boostedOptions(name, parameters), numIterations: MOST_TREES, earlyStoppingRound: PATIENCE });
          const losses = curve.validation as Float64Array;
          return { loss: losses.reduce((a, b) => Math.min(a, b), Infinity), held: heldY.length, curve: losses };
        },
        conclude(_, outcomes) {
          const curve = pooledCurve(outcomes);
          const trees = curve.reduce((best, loss, at) => (loss < (curve[best] as number) ? at : best), 0) + 1;
          return { value: curve[trees - 1] as number, derived: { trees } };
        },
        fit(parameters, chosen) {
          const { x, y } = someRows(rows, chosen);
          const mark = kernels.memory.mark();
          try {
            const { ensemble } = boost(kernels, { rows: binRows(kernels, findBins(kernels, x, { categorical: rows.categorical }), x), y, featureNames: rows.featureNames }, { ...fixed, ...boostedOptions(name, parameters), numIterations: parameters['trees'] as number });
            return { kind: 'boosting', ensemble };
          } finally {
            kernels.memory.release(mark);
          }
        },
      };
    },
  };
}

/** Any family of two labels: a model of each label against the rest, all with the same settings, scaled to sum to one (Zadrozny & Elkan 2002). */
export function oneAgainstRest(name: Exclude<SeveralFamilyName, 'ordinal_logistic'>): SeveralFamily {
  const family = labelFamilies[name];
  const of = (rows: SeveralRows, label: number): SeveralRows => ({ ...rows, y: Float64Array.from(rows.y, (own) => Number(own === label)) });
  return {
    name, complexity: family.complexity, space: (rows) => family.space(of(rows, 0)), portfolio: (rows) => family.portfolio(of(rows, 0)),
    open(kernels, rows, seed) {
      const evaluators = Array.from({ length: rows.labels }, (_, k) => {
        const own = of(rows, k);
        return own.y.some((label) => label !== own.y[0]) ? family.open(kernels, own, seed) : null;
      });
      const all = Int32Array.from(rows.y.keys());
      const fit = (parameters: Assignment, chosen: Int32Array, rough: boolean): SeveralModel => ({
        kind: 'each',
        members: evaluators.map((evaluator, k) => {
          const own = chosen.reduce((count, row) => count + Number(rows.y[row] === k), 0);
          return evaluator === null || own === 0 || own === chosen.length ? { share: Math.min(1 - UNSEEN_SHARE, Math.max(UNSEEN_SHARE, own / chosen.length)) } : rough && evaluator.rough !== undefined ? evaluator.rough(parameters, chosen) : evaluator.fit(parameters, chosen.length === all.length ? undefined : chosen);
        }),
      });
      return plainEvaluator(kernels, rows, (parameters, fold) => fit(parameters, all.filter((row) => rows.fold[row] !== fold), true), (parameters, chosen) => fit(parameters, chosen ?? all, false));
    },
  };
}

/** How a family of two labels learns several. */
export function severalFamily(name: SeveralFamilyName): SeveralFamily {
  switch (name) {
    case 'logistic': return multinomialFamily(name, 'linear');
    case 'quadratic_logistic': return multinomialFamily(name, 'quadratic');
    case 'discriminant': return discriminant;
    case 'lightgbm':
    case 'xgboost': return boosted(name);
    case 'ordinal_logistic': return ordinalLogistic;
    default: return oneAgainstRest(name);
  }
}
