import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import type { Weighed } from '../selection/index.ts';

type Step = NonNullable<LinearSections['selection']>['steps'][number];

export function selection({ selection: made, validation, used }: FittedModel, { parameters }: SectionContext): LinearSections['selection'] {
  if (made === null || parameters.selection.method === 'none') return null;
  const { choice: { candidates, forced }, selected, labels, heldTerms } = made;
  const { method, criterion, hierarchy } = parameters.selection;
  const label = (candidate: number): string => candidates[candidate]?.label ?? '';
  const { chosen: perFold, result } = validation.cross;
  const n = used.length;
  const tss = selected.tss;
  const share = (sum: number): number | null => (tss > 0 ? finite(1 - sum / tss) : null);
  const steps = selected.weighed.map((entry, index): Step => ({
    step: index, action: entry.action, term: entry.moved === null ? null : label(entry.moved), terms: [...forced.map((term) => labels[term] ?? ''), ...entry.set.map(label)],
    coefficients: entry.coefficients, criterion: finite(valueOf(entry, criterion)), p: finite(entry.p),
    rss: finite(entry.rss), rmse: finite(Math.sqrt(Math.max(0, entry.rss) / n)), r2: share(entry.rss), adjusted_r2: finite(entry.adjustedR2), predicted_r2: share(entry.press),
    aic: finite(entry.aic), aicc: finite(entry.aicc), bic: finite(entry.bic), cp: finite(entry.cp), cv_rmse: finite(Math.sqrt(entry.cvMse)),
  }));
  return {
    method, criterion, hierarchy,
    candidates: candidates.map(({ label: term }, at) => ({ term, chosen: selected.chosen.includes(at), fold_share: perFold.length === 0 ? null : perFold.filter((fold) => fold.includes(at)).length / perFold.length })),
    forced: forced.map((term) => labels[term] ?? ''),
    chosen: selected.chosen.map(label),
    aliased: selected.aliased.map(label),
    steps, best_step: selected.best,
    honest: result?.score ?? null,
    held_terms: heldTerms,
  };
}

function valueOf({ p, press, cvMse, adjustedR2, ...others }: Weighed, criterion: NonNullable<LinearSections['selection']>['criterion']): number {
  switch (criterion) {
    case 'p': return p;
    case 'press': return press;
    case 'cv': return cvMse;
    case 'adjusted_r2': return adjustedR2;
    default: return others[criterion];
  }
}
