import type { Kernels } from '../../../kernels/index.ts';
import { costs, paretoFront, type Aim } from '../../../kernels/pareto/index.ts';

export interface Objective {
  /** as the user calls it: a target, or a column of the table */
  readonly name: string;
  /** column of the predicted table that was compared */
  readonly column: string;
  readonly aim: Aim;
  readonly values: Float64Array;
}

/** Rows, ascending, of which none of the given rows is better in one objective and as good in all others. Equal rows all stay. */
export function frontOf(kernels: Kernels, objectives: readonly Objective[], rows: Int32Array): Int32Array {
  if (rows.length === 0 || objectives.length === 0) return rows;
  const columns = objectives.map(({ values }) => Float64Array.from(rows, (row) => values[row] as number));
  const aims = objectives.map(({ aim }) => aim);
  // one objective alone is a trade-off with itself
  const [list, wanted] = objectives.length === 1 ? [[...columns, ...columns], [...aims, ...aims]] : [columns, aims];
  return paretoFront(kernels, costs(list, wanted), list.length).map((at) => rows[at] as number);
}

/** One of the original's searches: fronts of fewer objectives, one after the other. */
export interface Pattern {
  /** below `05_パレート解`, without extension */
  readonly path: string;
  readonly sheet: 'lexi_front' | 'front_2D';
  /** objectives of each step; the last gives the result */
  readonly steps: readonly (readonly string[])[];
}

interface Lexicographic { readonly primary: readonly string[]; readonly secondary: readonly string[] }

/** Cases of the original, by primary and secondary objectives. */
const LEXICOGRAPHIC: readonly Lexicographic[] = [
  { primary: ['摩耗量', '切削時間'], secondary: ['上面ダレ量', '側面ダレ量'] },
  { primary: ['切削時間', '上面ダレ量'], secondary: ['摩耗量', '側面ダレ量'] },
];
const TIME = '切削時間';
const WEAR = '摩耗量';

/** The original's patterns that the objectives at hand allow; for objectives of another kind every pair. @param asked lexicographic cases instead of the original's */
export function patternsOf(names: readonly string[], asked: readonly Lexicographic[] = []): Pattern[] {
  const has = (wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  const sorted = (pair: readonly string[]): string[] => [...pair].sort();
  const cases = asked.length > 0 ? asked : LEXICOGRAPHIC.filter(({ primary, secondary }) => has([...primary, ...secondary]));
  const tags = cases.map(({ primary }) => `pri_${primary.join('_')}`);
  const lexi = cases.map(({ primary, secondary }, at): Pattern => {
    // two cases may begin with the same objectives
    const tag = tags.indexOf(tags[at] as string) === at ? tags[at] as string : `${tags[at] as string}_${at + 1}`;
    return { path: `pattern_lexi_${tag}/lexi_${tag}`, sheet: 'lexi_front', steps: [primary, secondary] };
  });
  const rest = (without: readonly string[]): string[] => names.filter((name) => !without.includes(name));
  const pairs = (list: readonly string[]): [string, string][] => list.flatMap((a, i) => list.slice(i + 1).map((b): [string, string] => [a, b]));
  const b1 = has([TIME, WEAR]) ? rest([TIME, WEAR]).map((x): Pattern => ({ path: `pattern_B1_3to2_must_${TIME}_${WEAR}/triplet_${x}__2D_${TIME}_${WEAR}`, sheet: 'front_2D', steps: [[TIME, WEAR, x], [TIME, WEAR]] })) : [];
  const b2 = has([WEAR]) ? pairs(rest([WEAR])).flatMap(([x, y]) => [x, y].map((other): Pattern => ({ path: `pattern_B2_3to2_must_${WEAR}/triplet_${x}_${y}__2D_${WEAR}_${other}`, sheet: 'front_2D', steps: [[WEAR, x, y], [WEAR, other]] }))) : [];
  const known = names.includes(TIME) || names.includes(WEAR);
  const c = pairs(names).filter((pair) => !known || pair.includes(TIME) || pair.includes(WEAR)).map(sorted).map(([a = '', b = '']): Pattern => ({ path: `pattern_C_2to2_pairs/2D_${a}_${b}`, sheet: 'front_2D', steps: [[a, b]] }));
  return [...lexi, ...b1, ...b2, ...c];
}

export function runPattern(kernels: Kernels, { steps }: Pattern, objectives: readonly Objective[], rows: Int32Array): Int32Array {
  return steps.reduce((left, names) => frontOf(kernels, names.map((name) => objectives.find((one) => one.name === name) as Objective), left), rows);
}
