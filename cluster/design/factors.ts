import { Fault } from '../../schemas/index.ts';

/** What an experiment can be set to. Numbers are in the user's units; the search and every figure use coded values. */
export type DesignFactor =
  /** Any value of [low, high]; coded −1 … 1. */
  | { kind: 'continuous'; name: string; low: number; high: number }
  /** One of the levels; coded −1 … 1 from [low, high], by default the least and the greatest level. */
  | { kind: 'discrete'; name: string; levels: readonly number[]; low?: number; high?: number }
  /** One of the named levels; orthonormal contrasts that sum to zero. */
  | { kind: 'categorical'; name: string; levels: readonly string[] }
  /** Share of a mixture, within [low, high] ⊂ [0, 1]; used as it is. The shares of all mixture factors add up to 1. */
  | { kind: 'mixture'; name: string; low: number; high: number };

/** One experiment in the user's units: factor name → number, or level name. */
export type Settings = Readonly<Record<string, number | string>>;

/** One experiment as the arithmetic sees it: coded number, or number of the level from 0, in the order of the factors. */
export type Point = readonly number[];

/** Beyond these a share is rounding of a sum. */
const shareDecimals = 13;

/** A setting within this of a level (coded) is that level. */
export const levelTolerance = 1e-9;

/** Throws design_no_factors, design_factor_name_twice, design_factor_range, design_factor_levels. */
export function checkFactors(factors: readonly DesignFactor[]): void {
  if (factors.length === 0) throw new Fault('design_no_factors', 'a design needs at least one factor', { where: { field: 'factors' } });
  const names = new Set<string>();
  for (const factor of factors) {
    const where = { field: 'factors', column: factor.name };
    if (names.has(factor.name)) throw new Fault('design_factor_name_twice', `two factors are called ${factor.name}`, { where, values: { name: factor.name } });
    names.add(factor.name);
    if (factor.kind === 'categorical' || factor.kind === 'discrete') {
      const distinct = new Set<number | string>(factor.levels);
      if (distinct.size < 2 || distinct.size < factor.levels.length || (factor.kind === 'discrete' && !factor.levels.every(Number.isFinite))) {
        throw new Fault('design_factor_levels', `${factor.name} needs at least two different levels, each named once`, { where, values: { name: factor.name, levels: factor.levels.map(String) } });
      }
    }
    if (factor.kind !== 'categorical') {
      const { low, high } = limitsOf(factor);
      const inside = factor.kind !== 'mixture' || (low >= 0 && high <= 1);
      if (!(Number.isFinite(low) && Number.isFinite(high) && high > low && inside)) {
        throw new Fault('design_factor_range', `the limits of ${factor.name} are not a range`, { where, values: { name: factor.name, low, high } });
      }
    }
  }
}

export function limitsOf(factor: Exclude<DesignFactor, { kind: 'categorical' }>): { low: number; high: number } {
  if (factor.kind !== 'discrete') return factor;
  return { low: factor.low ?? Math.min(...factor.levels), high: factor.high ?? Math.max(...factor.levels) };
}

/** Coded value of a number of the user. */
export function encodeNumber(factor: Exclude<DesignFactor, { kind: 'categorical' }>, value: number): number {
  if (factor.kind === 'mixture') return value;
  const { low, high } = limitsOf(factor);
  // the limits themselves become exactly −1 and 1
  return ((value - low) - (high - value)) / (high - low);
}

export function decodeNumber(factor: Exclude<DesignFactor, { kind: 'categorical' }>, coded: number): number {
  if (factor.kind === 'mixture') return Number(coded.toFixed(shareDecimals)) + 0;
  const { low, high } = limitsOf(factor);
  if (factor.kind === 'discrete') {
    const level = factor.levels.find((value) => Math.abs(encodeNumber(factor, value) - coded) <= levelTolerance);
    if (level !== undefined) return level;
  }
  // beyond the fifteenth digit of the limits is rounding of the coding: a decimal number of the user comes back as it was
  const decimals = Math.min(100, Math.max(0, 14 - Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))))));
  return Number(((low * (1 - coded) + high * (1 + coded)) / 2).toFixed(decimals)) + 0;
}

/** Coded levels of a discrete factor, in the order of the user. */
export function codedLevels(factor: Extract<DesignFactor, { kind: 'discrete' }>): number[] {
  return factor.levels.map((value) => encodeNumber(factor, value));
}

/**
 * Codes one experiment. Numbers outside the limits or between levels are allowed (earlier runs).
 * Throws design_setting_missing, design_setting_number, design_setting_level. @param row 1-based, for the message
 */
export function encode(factors: readonly DesignFactor[], settings: Settings, row: number): number[] {
  return factors.map((factor) => {
    const value = settings[factor.name];
    if (value === undefined) throw new Fault('design_setting_missing', `row ${row} has no value of ${factor.name}`, { where: { column: factor.name, row }, values: { name: factor.name, row } });
    return encodeSetting(factor, value, row);
  });
}

export function encodeSetting(factor: DesignFactor, value: number | string, row: number): number {
  const where = { column: factor.name, row };
  if (factor.kind === 'categorical') {
    const level = factor.levels.indexOf(String(value));
    if (level < 0) throw new Fault('design_setting_level', `${factor.name} has no level ${value} (row ${row})`, { where, values: { name: factor.name, row, value: String(value), levels: factor.levels } });
    return level;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Fault('design_setting_number', `${factor.name} in row ${row} is not a number`, { where, values: { name: factor.name, row, value: String(value) } });
  return encodeNumber(factor, value);
}

export function decode(factors: readonly DesignFactor[], point: Point): Record<string, number | string> {
  return Object.fromEntries(factors.map((factor, k) => [factor.name, factor.kind === 'categorical' ? factor.levels[point[k] as number] as string : decodeNumber(factor, point[k] as number)]));
}

/**
 * levels × (levels − 1), row-major: contrasts that sum to zero, are orthogonal, and have mean square 1 over the levels, so that a balanced
 * design has D = 1. Two levels: −1, 1.
 */
export function orthonormalContrasts(levels: number): Float64Array {
  const table = new Float64Array(levels * (levels - 1));
  for (let j = 1; j < levels; j++) {
    const scale = Math.sqrt(levels / (j * (j + 1)));
    for (let i = 0; i < j; i++) table[i * (levels - 1) + j - 1] = -scale;
    table[j * (levels - 1) + j - 1] = j * scale;
  }
  return table;
}
