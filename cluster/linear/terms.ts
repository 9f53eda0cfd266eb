import { Fault, type LinearResult } from '../../schemas/index.ts';
import type { Column } from '../table/index.ts';

export type Term = LinearResult['model']['terms'][number];

const msPerDay = 86_400_000;

/** Design columns of the chosen rows: `hi + lo` is the value exactly as written in the file. */
export interface DesignColumn {
  term: Term;
  hi: (row: number) => number;
  lo: ((row: number) => number) | null;
}

/**
 * Intercept, numeric columns as they are, dates as days, text columns as one indicator per level against a reference
 * (treatment coding). The reference is the most frequent level of the used rows, the first to appear among equals.
 * @param rows used rows of the table
 */
export function makeTerms(features: readonly Column[], rows: Int32Array): DesignColumn[] {
  const columns: DesignColumn[] = [{ term: { name: '(Intercept)', column: null, kind: 'intercept', level: null, reference: null, aliased: false }, hi: () => 1, lo: null }];
  for (const feature of features) {
    if (feature.kind === 'text') columns.push(...indicators(feature, rows));
    else if (feature.kind === 'date') columns.push(numeric(feature, (row) => (feature.values[row] as number) / msPerDay, null));
    else {
      const { lo } = feature;
      columns.push(numeric(feature, (row) => feature.values[row] as number, lo === null ? null : (row) => lo[row] as number));
    }
  }
  return columns;
}

function numeric(feature: Column, hi: DesignColumn['hi'], lo: DesignColumn['lo']): DesignColumn {
  return { term: { name: feature.name, column: feature.name, kind: 'numeric', level: null, reference: null, aliased: false }, hi, lo };
}

function indicators(feature: Column, rows: Int32Array): DesignColumn[] {
  const counts = new Array<number>(feature.levels.length).fill(0);
  for (const row of rows) counts[feature.values[row] as number] = (counts[feature.values[row] as number] ?? 0) + 1;
  const present = counts.flatMap((count, code) => (count > 0 ? [code] : []));
  const reference = present.reduce((best, code) => ((counts[code] as number) > (counts[best] as number) ? code : best), present[0] ?? 0);
  const referenceName = feature.levels[reference] ?? null;
  return present.filter((code) => code !== reference).map((code) => {
    const level = feature.levels[code] ?? '';
    return {
      term: { name: `${feature.name}[${level}]`, column: feature.name, kind: 'level', level, reference: referenceName, aliased: false },
      hi: (row) => (feature.values[row] === code ? 1 : 0),
      lo: null,
    };
  });
}

/** Rows with a target and every feature present. @throws Fault `too_few_rows` is left to the caller, who knows the number of terms */
export function completeRows(target: Column, features: readonly Column[], skip: ReadonlySet<number>): { used: Int32Array; missing: number; missingBy: Map<string, number> } {
  const missingBy = new Map<string, number>();
  const used: number[] = [];
  let missing = 0;
  for (let row = 0; row < target.values.length; row += 1) {
    if (skip.has(row)) continue;
    const gap = [target, ...features].find((column) => Number.isNaN(column.values[row] as number));
    if (gap === undefined) used.push(row);
    else {
      missing += 1;
      missingBy.set(gap.name, (missingBy.get(gap.name) ?? 0) + 1);
    }
  }
  return { used: Int32Array.from(used), missing, missingBy };
}

/** @throws Fault when fewer rows are left than a fit with at least one residual degree of freedom needs */
export function requireRows(rows: number, terms: number): void {
  if (rows > terms) return;
  throw new Fault('too_few_rows', `${rows} complete rows are too few for ${terms} coefficients; at least ${terms + 1} are needed`, { where: { field: 'parameters.feature_columns' }, values: { rows, terms, needed: terms + 1 } });
}
