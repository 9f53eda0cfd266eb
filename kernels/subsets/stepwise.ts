import { fTails } from '../distributions/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { defaultForced, totalsOf } from './best-subsets.ts';
import { criteria, loss } from './criteria.ts';
import type { Criterion } from './criteria.ts';
import { columnsOf, hierarchical, subsetProblem } from './problem.ts';
import type { SubsetProblem, Unit } from './problem.ts';
import { selectColumns } from './triangle.ts';

export interface StepwiseOptions {
  direction: 'forward' | 'backward' | 'both';
  /** `p`: F test of the unit, in below `enter`, out above `remove`. A function: value of a set of columns, to be minimised. */
  by: Criterion | 'p' | ((columns: readonly number[]) => number);
  /** Default 0.05. */
  enter?: number;
  /** Default 0.1; at least `enter`, or a unit could go in and out for ever (it is raised to it). */
  remove?: number;
  forced?: readonly number[];
  /** Units to begin with; default none for forward, all otherwise. */
  start?: readonly number[];
}

/** One step taken: what changed and how the model stands after it. */
export interface Step {
  action: 'start' | 'add' | 'remove';
  unit: number | undefined;
  rss: number;
  coefficients: number;
  /** What was minimised, after the step (adjusted R² with its sign turned), or the unit's p. */
  value: number;
}

/** A gain smaller than this is rounding. */
const GAIN = 1e-9;

/** Stepwise selection with its trace. Respects the units' parents throughout. */
export function stepwise(model: FittedModel, units: readonly Unit[], options: StepwiseOptions): { units: number[]; steps: Step[] } {
  const { forced = defaultForced(model), direction, by, enter = 0.05 } = options;
  const remove = Math.max(options.remove ?? 0.1, enter);
  const problem = subsetProblem(model, units, forced);
  const totals = totalsOf(model, problem);
  const rssOf = remember(problem);
  const chosen = new Set(options.start ?? (direction === 'forward' ? [] : units.map((_, unit) => unit)));
  const size = (set: ReadonlySet<number>): number => columnsOf(problem, [...set]).length;
  const columns = (set: ReadonlySet<number>): number[] => [...forced, ...[...set].sort((a, b) => a - b).flatMap((unit) => units[unit]?.columns ?? [])];
  const information = (set: ReadonlySet<number>): number => (by === 'p' ? Number.NaN : typeof by === 'function' ? by(columns(set)) : loss(criteria(rssOf(set), size(set), totals), by));
  const pOf = (small: ReadonlySet<number>, large: ReadonlySet<number>): number => {
    const df = size(large) - size(small);
    const rest = problem.n - size(large);
    return fTails((rssOf(small) - rssOf(large)) / df / (rssOf(large) / rest), df, rest).upper;
  };
  const steps: Step[] = [{ action: 'start', unit: undefined, rss: rssOf(chosen), coefficients: size(chosen), value: information(chosen) }];
  for (let round = 0; round < 4 * units.length + 4; round++) {
    const moves = units.flatMap((_, unit) => {
      const inside = chosen.has(unit);
      if (direction === (inside ? 'forward' : 'backward')) return [];
      const next = new Set(chosen);
      if (inside) next.delete(unit);
      else next.add(unit);
      if (!hierarchical(units, next) || size(next) >= problem.n) return [];
      const value = by !== 'p' ? information(next) : inside ? pOf(next, chosen) : pOf(chosen, next);
      return [{ unit, inside, next, value }];
    });
    const move = by === 'p' ? choiceByP(moves, enter, remove) : choiceByInformation(moves, information(chosen));
    if (move === undefined) break;
    if (move.inside) chosen.delete(move.unit);
    else chosen.add(move.unit);
    steps.push({ action: move.inside ? 'remove' : 'add', unit: move.unit, rss: rssOf(chosen), coefficients: size(chosen), value: move.value });
  }
  return { units: [...chosen].sort((a, b) => a - b), steps };
}

interface Move { unit: number; inside: boolean; value: number }

/** The weakest out first, if weak enough; else the strongest in. */
function choiceByP<M extends Move>(moves: readonly M[], enter: number, remove: number): M | undefined {
  const out = moves.filter(({ inside, value }) => inside && value > remove).sort((a, b) => b.value - a.value || a.unit - b.unit)[0];
  return out ?? moves.filter(({ inside, value }) => !inside && value < enter).sort((a, b) => a.value - b.value || a.unit - b.unit)[0];
}

function choiceByInformation<M extends Move>(moves: readonly M[], now: number): M | undefined {
  const best = [...moves].sort((a, b) => a.value - b.value || a.unit - b.unit)[0];
  return best !== undefined && best.value < now - GAIN ? best : undefined;
}

function remember(problem: SubsetProblem): (set: ReadonlySet<number>) => number {
  const known = new Map<string, number>();
  return (set) => {
    const units = [...set].sort((a, b) => a - b);
    const key = units.join();
    let rss = known.get(key);
    if (rss === undefined) known.set(key, (rss = selectColumns(problem.triangle, columnsOf(problem, units)).rss));
    return rss;
  };
}
