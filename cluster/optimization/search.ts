import { blockSizeOf, finishSearch, isBetter, pointsOf, scoreOfRows, SearchLedger, type DesignPlan, type DesignSpace, type FoundDesign, type SearchState, type StopRule } from '../design/index.ts';
import type { JobContext } from '../job/context.ts';
import type { SearchBlock } from '../design/index.ts';
import type { SearchTask } from './search-task.ts';

export interface SearchProgress {
  /** starts that are over */
  done: number;
  /** of the best so far: D, the mean variance of coefficients or predictions, or the smallest distance */
  figure: number;
  /** the best so far, user units; null when it is the one told before */
  rows: readonly Record<string, number | string>[] | null;
  /** what the rows are in terms of */
  space: Pick<DesignSpace, 'model' | 'strata'>;
}

/** Searches on every thread of the pool, and from the cells `from` of a design of fewer runs. Blocks are asked for in order and judged in order, so that the number of threads changes nothing but time. */
export async function searchOnPool(context: JobContext, plan: DesignPlan, key: string, seed: number, rule: StopRule, onProgress: (progress: SearchProgress) => void, from?: Float64Array): Promise<FoundDesign & { cells: Float64Array }> {
  const shared = toShared(plan);
  const ledger = new SearchLedger(rule, blockSizeOf(plan));
  let told = -1;
  const run = (work: SearchTask['work']): Promise<SearchBlock> => context.pool.run('searchDesign', { key, plan: shared, seed, work }, { signal: context.signal });
  const worker = async (): Promise<void> => {
    for (let block = ledger.next(); block !== null; block = ledger.next()) {
      context.checkCancelled();
      const state = ledger.add(await run(block));
      const isNew = state.best !== told && state.score > -Infinity;
      if (isNew) told = state.best;
      onProgress({ done: state.done, figure: figureOf(plan, state), rows: isNew ? finishSearch(plan, state, state.cells).rows : null, space: { model: plan.model, strata: plan.strata ?? null } });
    }
  };
  await Promise.all(Array.from({ length: context.pool.threads }, worker));
  const { state } = ledger;
  const polished = state.score === -Infinity ? state.cells : (await run({ cells: state.cells })).cells;
  const fresh = state.score === -Infinity ? null : finishSearch(plan, state, polished);
  if (from !== undefined) {
    const { cells } = await run({ extend: from });
    const warm = cells.length === 0 ? -Infinity : scoreOfRows(plan, pointsOf(plan, cells));
    if (warm > -Infinity && (fresh === null || isBetter(warm, fresh.search.score))) return { ...finishSearch(plan, { ...state, score: warm }, cells), cells };
  }
  return { ...(fresh ?? finishSearch(plan, state, polished)), cells: polished };
}

/** What a user knows the score as. */
function figureOf({ criterion, runs, history }: DesignPlan, { score }: SearchState): number {
  // blocks may end before the first one has: nothing is known yet
  if (score === -Infinity) return Number.NaN;
  switch (criterion.kind) {
    case 'D': return Math.exp(score) / (runs + history.length);
    case 'A': case 'I': case 'G': return Math.exp(-score);
    case 'E': case 'compound': case 'alias': return score;
  }
}

/** The plan with its arrays in memory that threads share: a long list is not copied for every block. */
function toShared<T>(value: T, known = new Map<object, object>()): T {
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before as T;
  const result = value instanceof Float64Array ? new Float64Array(new SharedArrayBuffer(value.byteLength))
    : value instanceof Int32Array ? new Int32Array(new SharedArrayBuffer(value.byteLength))
      : Array.isArray(value) ? value.map((part: unknown) => toShared(part, known))
        : Object.fromEntries(Object.entries(value).map(([name, part]: [string, unknown]) => [name, toShared(part, known)]));
  if (ArrayBuffer.isView(value)) (result as Float64Array).set(value as unknown as Float64Array);
  known.set(value, result);
  return result as T;
}
