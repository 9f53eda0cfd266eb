import { minimise } from '../../../../kernels/lbfgs/index.ts';
import type { Draw } from '../sampler.ts';
import type { Encoding } from './encoding.ts';
import { logExpectedImprovement } from './expected-improvement.ts';
import type { Posterior } from './posterior.ts';

interface Candidate {
  readonly at: Float64Array;
  readonly value: number;
}

/** Rounds of numbers by gradient and places one by one: more than a few find nothing. */
const ROUNDS = 4;
/** A step that improves by less is none. */
const LEAST_GAIN = 1e-9;
/** Deviations, in shares of the axis, of the points that are drawn around the best trials. */
const NEARBY = [0.02, 0.1] as const;

/**
 * Settled coordinates of large expected improvement, the largest first: from the best of many drawn points upwards, numbers by gradient, counted places and choices one at a time.
 * @param drawn the points to look at, any number; @param best coordinates of good trials, whose neighbourhood is looked at more closely
 * @param starts how many of the points are improved
 */
export function climbImprovement(encoding: Encoding, posterior: Posterior, least: number, drawn: Iterable<Float64Array>, best: readonly Float64Array[], draw: Draw, starts: number): Float64Array[] {
  const value = (at: Float64Array): number => {
    const { mean, deviation } = posterior.moments(at);
    return logExpectedImprovement(least, mean, deviation).value;
  };
  const seen = [...drawn, ...best.flatMap((at) => NEARBY.flatMap((reach) => Array.from({ length: 8 }, () => encoding.settle(moved(encoding, at, reach, draw)))))];
  const ranked = seen.map((at): Candidate => ({ at, value: value(at) })).sort((a, b) => b.value - a.value);
  const improved = ranked.slice(0, starts).map((start) => climb(encoding, posterior, least, value, start));
  return [...improved, ...ranked].sort((a, b) => b.value - a.value).map(({ at }) => at);
}

/** Normal steps along the numbers, now and then another place. */
function moved(encoding: Encoding, at: Float64Array, reach: number, draw: Draw): Float64Array {
  return at.map((value, k) => {
    const { places, categorical } = encoding.coordinates[k] as Encoding['coordinates'][number];
    if (categorical) return draw() < reach && places ? places[Math.floor(draw() * places.length)] as number : value;
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return Math.min(Math.max(value + reach * normal, 0), 1);
  });
}

function climb(encoding: Encoding, posterior: Posterior, least: number, value: (at: Float64Array) => number, start: Candidate): Candidate {
  let current = start;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current.value;
    current = byGradient(encoding, posterior, least, value, current);
    current = byPlaces(encoding, value, current);
    if (!(current.value > before + LEAST_GAIN) || encoding.coordinates.every(({ places }) => places === undefined)) break;
  }
  return current;
}

/** The coordinates that are continuous and exist, the others held where they are. */
function byGradient(encoding: Encoding, posterior: Posterior, least: number, value: (at: Float64Array) => number, start: Candidate): Candidate {
  const active = encoding.active(start.at);
  const free = encoding.coordinates.flatMap(({ places }, k) => (places === undefined && active[k] === true ? [k] : []));
  if (free.length === 0) return start;
  const at = start.at.slice();
  const gradient = new Float64Array(free.length);
  const { x } = minimise((moving) => {
    free.forEach((k, i) => { at[k] = moving[i] as number; });
    const { mean, deviation, meanGradient, deviationGradient } = posterior.at(at);
    const { value: log, byMean, byDeviation } = logExpectedImprovement(least, mean, deviation);
    free.forEach((k, i) => { gradient[i] = -(byMean * (meanGradient[k] as number) + byDeviation * (deviationGradient[k] as number)); });
    return { value: -log, gradient };
  }, free.map((k) => start.at[k] as number), { lower: free.map(() => 0), upper: free.map(() => 1), maxIterations: 40 });
  free.forEach((k, i) => { at[k] = x[i] as number; });
  return better(encoding, value, at, start);
}

/** Every place of every counted coordinate, the best taken at once. */
function byPlaces(encoding: Encoding, value: (at: Float64Array) => number, start: Candidate): Candidate {
  let current = start;
  encoding.coordinates.forEach(({ places }, k) => {
    if (places === undefined || encoding.active(current.at)[k] !== true) return;
    for (const place of places) {
      if (place === current.at[k]) continue;
      const at = current.at.slice();
      at[k] = place;
      current = better(encoding, value, at, current);
    }
  });
  return current;
}

function better(encoding: Encoding, value: (at: Float64Array) => number, at: Float64Array, current: Candidate): Candidate {
  const settled = encoding.settle(at);
  const found = value(settled);
  return found > current.value ? { at: settled, value: found } : current;
}
