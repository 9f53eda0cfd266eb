import type { Kernels } from '../module.ts';
import { halfDeviance, inverseLink } from './links.ts';
import type { GlmData, RowRange } from './passes.ts';
import type { LogisticDiagnostics } from './types.ts';

/** Everything that is told of each row: arrays of n, on shared memory when other threads are to fill them. */
export interface ToldRows {
  readonly fitted: Float64Array;
  readonly linearPredictor: Float64Array;
  readonly diagnostics: LogisticDiagnostics | undefined;
  /** Coefficients of the fit. */
  readonly rank: number;
}

/** Fitted values, linear predictor and six diagnostics of n rows, doubles. */
export const logisticRowValues = (n: number): number => 8 * n;

/** Room for it: one array after another from `column`. */
export function roomForRows(column: () => Float64Array, diagnosing: boolean, rank: number): ToldRows {
  const diagnostics = (): LogisticDiagnostics => ({ leverage: column(), pearson: column(), deviance: column(), standardised: column(), standardisedPearson: column(), cooksDistance: column() });
  return { fitted: column(), linearPredictor: column(), diagnostics: diagnosing ? diagnostics() : undefined, rank };
}

/** Fills the rows of a range from what the passes have left: predictor, Pearson residual and leverage. */
export function tellRows({ memory }: Kernels, data: GlmData, { from, to }: RowRange, { fitted, linearPredictor, diagnostics, rank }: ToldRows): void {
  const { n } = data;
  const eta = memory.float64(data.eta, n);
  const inverse = inverseLink(data.link);
  const mean = new Float64Array(3);
  for (let i = from; i < to; i++) {
    const predictor = eta[i] as number;
    inverse(predictor, mean);
    linearPredictor[i] = predictor;
    fitted[i] = mean[0] as number;
  }
  if (diagnostics === undefined) return;
  const y = memory.float64(data.y, n);
  const trials = data.trials ? memory.float64(data.trials, n) : undefined;
  const residual = memory.float64(data.extra, n);
  const h = memory.float64(data.leverage, n);
  const { leverage, pearson, deviance, standardised, standardisedPearson, cooksDistance } = diagnostics;
  for (let i = from; i < to; i++) {
    inverse(eta[i] as number, mean);
    const half = Math.max(0, (trials ? (trials[i] as number) : 1) * halfDeviance(y[i] as number, mean[0] as number, mean[1] as number));
    const own = residual[i] as number;
    const pull = h[i] as number;
    const rest = 1 - pull;
    const root = Math.sqrt(rest);
    const signed = Math.sign(own) * Math.sqrt(2 * half);
    leverage[i] = pull;
    pearson[i] = own;
    deviance[i] = signed;
    standardised[i] = signed / root;
    standardisedPearson[i] = own / root;
    cooksDistance[i] = ((own / rest) ** 2 * pull) / rank;
  }
}
