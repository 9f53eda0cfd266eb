import type { LinearResult } from './result.ts';
import type { FittedTarget } from './target.ts';

/** One fitted target with what it shares with the others, flat: what a chart, a workbook or a table is made from. */
export type LinearView = Omit<FittedTarget, 'status' | 'used'> & {
  dataset: LinearResult['dataset'] & FittedTarget['used'];
  parameters: LinearResult['parameters'];
};

/** The fitted targets of a result, in order. Notices of the file stand before those of the target. */
export function linearViews({ dataset, parameters, targets, notices }: LinearResult): LinearView[] {
  return targets.flatMap((entry): LinearView[] => {
    if (entry.status !== 'fitted') return [];
    const { status: _, used, ...target } = entry;
    return [{ ...target, dataset: { ...dataset, ...used }, parameters, notices: [...notices, ...target.notices] }];
  });
}
