import type { CandidateList } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { encodeNumber } from './factors.ts';
import type { DesignFactor, Point } from './factors.ts';
import { basisValue } from './model.ts';
import type { DesignModel, Part } from './model.ts';
import { isAllowed, valuesOf } from './region/index.ts';
import type { Region } from './region/index.ts';

/** Different conditions, column by column: coded numbers, or numbers of levels. */
export interface Candidates {
  /** the factors, numbers with exactly the levels that occur */
  factors: readonly DesignFactor[];
  columns: readonly Float64Array[];
  count: number;
  /** every combination of the levels occurs */
  isGrid: boolean;
}

/**
 * Codes a list and keeps each condition once. Nothing is thinned.
 * Throws design_no_candidates, design_candidates_missing, design_candidates_lengths, design_setting_number, design_setting_level.
 */
export function readCandidates(factors: readonly DesignFactor[], table: Readonly<Record<string, ArrayLike<number | string>>>): Candidates {
  const sources = factors.map((factor) => {
    const source = table[factor.name];
    if (source === undefined) throw new Fault('design_candidates_missing', `the candidates have no column ${factor.name}`, { where: { field: 'candidates', column: factor.name }, values: { name: factor.name, columns: Object.keys(table) } });
    return source;
  });
  const rows = sources[0]?.length ?? 0;
  if (rows === 0) throw new Fault('design_no_candidates', 'the list of candidates is empty', { where: { field: 'candidates' } });
  if (sources.some(({ length }) => length !== rows)) throw new Fault('design_candidates_lengths', 'the columns of the candidates differ in length', { where: { field: 'candidates' } });
  const levels = factors.map((factor, k) => levelsOf(factor, sources[k] as ArrayLike<number | string>));
  // a condition is a number in the mixed radix of its levels; beyond 2^53 it is text
  const product = levels.reduce((total, { values }) => total * values.length, 1);
  const seen = new Set<number | string>();
  const kept: number[] = [];
  for (let j = 0; j < rows; j++) {
    const key = product < 2 ** 53 ? levels.reduce((total, { values, index }) => total * values.length + (index[j] as number), 0) : levels.map(({ index }) => index[j]).join();
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(j);
  }
  return {
    factors: factors.map((factor, k) => withLevels(factor, (levels[k] as Levels).values)),
    columns: levels.map(({ coded, index }) => Float64Array.from(kept, (j) => coded[index[j] as number] as number)),
    count: kept.length,
    isGrid: kept.length === product,
  };
}

interface Levels {
  /** as the user wrote them, numbers ascending */
  values: readonly (number | string)[];
  coded: readonly number[];
  /** level of each row */
  index: Int32Array;
}

function levelsOf(factor: DesignFactor, source: ArrayLike<number | string>): Levels {
  const distinct = new Map<number | string, number>();
  const index = new Int32Array(source.length);
  for (let j = 0; j < source.length; j++) {
    const value = factor.kind === 'categorical' ? String(source[j]) : source[j] as number | string;
    if (factor.kind !== 'categorical' && (typeof value !== 'number' || !Number.isFinite(value))) {
      throw new Fault('design_setting_number', `${factor.name} in row ${j + 1} of the candidates is not a number`, { where: { field: 'candidates', column: factor.name, row: j + 1 }, values: { name: factor.name, row: j + 1, value: String(value) } });
    }
    let at = distinct.get(value);
    if (at === undefined) {
      if (factor.kind === 'categorical' && !factor.levels.includes(value as string)) {
        throw new Fault('design_setting_level', `${factor.name} has no level ${value}`, { where: { field: 'candidates', column: factor.name, row: j + 1 }, values: { name: factor.name, row: j + 1, value, levels: factor.levels } });
      }
      at = distinct.size;
      distinct.set(value, at);
    }
    index[j] = at;
  }
  const found = [...distinct.keys()];
  const order = found.map((_, at) => at).sort((a, b) => (factor.kind === 'categorical' ? factor.levels.indexOf(found[a] as string) - factor.levels.indexOf(found[b] as string) : (found[a] as number) - (found[b] as number)));
  const place = new Int32Array(found.length);
  order.forEach((at, rank) => {
    place[at] = rank;
  });
  const values = order.map((at) => found[at] as number | string);
  return {
    values, index: index.map((at) => place[at] as number),
    coded: values.map((value) => (factor.kind === 'categorical' ? factor.levels.indexOf(value as string) : encodeNumber(factor, value as number))),
  };
}

