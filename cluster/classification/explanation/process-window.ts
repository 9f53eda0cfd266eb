import type { ClassificationExplanation } from '../../../schemas/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import type { ClassData } from '../data.ts';
import type { TwoSided } from '../decision/index.ts';
import { settingOf, type Factor } from './factors.ts';
import type { Judged } from './judge.ts';
import { largestBox } from './largest-box.ts';
import type { Lattice } from './lattice.ts';

/** Random settings within the window that are asked, too: the lattice has only seen its corners. */
const checks = 300;
/** Whole numbers up to this are counts. */
const mostCounts = 12;

/** The largest box of the lattice all of whose settings are certified yes and inside the data; choices without an order at one level. Null where no setting is. */
export async function processWindow(data: ClassData, factors: readonly Factor[], lattice: Lattice & Judged, { upper }: TwoSided, judge: (x: Matrix) => Promise<Judged>, seed: number): Promise<ClassificationExplanation['process_window']> {
  const truth = Uint8Array.from(lattice.decision, (decision) => Number(decision === 1));
  const box = largestBox(truth, lattice.sizes, factors.map(({ ordered }) => !ordered));
  if (box === null) return null;
  const level = (f: number, k: number): readonly number[] => lattice.levels[f]?.[k] as readonly number[];
  const draw = randomStream(seed, 0x77696e);
  const values = new Float64Array(checks * data.x.columns);
  for (let row = 0; row < checks; row++) factors.forEach((factor, f) => {
    const [low, high] = [level(f, box.low[f] as number), level(f, box.high[f] as number)];
    const u = draw();
    const between = isContinuous(factor) ? low.map((from, k) => from + u * ((high[k] as number) - from)) : pick(factor, low, high, u);
    factor.columns.forEach((j, k) => { values[j * checks + row] = between[k] as number; });
  });
  const { decision, probability } = await judge({ values, rows: checks, columns: data.x.columns, order: 'column-major' });
  const count = (of: (cell: number) => boolean): number => lattice.decision.reduce((sum, _, cell) => sum + Number(of(cell)), 0);
  return {
    ranges: factors.map((factor, f) => ({
      name: factor.name, low: settingOf(factor, level(f, box.low[f] as number), data), high: settingOf(factor, level(f, box.high[f] as number), data),
      data_low: settingOf(factor, factor.levels[0] as readonly number[], data), data_high: settingOf(factor, factor.levels.at(-1) as readonly number[], data),
      whole: factor.ordered && factor.levels[0]?.[0] === level(f, box.low[f] as number)[0] && factor.levels.at(-1)?.[0] === level(f, box.high[f] as number)[0],
    })),
    share: box.cells / truth.length, exact: box.exact, cells: box.cells,
    lattice: { settings: truth.length, yes: count((cell) => lattice.decision[cell] === 1), gray: count((cell) => lattice.decision[cell] === -1 && lattice.outside[cell] === 0), no: count((cell) => lattice.decision[cell] === 0), outside: count((cell) => lattice.outside[cell] === 1) },
    checked: checks, checked_yes: decision.reduce((sum, own) => sum + Number(own === 1), 0) / checks, least_probability: probability.reduce((least, p) => Math.min(least, p), Infinity), threshold: upper.kind === 'certified' ? upper.threshold : null,
  };
}

/** Counts (passes) and switches have nothing between their settings. */
function isContinuous({ ordered, levels }: Factor): boolean {
  return ordered && levels.length > 2 && !(levels.length <= mostCounts && levels.every(([value]) => Number.isInteger(value) && Math.abs(value as number) <= mostCounts));
}

/** One of the levels from low to high. */
function pick({ levels }: Factor, low: readonly number[], high: readonly number[], u: number): readonly number[] {
  const at = (own: readonly number[]): number => levels.findIndex((level) => level.every((value, k) => Object.is(value, own[k])));
  const [from, to] = [at(low), at(high)];
  return levels[from + Math.floor(u * (to - from + 1))] as readonly number[];
}
