import { columnOf, dot, orthonormalBasis, residualsOn } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';

/** Σ of squared leave-one-out errors of the regression on some of the columns, from its leverages. 4 n k² flop. */
export function pressOf(model: FittedModel, columns: readonly number[]): number {
  const { n } = model;
  const basis = orthonormalBasis(n, columns.map((j) => columnOf(model, j)), 0);
  const rest = new Float64Array(n).fill(1);
  for (let k = 0; k < basis.rank; k++) for (let i = 0; i < n; i++) rest[i] = (rest[i] as number) - (basis.q[k * n + i] as number) ** 2;
  const e = residualsOn(basis, model.y).map((value, i) => value / (rest[i] as number));
  return dot(e, e);
}
