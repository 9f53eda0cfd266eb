import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { column, finite } from '../numbers.ts';

/** Rows with less weight than this are named: the fit mistrusts them. */
const mistrusted = 0.5;
const rowsTold = 20;

export function robust({ fit, terms, used }: FittedModel, { parameters, table, tell }: SectionContext): LinearSections['robust'] {
  const method = parameters.robust;
  const found = fit.inspection.robust;
  if (method === 'none') return null;
  if (found === null) {
    tell({ code: 'robust_no_scale', severity: 'warning' });
    return null;
  }
  if (!found.converged) tell({ code: 'robust_not_converged', severity: 'warning', values: { iterations: found.iterations } });
  const doubted = Array.from(used.keys()).filter((i) => (found.weights[i] as number) < mistrusted).map((i) => String(table.rowNumber(used[i] as number)));
  if (doubted.length > 0) tell({ code: 'robust_low_weight', severity: 'info', values: { count: doubted.length, rows: doubted.slice(0, rowsTold) } });
  return {
    method,
    scale: finite(found.scale),
    iterations: found.iterations,
    converged: found.converged,
    coefficients: terms.map(({ name }, j) => ({ term: name, estimate: finite(found.coefficients[j]), std_error: finite(found.standardErrors[j]), t: finite(found.t[j]), p: finite(found.p[j]) })),
    weights: column(found.weights),
  };
}
