import { tableFromIPC } from 'apache-arrow';

/** Thread side: adds the values up, however they came. `null`: nothing to do. */
export default function sum(input: Float64Array | { ipc: Uint8Array } | null): number {
  if (input === null) return 0;
  const values = input instanceof Float64Array ? input : tableFromIPC(input.ipc).getChildAt(0)?.toArray() as Float64Array;
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += values[i] as number;
  return total;
}
