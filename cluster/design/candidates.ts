import type { CandidateList } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { encodeNumber, limitsOf } from './factors.ts';
import type { DesignFactor, Point } from './factors.ts';
import { basisValue } from './model.ts';
import type { DesignModel, Part } from './model.ts';
import { mix } from './random.ts';
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
  const columns = factors.map((factor, k) => codedColumn(factor, sources[k] as ArrayLike<number | string>));
  const kept = differentRows(columns);
  const values = factors.map((factor, k) => (factor.kind === 'categorical' ? [...factor.levels] : differentNumbers(sources[k] as ArrayLike<number>)));
  const used = columns.map((column, k) => (factors[k]?.kind === 'categorical' ? new Set(column).size : (values[k] as readonly unknown[]).length));
  return {
    factors: factors.map((factor, k) => withLevels(factor, values[k] as readonly (number | string)[])),
    columns: columns.map((column) => (kept.length === rows ? column : Float64Array.from(kept, (j) => column[j] as number))),
    count: kept.length,
    isGrid: kept.length === used.reduce((product, count) => product * count, 1) && factors.every((factor, k) => factor.kind !== 'categorical' || used[k] === factor.levels.length),
  };
}

/** Coded numbers, or numbers of levels. */
function codedColumn(factor: DesignFactor, source: ArrayLike<number | string>): Float64Array<ArrayBuffer> {
  const column = new Float64Array(source.length);
  const where = (j: number): { field: string; column: string; row: number } => ({ field: 'candidates', column: factor.name, row: j + 1 });
  if (factor.kind === 'categorical') {
    const known = new Map<string, number>(factor.levels.map((level, at) => [level, at]));
    for (let j = 0; j < source.length; j++) {
      const value = String(source[j]);
      const level = known.get(value);
      if (level === undefined) throw new Fault('design_setting_level', `${factor.name} has no level ${value}`, { where: where(j), values: { name: factor.name, row: j + 1, value, levels: factor.levels } });
      column[j] = level;
    }
    return column;
  }
  for (let j = 0; j < source.length; j++) {
    const value = source[j];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Fault('design_setting_number', `${factor.name} in row ${j + 1} of the candidates is not a number`, { where: where(j), values: { name: factor.name, row: j + 1, value: String(value) } });
    // + 0: a negative zero is no other condition
    column[j] = encodeNumber(factor, value) + 0;
  }
  return column;
}

/** Numbers of the rows that occur for the first time: a hash table of row numbers, open addressing, at most half full. */
function differentRows(columns: readonly Float64Array<ArrayBuffer>[]): Int32Array {
  const rows = columns[0]?.length ?? 0;
  const words = columns.map((column) => new Int32Array(column.buffer, column.byteOffset, 2 * rows));
  const mask = 2 ** Math.ceil(Math.log2(2 * rows + 2)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const kept = new Int32Array(rows);
  let count = 0;
  for (let j = 0; j < rows; j++) {
    let hash = 0;
    for (const word of words) hash = mix(hash ^ mix((word[2 * j] as number) + Math.imul(word[2 * j + 1] as number, 0x9e3779b1)));
    let at = hash & mask;
    for (let other = table[at] as number; other >= 0 && !columns.every((column) => column[j] === column[other]); other = table[at] as number) at = (at + 1) & mask;
    if ((table[at] as number) >= 0) continue;
    table[at] = j;
    kept[count++] = j;
  }
  return kept.subarray(0, count);
}

function differentNumbers(source: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(source).sort();
  const different: number[] = [];
  for (const value of sorted) if (different.length === 0 || value !== different.at(-1)) different.push(value + 0);
  return different;
}

/** A number with more different values than this is a range that candidates happen to lie in. */
const mostLevels = 10_000;

/** The limits stay those that were declared: coding never depends on the rows of a list. */
function withLevels(factor: DesignFactor, values: readonly (number | string)[]): DesignFactor {
  if (factor.kind === 'categorical' || factor.kind === 'mixture') return factor;
  const { low, high } = limitsOf(factor);
  if (values.length > mostLevels) return { kind: 'continuous', name: factor.name, low, high };
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
  // powers need no memory; contrasts look their level up once
  const memo = new Map<number, number>();
  const contrast = (x: number): number => {
    const value = memo.get(x) ?? basisValue(model, factor, basis, x);
    memo.set(x, value);
    return value;
  };
  const isPower = basis < (model.powers[factor] as number);
  const column = isPower ? (basis === 0 ? source : source.map((x) => x ** (basis + 1))) : source.map(contrast);
  known.set(key, column);
  return column;
}

/**
 * The list for the row exchange: categories become one number a combination of levels, second-order products of numbers stay implicit,
 * anything beyond is a column of its own.
 */
export function kernelList(model: DesignModel, candidates: Candidates): Pick<CandidateList, 'columns' | 'candidates' | 'category' | 'contrasts' | 'terms'> {
  const categorical = model.factors.map((factor, k) => ({ factor, k })).filter(({ factor }) => factor.kind === 'categorical').map(({ k }) => k);
  const combos = new Map<number, number>();
  const comboPoints: Point[] = [];
  const category = new Int32Array(candidates.count);
  const sizes = categorical.map((k) => (model.factors[k] as { levels: readonly string[] }).levels.length);
  for (let j = 0; j < candidates.count; j++) {
    const key = categorical.reduce((total, k, c) => total * (sizes[c] as number) + (candidates.columns[k]?.[j] as number), 0);
    let at = combos.get(key);
    if (at === undefined) {
      at = combos.size;
      combos.set(key, at);
      comboPoints.push(pointAt(candidates, j));
    }
    category[j] = at;
  }
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