/** The limits stay those that were declared: coding never depends on the rows of a list. */
function withLevels(factor: DesignFactor, values: readonly (number | string)[]): DesignFactor {
  if (factor.kind === 'categorical' || factor.kind === 'mixture') return factor;
  const { low, high } = factor.kind === 'continuous' ? factor : { low: factor.low ?? Math.min(...factor.levels), high: factor.high ?? Math.max(...factor.levels) };
  return { kind: 'discrete', name: factor.name, levels: values as number[], low, high };
}

/** Every allowed combination of levels. Throws design_distinct_needs_levels, design_grid_too_large. */
export function gridCandidates(region: Region, most: number): Candidates {
  const { factors } = region;
  const levels = factors.map((factor) => valuesOf(factor) ?? refuse(factor));
  const product = levels.reduce((total, { length }) => total * length, 1);
  if (product > most) throw new Fault('design_grid_too_large', `${product} combinations of levels`, { where: { field: 'replicates' }, values: { combinations: product, limit: most } });
  const kept: number[][] = [];
  for (let j = 0; j < product; j++) {
    let rest = j;
    const point = levels.map((values) => {
      const value = values[rest % values.length] as number;
      rest = Math.floor(rest / values.length);
      return value;
    });
    if (isAllowed(region, point)) kept.push(point);
  }
  return { factors, columns: factors.map((_, k) => Float64Array.from(kept, (point) => point[k] as number)), count: kept.length, isGrid: kept.length === product };
}

function refuse(factor: DesignFactor): never {
  throw new Fault('design_distinct_needs_levels', `${factor.name} can take any number`, { where: { field: 'replicates', column: factor.name }, values: { name: factor.name } });
}

/** Only candidates that satisfy the restrictions. Throws design_no_candidates when none does. */
export function allowedCandidates(candidates: Candidates, region: Region): Candidates {
  if (region.constraints.length + region.boxes.length === 0) return candidates;
  const kept: number[] = [];
  for (let j = 0; j < candidates.count; j++) if (isAllowed(region, pointAt(candidates, j))) kept.push(j);
  if (kept.length === 0) throw new Fault('design_no_candidates', 'no candidate satisfies the constraints', { where: { field: 'candidates' } });
  return keepRows(candidates, kept);
}

export function keepCandidates(candidates: Candidates, isKept: (j: number) => boolean): Candidates {
  return keepRows(candidates, Array.from({ length: candidates.count }, (_, j) => j).filter(isKept));
}

function keepRows(candidates: Candidates, kept: readonly number[]): Candidates {
  return { ...candidates, columns: candidates.columns.map((column) => Float64Array.from(kept, (j) => column[j] as number)), count: kept.length, isGrid: candidates.isGrid && kept.length === candidates.count };
}

export function pointAt({ columns }: Candidates, j: number): number[] {
  return columns.map((column) => column[j] as number);
}

/** Rows that are multiplied together: their columns stay in cache. */
const blockRows = 1024;

