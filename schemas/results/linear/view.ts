import type { LinearResult } from './result.ts';
import type { BinaryTarget, FittedTarget } from './target.ts';

interface Shared {
  parameters: LinearResult['parameters'];
  units: LinearResult['units'];
}

/** One fitted target with what it shares with the others, flat: what a chart, a workbook or a table is made from. */
export type LinearView = Omit<FittedTarget, 'status' | 'used'> & Shared & { dataset: LinearResult['dataset'] & FittedTarget['used'] };

/** The same of a target of two values. */
export type BinaryView = Omit<BinaryTarget, 'status' | 'used'> & Shared & { dataset: LinearResult['dataset'] & BinaryTarget['used'] };

export type TargetView = { kind: 'fitted'; view: LinearView } | { kind: 'binary'; view: BinaryView };

/** Every target that has a model, in order. Notices of the file stand before those of the target. */
export function targetViews({ dataset, parameters, units, targets, notices }: LinearResult): TargetView[] {
  return targets.flatMap((entry): TargetView[] => {
    if (entry.status === 'failed') return [];
    const shared = { dataset: { ...dataset, ...entry.used }, parameters, units, notices: [...notices, ...entry.notices] };
    if (entry.status === 'binary') {
      const { status: _, used: _used, ...target } = entry;
      return [{ kind: 'binary', view: { ...target, ...shared } }];
    }
    const { status: _, used: _used, ...target } = entry;
    return [{ kind: 'fitted', view: { ...target, ...shared } }];
  });
}

/** The numeric ones of them. */
export function linearViews(result: LinearResult): LinearView[] {
  return targetViews(result).flatMap(({ kind, view }) => (kind === 'fitted' ? [view] : []));
}
