import { normalQuantile } from '../../kernels/index.ts';

export type Interval = [low: number, high: number];

/** Interval of a share by Wilson's score (1927): never outside [0, 1], of some width at 0 and 1 too. Null without trials. */
export function wilson(successes: number, trials: number, confidence: number): Interval | null {
  if (trials === 0) return null;
  const z = widthOf(confidence);
  const share = successes / trials;
  const shrink = 1 + z * z / trials;
  const centre = (share + z * z / (2 * trials)) / shrink;
  const half = z / shrink * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials));
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === trials ? 1 : Math.min(1, centre + half)];
}

/** A curve asks for an interval per row, all of one confidence, and a quantile costs a thousand times what the rest does. */
let known = { confidence: NaN, z: NaN };

function widthOf(confidence: number): number {
  if (known.confidence !== confidence) known = { confidence, z: normalQuantile((1 + confidence) / 2) };
  return known.z;
}
