import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/design/index.ts exports. */
export interface DesignExports {
  readonly designProblemBytes: Kernel;
  readonly designFactorBytes: Kernel;
  readonly designSearchBytes: Kernel;
  readonly designOutcome: Kernel;
  readonly designRandomStart: Kernel;
  readonly designGivenStart: Kernel;
  readonly designImprove: Kernel;
  readonly designListBytes: Kernel;
  readonly designWalkBytes: Kernel;
  readonly designWalkStart: Kernel;
  readonly designWalkGiven: Kernel;
  readonly designWalkImprove: Kernel;
  readonly designWalkOutcome: Kernel;
  readonly designGoalBytes: Kernel;
  readonly designTrialBytes: Kernel;
  readonly designTrialStart: Kernel;
  readonly designTrialGiven: Kernel;
  readonly designTrialImprove: Kernel;
  readonly designBlendImprove: Kernel;
}
