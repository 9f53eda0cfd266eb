import type { Kernels, LeastSquaresResult } from '../../../kernels/index.ts';
import type { Design } from '../design.ts';
import { covarianceOf, type CovarianceAsk, type RobustCovariance } from './covariance.ts';
import { rowsModel, whitenedModel } from './model.ts';
import { powerOf, type Power } from './power.ts';
import { robustOf, type RobustAsk, type Robust } from './robust.ts';
import { testsOf, type ResidualTestResult } from './tests.ts';

export interface Ask {
  covariance: CovarianceAsk;
  robust: RobustAsk | null;
  /** look for a power of the target (of an untransformed one without weights or offset) */
  power: boolean;
}

export interface Inspection {
  /** null: the classical one of the fit */
  covariance: RobustCovariance | null;
  robust: Robust | null;
  /** null: too much work for what it tells */
  tests: ResidualTestResult[] | null;
  /** null: not asked for, or too much work */
  power: Power[] | null;
}

/** Rows times squared rank up to which the tests cost less than about a second. */
const mostTestWork = 3e8;

/** Rows times rank up to which both profiles cost less than about a second. */
const mostPowerWork = 2e6;

/** Everything about a fit that needs its rows. @param fit as leastSquares gives it: fitted values without the offset */
export function inspect(kernels: Kernels, design: Design, fit: LeastSquaresResult, ask: Ask): Inspection {
  const whitened = whitenedModel(kernels, design, fit);
  const affordable = design.n * fit.rank ** 2 <= mostTestWork;
  return {
    covariance: covarianceOf(kernels, whitened, ask.covariance),
    robust: ask.robust === null ? null : robustOf(kernels, whitened, ask.robust),
    tests: affordable ? testsOf(design.weights === null ? whitened : rowsModel(kernels, design, fit), design.weights !== null) : null,
    power: ask.power && design.n * fit.rank <= mostPowerWork ? powerOf(whitened, ask.covariance.confidence) : null,
  };
}
