import type { Analyses } from './job/context.ts';
import { classification } from './classification/index.ts';
import { nonlinearAnalysis } from './nonlinear/index.ts';
import { linearAnalysis } from './linear/index.ts';
import { optimization } from './optimization/index.ts';

/** What this worker can run. The API refuses the other job types at the door (schemas: `availableJobTypes`). */
export const analyses: Analyses = {
  linear_analysis: linearAnalysis,
  nonlinear_analysis: nonlinearAnalysis,
  classification,
  optimization,
};
