import { successProbabilities } from '../../../kernels/index.ts';
import type { Column } from '../../table/index.ts';
import { buildColumns, buildOffset, type DesignPlan, type TermFactor } from '../model/index.ts';
import type { Predictor } from '../prediction/predictor.ts';
import { meanOf } from '../response.ts';

/**
 * The prediction of one setting, without intervals: a search asks for thousands. In plain doubles where the model is made of
 * columns, powers and levels, else through the design of a row.
 * @param columns one row; `values[0]` of each is what `place` set
 */
export function pointPrediction(predictor: Predictor, column: (name: string) => Column): () => number {
  const eta = scalarPredictor(predictor, column) ?? (() => designPredictor(predictor, column));
  if (predictor.kind === 'binary') {
    const one = new Float64Array(1);
    return () => {
      one[0] = eta();
      return successProbabilities(predictor.link, one)[0] as number;
    };
  }
  const mean = meanOf(predictor.response, predictor.residuals);
  return () => mean(eta());
}

const firstRow = Int32Array.of(0);

function designPredictor({ plan, coefficients }: Predictor, column: (name: string) => Column): number {
  let eta = buildOffset(plan, column, firstRow)?.hi[0] ?? 0;
  buildColumns(plan, column, firstRow, (position, { hi }) => {
    const coefficient = coefficients[position] as number;
    if (!Number.isNaN(coefficient)) eta += coefficient * (hi[0] as number);
  });
  return eta;
}

/** undefined where a factor needs more than a product of columns, powers and levels. */
function scalarPredictor({ plan, coefficients }: Predictor, column: (name: string) => Column): (() => number) | undefined {
  if (plan.offsets.length > 0) return undefined;
  const parts: { coefficient: number; factors: (() => number)[] }[] = [];
  for (const [position, design] of plan.columns.entries()) {
    const coefficient = coefficients[position] as number;
    if (Number.isNaN(coefficient)) continue;
    const factors = design.term < 0 ? [] : scalarsOf(plan, design.term, design.parts, column);
    if (factors === undefined) return undefined;
    parts.push({ coefficient, factors });
  }
  return () => parts.reduce((sum, { coefficient, factors }) => sum + factors.reduce((product, factor) => product * factor(), coefficient), 0);
}

function scalarsOf(plan: DesignPlan, term: number, chosen: readonly number[], column: (name: string) => Column): (() => number)[] | undefined {
  const scalars = plan.terms[term]?.factors.map((factor, at) => scalarOf(factor, chosen[at] as number, column));
  return scalars?.every((scalar) => scalar !== undefined) ? scalars : undefined;
}

function scalarOf({ learned, full }: TermFactor, part: number, column: (name: string) => Column): (() => number) | undefined {
  const { values, levels } = column(learned.column);
  if (learned.kind === 'levels') {
    const { coding } = learned;
    if (levels.length === 0) return undefined;
    const row = levels.map((level) => coding.levels.indexOf(level));
    return () => {
      const level = row[values[0] as number] as number;
      return full ? Number(level === part) : coding.matrix[level]?.[part] as number;
    };
  }
  if (learned.kind !== 'number') return undefined;
  const { factor } = learned;
  if (factor.kind === 'column') return () => values[0] as number;
  return factor.kind === 'power' ? () => (values[0] as number) ** factor.exponent : undefined;
}
