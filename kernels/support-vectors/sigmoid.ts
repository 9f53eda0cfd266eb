/** P(label 1 | decision d) = 1 / (1 + exp(slope · d + offset)); the slope is negative where decisions are worth anything. */
export interface Sigmoid { slope: number; offset: number }

const MOST_STEPS = 100;
/** Largest derivative that counts as zero. */
const FLAT = 1e-9;
/** Added to the diagonal of the Hessian where all decisions are the same. */
const LEAST_CURVATURE = 1e-12;
const SHORTEST_STEP = 1e-10;
/** Share of the promised decrease that a step must bring (Armijo). */
const WORTHWHILE = 1e-4;

/**
 * Platt's sigmoid of decisions, by the damped Newton steps of Lin, Lin & Weng (2007). Targets are Platt's: (n1 + 1) / (n1 + 2) for label 1 and 1 / (n0 + 2) for label 0,
 * so that a few perfect decisions do not make certainty. Weights count as so many rows.
 */
export function fitSigmoid(decisions: Float64Array, labels: ArrayLike<number>, weights?: ArrayLike<number>): Sigmoid {
  const n = decisions.length;
  const weight = Float64Array.from({ length: n }, (_, i) => weights?.[i] ?? 1);
  const ones = weight.reduce((sum, w, i) => sum + w * (labels[i] as number), 0);
  const zeros = weight.reduce((sum, w) => sum + w, 0) - ones;
  const target = Float64Array.from({ length: n }, (_, i) => (labels[i] === 1 ? (ones + 1) / (ones + 2) : 1 / (zeros + 2)));
  // -log likelihood, without exponentials that overflow
  const loss = ({ slope, offset }: Sigmoid): number => decisions.reduce((sum, d, i) => {
    const z = slope * d + offset;
    return sum + (weight[i] as number) * ((target[i] as number) * z + Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
  }, 0);
  let at: Sigmoid = { slope: 0, offset: Math.log((zeros + 1) / (ones + 1)) };
  let value = loss(at);
  for (let step = 0; step < MOST_STEPS; step++) {
    let [gs, go, ss, so, oo] = [0, 0, LEAST_CURVATURE, 0, LEAST_CURVATURE];
    decisions.forEach((d, i) => {
      const p = sigmoid(at, d);
      const gap = (weight[i] as number) * ((target[i] as number) - p);
      const curvature = (weight[i] as number) * p * (1 - p);
      gs += gap * d;
      go += gap;
      ss += curvature * d * d;
      so += curvature * d;
      oo += curvature;
    });
    if (Math.abs(gs) < FLAT && Math.abs(go) < FLAT) break;
    const determinant = ss * oo - so * so;
    const [ds, d0] = [(so * go - oo * gs) / determinant, (so * gs - ss * go) / determinant];
    const promised = gs * ds + go * d0;
    let length = 1;
    for (; length >= SHORTEST_STEP; length /= 2) {
      const next = { slope: at.slope + length * ds, offset: at.offset + length * d0 };
      const nextValue = loss(next);
      if (nextValue >= value + WORTHWHILE * length * promised) continue;
      [at, value] = [next, nextValue];
      break;
    }
    if (length < SHORTEST_STEP) break;
  }
  return at;
}

/** The probability of label 1 at a decision. */
export function sigmoid({ slope, offset }: Sigmoid, decision: number): number {
  const z = slope * decision + offset;
  return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}
