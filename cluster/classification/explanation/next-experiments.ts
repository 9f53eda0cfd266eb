import { fastNormal } from '../../../kernels/distributions/index.ts';

/** What is known of the gray settings. All of one length m. */
export interface GrayZone {
  /** log-odds by the final model */
  readonly centre: Float64Array;
  /** log-odds by the pools that lack a fold each: how far the rows settle them */
  readonly opinions: readonly Float64Array[];
  /** settings on a scale on which 1 is the range of a factor that matters, and less of one that matters less; [m][factors] */
  readonly places: readonly Float64Array[];
  /** log-odds above which the answer is yes, below which it is no; null where that cannot be certified */
  readonly upper: number | null;
  readonly lower: number | null;
}

export interface NextExperiment {
  /** place among the gray settings */
  readonly at: number;
  /** gray settings that it and those before it are expected to decide */
  readonly decided: number;
}

/** Two settings that lie further apart than this, in ranges, tell nothing of each other: a covariance of ten opinions is noise there (localisation of ensemble filters, Houtekamer & Mitchell 2001). */
const reach = 0.35;

/**
 * Experiments that settle most of the gray zone, one after the other. The latent log-odds have a covariance, by the jackknife over pools without a fold and damped with the distance; a run at c is an observation with
 * the variance 1/(p(1 − p)) of a label, after which the mean at i is expected to move with variance r = C²ᵢc/(Ccc + v): it leaves the zone with probability Φ((μ − τ+)/√r) + Φ((τ− − μ)/√r) (Laplace; knowledge gradient).
 * Chosen is whatever adds most to the sum of those; then the covariance is that after the run. Without certified thresholds: most of the variance.
 */
export function nextExperiments({ centre, opinions, places, upper, lower }: GrayZone, count: number): NextExperiment[] {
  const m = centre.length;
  const covariance = jackknife(opinions, places, m);
  const moved = new Float64Array(m);
  const tails = new Float64Array(3);
  const chosen: NextExperiment[] = [];
  const decided = (i: number, r: number): number => {
    if (!(r > 1e-12)) return 0;
    if (upper === null && lower === null) return r;
    const deviation = Math.sqrt(r);
    const beyond = (distance: number): number => {
      fastNormal(distance / deviation, tails);
      return tails[0] as number;
    };
    return (upper === null ? 0 : beyond(Math.min(0, (centre[i] as number) - upper))) + (lower === null ? 0 : beyond(Math.min(0, lower - (centre[i] as number))));
  };
  for (let n = 0; n < Math.min(count, m); n++) {
    let [best, most] = [-1, 0];
    for (let c = 0; c < m; c++) {
      const noise = 2 + 2 * Math.cosh(centre[c] as number);
      const own = covariance[c * m + c] as number;
      if (!(own > 1e-12)) continue;
      let sum = 0;
      for (let i = 0; i < m; i++) sum += decided(i, (moved[i] as number) + (covariance[c * m + i] as number) ** 2 / (own + noise));
      if (sum > most) [best, most] = [c, sum];
    }
    if (best === -1) break;
    const total = (covariance[best * m + best] as number) + 2 + 2 * Math.cosh(centre[best] as number);
    const column = covariance.slice(best * m, (best + 1) * m);
    for (let i = 0; i < m; i++) {
      moved[i] = (moved[i] as number) + (column[i] as number) ** 2 / total;
      for (let j = 0; j < m; j++) covariance[i * m + j] = (covariance[i * m + j] as number) - (column[i] as number) * (column[j] as number) / total;
    }
    chosen.push({ at: best, decided: most });
  }
  return chosen;
}

function jackknife(opinions: readonly Float64Array[], places: readonly Float64Array[], m: number): Float64Array {
  const k = opinions.length;
  const centred = opinions.map((own) => Float64Array.from(own));
  for (let i = 0; i < m; i++) {
    const mean = centred.reduce((sum, own) => sum + (own[i] as number), 0) / k;
    for (const own of centred) own[i] = (own[i] as number) - mean;
  }
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) {
    let square = 0;
    (places[i] as Float64Array).forEach((at, f) => { square += (at - (places[j]?.[f] as number)) ** 2; });
    const damp = Math.exp(-square / (2 * reach ** 2));
    if (damp < 1e-6) continue;
    let sum = 0;
    for (const own of centred) sum += (own[i] as number) * (own[j] as number);
    out[i * m + j] = out[j * m + i] = damp * sum * (k - 1) / k;
  }
  return out;
}
