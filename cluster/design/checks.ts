import { Fault } from '../../schemas/index.ts';
import { dependentColumns } from './algebra.ts';
import { pointAt } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { encode, encodeSetting, levelTolerance } from './factors.ts';
import type { DesignFactor, Point, Settings } from './factors.ts';
import type { DesignModel } from './model.ts';
import type { DesignRequest } from './request.ts';
import { groupCount } from './strata.ts';
import type { Strata } from './strata.ts';

export function fixedRows(request: DesignRequest, factors: readonly DesignFactor[]): { whole: Point[]; partial: (number | null)[][] } {
  const whole: Point[] = [];
  const partial: (number | null)[][] = [];
  (request.fixed ?? []).forEach((settings, i) => {
    const row = i + 1;
    for (const name of Object.keys(settings)) {
      if (!factors.some((factor) => factor.name === name)) throw new Fault('design_unknown_factor', `fixed row ${row} names ${name}`, { where: { field: 'fixed', column: name, row }, values: { name, known: factors.map((factor) => factor.name) } });
    }
    const cells = factors.map((factor) => lockedCell(factor, settings, row));
    if (cells.every((cell) => cell !== null)) whole.push(encode(factors, settings, row));
    else if (request.candidates !== undefined || request.replicates === 'distinct') throw new Fault('design_fixed_whole', `fixed row ${row} has free cells`, { where: { field: 'fixed', row }, values: { row } });
    else partial.push(cells);
  });
  return { whole, partial };
}

/** Number of the level, coded number, or null. */
function lockedCell(factor: DesignFactor, settings: Settings, row: number): number | null {
  const value = settings[factor.name];
  return value === undefined ? null : encodeSetting(factor, value, row);
}

/** The fixed rows by cells, null = free. */
export function fixedCells(request: DesignRequest, factors: readonly DesignFactor[]): (number | null)[][] {
  return (request.fixed ?? []).map((settings, i) => factors.map((factor) => lockedCell(factor, settings, i + 1)));
}

/** The coefficients of hard factors alone are told by so many groups. Throws design_too_few_plots. */
export function checkPlots(model: DesignModel, precision: Float64Array, strata: Strata | undefined): void {
  const hard = new Set<number>();
  const around = strata?.[0].ratio === null ? groupCount(strata[0]) : 0;
  for (const stratum of strata ?? []) {
    for (const k of stratum.shared) hard.add(k);
    if (stratum.kind !== 'plots') continue;
    const terms = model.columns.filter(({ parts }, j) => precision[j] === 0 && parts.every(({ factor }) => hard.has(factor))).map(({ name }) => name);
    const plots = groupCount(stratum);
    if (terms.length + around > plots) throw new Fault('design_too_few_plots', `${plots} whole plots for ${terms.length} coefficients of hard factors`, { where: { field: 'wholePlots' }, values: { plots, needed: terms.length + around, terms } });
  }
}

/** 1 for every candidate that is not taken yet. Throws design_too_few_candidates. */
export function openCandidates(candidates: Candidates, taken: readonly Point[], rows: number): Int32Array<ArrayBuffer> {
  const keys = new Set(taken.map((point) => point.map((v) => Math.round(v / levelTolerance)).join()));
  const limit = Int32Array.from({ length: candidates.count }, (_, j) => (keys.size > 0 && keys.has(pointAt(candidates, j).map((v) => Math.round(v / levelTolerance)).join()) ? 0 : 1));
  const left = limit.reduce((sum, value) => sum + value, 0);
  if (left < rows) throw new Fault('design_too_few_candidates', `${left} different candidates for ${rows} runs`, { where: { field: 'runs' }, values: { candidates: left, runs: rows } });
  return limit;
}

/** Names every coefficient that no choice of rows could estimate. */
export function checkEstimable(model: DesignModel, precision: Float64Array, prior: Float64Array, moments: Float64Array | undefined): void {
  if (moments === undefined) return;
  const p = model.columns.length;
  const necessary = model.columns.map((_, j) => j).filter((j) => precision[j] === 0);
  const q = necessary.length;
  const together = Float64Array.from({ length: q * q }, (_, at) => {
    const cell = (necessary[Math.floor(at / q)] as number) * p + (necessary[at % q] as number);
    return (moments[cell] as number) + (prior[cell] as number);
  });
  const name = (j: number): string => (model.columns[necessary[j] as number] as DesignModel['columns'][number]).name;
  const lost = dependentColumns(together, q);
  if (lost.length === 0) return;
  const relations = lost.map(({ column, of }) => `${name(column)} = ${of.map(({ column: other, coefficient }) => `${Number(coefficient.toPrecision(6))}·${name(other)}`).join(' + ') || '0'}`);
  throw new Fault('design_inestimable', `no rows can estimate ${relations.join('; ')}`, { where: { field: 'model' }, values: { terms: lost.map(({ column }) => name(column)), relations } });
}

export function checkRuns(model: DesignModel, precision: Float64Array, prior: Float64Array, free: number, earlier: number, runs: number): void {
  const p = model.columns.length;
  const necessary = precision.filter((value) => value === 0).length;
  // earlier rows count for what they tell, not for how many they are
  const known = earlier === 0 ? 0 : p - dependentColumns(prior, p).length;
  if (free + known >= necessary) return;
  throw new Fault('design_too_few_runs', `${runs} runs for ${necessary} coefficients`, { where: { field: 'runs' }, values: { runs, earlier, terms: necessary, needed: necessary - known + runs - free } });
}

