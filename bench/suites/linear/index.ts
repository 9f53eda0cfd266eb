import type { Suite } from '../../harness/index.ts';
import { leastSquaresCases } from './least-squares.ts';
import { logisticCases } from './logistic.ts';
import { penalisedCases } from './penalised.ts';
import { fullReport } from './report.ts';
import { robustCases } from './robust.ts';
import { threadCases } from './threads.ts';

/** Cases are added as a file each: see bench/README.md. */
export const linear: Suite = {
  name: 'linear',
  about: 'linear models beside numpy, statsmodels, sklearn, R and glmnet',
  cases: [...leastSquaresCases, ...penalisedCases, ...logisticCases, fullReport, ...robustCases, ...threadCases],
};
