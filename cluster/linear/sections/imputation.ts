import { poolByRubin } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { Column } from '../../table/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { forward } from '../response.ts';
import { spread } from '../spread.ts';

/** The model on complete and filled rows, pooled; each imputation is a piece of work of a thread. */
export async function imputation(model: FittedModel, { parameters, job, table, module, slabs, tell, left }: SectionContext): Promise<LinearSections['imputation']> {
  const { imputations, random_seed: seed, confidence_level: confidence } = parameters;
  const { fit, plan, specification, terms, used, response } = model;
  if (imputations === 0 || fit.degreesOfFreedom < 1) return null;
  if (imputations === 1) {
    tell({ code: 'imputation_one', severity: 'warning' });
    return null;
  }
  const { features, target, weights } = specification;
  const rows = rowsToFill(model, table.rows, left);
  const gaps = features.map((column) => ({ column: column.name, cells: rows.reduce((count, row) => count + Number(Number.isNaN(column.values[row] as number)), 0) })).filter(({ cells }) => cells > 0);
  if (gaps.length === 0) {
    tell({ code: 'imputation_nothing', severity: 'info' });
    return null;
  }
  const part = (column: Column): Column => ({ name: column.name, kind: column.kind, values: Float64Array.from(rows, (row) => column.values[row] as number), lo: column.lo === null ? null : Float64Array.from(rows, (row) => column.lo?.[row] as number), levels: column.levels, missing: column.missing, distinct: column.distinct });
  const given = {
    plan, columns: features.map(part), y: forward(response, Float64Array.from(rows, (row) => target.values[row] as number)),
    weights: weights === null ? null : Float64Array.from(rows, (row) => weights.values[row] as number), kept: [...fit.kept], seed,
  };
  const fits = await spread('imputePieces', { pool: job.pool, module, slabs, signal: job.signal }, Array.from({ length: imputations }, (_, k) => ({ given, imputation: k })));
  const complete = fits[0]?.degreesOfFreedom ?? 0;
  tell({ code: 'imputation_assumes', severity: 'info', values: { rows: rows.length - used.length, columns: gaps.map(({ column, cells }) => `${column}: ${cells}`) } });
  return {
    imputations, seed, rows: rows.length, filled: gaps,
    coefficients: terms.map(({ name: term }, j) => {
      const k = fit.kept.indexOf(j);
      const own = finite(fit.coefficients[j]);
      if (k < 0) return { term, estimate: null, std_error: null, df: null, t: null, p: null, ci_low: null, ci_high: null, missing_information: null, complete_rows: own };
      const pooled = poolByRubin(fits.map(({ coefficients }) => coefficients[k] as number), fits.map(({ variances }) => variances[k] as number), complete, confidence);
      return {
        term, estimate: finite(pooled.estimate), std_error: finite(pooled.standardError), df: finite(pooled.degreesOfFreedom), t: finite(pooled.t), p: finite(pooled.p),
        ci_low: finite(pooled.low), ci_high: finite(pooled.high), missing_information: finite(pooled.missingInformation), complete_rows: own,
      };
    }),
  };
}

/** Rows with a target, a weight and every level: what is filled are numbers only, never a target. */
function rowsToFill({ specification: { features, target, weights } }: FittedModel, rows: number, left: ReadonlySet<number>): Int32Array {
  const needed = [target, ...(weights === null ? [] : [weights]), ...features.filter(({ kind }) => kind === 'text')];
  const positive = (row: number): boolean => weights === null || (weights.values[row] as number) > 0;
  const known = (row: number): boolean => features.some(({ kind, values }) => kind === 'text' || !Number.isNaN(values[row]));
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !left.has(row) && positive(row) && known(row) && needed.every(({ values }) => !Number.isNaN(values[row] as number)));
}
