import { KernelError } from '../errors.ts';
import type { TrainingRows } from './types.ts';

/** Families that cannot weigh rows say so instead of ignoring weights. */
export function refuseWeights(family: string, { weights }: TrainingRows): void {
  if (weights?.some((w) => w !== weights[0]) === true) throw new KernelError('kernel_domain', `${family} cannot weigh rows`, { name: 'weights', family });
}
