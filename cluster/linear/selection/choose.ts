import { leastSquaresBytes, type KernelSlab } from '../../../kernels/index.ts';
import { columnsOf, Fault, formatFormula, type Notice } from '../../../schemas/index.ts';
import type { PreparedTarget, TargetSetting } from '../analyse-target.ts';
import { placeDesign, type Design } from '../design.ts';
import { singleGroups } from '../../dataset/index.ts';
import { learnPlan } from '../model/index.ts';
import { choiceOf, type Choice } from './candidates.ts';
import type { Selected, SelectionAsk } from './types.ts';

/** What was chosen of a target's terms, and what choosing again without some rows needs. */
export interface Selection {
  ask: SelectionAsk;
  choice: Choice;
  selected: Selected;
  /** every candidate; columns that all fits of a part of the rows choose from */
  design: Design;
  /** labels by position among the terms of the full model */
  labels: string[];
}

/** Beside what the fit takes: rows times √w, and the triangle. JavaScript's own memory does the rest. */
const spareBytes = 4 * 1_048_576;

export function selectionBytes(design: Design): number {
  return leastSquaresBytes(design.n, design.p, 'auto', { weights: design.weights !== null }) + spareBytes;
}

/**
 * The target with the terms that the data keep. @param design of all terms, its target on the scale of the fit
 * @throws Fault `selection_nothing_to_choose`, `selection_criterion_method`, `selection_too_many_terms`, `selection_empty`
 */
export async function chooseTerms(prepared: PreparedTarget, design: Design, slab: KernelSlab, setting: TargetSetting, tell: (notice: Notice) => void): Promise<{ reduced: PreparedTarget; selection: Selection }> {
  const { job, module, parameters } = setting;
  const { specification, plan, condition, used } = prepared;
  const { method, criterion, enter, remove } = parameters.selection;
  if (method === 'none') throw new Error('nothing to choose by');
  if (method === 'best_subset' && criterion === 'p') throw new Fault('selection_criterion_method', 'best_subset weighs whole sets; p is of one term', { where: { field: 'parameters.selection.criterion' }, values: { method, criterion } });
  const choice = choiceOf(specification, plan, parameters.selection);
  if (choice.candidates.length === 0) throw new Fault('selection_nothing_to_choose', 'every term is forced', { where: { field: 'parameters.selection.forced' } });
  const { group } = parameters.cv_groups === 'condition' ? condition : singleGroups(used.length);
  const forced = [...(plan.intercept ? [0] : []), ...choice.forced.flatMap((term) => plan.terms[term]?.columns ?? [])];
  const ask: SelectionAsk = { method, criterion, enter, remove, candidates: choice.candidates, forced, needsOne: forced.length === 0, group, folds: parameters.cv_splits, seed: parameters.random_seed };
  const selected = await job.pool.run('selectTerms', { module, slab, design, ask }, { signal: job.signal });
  const kept = [...choice.forced, ...selected.chosen.map((candidate) => choice.candidates[candidate]?.term ?? -1)].sort((a, b) => a - b);
  const labels = plan.terms.map(({ label }) => label);
  if (kept.length === 0 && !plan.intercept) throw new Fault('selection_empty', 'no term is worth keeping and the model has no constant', { where: { field: 'parameters.selection' } });
  tellChoice(kept.length, choice, selected.aliased, tell);
  return { reduced: reduceTo(prepared, kept, setting), selection: { ask, choice, selected, design, labels } };
}

export function tellChoice(kept: number, { candidates }: Choice, aliased: readonly number[], tell: (notice: Notice) => void): void {
  if (aliased.length > 0) tell({ code: 'selection_aliased', severity: 'warning', values: { terms: aliased.map((candidate) => candidates[candidate]?.label ?? '') } });
  if (kept === 0) tell({ code: 'selection_nothing_kept', severity: 'warning' });
  tell({ code: 'selection_p_optimistic', severity: 'warning', values: { candidates: candidates.length } });
}

/** The same rows with some of the terms: as if no other had been asked for. */
export function reduceTo(prepared: PreparedTarget, kept: readonly number[], { memory, table }: TargetSetting): PreparedTarget {
  const { specification, used } = prepared;
  const { target, weights, column, contrasts } = specification;
  const model = { ...specification.model, terms: specification.model.terms.filter((_, term) => kept.includes(term)) };
  const plan = learnPlan(model, { column, rows: used, contrasts });
  return {
    ...prepared, plan,
    specification: { ...specification, model, features: columnsOf(model).map(column), formula: formatFormula([target.name], model) },
    design: placeDesign(memory, { plan, table, column, target, weights, rows: used }),
  };
}
