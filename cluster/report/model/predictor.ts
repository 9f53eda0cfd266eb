import { factorAt, type FactorValue, type LinearView } from '../../../schemas/index.ts';

/** The part of a result that gives a (linear) prediction: numeric and binary targets have it. */
export interface ModelView extends Pick<LinearView, 'features' | 'offsets' | 'units'> {
  model: Pick<LinearView['model'], 'terms'>;
  coefficients: readonly { term: string; estimate: number | null }[];
}

/** Where to predict: value per feature. Dates in days since 1970, as the model counts them; levels as text. */
export type Point = Readonly<Record<string, number | string>>;

export interface Prediction {
  mean: number;
  /** variance of the mean over σ²; null when the result tells no basis for it */
  leverage: number | null;
  /** half widths; null where there is no σ or no basis */
  confidence: number | null;
  prediction: number | null;
  /** interval of the mean; null where there is none */
  low: number | null;
  high: number | null;
}

/** The fitted model's prediction alone, for many points. */
export function meanOf(result: ModelView): (point: Point) => number {
  const parts = result.model.terms.flatMap(({ factors }, j) => {
    const estimate = result.coefficients[j]?.estimate ?? 0;
    return estimate === 0 ? [] : [{ estimate, factors }];
  });
  return (point) => parts.reduce((sum, { estimate, factors }) => sum + estimate * productAt(factors, point), 0) + result.offsets.reduce((sum, factor) => sum + productAt([factor], point), 0);
}

/** The fitted model as a function of a point. A coefficient that an aliased term lacks counts as 0, as in the fit. */
export function predictor(result: LinearView): (point: Point) => Prediction {
  const { interval_basis: basis, model: { terms }, fit: { sigma } } = result;
  const meanAt = meanOf(result);
  return (point) => {
    const mean = meanAt(point);
    if (basis === null) return { mean, leverage: null, confidence: null, prediction: null, low: null, high: null };
    const x = terms.map(({ factors }) => productAt(factors, point));
    let leverage = 0;
    for (let k = 0; k < (basis.factor[0]?.length ?? 0); k += 1) {
      let f = 0;
      for (let j = 0; j < x.length; j += 1) {
        const weight = basis.factor[j]?.[k] ?? 0;
        if (weight !== 0) f += weight * (x[j] as number);
      }
      leverage += f * f;
    }
    const spread = sigma === null ? null : basis.t * sigma;
    const half = spread === null ? null : spread * Math.sqrt(leverage);
    return { mean, leverage, confidence: half, prediction: spread === null ? null : spread * Math.sqrt(1 + leverage), low: half === null ? null : mean - half, high: half === null ? null : mean + half };
  };
}

/** The value of a design column: the product of its factors; 1 for the intercept. */
export function productAt(factors: readonly FactorValue[], point: Point): number {
  return factors.reduce((product, factor) => {
    const value = point[factor.column];
    return product * factorAt(factor, Number(value), String(value));
  }, 1);
}
