import type { Kernels } from '../module.ts';
import { rowBlocks } from './blocks.ts';
import type { Steps } from './blocks.ts';
import type { Factorisation } from './factorisation.ts';
import type { Problem } from './problem.ts';
import type { LeastSquaresDiagnostics } from './types.ts';

/** 1 - h below this is rounding noise: the row has leverage 1. Leverages are exact to about 1e-28 when R is double-double, else to 1e-13. */
const UNIT_LEVERAGE = { exact: 1e-20, fast: 1e-12 };

/** What the sweep over rows needs of the fit. */
export interface Fitted {
  residuals: Float64Array;
  sigma: number;
  degreesOfFreedom: number;
  /** (X'WX)^-1 of the kept, scaled columns: pointer, rank × rank. */
  cross: number;
  analytic: boolean;
}

/** Leverages, and all that follows from them, in one sweep (Belsley, Kuh & Welsch 1980; Cook 1977). */
export function* diagnose(kernels: Kernels, problem: Problem, factorisation: Factorisation, fitted: Fitted, dfbetas: boolean): Steps<LeastSquaresDiagnostics> {
  const { memory } = kernels;
  const { n } = problem;
  const { residuals, sigma, degreesOfFreedom: df } = fitted;
  const { rank } = factorisation;
  const exact = isExact(factorisation);
  const mark = memory.mark();
  const [h, c] = [memory.alloc(n * 8), memory.alloc(n * 8)];
  const triangle = { pivots: factorisation.pivots, rank, r: factorisation.r, inverse: factorisation.inverse };
  yield rowBlocks(n, problem.p).map((rows) => ({ kind: 'leverage', problem, ...rows, triangle, exact, leverage: h, complement: c }));
  const leverage = memory.float64(h, n).slice();
  const complement = memory.float64(c, n);
  const weights = problem.weights ? memory.float64(problem.weights, n) : undefined;

  const column = (): Float64Array => new Float64Array(n);
  const result: LeastSquaresDiagnostics = {
    leverage, standardised: column(), studentised: column(), cooksDistance: column(), dffits: column(), covratio: column(), pressResiduals: column(), press: 0,
  };
  const unit = UNIT_LEVERAGE[exact ? 'exact' : 'fast'];
  const scale = 1 / problem.weightScale;
  let press = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? (weights[i] as number) * scale : 1;
    const e = residuals[i] as number;
    let rest = complement[i] as number;
    let h = leverage[i] as number;
    if (rest < unit) {
      rest = Number.NaN;
      h = 1;
      leverage[i] = 1;
    }
    const standardised = w === 0 ? Number.NaN : (e * (fitted.analytic ? Math.sqrt(w) : 1)) / (sigma * Math.sqrt(rest));
    // s(i)² = (rss - e²/(1-h)) / (df - 1), written so that it needs no second sum of squares.
    const shrink = (df - standardised * standardised) / (df - 1);
    const studentised = standardised / Math.sqrt(shrink);
    result.standardised[i] = standardised;
    result.studentised[i] = studentised;
    result.cooksDistance[i] = (standardised * standardised * h) / (rest * rank);
    result.dffits[i] = studentised * Math.sqrt(h / rest);
    result.covratio[i] = shrink ** rank / rest;
    result.pressResiduals[i] = e / rest;
    press += w * (e / rest) ** 2;
  }
  result.press = press;
  if (dfbetas) result.dfbetas = yield* changesOfCoefficients(kernels, problem, factorisation, fitted, result);
  memory.release(mark);
  return result;
}

/** Whether R deserves that rows be worked on in double-double. */
function isExact({ mode, corrected }: Factorisation): boolean {
  return mode === 'exact' || corrected;
}

/** DFBETAS: (X'WX)^-1 x w e / (1 - h) / (s(i) √cross_jj). */
function* changesOfCoefficients(kernels: Kernels, problem: Problem, factorisation: Factorisation, fitted: Fitted, rows: LeastSquaresDiagnostics): Steps<Float64Array> {
  const { memory } = kernels;
  const { n, p } = problem;
  const { rank, kept } = factorisation;
  const influence = memory.alloc(n * rank * 8);
  const triangle = { pivots: factorisation.pivots, rank, r: factorisation.r, inverse: factorisation.inverse };
  yield rowBlocks(n, p).map((block) => ({ kind: 'influence', problem, ...block, triangle, exact: isExact(factorisation), cross: fitted.cross, out: influence }));
  const weights = problem.leverageWeights ? memory.float64(problem.leverageWeights, n) : undefined;
  const cross = memory.float64(fitted.cross, rank * rank);
  const factors = Float64Array.from({ length: n }, (_, i) => {
    const standardised = rows.standardised[i] as number;
    const deletedSigma = (fitted.sigma * standardised) / (rows.studentised[i] as number);
    // A residual of zero changes nothing, whatever 0 / 0 says.
    return standardised === 0 ? 0 : ((weights?.[i] ?? 1) * (rows.pressResiduals[i] as number)) / deletedSigma / Math.sqrt(problem.weightScale);
  });
  const result = new Float64Array(n * p).fill(Number.NaN);
  kept.forEach((column, k) => {
    const pull = memory.float64(influence + k * n * 8, n);
    const unit = 1 / Math.sqrt(cross[k * rank + k] as number);
    for (let i = 0; i < n; i++) result[column * n + i] = (pull[i] as number) * (factors[i] as number) * unit;
  });
  return result;
}
