import type { Kernels } from '../module.ts';
import { STATUS_OK } from '../status.ts';
import type { PlacedDesign } from './layout.ts';
import type { DesignSearchResult } from './types.ts';

/** A change of one cell has to gain so much (relative to the criterion); a sweep, so much in all. */
const CELL_GAIN = 1e-9;
const SWEEP_GAIN = 1e-7;
const MOST_SWEEPS = 200;

/** Bytes of scratch that a search takes. */
export function designSearchBytes(kernels: Kernels, design: PlacedDesign): number {
  return (kernels.exports.designSearchBytes(design.pointer) >>> 0) + 256;
}

/**
 * Local search number `start` under `seed`: random rows, then coordinate exchange until nothing gains. Depends on (problem, seed, start) only.
 * Source: Meyer & Nachtsheim 1995 (Technometrics 37).
 */
export function searchDesign(kernels: Kernels, design: PlacedDesign, seed: number, start: number): DesignSearchResult {
  return run(kernels, design, (search) => kernels.exports.designRandomStart(design.pointer, search, seed | 0, start), start % design.rows);
}

/** Improves given rows (cells: rows × factors, row-major); locked cells stay. */
export function improveDesign(kernels: Kernels, design: PlacedDesign, cells: Float64Array, options: { sweeps?: number; cellGain?: number; sweepGain?: number } = {}): DesignSearchResult {
  return run(kernels, design, (search) => {
    const copy = kernels.memory.alloc(cells.byteLength);
    kernels.memory.float64(copy, cells.length).set(cells);
    return kernels.exports.designGivenStart(design.pointer, search, copy);
  }, 0, options);
}

function run(kernels: Kernels, design: PlacedDesign, begin: (search: number) => number, first: number, { sweeps = MOST_SWEEPS, cellGain = CELL_GAIN, sweepGain = SWEEP_GAIN } = {}): DesignSearchResult {
  const { exports, memory } = kernels;
  const mark = memory.mark();
  try {
    const search = memory.alloc(exports.designSearchBytes(design.pointer) >>> 0);
    begin(search);
    const estimable = exports.designImprove(design.pointer, search, first, cellGain, sweepGain, sweeps) === STATUS_OK;
    const out = memory.alloc(40);
    const cells = exports.designOutcome(search, out) >>> 0;
    const [mantissa, exponent, trace, done, exchanges] = memory.float64(out, 5) as unknown as [number, number, number, number, number];
    return {
      cells: memory.float64(cells, design.rows * design.factors).slice(),
      logDeterminant: estimable ? Math.log(mantissa) + exponent * Math.LN2 : -Infinity,
      trace: estimable && design.hasMoments ? trace : Number.NaN,
      estimable, sweeps: done, exchanges,
    };
  } finally {
    memory.release(mark);
  }
}
