import { showTable, type Answers } from '../../harness/index.ts';

/** What is right, by set and quantity. */
export type Truth = ReadonlyMap<string, Readonly<Record<string, readonly number[]>>>;

/** One method and what it answered: `<set>.<quantity>`; what it does not compute, or has no finite answer for, is missing. */
export interface Method {
  name: string;
  answers: Answers;
}

/** A double has no more decimal digits. */
const most = 15.95;

/** Log relative error: correct digits of the worst element, from 0 to 15.95; null without an answer. */
export function correctDigits(found: number | readonly number[] | undefined, right: readonly number[]): number | null {
  if (found === undefined) return null;
  const values = typeof found === 'number' ? [found] : found;
  if (values.length !== right.length) return 0;
  return Math.min(...right.map((value, i) => digitsOf(values[i] as number, value)));
}

function digitsOf(found: number, right: number): number {
  if (found === right) return most;
  const error = Math.abs(found - right) / (right === 0 ? 1 : Math.abs(right));
  return Math.max(0, Math.min(most, -Math.log10(error)));
}

/** A line per method, a column per set; digits of each quantity between strokes: `·` nothing to compute, `–` no answer. */
export function showScores(truth: Truth, methods: readonly Method[], quantities: readonly string[]): string {
  const sets = [...truth.keys()];
  const lines = methods.map(({ name, answers }) => {
    const given = quantities.filter((quantity) => sets.some((set) => answers[`${set}.${quantity}`] !== undefined));
    return [name, ...sets.map((set) => given.map((quantity) => {
      const right = truth.get(set)?.[quantity];
      if (right === undefined) return '·';
      return correctDigits(answers[`${set}.${quantity}`], right)?.toFixed(1) ?? '–';
    }).join('/'))];
  }).filter((cells) => cells.slice(1).some((cell) => cell !== ''));
  return showTable([`correct digits of ${quantities.join(' / ')}`, ...sets], lines);
}

/** In words, where a method has fewer digits than the bar of the quantity. */
export function belowBar(truth: Truth, { name, answers }: Method, bars: Readonly<Record<string, number>>): string[] {
  return [...truth].flatMap(([set, quantities]) => Object.entries(quantities).flatMap(([quantity, right]) => {
    const bar = bars[quantity];
    const digits = correctDigits(answers[`${set}.${quantity}`], right) ?? 0;
    return bar === undefined || digits >= bar ? [] : [`${name}: ${set} ${quantity} has ${digits.toFixed(2)} correct digits, the bar is ${bar}`];
  }));
}
