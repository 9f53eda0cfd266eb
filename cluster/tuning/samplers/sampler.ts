import { randomStream } from '../../../kernels/random/index.ts';
import type { Point, SearchSpace } from '../space.ts';
import type { StudyView } from '../trial.ts';

export type Draw = () => number;

/**
 * Chooses the parameters of the next trial from the trials so far. A sampler keeps nothing that it could not work out again from them:
 * that is what makes a resumed study go on as if it had never stopped.
 */
export interface Sampler {
  readonly name: string;
  /** @param number of the trial that is asked for */
  sample(space: SearchSpace, view: StudyView, number: number): Point;
}

/** Places where a sampler draws: keys of the counter-based generator, so that one trial's draws do not depend on another's. */
export const streams = { random: 1, model: 2, generation: 3 } as const;

/** The draws of one trial for one purpose. */
export function drawsOf(view: StudyView, number: number, purpose: keyof typeof streams): Draw {
  return randomStream(view.seed, streams[purpose], number);
}
