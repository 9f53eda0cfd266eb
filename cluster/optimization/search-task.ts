import { KernelMemory, loadKernels, instantiate } from '../../kernels/index.ts';
import { extendRows, placePlan, polish, searchBlock, type DesignPlan, type PlacedPlan, type SearchBlock } from '../design/index.ts';

export interface SearchTask {
  /** names the plan: it is placed once a thread */
  key: string;
  /** its arrays in shared memory */
  plan: DesignPlan;
  seed: number;
  /** a block of starts, the best rows to be improved to the last digit, or rows of a smaller design to be added to */
  work: { from: number; to: number } | { cells: Float64Array } | { extend: Float64Array };
}

let held: { key: string; placed: PlacedPlan } | null = null;

/** Thread side of the search. The result depends on plan, seed and work alone. */
export async function searchDesign({ key, plan, seed, work }: SearchTask): Promise<SearchBlock> {
  if (held?.key !== key) {
    held = null;
    held = { key, placed: placePlan(await instantiate(await loadKernels(), KernelMemory.create()), plan) };
  }
  if ('from' in work) return searchBlock(held.placed, seed, work.from, work.to);
  return { from: 0, to: 0, best: 0, scores: new Float64Array(0), cells: 'cells' in work ? polish(held.placed, work.cells) : extendRows(held.placed, work.extend) };
}
