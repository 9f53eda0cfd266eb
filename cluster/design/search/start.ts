import { improveDesign, placeCandidates, placeDesignProblem, searchDesign, walkCandidates } from '../../../kernels/index.ts';
import type { Kernels, PlacedDesign, PlacedList } from '../../../kernels/index.ts';
import { pointAt } from '../candidates.ts';
import type { Point } from '../factors.ts';
import type { DesignPlan } from '../plan.ts';
import { valuesOf } from '../region/index.ts';

/** A plan in kernel memory; threads may share it. */
export type PlacedPlan = { plan: DesignPlan; kernels: Kernels } & ({ kind: 'cells'; placed: PlacedDesign } | { kind: 'list'; placed: PlacedList });

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
  return plan.search.kind === 'cells'
    ? { plan, kernels, kind: 'cells', placed: placeDesignProblem(kernels, plan.search.problem) }
    : { plan, kernels, kind: 'list', placed: placeCandidates(kernels, plan.search.list) };
}

/** Runs numbered starts. Start s depends on (plan, seed, s) only. */
export function searchBlock(placed: PlacedPlan, seed: number, from: number, to: number): SearchBlock {
  const scores = new Float64Array(to - from);
  let best = from;
  let cells = new Float64Array(0);
  for (let start = from; start < to; start++) {
    const result = placed.kind === 'cells' ? searchDesign(placed.kernels, placed.placed, seed, start) : walkCandidates(placed.kernels, placed.placed, seed, start);
    const score = scoreOf(placed.plan, result);
    scores[start - from] = score;
    if (start > from && !isBetter(score, scores[best - from] as number)) continue;
    best = start;
    cells = 'cells' in result ? result.cells as Float64Array<ArrayBuffer> : Float64Array.from(result.candidates);
  }
  return { from, to, scores, best, cells };
}

/** Improves the best rows with tight tolerances: continuous settings to the last useful digit. Lists have nothing left to gain. */
export function polish(placed: PlacedPlan, cells: Float64Array): Float64Array {
  if (placed.kind === 'list') return cells;
  return improveDesign(placed.kernels, placed.placed, cells, { cellGain: 1e-13, sweepGain: 1e-12, sweeps: 2000 }).cells;
}

/** Rows of the new design, coded: the fixed ones, then those found. */
export function pointsOf(plan: DesignPlan, cells: Float64Array): Point[] {
  const rows = plan.runs - plan.fixed.length;
  const { factors } = plan.model;
  const values = factors.map(valuesOf);
  const found = Array.from({ length: rows }, (_, i) => (plan.search.kind === 'list'
    ? pointAt(plan.search.candidates, cells[i] as number)
    : factors.map((_factor, k) => {
      const cell = cells[i * factors.length + k] as number;
      return values[k]?.[cell] ?? cell;
    })));
  return [...plan.fixed, ...found];
}

/** Larger is better; a difference is a relative difference of the criterion. */
export function scoreOf({ criterion, model }: DesignPlan, { estimable, logDeterminant, trace }: { estimable: boolean; logDeterminant: number; trace: number }): number {
  if (!estimable) return -Infinity;
  switch (criterion.kind) {
    case 'D': return logDeterminant / model.columns.length;
    case 'A': case 'I': return -Math.log(trace);
    case 'compound': return (criterion.determinantWeight * logDeterminant) / model.columns.length - (1 - criterion.determinantWeight) * Math.log(trace);
  }
}

/** To ten digits: below that, the order of additions would decide. */
export function isBetter(score: number, than: number): boolean {
  return Math.round(score * 1e10) > Math.round(than * 1e10);
}
