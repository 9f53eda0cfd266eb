import type { TopLevelSpec } from 'vega-lite';
import { chartOf, type ChartContext } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour } from './theme.ts';

const names = { box_cox: 'Box-Cox', yeo_johnson: 'Yeo-Johnson' } as const;
/** Of the curve, in multiples of the fall that ends the interval. */
const mostFall = 20;
const fewest = 5;
/** of the drawn curve */
const ends = { low: -2, high: 2 } as const;
const rounded = (value: number | null): string => (value === null ? '∞' : String(Number(value.toPrecision(3))));

/** Profile likelihood of the power of the target, with the interval where it is not significantly below its top. */
export function powerChart(context: ChartContext): ChartSpec | undefined {
  const { result, text, target } = context;
  const [profile] = result.power;
  if (profile === undefined) return undefined;
  const { family, lambda, ci_low: low, ci_high: high, log_likelihood: top } = profile;
  const inside = top !== null && lambda > (profile.curve[0]?.lambda ?? Infinity) && lambda < (profile.curve.at(-1)?.lambda ?? -Infinity);
  // the line goes through its top, which lies between two points of the curve
  const curve = [...profile.curve.flatMap((point) => (point.log_likelihood === null ? [] : [{ lambda: point.lambda, value: point.log_likelihood }])), ...(inside ? [{ lambda, value: top }] : [])].sort((a, b) => a.lambda - b.lambda);
  // the far ends would press the top, which is what is looked at, into a line
  const near = curve.filter(({ value }) => value >= (top ?? 0) - mostFall * quantileHalf(result.confidence_level));
  const values = near.length >= fewest ? near : curve;
  if (values.length < 2 || top === null) return undefined;
  const bound = low === null ? high : low;
  // half the chi-squared quantile of the interval's level: what the likelihood falls by at its ends
  const limit = bound === null ? null : top - quantileHalf(result.confidence_level);
  const x = { field: 'lambda', type: 'quantitative', scale: { domain: [values[0]?.lambda ?? ends.low, values.at(-1)?.lambda ?? ends.high], nice: false }, axis: { title: text('axis_power') } };
  const y = { field: 'value', type: 'quantitative', scale: { zero: false, nice: true }, axis: { title: text('axis_log_likelihood') } };
  return chartOf(context, 'power', 'power_profile', text('chart_power', { target }), [text('note_power', { family: names[family], lambda: rounded(lambda), low: low === null ? '−∞' : rounded(low), high: rounded(high) }), text('note_power_line')], {
    data: { values },
    layer: [
      { data: { values: [{ low: Math.max(values[0]?.lambda ?? ends.low, low ?? ends.low), high: Math.min(values.at(-1)?.lambda ?? ends.high, high ?? ends.high) }] }, mark: { type: 'rect', color: colour.blue, opacity: 0.12 }, encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } } },
      ...(limit === null ? [] : [{ data: { values: [{ value: limit }] }, mark: { type: 'rule', color: colour.grey, strokeDash: [6, 4] }, encoding: { y } }]),
      { mark: { type: 'line', color: colour.blue, strokeWidth: 2, clip: true, interpolate: 'monotone' }, params: [{ name: 'zoom', select: 'interval', bind: 'scales' }], encoding: { x, y, tooltip: [{ field: 'lambda', title: 'λ' }, { field: 'value', title: text('axis_log_likelihood') }] } },
      ...(lambda >= (values[0]?.lambda ?? 0) && lambda <= (values.at(-1)?.lambda ?? 0) ? [{ data: { values: [{ lambda, value: top }] }, mark: { type: 'circle', color: colour.red, size: 70, opacity: 1 }, encoding: { x, y } }] : []),
    ],
  } as Partial<TopLevelSpec>);
}

/** χ²₁ quantile / 2 = z² / 2, z by bisection of the normal tail (Abramowitz & Stegun 7.1.26: to 1e-7, finer than a pixel). */
function quantileHalf(level: number): number {
  const erf = (v: number): number => {
    const t = 1 / (1 + 0.3275911 * v);
    return 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-v * v);
  };
  let low = 0;
  let high = 10;
  for (let k = 0; k < 60; k += 1) {
    const middle = (low + high) / 2;
    if (erf(middle / Math.SQRT2) < level) low = middle;
    else high = middle;
  }
  return low * low / 2;
}
