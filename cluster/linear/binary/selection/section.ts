import type { BinaryResult, LinearAnalysisParameters } from '../../../../schemas/index.ts';
import { finite } from '../../numbers.ts';
import type { BinarySelection } from './choose.ts';

type Section = NonNullable<BinaryResult['selection']>;

/** The choice as it is told. @param perFold per fold the candidates that its training rows chose */
export function selectionSection({ choice: { candidates, forced }, selected, labels, ask }: BinarySelection, { selection: { method, hierarchy } }: LinearAnalysisParameters, perFold: readonly (readonly number[])[], honest: Section['honest'], heldTerms: Section['held_terms'], nullDeviance: number): Section {
  if (method === 'none') throw new Error('nothing was chosen');
  const label = (candidate: number): string => candidates[candidate]?.label ?? '';
  const { criterion } = ask;
  return {
    method, criterion, hierarchy,
    candidates: candidates.map(({ label: term }, at) => ({ term, chosen: selected.chosen.includes(at), fold_share: perFold.length === 0 ? null : perFold.filter((fold) => fold.includes(at)).length / perFold.length })),
    forced: forced.map((term) => labels[term] ?? ''), chosen: selected.chosen.map(label), aliased: selected.aliased.map(label),
    steps: selected.weighed.map((entry, step) => ({
      step, action: entry.action, term: entry.moved === null ? null : label(entry.moved), terms: [...forced.map((term) => labels[term] ?? ''), ...entry.set.map(label)],
      coefficients: entry.coefficients, criterion: finite(criterion === 'cv' ? entry.cvLogLoss : entry[criterion]), p: finite(entry.p),
      deviance: finite(entry.deviance), mcfadden_r2: nullDeviance > 0 ? finite(1 - entry.deviance / nullDeviance) : null,
      aic: finite(entry.aic), aicc: finite(entry.aicc), bic: finite(entry.bic), cv_log_loss: finite(entry.cvLogLoss),
    })),
    best_step: selected.best, honest, held_terms: heldTerms,
  };
}
