/** Evenly through a list, ends included. */
export function spread(list: Int32Array, most: number): Int32Array {
  if (list.length <= most) return list;
  return Int32Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as number);
}
