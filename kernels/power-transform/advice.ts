import type { PowerProfile } from './profile.ts';

/** What to do with the response; texts belong to the catalogue. */
export type TransformAdvice =
  | 'none_needed' | 'log_recommended' | 'square_root_recommended' | 'cube_root_recommended' | 'inverse_square_root_recommended'
  | 'reciprocal_recommended' | 'square_recommended' | 'power_recommended';

const NICE: readonly (readonly [number, TransformAdvice])[] = [
  [0, 'log_recommended'], [0.5, 'square_root_recommended'], [-0.5, 'inverse_square_root_recommended'], [-1, 'reciprocal_recommended'],
  [2, 'square_recommended'], [1 / 3, 'cube_root_recommended'],
];

/**
 * A λ that can be explained: 1 if the interval holds it, else the nearest nice power inside the interval, else λ̂ with the fewest
 * decimals that the interval allows. Names such as "log" are those of Box–Cox; for Yeo–Johnson they mean the same power of y + 1.
 */
export function niceLambda({ lambda, interval }: Pick<PowerProfile, 'lambda' | 'interval'>): { lambda: number; advice: TransformAdvice } {
  const inside = (value: number): boolean => value >= interval.low && value <= interval.high;
  if (inside(1)) return { lambda: 1, advice: 'none_needed' };
  const candidates = NICE.filter(([value]) => inside(value)).sort(([a], [b]) => Math.abs(a - lambda) - Math.abs(b - lambda));
  const nearest = candidates[0];
  if (nearest !== undefined) return { lambda: nearest[0], advice: nearest[1] };
  for (let decimals = 0; decimals < 10; decimals++) {
    const rounded = Number(lambda.toFixed(decimals));
    if (inside(rounded)) return { lambda: rounded, advice: 'power_recommended' };
  }
  return { lambda, advice: 'power_recommended' };
}
