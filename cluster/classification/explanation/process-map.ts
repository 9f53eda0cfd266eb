import type { ClassificationExplanation } from '../../../schemas/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import type { ClassData } from '../data.ts';
import { factorNamed, settingOf, type Factor } from './factors.ts';
import type { Judged } from './judge.ts';
import { combinations } from './lattice.ts';

/** Points of each axis. */
const steps = 33;

/** Yes, gray, no and outside over two factors, the others held at their usual setting. @param wanted names of both axes; empty: the two most important factors of numbers */
export async function processMap(data: ClassData, factors: readonly Factor[], importance: readonly number[], wanted: readonly string[], judge: (x: Matrix) => Promise<Judged>): Promise<ClassificationExplanation['process_map']> {
  const numbers = factors.map((_, f) => f).filter((f) => factors[f]?.ordered === true && (factors[f]?.levels.length ?? 0) > 2).sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b);
  const named = wanted.map((name) => factorNamed(factors, data, name, 'parameters.explanation.map_factors')).filter((f) => factors[f]?.ordered === true);
  const [x, y] = [...new Set([...named, ...numbers])];
  if (x === undefined || y === undefined) return null;
  const axis = (f: number): number[] => {
    const { levels } = factors[f] as Factor;
    const [low, high] = [levels[0]?.[0] as number, levels.at(-1)?.[0] as number];
    return Array.from({ length: steps }, (_, k) => low + (high - low) * k / (steps - 1));
  };
  const [xAt, yAt] = [axis(x), axis(y)];
  // the map's axes vary fastest: y outside, x inside
  const order = [...factors.keys()].filter((f) => f !== x && f !== y).concat(y, x);
  const levels = order.map((f) => (f === x ? xAt.map((value) => [value]) : f === y ? yAt.map((value) => [value]) : [factors[f]?.levels[factors[f].usual] as readonly number[]]));
  const { probability, decision, outside } = await judge(combinations(order.map((f) => factors[f] as Factor), levels, data.x.columns));
  const letter = (cell: number): string => (outside[cell] === 1 ? 'o' : decision[cell] === 1 ? 'y' : decision[cell] === 0 ? 'n' : 'g');
  return {
    x: (factors[x] as Factor).name, y: (factors[y] as Factor).name, x_at: xAt, y_at: yAt,
    held: [...factors.keys()].filter((f) => f !== x && f !== y).map((f) => ({ name: (factors[f] as Factor).name, value: settingOf(factors[f] as Factor, factors[f]?.levels[factors[f].usual] as readonly number[], data) })),
    probability: yAt.map((_, row) => Array.from(probability.subarray(row * steps, (row + 1) * steps), (p) => Number(p.toPrecision(6)))),
    decision: yAt.map((_, row) => Array.from({ length: steps }, (_v, column) => letter(row * steps + column)).join('')),
  };
}
