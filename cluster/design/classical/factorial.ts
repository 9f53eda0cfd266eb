import { Fault } from '../../../schemas/index.ts';

/** Every combination of level numbers 0 … levels − 1, first factor fastest. */
export function fullFactorial(levels: readonly number[]): number[][] {
  const runs = levels.reduce((product, count) => product * count, 1);
  return Array.from({ length: runs }, (_, run) => {
    let rest = run;
    return levels.map((count) => {
      const level = rest % count;
      rest = Math.floor(rest / count);
      return level;
    });
  });
}

/** A two-level fraction. Words are bit masks: bit k = factor k. */
export interface Fraction {
  /** −1, 1; runs × k */
  rows: number[][];
  /** each added factor as a product, e.g. E = ABCD */
  generators: readonly string[];
  /** products that equal I (or −I with a sign), shortest first */
  definingRelation: readonly string[];
  /** length of the shortest word; Infinity for a full factorial */
  resolution: number;
  /** number of words of length 3, 4, … k */
  wordLengths: readonly number[];
}

const letters = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';
export const mostTwoLevelFactors = letters.length;

/**
 * 2^(k − p) fraction from generators such as "E=ABCD" or "F=-ABC" (letters A … without I, in the order of the factors).
 * Throws design_generator.
 */
export function fractionalFactorial(k: number, generators: readonly string[]): Fraction {
  const basic = k - generators.length;
  const parsed = generators.map((text, at) => {
    const match = /^([A-Z])=([+-]?)([A-Z]+)$/.exec(text.replaceAll(' ', ''));
    const places = [...(match?.[3] ?? '')].map((letter) => letters.indexOf(letter));
    if (match === null || letters.indexOf(match[1] as string) !== basic + at || places.some((place) => place < 0 || place >= basic) || new Set(places).size < places.length) {
      throw new Fault('design_generator', `${text} does not define factor ${letters[basic + at]}`, { where: { field: 'generators' }, values: { generator: text, factor: letters[basic + at] ?? '?', basic: letters.slice(0, Math.max(0, basic)) } });
    }
    return { mask: places.reduce((mask, place) => mask | (1 << place), 0), sign: match[2] === '-' ? -1 : 1 };
  });
  return build(k, parsed, generators);
}

function build(k: number, parsed: readonly { mask: number; sign: number }[], generators: readonly string[]): Fraction {
  const basic = k - parsed.length;
  const rows = fullFactorial(Array.from({ length: basic }, () => 2)).map((levels) => {
    const row = levels.map((level) => 2 * level - 1);
    return [...row, ...parsed.map(({ mask, sign }) => row.reduce((product, value, place) => (mask & (1 << place) ? product * value : product), sign))];
  });
  const words: { mask: number; sign: number }[] = [{ mask: 0, sign: 1 }];
  parsed.forEach(({ mask, sign }, at) => words.push(...words.map((word) => ({ mask: word.mask ^ mask ^ (1 << (basic + at)), sign: word.sign * sign }))));
  const relation = words.slice(1).sort((a, b) => weight(a.mask) - weight(b.mask) || a.mask - b.mask);
  const wordLengths = Array.from({ length: Math.max(0, k - 2) }, (_, at) => relation.filter(({ mask }) => weight(mask) === at + 3).length);
  return { rows, generators, definingRelation: relation.map(({ mask, sign }) => (sign < 0 ? '-' : '') + wordOf(mask)), resolution: relation.length === 0 ? Infinity : weight((relation[0] as { mask: number }).mask), wordLengths };
}

