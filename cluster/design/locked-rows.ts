import { Fault } from '../../schemas/index.ts';
import { levelTolerance } from './factors.ts';
import type { DesignFactor, Point } from './factors.ts';
import { groupCount } from './strata.ts';
import type { Strata } from './strata.ts';

type Cells = (number | null)[];

/**
 * Cells that are given where rows are in groups. In blocks the fixed rows come first, as they are given, centre points at the ends of the blocks, one after the other.
 * In whole plots each goes where the plot has its hard factors already, else to a plot that is open, and the whole plot is set like it. [] when nothing is given.
 * Throws design_runs, design_fixed_plots.
 */
export function lockedRows(fixed: readonly (readonly (number | null)[])[], centre: readonly Point[], factors: readonly DesignFactor[], strata: Strata): Cells[] {
  const rows: Cells[] = strata[0].groupOf.map(() => factors.map(() => null));
  if (fixed.length + centre.length > rows.length) throw new Fault('design_runs', `${rows.length} runs cannot hold ${fixed.length + centre.length} fixed ones`, { where: { field: 'runs' }, values: { runs: rows.length, fixed: fixed.length + centre.length } });
  if (fixed.length + centre.length === 0) return [];
  if (strata.every(({ shared }) => shared.length === 0)) inBlocks(rows, fixed, centre, strata);
  else inPlots(rows, [...fixed, ...centre], fixed.length, factors, strata);
  return rows;
}

function inBlocks(rows: Cells[], fixed: readonly (readonly (number | null)[])[], centre: readonly Point[], strata: Strata): void {
  fixed.forEach((cells, i) => {
    rows[i] = [...cells];
  });
  const { groupOf } = strata[strata.length - 1] as Strata[number];
  const ends = Array.from({ length: groupCount({ groupOf }) }, (_, group) => groupOf.flatMap((of, i) => (of === group && i >= fixed.length ? [i] : [])));
  for (let c = 0, turn = 0; c < centre.length; turn++) {
    const at = (ends[turn % ends.length] as number[]).pop();
    if (at !== undefined) rows[at] = [...(centre[c++] as Point)];
  }
}

function inPlots(rows: Cells[], given: readonly (readonly (number | null)[])[], fixed: number, factors: readonly DesignFactor[], strata: Strata): void {
  const taken = new Set<number>();
  /** settings that a group has by now, by stratum, group, factor */
  const set = strata.map(() => new Map<string, number>());
  const settingOf = (at: number, i: number, k: number): number | undefined => set[at]?.get(`${strata[at]?.groupOf[i]} ${k}`);
  const hard = strata.flatMap(({ shared }, at) => shared.map((k) => ({ at, k })));
  given.forEach((cells, item) => {
    // least new settings; of equals the first row for a fixed one, the last of its plot for a centre point
    let best: { row: number; fresh: number } | undefined;
    rows.forEach((_, i) => {
      if (taken.has(i)) return;
      const wanted = hard.filter(({ k }) => cells[k] !== null);
      if (wanted.some(({ at, k }) => Math.abs((settingOf(at, i, k) ?? cells[k] as number) - (cells[k] as number)) > levelTolerance)) return;
      const fresh = wanted.filter(({ at, k }) => settingOf(at, i, k) === undefined).length;
      const samePlot = best !== undefined && strata.at(-1)?.groupOf[best.row] === strata.at(-1)?.groupOf[i];
      if (best === undefined || fresh < best.fresh || (fresh === best.fresh && item >= fixed && samePlot)) best = { row: i, fresh };
    });
    if (best === undefined) {
      const names = hard.map(({ k }) => (factors[k] as DesignFactor).name);
      throw new Fault('design_fixed_plots', `no whole plot has room for the ${item < fixed ? 'fixed row' : 'centre point'} ${item < fixed ? item + 1 : item - fixed + 1} with its ${names.join(', ')}`, {
        where: item < fixed ? { field: 'fixed', row: item + 1 } : { field: 'centrePoints' }, values: { names, plots: groupCount(strata[strata.length - 1] as Strata[number]) },
      });
    }
    const { row } = best;
    taken.add(row);
    rows[row] = [...cells];
    for (const { at, k } of hard) if (cells[k] !== null) set[at]?.set(`${strata[at]?.groupOf[row]} ${k}`, cells[k] as number);
  });
  // what a plot is set to is held by its first row
  for (const { at, k } of hard) {
    const { groupOf } = strata[at] as Strata[number];
    groupOf.forEach((group, i) => {
      const value = settingOf(at, i, k);
      if (value !== undefined && groupOf.indexOf(group) === i) (rows[i] as Cells)[k] = value;
    });
  }
}