/** W = mean f f' over the list. Cost: p² / 2 multiply-adds a candidate. */
export function candidateMoments(model: DesignModel, candidates: Candidates): Float64Array {
  const p = model.columns.length;
  const w = new Float64Array(p * p);
  const known = new Map<string, Float64Array>();
  const sources = model.columns.map(({ parts }) => parts.map((part) => basisColumn(model, candidates, part, known)));
  const block = sources.map(() => new Float64Array(blockRows));
  for (let from = 0; from < candidates.count; from += blockRows) {
    const rows = Math.min(blockRows, candidates.count - from);
    sources.forEach((parts, a) => {
      const column = (block[a] as Float64Array).fill(1, 0, rows);
      for (const source of parts) for (let j = 0; j < rows; j++) column[j] = (column[j] as number) * (source[from + j] as number);
    });
    for (let a = 0; a < p; a++) for (let b = 0; b <= a; b++) w[a * p + b] = (w[a * p + b] as number) + innerProduct(block[a] as Float64Array, block[b] as Float64Array, rows);
  }
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      w[a * p + b] = (w[a * p + b] as number) / candidates.count;
      w[b * p + a] = w[a * p + b] as number;
    }
  }
  return w;
}

function innerProduct(a: Float64Array, b: Float64Array, rows: number): number {
  let sum = 0;
  for (let j = 0; j < rows; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
}

function basisColumn(model: DesignModel, candidates: Candidates, { factor, basis }: Part, known: Map<string, Float64Array>): Float64Array {
  const key = `${factor},${basis}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const source = candidates.columns[factor] as Float64Array;
  const memo = new Map<number, number>();
  const column = source.map((x) => {
    const value = memo.get(x) ?? basisValue(model, factor, basis, x);
    memo.set(x, value);
    return value;
  });
  known.set(key, column);
  return column;
}

/**
 * The list for the row exchange: categories become one number a combination of levels, second-order products of numbers stay implicit,
 * anything beyond is a column of its own.
 */
export function kernelList(model: DesignModel, candidates: Candidates): Pick<CandidateList, 'columns' | 'candidates' | 'category' | 'contrasts' | 'terms'> {
  const categorical = model.factors.map((factor, k) => ({ factor, k })).filter(({ factor }) => factor.kind === 'categorical').map(({ k }) => k);
  const combos = new Map<string, number>();
  const comboPoints: Point[] = [];
  const category = Int32Array.from({ length: candidates.count }, (_, j) => {
    const key = categorical.map((k) => candidates.columns[k]?.[j]).join();
    let at = combos.get(key);
    if (at === undefined) {
      at = combos.size;
      combos.set(key, at);
      comboPoints.push(pointAt(candidates, j));
    }
    return at;
  });
  const columns: Float64Array[] = [];
  const numberOf = new Map<string, number>();
  const known = new Map<string, Float64Array>();
  const columnFor = (parts: readonly Part[]): number => {
    const key = JSON.stringify(parts);
    const before = numberOf.get(key);
    if (before !== undefined) return before;
    const sources = parts.map((part) => basisColumn(model, candidates, part, known));
    columns.push(sources.length === 1 ? sources[0] as Float64Array : Float64Array.from({ length: candidates.count }, (_, j) => sources.reduce((product, source) => product * (source[j] as number), 1)));
    numberOf.set(key, columns.length - 1);
    return columns.length - 1;
  };
  const terms = model.columns.map(({ parts }) => {
    const numbers = parts.filter(({ factor }) => !categorical.includes(factor));
    const linear = numbers.map(({ factor, basis }) => (basis < (model.powers[factor] as number) ? Array.from({ length: basis + 1 }, () => ({ factor, basis: 0 })) : [{ factor, basis }])).flat();
    if (linear.length <= 2) return linear.map((part) => columnFor([part]));
    return [columnFor(numbers)];
  });
  const contrasts = Float64Array.from(comboPoints.flatMap((point) => model.columns.map(({ parts }) => parts.reduce((product, { factor, basis }) => (categorical.includes(factor) ? product * basisValue(model, factor, basis, point[factor] as number) : product), 1))));
  return { columns, candidates: candidates.count, category, contrasts, terms };
}
