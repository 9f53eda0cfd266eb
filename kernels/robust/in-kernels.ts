import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { FittedModel } from '../regression/index.ts';
import { suitsKernels } from '../robust-covariance/in-kernels.ts';
import type { RobustFunction } from './functions.ts';
import { MOST_ITERATIONS, solve, TOLERANCE, shareOf } from './iterate.ts';
import type { Iterated, Told } from './iterate.ts';
import { medianScale } from './scale.ts';

/** A change of the residuals below this that is no smaller than the one before is rounding. */
const ROUNDING = 1e-10;

/** Bytes of scratch: three columns of n, X itself if it lies elsewhere, and what is of size p. */
function bytesOf({ n, p }: FittedModel, copies: boolean): number {
  const order = p + 5;
  return 8 * (n * (3 + (copies ? p : 0)) + 2 * order * order + 3 * order) + 32 * 256 * order + 65_536;
}

/** Whether a large model of full rank can go through the kernels: its columns far enough from dependent, and room for the rows. */
export function iteratesInKernels(kernels: Kernels, model: FittedModel): boolean {
  const { x, p, fit } = model;
  return fit.rank === p && suitsKernels(model) && kernels.memory.available >= bytesOf(model, kernels.memory.pointerOf(x) === undefined);
}

/**
 * The same iteration as `reweight`, each step a Newton-like correction b += (X'WX)⁻¹X'Wr with r = y − Xb made anew: the fixed point is as good as r and X'Wr are, whatever rounding the matrix has.
 * Cost a step: n·p² + 4 n·p flop in register tiles. Scratch is given back. Throws kernel_domain as `reweight`.
 */
export function reweightInKernels(kernels: Kernels, model: FittedModel, f: RobustFunction, start: { residuals: Float64Array; coefficients: Float64Array }, scale?: number, told?: Told): Iterated {
  const { memory, exports } = kernels;
  const { n, p, y } = model;
  const mark = memory.mark();
  try {
    const x = memory.pointerOf(model.x) ?? copyOf(kernels, model.x);
    const order = Math.ceil((p + 1) / 4) * 4;
    const [root, pull, fitted] = [memory.allocFloat64(n), memory.allocFloat64(n), memory.allocFloat64(n)];
    const [zeros, b] = [memory.allocFloat64(order), memory.allocFloat64(p)];
    const sums = memory.allocFloat64(order * order);
    const work = memory.alloc(exports.crossProductsWorkspace(p + 1) >>> 0);
    b.set(start.coefficients);
    const residuals = start.residuals.slice();
    const weights = new Float64Array(n);
    const step = (): void => {
      sums.fill(0);
      exports.crossProducts(x, n, p, zeros.byteOffset, root.byteOffset, pull.byteOffset, n, 1, 0, 0, n, sums.byteOffset, work);
      const gram = Float64Array.from({ length: p * p }, (_, at) => sums[(at % p) * order + Math.floor(at / p)] as number);
      const gradient = Float64Array.from({ length: p }, (_, j) => sums[j * order + p] as number);
      solve(gram, gradient, p).forEach((change, j) => { b[j] = (b[j] as number) + change; });
      exports.linearPredictor(x, n, p, zeros.byteOffset, b.byteOffset, 0, 0, 0, n, fitted.byteOffset);
    };
    let last = Infinity;
    for (let iteration = 1; ; iteration++) {
      const s = scale ?? medianScale(residuals);
      if (!(s > 0)) throw new KernelError('kernel_domain', 'more than half of the residuals are 0: there is no robust scale', { iteration });
      for (let i = 0; i < n; i++) {
        const weight = f.weight((residuals[i] as number) / s);
        const own = Math.sqrt(weight);
        weights[i] = weight;
        root[i] = own;
        pull[i] = own * (residuals[i] as number);
      }
      step();
      const change = renew(residuals, y, fitted);
      told?.(shareOf(change));
      const converged = change <= TOLERANCE || (change <= ROUNDING && change >= last);
      if (converged || iteration === MOST_ITERATIONS) return { coefficients: b.slice(), residuals, scale: s, weights, iterations: iteration, converged };
      last = change;
    }
  } finally {
    memory.release(mark);
  }
}

/** residuals := y − fitted; returns the length of the change relative to what was there. */
function renew(residuals: Float64Array, y: Float64Array, fitted: Float64Array): number {
  let change = 0;
  let size = 0;
  for (let i = 0; i < residuals.length; i++) {
    const before = residuals[i] as number;
    const now = (y[i] as number) - (fitted[i] as number);
    change += (now - before) ** 2;
    size += before * before;
    residuals[i] = now;
  }
  return Math.sqrt(change / Math.max(size, 1e-300));
}

function copyOf({ memory }: Kernels, x: Float64Array): number {
  const pointer = memory.alloc(x.length * 8);
  memory.float64(pointer, x.length).set(x);
  return pointer;
}