function weight(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const wordOf = (mask: number): string => [...letters].filter((_, place) => mask & (1 << place)).join('');

/** Effects up to `order` factors that a fraction cannot tell apart, a group a line, e.g. ["A", "BCE"]; groups of one are left out. */
export function aliasGroups({ rows, definingRelation }: Fraction, order = 2): string[][] {
  const k = rows[0]?.length ?? 0;
  const masks = definingRelation.map((word) => [...word.replace('-', '')].reduce((mask, letter) => mask | (1 << letters.indexOf(letter)), 0));
  const signs = definingRelation.map((word) => (word.startsWith('-') ? '-' : ''));
  const effects = Array.from({ length: 2 ** k - 1 }, (_, at) => at + 1).filter((mask) => weight(mask) <= order).sort((a, b) => weight(a) - weight(b) || a - b);
  const done = new Set<number>();
  return effects.flatMap((effect) => {
    if (done.has(effect)) return [];
    const others = masks.map((mask, at) => ({ mask: mask ^ effect, sign: signs[at] as string })).filter(({ mask }) => weight(mask) <= order && mask !== 0).sort((a, b) => weight(a.mask) - weight(b.mask) || a.mask - b.mask);
    for (const { mask } of others) done.add(mask);
    return others.length === 0 ? [] : [[wordOf(effect), ...others.map(({ mask, sign }) => sign + wordOf(mask))]];
  });
}

/** Choices of generators that are looked at; enough for every fraction of up to 11 factors. */
const mostChoices = 2e7;

/**
 * Minimum-aberration 2^(k − p) fraction (Fries & Hunter 1980): of all choices of generators the one with the fewest shortest words, then the fewest
 * next ones. A complete search; the first in order wins ties. Throws design_fraction when there are fewer basic factors than generators allow, or too many choices.
 */
export function minimumAberration(k: number, p: number): Fraction {
  const basic = k - p;
  const choices = Array.from({ length: 2 ** Math.max(0, basic) - 1 }, (_, at) => at + 1).filter((mask) => weight(mask) >= 2).sort((a, b) => weight(b) - weight(a) || a - b);
  let count = 1;
  for (let j = 0; j < p; j++) count = (count * (choices.length - j)) / (j + 1);
  if (k > mostTwoLevelFactors || basic < 1 || choices.length < p || count > mostChoices) throw new Fault('design_fraction', `2^(${k}−${p}) cannot be searched`, { where: { field: 'generators' }, values: { factors: k, generators: p } });
  const size = 2 ** p;
  // word[t] is the word of the subset t of the generators
  const words = new Int32Array(size);
  const lengths = new Uint8Array(size);
  let best: { pattern: number[]; masks: number[] } | undefined;
  const chosen: number[] = [];
  const pattern = new Int32Array(k + 1);
  const visit = (from: number): void => {
    const depth = chosen.length;
    if (depth === p) {
      const found = [...pattern];
      if (best === undefined || isLess(found, best.pattern)) best = { pattern: found, masks: [...chosen] };
      return;
    }
    for (let at = from; at <= choices.length - (p - depth); at++) {
      const half = 2 ** depth;
      const mask = choices[at] as number;
      let possible = true;
      for (let t = 0; t < half; t++) {
        const word = (words[t] as number) ^ mask;
        words[half + t] = word;
        lengths[half + t] = weight(word) + weight(t) + 1;
        pattern[lengths[half + t] as number] = (pattern[lengths[half + t] as number] as number) + 1;
      }
      // words only become more: a choice that is already worse stays worse
      if (best !== undefined && !isLess([...pattern], best.pattern) && isMore(pattern, best.pattern)) possible = false;
      if (possible) {
        chosen.push(mask);
        visit(at + 1);
        chosen.pop();
      }
      for (let t = 0; t < half; t++) pattern[lengths[half + t] as number] = (pattern[lengths[half + t] as number] as number) - 1;
    }
  };
  visit(0);
  const masks = (best as { masks: number[] } | undefined)?.masks ?? [];
  return build(k, masks.map((mask) => ({ mask, sign: 1 })), masks.map((mask, at) => `${letters[basic + at]}=${wordOf(mask)}`));
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (let length = 1; length < a.length; length++) if (a[length] !== b[length]) return (a[length] as number) < (b[length] as number);
  return false;
}

/** More words of some length than the best, and as many of every shorter one. */
function isMore(a: Int32Array, b: readonly number[]): boolean {
  for (let length = 1; length < b.length; length++) {
    if ((a[length] as number) > (b[length] as number)) return true;
    if ((a[length] as number) < (b[length] as number)) return false;
  }
  return true;
}
