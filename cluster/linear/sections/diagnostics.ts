import { studentTwoSidedP } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { maximum } from '../numbers.ts';

/** Leverages above this multiple of their mean are told (Belsley, Kuh & Welsch 1980 use 2; 3 keeps small designs quiet). */
const highLeverage = 3;
const outlierLevel = 0.05;
const rowsTold = 20;

export function diagnostics(model: FittedModel, context: SectionContext): LinearSections['diagnostics'] {
  const { rows, fit, actual } = model;
  const residual = rows['residual'] as Float64Array;
  let squared = 0;
  let successive = 0;
  residual.forEach((value, i) => {
    squared += value * value;
    if (i > 0) successive += (value - (residual[i - 1] as number)) ** 2;
  });
  const largest = maximum(rows['studentised'] as Float64Array, Math.abs);
  const df = fit.degreesOfFreedom - 1;
  const part = {
    durbin_watson: squared > 0 ? successive / squared : null,
    max_leverage: maximum(rows['leverage'] as Float64Array),
    max_cook: maximum(rows['cook'] as Float64Array),
    max_abs_studentized: largest,
    outlier_p: largest === null || df < 1 ? null : Math.min(1, actual.length * studentTwoSidedP(largest, df)),
  };
  tellExtremes(model, context, part);
  return part;
}

function tellExtremes({ rows, fit, used }: FittedModel, { table, tell }: SectionContext, { max_abs_studentized, outlier_p }: LinearSections['diagnostics']): void {
  const leverage = rows['leverage'] as Float64Array;
  const bound = highLeverage * fit.rank / used.length;
  const high = Array.from(leverage.keys()).filter((i) => (leverage[i] as number) > bound).map((i) => String(table.rowNumber(used[i] as number)));
  if (high.length > 0) tell({ code: 'high_leverage', severity: 'warning', values: { count: high.length, rows: high.slice(0, rowsTold) } });
  if (outlier_p !== null && outlier_p < outlierLevel) {
    const studentised = rows['studentised'] as Float64Array;
    const at = studentised.findIndex((value) => Math.abs(value) === max_abs_studentized);
    const row = table.rowNumber(used[at] as number);
    tell({ code: 'possible_outlier', severity: 'warning', where: { row }, values: { row, value: Number((studentised[at] as number).toPrecision(4)), p: Number(outlier_p.toPrecision(3)) } });
  }
}
