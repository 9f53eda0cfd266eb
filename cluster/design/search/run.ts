import type { DesignGoal, DesignProblem, Kernels } from '../../../kernels/index.ts';
import { Fault } from '../../../schemas/index.ts';
import { dependentColumns } from '../algebra.ts';
import { decode } from '../factors.ts';
import type { Point } from '../factors.ts';
import type { DesignPlan } from '../plan.ts';
import { SearchLedger } from './ledger.ts';
import type { SearchState, StopRule } from './ledger.ts';
import { planInformation, scoreOfRows } from './score.ts';
import { placePlan, pointsOf, polish, searchBlock } from './start.ts';

export interface FoundDesign {
  /** coded rows of the new design */
  points: readonly Point[];
  /** the same in the user's units */
  rows: readonly Record<string, number | string>[];
  /** block or whole plot of each row in the innermost groups, from 1; absent without */
  groups?: readonly number[];
  /** `score` is computed anew from the rows */
  search: Omit<SearchState, 'cells'>;
}

/** Multiply-adds that make a block worth sending to a thread. */
const blockWork = 2e8;

/** Starts over a dense list of which the best looks at the whole list. */
const denseBlock = 8;

/** Starts of a block: a function of the plan alone, never of the machine. */
export function blockSizeOf({ model, runs, search }: DesignPlan): number {
  if (search.kind === 'list' && search.dense) return denseBlock;
  const p = model.columns.length;
  const factors = model.factors.length;
  const sweeps = 12;
  const start = search.kind === 'cells' ? sweeps * runs * factors * (2 * p * factors + p * p)
    : search.kind === 'list' ? sweeps * runs * search.list.candidates * (factors + 1) * (factors + 2) / 2
      : sweeps * runs * trialsOf(search.problem) * (isBlend(search.goal) ? 2 * p * p : p ** 3 / 6 + 4 * p * p);
  return Math.max(1, Math.min(50, Math.round(blockWork / start)));
}

/** Mixtures whose rows stand for themselves are looked at with V at hand (kernels/design/goal.ts). */
function isBlend({ kind, mixture, groupings, leader }: DesignGoal): boolean {
  return kind === 'moments' && mixture !== undefined && groupings === undefined && leader === undefined;
}

/** Trials of a row in a sweep. */
function trialsOf({ factors }: DesignProblem): number {
  const continuous = 20;
  return factors.reduce((sum, factor) => sum + (factor.kind === 'levels' ? factor.values.length : continuous), 0);
}

/** The whole search on one thread; `onBest` sees the state after each block. A pool does the same with `SearchLedger` and `searchBlock`. */
export function runSearch(kernels: Kernels, plan: DesignPlan, seed: number, rule: StopRule, onBlock?: (state: SearchState) => void): FoundDesign {
  const mark = kernels.memory.mark();
  try {
    const placed = placePlan(kernels, plan);
    const ledger = new SearchLedger(rule, blockSizeOf(plan));
    for (let block = ledger.next(); block !== null; block = ledger.next()) {
      ledger.add(searchBlock(placed, seed, block.from, block.to));
      onBlock?.(ledger.state);
    }
    return finishSearch(plan, ledger.state, polish(placed, ledger.state.cells));
  } finally {
    kernels.memory.release(mark);
  }
}

/** The design from the best rows. Throws design_singular, with the coefficients that they leave open, when no start could estimate the model, design_no_start when none found allowed rows. */
export function finishSearch(plan: DesignPlan, state: SearchState, cells: Float64Array): FoundDesign {
  const points = pointsOf(plan, cells);
  if (state.score === -Infinity) {
    const p = plan.model.columns.length;
    const information = planInformation(plan, points);
    const terms = dependentColumns(information, p).map(({ column }) => (plan.model.columns[column] as DesignPlan['model']['columns'][number]).name);
    if (terms.length === 0) throw new Fault('design_no_start', `no start found ${plan.runs} runs that are allowed together`, { where: { field: 'runs' }, values: { runs: plan.runs, starts: state.done } });
    throw new Fault('design_singular', `no start could estimate ${terms.join(', ')}`, { where: { field: 'model' }, values: { terms, starts: state.done } });
  }
  const { cells: _cells, ...search } = state;
  return { points, rows: points.map((point) => decode(plan.model.factors, point)), search: { ...search, score: scoreOfRows(plan, points) }, ...(plan.strata && { groups: plan.strata.at(-1)?.groupOf.map((group) => group + 1) ?? [] }) };
}
