/** Arrays of a given length, one after another: where a fit puts its results by row. */
export type Arrays = (length: number) => () => Float64Array;

/** Fresh ones, the caller's own. */
export const ownArrays: Arrays = (length) => () => new Float64Array(length);

/** Cut from one that is there already. */
export function arraysIn(all: Float64Array, length: number): () => Float64Array {
  let next = 0;
  return () => all.subarray(next++ * length, next * length);
}
