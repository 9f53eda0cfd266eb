import { fTails } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel } from '../fitted-model.ts';
import { noiseCeiling } from '../noise.ts';

export function noise({ group, groups, actual, fit }: FittedModel): LinearSections['noise'] {
  return noiseCeiling(group, groups, actual, fit, (f, df1, df2) => fTails(f, df1, df2).upper);
}
