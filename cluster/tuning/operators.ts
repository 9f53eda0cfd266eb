import { axisOf, settle, spread } from './space.ts';
import type { Distribution } from './space.ts';

type Draw = () => number;

/** Simulated binary crossover (Deb & Agrawal 1995) on the sampler's axis, one child of the pair; choices are taken from either parent. */
export function cross(distribution: Distribution, x: number, y: number, index: number, draw: Draw): number {
  if (distribution.kind === 'categorical') return draw() < 0.5 ? x : y;
  if (draw() < 0.5 || x === y) return draw() < 0.5 ? x : y;
  const onAxis = distribution.log ? Math.log : (value: number) => value;
  const u = draw();
  const beta = u <= 0.5 ? (2 * u) ** (1 / (index + 1)) : (1 / (2 * (1 - u))) ** (1 / (index + 1));
  const sign = draw() < 0.5 ? 1 : -1;
  const [p, q] = [onAxis(x), onAxis(y)];
  return settle(distribution, 0.5 * (p + q + sign * beta * (p - q)));
}

/** Polynomial mutation (Deb & Goyal 1996) inside the limits; choices are drawn anew. */
export function mutate(distribution: Distribution, value: number, index: number, draw: Draw): number {
  if (distribution.kind === 'categorical') return spread(distribution, draw());
  const { low, high, log } = axisOf(distribution);
  const range = high - low;
  if (range === 0) return value;
  const at = log ? Math.log(value) : value;
  const u = draw();
  const power = 1 / (index + 1);
  const delta = u < 0.5
    ? (2 * u + (1 - 2 * u) * (1 - (at - low) / range) ** (index + 1)) ** power - 1
    : 1 - (2 * (1 - u) + 2 * (u - 0.5) * (1 - (high - at) / range) ** (index + 1)) ** power;
  return settle(distribution, Math.min(Math.max(at + delta * range, low), high));
}
