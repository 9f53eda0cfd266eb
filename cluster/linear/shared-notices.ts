import { isDeepStrictEqual } from 'node:util';
import type { LinearTarget, Notice } from '../../schemas/index.ts';

/**
 * What every model of a run tells in the same words (columns left out, rows missing everywhere) concerns the table, not the
 * target: it moves to the notices of the run and is said once. Pure; a run with one model stays as it is.
 */
export function shareNotices(targets: readonly LinearTarget[]): { shared: Notice[]; targets: LinearTarget[] } {
  const [first, ...others] = targets.filter((entry) => entry.status !== 'failed');
  if (first === undefined || others.length === 0) return { shared: [], targets: [...targets] };
  const shared = first.notices.filter((notice) => others.every(({ notices }) => notices.some((other) => isDeepStrictEqual(other, notice))));
  const isShared = (notice: Notice): boolean => shared.some((other) => isDeepStrictEqual(other, notice));
  return { shared, targets: targets.map((entry) => (entry.status === 'failed' ? entry : { ...entry, notices: entry.notices.filter((notice) => !isShared(notice)) })) };
}
