import type { Suite } from '../../harness/index.ts';
import { leastSquaresCases } from './least-squares.ts';

/** Cases are added as a file each: see bench/README.md. Ridge, lasso, elastic net and logistic are not here yet. */
export const linear: Suite = {
  name: 'linear',
  about: 'linear models beside numpy, statsmodels and R',
  cases: [...leastSquaresCases],
};
