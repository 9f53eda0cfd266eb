import { improveByTrial, improveCandidates, improveDesign, placeCandidates, placeDesignGoal, placeDesignProblem, searchByTrial, searchDesign, walkCandidates } from '../../../kernels/index.ts';
import type { DesignSearchResult, DesignWalkResult, Kernels, PlacedDesign, PlacedGoal, PlacedList } from '../../../kernels/index.ts';
import { pointAt } from '../candidates.ts';
import type { Point } from '../factors.ts';
import type { ListedChoice } from '../listed.ts';
import type { DesignPlan } from '../plan.ts';
import { valuesOf } from '../region/index.ts';

/** A plan in kernel memory; threads may share it. */
export type PlacedPlan = { plan: DesignPlan; kernels: Kernels } & ({ kind: 'cells'; placed: PlacedDesign } | { kind: 'list'; placed: PlacedList } | { kind: 'trial'; placed: PlacedGoal });

/** Result of starts from … to − 1, independent of what ran before, beside or on which thread. */
export interface SearchBlock {
  from: number;
  to: number;
  /** score of each start; −∞ where the rows cannot estimate the model */
  scores: Float64Array;
  /** best start of the block: highest score to ten digits, lowest number */
  best: number;
  /** its rows: free rows × factors, as the kernel has them (cells, or [candidate] a row) */
  cells: Float64Array;
}

export function placePlan(kernels: Kernels, plan: DesignPlan): PlacedPlan {
  switch (plan.search.kind) {
    case 'cells': return { plan, kernels, kind: 'cells', placed: placeDesignProblem(kernels, plan.search.problem) };
    case 'list': return { plan, kernels, kind: 'list', placed: placeCandidates(kernels, plan.search.list) };
    case 'trial': return { plan, kernels, kind: 'trial', placed: placeDesignGoal(kernels, placeDesignProblem(kernels, plan.search.problem), plan.search.problem, plan.search.goal) };
  }
}

/** Runs numbered starts. Start s depends on (plan, seed, s) only; over a dense list the best of them is then improved, which depends on the block, too. */
export function searchBlock(placed: PlacedPlan, seed: number, from: number, to: number): SearchBlock {
  const scores = new Float64Array(to - from);
  let best = from;
  let cells = new Float64Array(0);
  for (let start = from; start < to; start++) {
    const result = localSearch(placed, seed, start);
    const score = scoreOf(placed.plan, result);
    scores[start - from] = score;
    if (start > from && !isBetter(score, scores[best - from] as number)) continue;
    best = start;
    cells = 'cells' in result ? result.cells as Float64Array<ArrayBuffer> : Float64Array.from(result.candidates);
  }
  if (placed.kind === 'list' && isDenseList(placed.plan) && (scores[best - from] as number) > -Infinity) {
    const whole = improveCandidates(placed.kernels, placed.placed, cells);
    scores[best - from] = scoreOf(placed.plan, whole);
    cells = Float64Array.from(whole.candidates);
  }
  return { from, to, scores, best, cells };
}

function isDenseList({ search }: DesignPlan): boolean {
  return search.kind === 'list' && search.dense;
}

function localSearch(placed: PlacedPlan, seed: number, start: number): DesignSearchResult | DesignWalkResult {
  switch (placed.kind) {
    case 'cells': return searchDesign(placed.kernels, placed.placed, seed, start);
    case 'list': return walkCandidates(placed.kernels, placed.placed, seed, start, { near: isDenseList(placed.plan) });
    case 'trial': return searchByTrial(placed.kernels, placed.placed, seed, start);
  }
}

/** Improves the best rows with tight tolerances: continuous settings to the last useful digit. Lists have nothing left to gain. */
export function polish(placed: PlacedPlan, cells: Float64Array): Float64Array {
  if (placed.kind === 'list') return cells;
  if (placed.kind === 'trial') return improveByTrial(placed.kernels, placed.placed, cells).cells;
  return improveDesign(placed.kernels, placed.placed, cells, { cellGain: 1e-13, sweepGain: 1e-12, sweeps: 2000 }).cells;
}

/** Rows of the new design, coded: the fixed ones, then those found. */
export function pointsOf(plan: DesignPlan, cells: Float64Array): Point[] {
  const rows = plan.runs - plan.fixed.length;
  const { factors } = plan.model;
  const values = factors.map(valuesOf);
  const candidates = plan.search.kind === 'list' ? plan.search.candidates : undefined;
  const choices = plan.search.kind === 'trial' ? plan.search.choices : undefined;
  const found = Array.from({ length: rows }, (_, i) => (candidates !== undefined ? pointAt(candidates, cells[i] as number) : choices !== undefined ? chosenPoint(choices, cells.subarray(i * choices.length), factors.length)
    : factors.map((_factor, k) => {
      const cell = cells[i * factors.length + k] as number;
      return values[k]?.[cell] ?? cell;
    })));
  return [...plan.fixed, ...found];
}

function chosenPoint(choices: readonly ListedChoice[], cells: Float64Array, factors: number): Point {
  const point = new Array<number>(factors).fill(0);
  choices.forEach((choice, s) => choice.factors.forEach((k, c) => {
    point[k] = choice.columns[c]?.[cells[s] as number] as number;
  }));
  return point;
}

/** Larger is better; a difference is a relative difference of the criterion. */
export function scoreOf({ criterion, model, search }: DesignPlan, { estimable, logDeterminant, trace }: { estimable: boolean; logDeterminant: number; trace: number }): number {
  if (!estimable) return -Infinity;
  // a trial search leaves the criterion itself
  if (search.kind === 'trial') return trace;
  switch (criterion.kind) {
    case 'D': return logDeterminant / model.columns.length;
    case 'A': case 'I': return -Math.log(trace);
    case 'compound': return (criterion.determinantWeight * logDeterminant) / model.columns.length - (1 - criterion.determinantWeight) * Math.log(trace);
    case 'G': case 'E': case 'alias': return trace;
  }
}

/** To ten digits: below that, the order of additions would decide. */
export function isBetter(score: number, than: number): boolean {
  return Math.round(score * 1e10) > Math.round(than * 1e10);
}
