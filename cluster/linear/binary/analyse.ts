import { Fault, type BinaryTarget, type Notice } from '../../../schemas/index.ts';
import { describeColumns, offsetValues } from '../column-factors.ts';
import type { PreparedTarget, TargetSetting } from '../analyse-target.ts';
import { untransformed } from '../response.ts';
import { binaryPredictor, type Predictor } from '../prediction/predictor.ts';
import { aliases } from '../sections/aliases.ts';
import { equation } from '../sections/model.ts';
import { used as usedRows } from '../sections/used.ts';
import { binaryBytes, type BinaryFit } from './fit.ts';
import type { Outcome } from './outcome.ts';
import { assembleBinary } from './result.ts';
import { validateBinary } from './validate.ts';

type Parts = Omit<BinaryTarget, 'status' | 'target' | 'notices'>;

/**
 * A target of two values from its design to its part of the result.
 * @throws Fault `target_one_class` (the complete rows hold one label), `target_separated` (no finite estimates and no Firth), `firth_needs_logit`
 */
export async function analyseBinary(prepared: PreparedTarget & { outcome: Outcome }, setting: TargetSetting & { tell: (notice: Notice) => void }): Promise<{ parts: Parts; predictor: Predictor }> {
  const { job, table, parameters, memory, module, tell } = setting;
  const { specification, plan, design: placed, used, actual, outcome } = prepared;
  const { link, firth, confidence_level: confidence } = parameters;
  const { name } = specification.target;
  if (firth === 'always' && link !== 'logit') throw new Fault('firth_needs_logit', `Firth's correction is for the logit link, not ${link}`, { where: { field: 'parameters.firth' }, values: { link } });
  // the offset is part of the predictor here, not taken off the target
  const design = { ...placed, yLow: null };
  memory.float64(design.y, design.n).set(actual);
  const slabs = Array.from({ length: job.pool.threads }, () => memory.slab(binaryBytes(design.n, design.p)));
  const [slab] = slabs;
  if (slab === undefined) throw new Error('a pool without threads');
  const options = { link, firth, confidence };
  const answer = await job.pool.run('fitBinary', { module, slab, design, options }, { signal: job.signal });
  if (answer.kind === 'one_class') {
    const label = answer.outcome === 1 ? outcome.positive : outcome.negative;
    throw new Fault('target_one_class', `every complete row has ${name} = ${label}`, { where: { column: name }, values: { name, label, rows: used.length } });
  }
  const columns = plan.columns.map((column) => column.name);
  if (answer.kind === 'separated') {
    const names = answer.separation.diverging.map(({ coefficient }) => columns[coefficient] ?? '');
    throw new Fault('target_separated', `${names.join(', ')} tell the values of ${name} apart: estimates are infinite`, { where: { field: 'parameters.firth', column: name }, values: { name, columns: names } });
  }
  tellFit(answer, columns, name, tell);
  const validated = await validateBinary({
    job, module, slabs, design, response: untransformed, parameters, actual, features: specification.features, condition: prepared.condition, tell, percent: (share) => setting.percent(0.35 + 0.6 * share),
  }, parameters, options);
  const terms = describeColumns(plan, new Set(answer.fit.aliased.map(({ column }) => column)));
  return {
    parts: {
      used: usedRows(prepared), features: specification.features.map((feature) => feature.name),
      model: { terms, n: actual.length, equation: equation(answer.fit.coefficients, plan, terms) },
      formula: specification.formula, weights: specification.weights?.name ?? null, offsets: offsetValues(plan),
      aliases: aliases({ plan, fit: answer.fit }, { tell }), confidence_level: confidence,
      binary: assembleBinary({
        columns, intercept: plan.intercept, outcome, actual, rowNumbers: Array.from(used, (row) => table.rowNumber(row)), fit: answer, link,
        costs: parameters.misclassification_cost, ...validated,
      }),
    },
    predictor: binaryPredictor(name, outcome.positive, plan, link, answer.fit),
  };
}

function tellFit({ separation, method, fit }: BinaryFit, columns: readonly string[], name: string, tell: (notice: Notice) => void): void {
  if (separation.kind !== 'overlap') {
    tell({ code: 'separation_firth', severity: 'warning', where: { column: name }, values: { name, columns: separation.diverging.map(({ coefficient }) => columns[coefficient] ?? ''), rows: separation.separatedRows } });
  } else if (method !== 'ml') tell({ code: 'firth_used', severity: 'info', where: { column: name }, values: { name } });
  if (!fit.converged) tell({ code: 'not_converged', severity: 'warning', where: { column: name }, values: { name, steps: fit.iterations } });
}
