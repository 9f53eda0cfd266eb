import { instantiate, KernelMemory, leastSquares, leastSquaresInBlocks, runLeastSquaresBlock, type Kernels, type KernelSlab, type LeastSquaresBlock, type LeastSquaresInput, type LeastSquaresResult } from '../../kernels/index.ts';
import { packColumns } from '../arrow/columns.ts';
import type { Design } from './design.ts';
import { takeTurns, type Done, type Share } from './spread.ts';
import { inspect, type Ask, type Inspection } from './inspect/index.ts';

/** Thread side of the linear analysis: fits on the job's shared memory. */

export interface KernelSeat {
  module: WebAssembly.Module;
  /** scratch of this task alone, on the job's memory */
  slab: KernelSlab;
}

export interface FitTask extends KernelSeat {
  design: Design;
  confidence: number;
  ask: Ask;
}

export interface Fit extends Omit<LeastSquaresResult, 'fitted' | 'residuals' | 'diagnostics'> {
  press: number;
  inspection: Inspection;
  /** Arrow IPC, one row per design row: fitted, residual, leverage, standardised, studentised, cook, dffits, covratio, dfbetas (the largest of the row) and dfbetasTerm (whose it is), press */
  rows: Uint8Array<ArrayBuffer>;
}

/** n × p up to which each row's effect on each coefficient is worth its time. */
export const mostDfbetas = 1e6;

/** n·p·min(n, p) beyond which a fit is spread over the threads, block by block of rows. */
const alone = 1e7;

export function isLarge({ n, p }: Design): boolean {
  return n * p * Math.min(n, p) > alone;
}

function inputOf(kernels: Kernels, design: Design, confidence: number): LeastSquaresInput {
  return { ...planes(kernels, design), n: design.n, p: design.p, intercept: design.intercept, confidence, dfbetas: design.n * design.p <= mostDfbetas };
}

/** The model on all rows, with diagnostics and what follows from its rows; a task of one thread. */
export async function fitAll({ module, slab, design, confidence, ask }: FitTask): Promise<Fit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  return conclude(kernels, design, leastSquares(kernels, inputOf(kernels, design, confidence)), ask);
}

/**
 * The same fit, bit for bit, with its blocks of rows done by whoever `run` asks. Drives from the calling thread.
 * @param slab scratch of the driver @param place where the results by row go: `leastSquaresRowValues` doubles of the job's memory
 */
export async function fitInBlocks({ module, slab, design, confidence }: Omit<FitTask, 'ask'>, place: Float64Array, run: (blocks: LeastSquaresBlock[]) => Promise<unknown>): Promise<LeastSquaresResult> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  return leastSquaresInBlocks(kernels, inputOf(kernels, design, confidence), run, place);
}

/** Blocks of rows, one after the other as they are left; a task. */
export async function fitBlocks(share: Share<LeastSquaresBlock>): Promise<Done<void>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (block) => runLeastSquaresBlock(kernels, block));
}

/** What follows from the rows of a fit that was made in blocks; a task. */
export async function concludeFit({ module, slab, design, whole, ask }: KernelSeat & { design: Design; whole: LeastSquaresResult; ask: Ask }): Promise<Fit> {
  return conclude(await instantiate(module, KernelMemory.attach(slab)), design, whole, ask);
}

function conclude(kernels: Kernels, design: Design, whole: LeastSquaresResult, ask: Ask): Fit {
  const { fitted, residuals, diagnostics, ...result } = whole;
  if (diagnostics === undefined) throw new Error('least squares left its diagnostics out');
  return {
    ...result,
    press: diagnostics.press,
    inspection: inspect(kernels, design, whole, ask),
    rows: packColumns({
      fitted: withOffset(fitted, kernels, design),
      residual: residuals,
      leverage: diagnostics.leverage,
      standardised: diagnostics.standardised,
      studentised: diagnostics.studentised,
      cook: diagnostics.cooksDistance,
      dffits: diagnostics.dffits,
      covratio: diagnostics.covratio,
      ...largestDfbetas(diagnostics.dfbetas, design),
      press: diagnostics.pressResiduals,
    }),
  };
}

/** Per row the DFBETAS largest in size and the column that it belongs to. */
function largestDfbetas(dfbetas: Float64Array | undefined, { n, p }: Design): { dfbetas: Float64Array; dfbetasTerm: Float64Array } {
  const largest = new Float64Array(n).fill(NaN);
  const term = new Float64Array(n).fill(NaN);
  for (let j = 0; j < (dfbetas === undefined ? 0 : p); j += 1) for (let i = 0; i < n; i += 1) {
    const value = dfbetas?.[j * n + i] ?? NaN;
    if (Number.isNaN(value) || Math.abs(value) <= Math.abs(largest[i] as number)) continue;
    largest[i] = value;
    term[i] = j;
  }
  return { dfbetas: largest, dfbetasTerm: term };
}

/** The fit is of y − offset; what is told is on the scale of y. */
function withOffset(fitted: Float64Array, kernels: Kernels, design: Design): Float64Array {
  if (design.offset === null) return fitted;
  const offset = kernels.memory.float64(design.offset, design.n);
  return fitted.map((value, i) => value + (offset[i] as number));
}

export function planes(kernels: Kernels, design: Design): { x: Float64Array; xLow?: Float64Array; y: Float64Array; yLow?: Float64Array; weights?: Float64Array } {
  const { memory } = kernels;
  return {
    x: memory.float64(design.x, design.n * design.p),
    xLow: design.xLow === null ? undefined : memory.float64(design.xLow, design.n * design.p),
    y: memory.float64(design.y, design.n),
    yLow: design.yLow === null ? undefined : memory.float64(design.yLow, design.n),
    weights: design.weights === null ? undefined : memory.float64(design.weights, design.n),
  };
}
