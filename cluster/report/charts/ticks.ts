/** Round numbers strictly inside (low, high), about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const found: number[] = [];
  for (let k = Math.floor(low / step) + 1; k * step < high && found.length < 2 * count; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}
