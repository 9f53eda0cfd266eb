import type { KernelSlab } from '../../../../kernels/index.ts';
import { Fault, type Notice } from '../../../../schemas/index.ts';
import type { PreparedTarget, TargetSetting } from '../../analyse-target.ts';
import { singleGroups } from '../../../dataset/index.ts';
import type { Design } from '../../design.ts';
import { choiceOf, reduceTo, tellChoice, type Choice } from '../../selection/index.ts';
import { binaryCriteria, type BinaryCriterion, type BinarySelected, type BinarySelectionAsk } from './types.ts';

/** What was chosen of the terms of a target of two values, and what choosing again without some rows needs. */
export interface BinarySelection {
  ask: BinarySelectionAsk;
  choice: Choice;
  selected: BinarySelected;
  labels: string[];
}

/**
 * The target with the terms that the data keep. @param design of all terms, the target as 0 and 1
 * @throws Fault `selection_nothing_to_choose`, `selection_criterion_method`, `selection_criterion_binary`, `selection_too_many_terms`, `selection_empty`
 */
export async function chooseBinaryTerms(prepared: PreparedTarget, design: Design, slab: KernelSlab, setting: TargetSetting, tell: (notice: Notice) => void): Promise<{ reduced: PreparedTarget; selection: BinarySelection }> {
  const { job, module, parameters } = setting;
  const { plan, condition, used, specification } = prepared;
  const { method, criterion, enter, remove } = parameters.selection;
  if (method === 'none') throw new Error('nothing to choose by');
  if (!isBinaryCriterion(criterion)) throw new Fault('selection_criterion_binary', `${criterion} is of squared errors`, { where: { field: 'parameters.selection.criterion', column: specification.target.name }, values: { name: specification.target.name, criterion, known: [...binaryCriteria] } });
  if (method === 'best_subset' && criterion === 'p') throw new Fault('selection_criterion_method', 'best_subset weighs whole sets; p is of one term', { where: { field: 'parameters.selection.criterion' }, values: { method, criterion } });
  const choice = choiceOf(specification, plan, parameters.selection);
  if (choice.candidates.length === 0) throw new Fault('selection_nothing_to_choose', 'every term is forced', { where: { field: 'parameters.selection.forced' } });
  const { group } = parameters.cv_groups === 'condition' ? condition : singleGroups(used.length);
  const forced = [...(plan.intercept ? [0] : []), ...choice.forced.flatMap((term) => plan.terms[term]?.columns ?? [])];
  const ask: BinarySelectionAsk = { method, criterion, enter, remove, candidates: choice.candidates, forced, group, folds: parameters.cv_splits, seed: parameters.random_seed };
  const selected = await job.pool.run('selectBinaryTerms', { module, slab, design, link: parameters.link, ask }, { signal: job.signal });
  const kept = [...choice.forced, ...selected.chosen.map((candidate) => choice.candidates[candidate]?.term ?? -1)].sort((a, b) => a - b);
  if (kept.length === 0 && !plan.intercept) throw new Fault('selection_empty', 'no term is worth keeping and the model has no constant', { where: { field: 'parameters.selection' } });
  tellChoice(kept.length, choice, selected.aliased, tell);
  return { reduced: reduceTo(prepared, kept, setting), selection: { ask, choice, selected, labels: plan.terms.map(({ label }) => label) } };
}

function isBinaryCriterion(criterion: string): criterion is BinaryCriterion {
  return (binaryCriteria as readonly string[]).includes(criterion);
}
