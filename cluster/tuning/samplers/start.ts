import { quasiRandomSampler } from './quasi-random.ts';
import { randomSampler } from './random.ts';
import type { Sampler } from './sampler.ts';

/** Parameters for which direction numbers of the Sobol sequence are at hand. */
const SOBOL_PARAMETERS = 40;

/** What draws before a model can: a Sobol sequence, which covers the space better than chance, and chance beyond its parameters. */
export function startSampler(): Sampler {
  const sobol = quasiRandomSampler();
  const random = randomSampler();
  return { name: 'start', sample: (space, view, number) => (space.length <= SOBOL_PARAMETERS ? sobol : random).sample(space, view, number) };
}
