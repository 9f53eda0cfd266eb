import { invertSymmetric, quadraticForm, symmetricEigenvalues, traceOfProduct } from '../algebra.ts';
import { solveInformation } from '../evaluation/efficiency.ts';
import type { Solved } from '../evaluation/efficiency.ts';
import type { Point } from '../factors.ts';
import { groupedInformation, informationOf, modelMatrix, modelRow } from '../model.ts';
import type { DesignModel } from '../model.ts';
import type { DesignPlan } from '../plan.ts';
import { determinantWeightOf } from '../problem.ts';
import { rowGroups } from '../strata.ts';

/** M of new rows (all of them, `fixed` included) and earlier ones: Σ f f' + precision, with blocks or whole plots X'R⁻¹X. */
export function planInformation({ model, history, precision, strata }: DesignPlan, points: readonly Point[], of: DesignModel = model): Float64Array {
  const p = of.columns.length;
  const x = modelMatrix(of, [...points, ...history]);
  const m = strata === undefined ? informationOf(x, p) : groupedInformation(x, p, rowGroups(strata, 'new first'));
  precision.forEach((value, j) => {
    m[j * (p + 1)] = (m[j * (p + 1)] as number) + value;
  });
  return m;
}

/** New and earlier rows with what follows from them; standard errors, efficiencies and variances then know of blocks and whole plots. Throws design_rank. */
export function solvePlan(plan: DesignPlan, points: readonly Point[]): Solved {
  const all = [...points, ...plan.history];
  return { ...solveInformation(plan.model, all, modelMatrix(plan.model, all), planInformation(plan, points)), ...(plan.strata && { groups: rowGroups(plan.strata, 'new first') }) };
}

/** The criterion computed anew from the rows alone, as the search counts it: larger is better, −∞ when they cannot estimate the model. */
export function scoreOfRows(plan: DesignPlan, points: readonly Point[]): number {
  const { criterion, model, moments } = plan;
  const p = model.columns.length;
  const m = planInformation(plan, points);
  const solved = invertSymmetric(m, p);
  if (solved === undefined) return -Infinity;
  const d = solved.logDeterminant / p;
  const w = determinantWeightOf(criterion);
  switch (criterion.kind) {
    case 'D': return d;
    case 'A': return -Math.log(solved.inverse.reduce((sum, value, at) => (at % (p + 1) === 0 ? sum + value : sum), 0));
    case 'I': case 'compound': return w * d - (1 - w) * Math.log(traceOfProduct(solved.inverse, moments as Float64Array));
    case 'E': return Math.log(symmetricEigenvalues(m, p)[0] as number);
    case 'G': return -Math.log((plan.points ?? []).reduce((most, point) => Math.max(most, quadraticForm(solved.inverse, modelRow(model, point), p)), 0));
    case 'alias': return w * d - ((1 - w) * aliasing(plan, points, solved.inverse)) / p;
  }
}

/** ‖V X'X₂‖². */
function aliasing(plan: DesignPlan, points: readonly Point[], inverse: Float64Array): number {
  const aliased = plan.aliased as DesignModel;
  const p = plan.model.columns.length;
  const all = aliased.columns.length;
  const m = planInformation(plan, points, aliased);
  let total = 0;
  for (let b = p; b < all; b++) {
    for (let a = 0; a < p; a++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += (inverse[a * p + k] as number) * (m[k * all + b] as number);
      total += sum * sum;
    }
  }
  return total;
}
