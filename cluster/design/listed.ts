import type { DesignProblem } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { pointAt } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { levelTolerance } from './factors.ts';
import type { Point } from './factors.ts';
import { basisValue } from './model.ts';
import type { DesignModel, Part } from './model.ts';

/** Multiply-adds of one sweep over a list by trial, about ten seconds. */
const mostWork = 2e10;
/** Pairs of hard and easy settings that are kept in a table. */
const mostPairs = 4_000_000;
const mostDistances = 2e8;
/** Distance of two levels of a category beside numbers from −1 to 1. */
const categoryDistance = 2;

/** Settings that a search factor stands for. */
export interface ListedChoice {
  /** factors of the design */
  factors: readonly number[];
  /** a column a factor: its value at each level */
  columns: readonly ArrayLike<number>[];
}

export interface ListedProblem {
  problem: Pick<DesignProblem, 'factors' | 'terms' | 'fixed'>;
  choices: readonly ListedChoice[];
  nearest?: Int32Array;
}

/**
 * A list as a problem whose levels are the candidates: every row tries each of them. Where rows share settings (`plots`) it has two factors,
 * the different settings of those and of the others, and a table of what goes together. Rows that are given stay, listed or not.
 * @param plots factors of whole plots, and the plot of each row; locked: cells that are given, null where free. @throws Fault design_criterion_list_large, design_plots_list_large, design_fixed_plots
 */
export function listedProblem(model: DesignModel, candidates: Candidates, rows: number, { plots, locked = [] }: { plots?: { shared: readonly number[]; groupOf: readonly number[] }; locked?: readonly (readonly (number | null)[])[] } = {}): ListedProblem {
  const p = model.columns.length;
  const most = Math.floor(mostWork / (rows * (p ** 3 / 6 + p * p)));
  if (candidates.count > most) throw new Fault('design_criterion_list_large', `${candidates.count} candidates are too many for this criterion`, { where: { field: 'criterion' }, values: { candidates: candidates.count, limit: most } });
  const everything = model.factors.map((_, k) => k);
  const parts = plots === undefined ? [everything] : [plots.shared, everything.filter((k) => !plots.shared.includes(k))];
  const points = Array.from({ length: candidates.count }, (_, j) => pointAt(candidates, j));
  const settings = parts.map((factors) => differentSettings(points, factors));
  const choiceCounts = settings.map(({ values }) => values.length);
  const levels = locked.map((cells) => settings.map(({ find }, s) => ((parts[s] as number[]).some((k) => cells[k] === null) ? null : find(cells as Point))));
  const choices = settings.map(({ values }, s): ListedChoice => ({ factors: parts[s] as number[], columns: (parts[s] as number[]).map((_, c) => Float64Array.from(values, (value) => value[c] as number)) }));
  const { factors, terms } = split(model, parts, settings.map(({ values }) => values), choiceCounts);
  const problem = { factors, terms, ...(levels.length > 0 && { fixed: levels }) };
  if (plots === undefined) return { problem, choices };
  checkPlots(levels, plots.groupOf, choiceCounts[0] as number);
  const of = points.map((point) => settings.map(({ find }) => find(point)) as [number, number]);
  return { problem, choices, nearest: nearestListed(model, parts[1] as number[], settings[1]?.values ?? [], of, choiceCounts as [number, number]) };
}

/** A given row whose hard settings the list has not leaves nothing to choose for the other rows of its plot. */
function checkPlots(levels: readonly (readonly (number | null)[])[], groupOf: readonly number[], listed: number): void {
  const row = levels.findIndex(([hard, easy]) => hard !== null && easy !== null && (hard as number) >= listed);
  const group = row < 0 ? undefined : groupOf[row];
  if (row >= 0 && levels.some(([, easy], i) => groupOf[i] === group && easy === null)) throw new Fault('design_fixed_plots', 'the list has no rows with the hard factors of a fixed row', { where: { field: 'fixed' }, values: { names: [], plots: Math.max(...groupOf) + 1 } });
}

interface DifferentSettings {
  values: number[][];
  /** level of the settings of a point; those that were not there are added */
  find: (point: Point) => number;
}

function differentSettings(points: readonly Point[], factors: readonly number[]): DifferentSettings {
  const values: number[][] = [];
  const known = new Map<string, number>();
  const find = (point: Point): number => {
    const own = factors.map((k) => point[k] as number);
    const key = own.map((value) => Math.round(value / levelTolerance)).join();
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, values.length);
    values.push(own);
    return values.length - 1;
  };
  points.forEach(find);
  return { values, find };
}

/** Every term is a product of what the parts of the factors give. */
function split(model: DesignModel, parts: readonly (readonly number[])[], values: readonly (readonly number[][])[], choices: readonly number[]): Pick<DesignProblem, 'factors' | 'terms'> {
  const bases = parts.map(() => new Map<string, readonly Part[]>());
  const terms = model.columns.map((column) => parts.flatMap((factors, s) => {
    const own = column.parts.filter(({ factor }) => factors.includes(factor));
    if (own.length === 0) return [];
    const basis = bases[s] as Map<string, readonly Part[]>;
    const key = JSON.stringify(own);
    if (!basis.has(key)) basis.set(key, own);
    return [{ factor: s, basis: [...basis.keys()].indexOf(key) }];
  }));
  return {
    terms,
    factors: parts.map((factors, s) => {
      const basis = [...(bases[s] as Map<string, readonly Part[]>).values()];
      const listed = values[s] as number[][];
      return {
        kind: 'levels' as const, values: listed.map((_, level) => level), basis: basis.length, choices: choices[s] as number,
        table: listed.flatMap((value) => basis.map((own) => own.reduce((product, part) => product * basisValue(model, part.factor, part.basis, value[factors.indexOf(part.factor)] as number), 1))),
      };
    }),
  };
}

function nearestListed(model: DesignModel, easy: readonly number[], values: readonly number[][], pairs: readonly (readonly [number, number])[], [hardCount, easyCount]: readonly [number, number]): Int32Array {
  if (hardCount * easyCount > mostPairs || easyCount * pairs.length > mostDistances) throw new Fault('design_plots_list_large', `${hardCount} settings of the hard factors and ${easyCount} of the others are too many`, { where: { field: 'wholePlots' }, values: { hard: hardCount, easy: easyCount, limit: mostPairs } });
  const beside = Array.from({ length: hardCount }, () => [] as number[]);
  for (const [h, e] of pairs) (beside[h] as number[]).push(e);
  const categorical = easy.map((k) => model.factors[k]?.kind === 'categorical');
  const distance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, c) => sum + (categorical[c] ? (value === b[c] ? 0 : categoryDistance ** 2) : (value - (b[c] as number)) ** 2), 0);
  const nearest = new Int32Array(hardCount * easyCount);
  beside.forEach((listed, h) => {
    const own = new Set(listed);
    for (let e = 0; e < easyCount; e++) {
      nearest[h * easyCount + e] = own.has(e) ? e : listed.reduce((best, other) => {
        const [near, far] = [distance(values[other] as number[], values[e] as number[]), distance(values[best] as number[], values[e] as number[])];
        return near < far || (near === far && other < best) ? other : best;
      });
    }
  });
  return nearest;
}
