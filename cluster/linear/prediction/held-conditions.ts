import { conditionsOf, resolveColumn, type Condition } from '../../dataset/index.ts';
import type { PreparedTarget, TargetSetting } from '../analyse-target.ts';

/** What the rows of a fit had in common beside its model; nothing to look for where nothing is predicted. */
export function heldConditions({ specification, used }: Pick<PreparedTarget, 'specification' | 'used'>, { grid, table, targets }: Pick<TargetSetting, 'grid' | 'table' | 'targets'>): Condition[] {
  if (grid === null) return [];
  const { features, weights, cluster } = specification;
  return conditionsOf(table, used, new Set([...features, weights, cluster, ...targets.map(({ name }) => resolveColumn(table, name))].flatMap((column) => column?.name ?? [])));
}
