/** Linear map of a range to pixels with round ticks. */
export interface Scale { toPixel(value: number): number; toValue(pixel: number): number; ticks: number[] }

const wantedTicks = 5;
/** empty share of the range beside the outermost points */
const margin = 0.06;

export function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const spread = most > least ? most - least : Math.abs(most) || 1;
  const low = (Number.isFinite(least) ? least : 0) - margin * spread;
  const high = (Number.isFinite(most) ? most : 1) + margin * spread;
  const step = roundStep((high - low) / wantedTicks);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, at) => (first + at) * step);
  return { toPixel: (value) => from + ((value - low) / (high - low)) * (to - from), toValue: (pixel) => low + ((pixel - from) / (to - from)) * (high - low), ticks };
}

/** 1, 2 or 5 times a power of ten, not below the given step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((one) => one * power >= step) ?? 10);
}
