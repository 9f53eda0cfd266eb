import type { Kernels } from '../module.ts';
import { rowBlocks } from './blocks.ts';
import type { Steps } from './blocks.ts';
import type { Factorisation } from './factorisation.ts';
import type { Problem } from './problem.ts';
import type { Diagnosis } from './sweep.ts';
import type { LeastSquaresDiagnostics } from './types.ts';

/** What the rows tell beyond their residuals, and room for it. */
export interface Asked {
  sigma: number;
  degreesOfFreedom: number;
  analytic: boolean;
  /** One array of n after another. */
  column: () => Float64Array;
  /** Pointer: a double for each block. */
  press: number;
}

/** Room for the diagnostics, filled by the last sweep; the leverages lie in scratch. */
export function askDiagnosis(kernels: Kernels, { n }: Problem, factorisation: Factorisation, { column, ...asked }: Asked): Diagnosis {
  const { pivots, rank, r, inverse } = factorisation;
  return {
    ...asked, triangle: { pivots, rank, r, inverse }, exact: isExact(factorisation), h: kernels.memory.alloc(n * 8), complement: kernels.memory.alloc(n * 8),
    leverage: column(), standardised: column(), studentised: column(), cooksDistance: column(), dffits: column(), covratio: column(), pressResiduals: column(),
  };
}

/** The diagnostics that the last sweep has filled, and the sums that its blocks have left. */
export function diagnosticsOf({ leverage, standardised, studentised, cooksDistance, dffits, covratio, pressResiduals }: Diagnosis, press: Float64Array): LeastSquaresDiagnostics {
  return { leverage, standardised, studentised, cooksDistance, dffits, covratio, pressResiduals, press: press.reduce((sum, part) => sum + part, 0) };
}

/** Whether R deserves that rows be worked on in double-double. */
function isExact({ mode, corrected }: Factorisation): boolean {
  return mode === 'exact' || corrected;
}

/** DFBETAS: (X'WX)^-1 x w e / (1 - h) / (s(i) √cross_jj). crossInverse: (X'WX)^-1 of the kept, scaled columns: pointer, rank × rank. */
export function* changesOfCoefficients(kernels: Kernels, problem: Problem, factorisation: Factorisation, sigma: number, crossInverse: number, rows: LeastSquaresDiagnostics): Steps<Float64Array> {
  const { memory } = kernels;
  const mark = memory.mark();
  const { n, p } = problem;
  const { rank, kept } = factorisation;
  const influence = memory.alloc(n * rank * 8);
  const triangle = { pivots: factorisation.pivots, rank, r: factorisation.r, inverse: factorisation.inverse };
  yield rowBlocks(n, p).map((block) => ({ kind: 'influence', problem, ...block, triangle, exact: isExact(factorisation), cross: crossInverse, out: influence }));
  const weights = problem.leverageWeights ? memory.float64(problem.leverageWeights, n) : undefined;
  const cross = memory.float64(crossInverse, rank * rank);
  const factors = Float64Array.from({ length: n }, (_, i) => {
    const standardised = rows.standardised[i] as number;
    const deletedSigma = (sigma * standardised) / (rows.studentised[i] as number);
    // A residual of zero changes nothing, whatever 0 / 0 says.
    return standardised === 0 ? 0 : ((weights?.[i] ?? 1) * (rows.pressResiduals[i] as number)) / deletedSigma / Math.sqrt(problem.weightScale);
  });
  const result = new Float64Array(n * p).fill(Number.NaN);
  kept.forEach((column, k) => {
    const pull = memory.float64(influence + k * n * 8, n);
    const unit = 1 / Math.sqrt(cross[k * rank + k] as number);
    for (let i = 0; i < n; i++) result[column * n + i] = (pull[i] as number) * (factors[i] as number) * unit;
  });
  memory.release(mark);
  return result;
}
