import { Fault } from '../../../schemas/index.ts';
import { canonicalName } from '../../table/index.ts';
import type { ClassData } from '../data.ts';

/** What an operator sets: a column, or the one-hot columns of one choice (the brush). */
export interface Factor {
  readonly name: string;
  /** features that it sets */
  readonly columns: readonly number[];
  /** the settings that the rows have, ascending for numbers: a value for each of its columns */
  readonly levels: readonly (readonly number[])[];
  /** numbers, between which there are others */
  readonly ordered: boolean;
  /** place among the levels that stands for it when it is held: the middle row of numbers, else the most frequent */
  readonly usual: number;
}

const brushes = ['A11', 'A13', 'A21', 'A32'];
const brushName = 'ブラシ';

export function factorsOf({ features, x, levels, categorical }: Pick<ClassData, 'features' | 'x' | 'levels' | 'categorical'>): Factor[] {
  const own = features.flatMap(({ name }, j) => (brushes.includes(canonicalName(name)) && levels[j]?.length === 0 ? [j] : []));
  // one of them is told by the others only where they are a choice: a row has one brush at most
  const choice = own.length > 1 && Array.from({ length: x.rows }, (_, row) => own.reduce((sum, j) => sum + valueAt(x, row, j), 0)).every((sum) => sum === 0 || sum === 1) ? own : [];
  const groups = features.flatMap((_, j) => (choice.includes(j) ? (j === choice[0] ? [choice] : []) : [[j]]));
  return groups.map((columns) => {
    const rows = Array.from({ length: x.rows }, (_, row) => columns.map((j) => valueAt(x, row, j))).filter((values) => values.every((value) => !Number.isNaN(value)));
    const ordered = columns.length === 1 && !categorical.includes(columns[0] as number);
    const counts = new Map<string, { values: number[]; count: number }>();
    for (const values of rows) {
      const known = counts.get(values.join()) ?? { values, count: 0 };
      known.count += 1;
      counts.set(values.join(), known);
    }
    const found = [...counts.values()].sort((a, b) => a.values.reduce((first, value, k) => first || value - (b.values[k] as number), 0));
    const middle = rows.map(([value]) => value as number).sort((a, b) => a - b)[(rows.length - 1) >> 1];
    const most = found.reduce((a, b) => (b.count > a.count ? b : a), found[0] as { values: number[]; count: number });
    return {
      name: columns.length > 1 ? brushName : features[columns[0] as number]?.name ?? '', columns, levels: found.map(({ values }) => values), ordered,
      usual: ordered ? found.findIndex(({ values }) => values[0] === middle) : found.indexOf(most),
    };
  });
}

/** At most so many of the levels, evenly through them, the ends included. */
export function thinned({ levels }: Pick<Factor, 'levels'>, most: number): (readonly number[])[] {
  if (levels.length <= most) return [...levels];
  if (most < 2) return levels.slice(0, 1);
  return [...new Set(Array.from({ length: most }, (_, k) => Math.round(k * (levels.length - 1) / (most - 1))))].map((k) => levels[k] as readonly number[]);
}

/** A factor's setting as a reader knows it. */
export function settingOf({ columns, ordered }: Factor, values: readonly number[], { features, levels }: Pick<ClassData, 'features' | 'levels'>): number | string {
  if (columns.length > 1) {
    const chosen = columns.find((_, k) => values[k] === 1);
    return chosen === undefined ? '—' : features[chosen]?.name ?? '';
  }
  return ordered ? values[0] as number : levels[columns[0] as number]?.[values[0] as number] ?? String(values[0]);
}

export function valueAt({ values, rows, columns, order }: ClassData['x'], row: number, column: number): number {
  return values[order === 'column-major' ? column * rows + row : row * columns + column] as number;
}

/** The factor of a name, or of a feature of that name. @throws Fault `column_not_found` */
export function factorNamed(factors: readonly Factor[], data: Pick<ClassData, 'features'>, name: string, field: string): number {
  const at = factors.findIndex((factor) => factor.name === name || factor.columns.some((j) => data.features[j]?.name === name));
  const names = factors.map((factor) => factor.name);
  if (at < 0) throw new Fault('column_not_found', `${name} is no factor of this analysis; the factors are ${names.join(', ')}`, { where: { field, column: name }, values: { name, columns: names.slice(0, 50) } });
  return at;
}
