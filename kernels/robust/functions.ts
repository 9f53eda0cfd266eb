/** ψ(u)/u and ψ'(u) of a monotone or redescending M-estimator, u in units of the scale. */
export interface RobustFunction {
  readonly weight: (u: number) => number;
  readonly slope: (u: number) => number;
}

/** Huber: linear beyond k; 1.345 keeps 95 % efficiency at the normal. */
export function huber(k: number): RobustFunction {
  return { weight: (u) => (Math.abs(u) <= k ? 1 : k / Math.abs(u)), slope: (u) => (Math.abs(u) <= k ? 1 : 0) };
}

/** Tukey's bisquare: nothing beyond c; 4.685 keeps 95 % efficiency at the normal, 1.54764 gives the S-estimator breakdown 1/2. */
export function bisquare(c: number): RobustFunction {
  return {
    weight: (u) => (Math.abs(u) < c ? (1 - (u / c) ** 2) ** 2 : 0),
    slope: (u) => (Math.abs(u) < c ? (1 - (u / c) ** 2) * (1 - 5 * (u / c) ** 2) : 0),
  };
}

/** Bisquare ρ scaled to 1 at infinity. */
export function bisquareRho(u: number, c: number): number {
  if (Math.abs(u) >= c) return 1;
  return 1 - (1 - (u / c) ** 2) ** 3;
}
