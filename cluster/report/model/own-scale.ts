import { inverseTransform, smearedMean, type PowerTransform } from '../../../kernels/index.ts';
import type { LinearView } from '../../../schemas/index.ts';
import type { Predictions } from './effects.ts';

/**
 * Predictions on the target's own scale: the mean by Duan's smearing (1983), as the workbook and the stored predictions have
 * it; the ends of the interval of the median, which the inverse takes to what they are, times the ratio of the two, so that
 * the band lies about its line. The same functions for an untransformed target.
 */
export function onOwnScale({ response }: Pick<LinearView, 'response'>, { predict, mean }: Predictions): Predictions {
  if (response.transform === 'none') return { predict, mean };
  const inverse = inverseOf(response);
  const toMean = meanOf(response, inverse);
  return {
    mean: (point) => toMean(mean(point)),
    predict: (point) => {
      const { mean: at, low, high } = predict(point);
      const own = toMean(at);
      const ratio = inverse(at) === 0 ? 1 : own / inverse(at);
      const end = (value: number | null): number | null => (value === null ? null : inverse(value) * ratio);
      return { mean: own, low: end(low), high: end(high) };
    },
  };
}

type Response = LinearView['response'];

/** From the scale of the fit to the target's own: the median. */
export function inverseOf({ transform, lambda }: Response): (w: number) => number {
  switch (transform) {
    case 'none': return (w) => w;
    case 'log': return Math.exp;
    case 'log10': return (w) => 10 ** w;
    // below √0 the target is at its limit; squaring would rise again
    case 'sqrt': return (w) => (w > 0 ? w * w : 0);
    default: return (w) => inverseTransform({ family: transform, lambda: lambda ?? 1 }, w);
  }
}

/** The same to the mean, by smearing. */
export function meanOf({ transform, lambda, smearing: { factor, residuals } }: Response, inverse: (w: number) => number): (w: number) => number {
  if (factor !== null) return (w) => inverse(w) * factor;
  const used = Float64Array.from(residuals);
  if (transform === 'box_cox' || transform === 'yeo_johnson') {
    const family: PowerTransform = { family: transform, lambda: lambda ?? 1 };
    return (w) => smearedMean(family, w, used);
  }
  return (w) => used.reduce((sum, e) => sum + inverse(w + e), 0) / used.length;
}
