import { KernelError } from '../errors.ts';
import { brentRoot } from '../roots/index.ts';
import { add, divide, multiply } from '../double-double/arithmetic.ts';
import { incompleteBeta } from './beta.ts';
import { logGamma } from './gamma.ts';
import type { Tails } from './gamma.ts';
import { fTails } from './tails.ts';

/** Weights below this part of the largest one, together with all behind them, change no digit that is promised. */
const negligible = 1e-18;

/**
 * Non-central F with d1, d2 > 0 degrees of freedom and non-centrality λ ≥ 0: the Poisson(λ/2) mixture of beta distributions, summed from its
 * largest weight outwards (Johnson, Kotz & Balakrishnan 1995, ch. 30). Both tails to about 1e-13 of the larger one. NaN in gives NaN out; throws kernel_domain.
 */
export function nonCentralFTails(f: number, d1: number, d2: number, lambda: number): Tails {
  if (!(d1 > 0) || !(d2 > 0) || !(lambda >= 0)) throw new KernelError('kernel_domain', 'degrees of freedom must be positive, non-centrality not negative', { d1, d2, lambda });
  if (Number.isNaN(f)) return { lower: Number.NaN, upper: Number.NaN };
  if (lambda === 0) return fTails(f, d1, d2);
  if (f <= 0) return { lower: 0, upper: 1 };
  if (f > 1e280) return { lower: 1, upper: 0 };
  const half = lambda / 2;
  const weighted = multiply([d1, 0], [f, 0]);
  const total = add(weighted, [d2, 0]);
  const x = divide(weighted, total);
  const y = divide([d2, 0], total);
  const mode = Math.floor(half);
  const peak = Math.exp(-half + mode * Math.log(half) - logGamma(mode + 1)[0]);
  let lower = 0;
  let upper = 0;
  let sum = 0;
  const take = (j: number, weight: number): void => {
    const tails = incompleteBeta(x, y, d1 / 2 + j, d2 / 2);
    lower += weight * tails.lower;
    upper += weight * tails.upper;
    sum += weight;
  };
  for (let j = mode, weight = peak; weight > negligible * peak; j++, weight *= half / j) take(j, weight);
  for (let j = mode - 1, weight = peak * (mode / half); j >= 0 && weight > negligible * peak; weight *= j / half, j--) take(j, weight);
  // what rounding took from the weights
  return { lower: lower / sum, upper: upper / sum };
}

/** f with P(F ≤ f) = p for F with d1, d2 > 0 degrees of freedom. NaN outside 0 … 1. */
export function fQuantile(p: number, d1: number, d2: number): number {
  if (!(d1 > 0) || !(d2 > 0)) throw new KernelError('kernel_domain', 'degrees of freedom must be positive', { d1, d2 });
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  const upper = 1 - p;
  // on ln f, with the logarithm of the smaller tail: smooth and without plateau
  const off = (u: number): number => {
    const tails = fTails(Math.exp(u), d1, d2);
    return p <= 0.5 ? Math.log(tails.lower) - Math.log(p) : Math.log(upper) - Math.log(tails.upper);
  };
  let low = -1;
  let high = 1;
  while (off(low) > 0) low *= 2;
  while (off(high) < 0) high *= 2;
  return Math.exp(brentRoot(off, low, high, 1e-15));
}
