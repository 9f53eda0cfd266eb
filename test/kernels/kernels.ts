import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { instantiate, KernelMemory, loadKernels } from '../../kernels/index.ts';
import type { Kernels } from '../../kernels/index.ts';

/** Kernels on a fresh memory with a budget that a unit test never needs. */
export async function freshKernels(): Promise<Kernels> {
  return instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 30 }));
}

/** The shared reference data, or undefined (tests then skip with `missingData`). */
export function sharedData(...path: string[]): string | undefined {
  const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'data', ...path);
  return existsSync(folder) ? folder : undefined;
}

export const missingData = 'reference data absent: set ZEROSEC_SHARED to the folder that holds data/';

/** Digits of agreement, the log relative error of NIST StRD; capped where a double ends. */
export function logRelativeError(value: number, expected: number): number {
  if (value === expected) return 15.95;
  if (expected === 0) return -Math.log10(Math.abs(value));
  return Math.min(15.95, Math.max(0, -Math.log10(Math.abs(value - expected) / Math.abs(expected))));
}

/** Column-major matrix of columns of equal length. */
export function columnMajor(columns: readonly ArrayLike<number>[]): Float64Array {
  const n = columns[0]?.length ?? 0;
  const x = new Float64Array(n * columns.length);
  columns.forEach((column, j) => x.set(column, j * n));
  return x;
}

/** Numbers in (0, 1) that are the same everywhere (Park & Miller). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}
