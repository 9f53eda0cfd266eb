import { haltonPoints, sobolPoints } from '../../design/index.ts';
import { isActive, spread } from '../space.ts';
import type { Sampler } from './sampler.ts';

/** Low-discrepancy sequence over the whole space (conditional parameters keep their dimension while inactive). Sobol reaches 40 parameters. */
export function quasiRandomSampler({ sequence = 'sobol' }: { sequence?: 'sobol' | 'halton' } = {}): Sampler {
  return {
    name: `quasi-random (${sequence})`,
    sample(space, view, number) {
      const [u] = sequence === 'sobol' ? sobolPoints(space.length, 1, { skip: number, seed: view.seed }) : haltonPoints(space.length, 1, { skip: number });
      const point: Record<string, number> = {};
      space.forEach((parameter, k) => {
        if (isActive(parameter, space, point)) point[parameter.name] = spread(parameter.distribution, (u as number[])[k] as number);
      });
      return point;
    },
  };
}
