import { isActive, spread } from '../space.ts';
import type { Point, SearchSpace } from '../space.ts';
import { drawsOf } from './sampler.ts';
import type { Draw, Sampler } from './sampler.ts';

/** Independent and uniform over each parameter (over its logarithm if it is logarithmic). */
export function randomSampler(): Sampler {
  return { name: 'random', sample: (space, view, number) => drawPoint(space, drawsOf(view, number, 'random')) };
}

/** One uniform number for each active parameter that has a choice, in the order of the space. */
export function drawPoint(space: SearchSpace, draw: Draw): Point {
  const point: Record<string, number> = {};
  for (const parameter of space) if (isActive(parameter, space, point)) point[parameter.name] = spread(parameter.distribution, draw());
  return point;
}
