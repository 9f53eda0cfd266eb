import { closest, distance } from 'fastest-levenshtein';

/** A name further away than this share of its length is not offered as "did you mean". */
const farthestSuggestion = 0.6;

/** @returns the known name nearest to `name`, or undefined when nothing is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(name.slice(0, 100).toLowerCase(), known);
  return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(2, best.length * farthestSuggestion) ? best : undefined;
}
