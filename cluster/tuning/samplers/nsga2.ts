import { cross, mutate } from '../operators.ts';
import { isActive, spread } from '../space.ts';
import type { Parameter, Point, SearchSpace } from '../space.ts';
import { lossOf } from '../trial.ts';
import type { StudyView, Trial } from '../trial.ts';
import { quasiRandomSampler } from './quasi-random.ts';
import { drawsOf } from './sampler.ts';
import type { Draw, Sampler } from './sampler.ts';

export interface Nsga2Options {
  /** Trials of a generation. Default 50. */
  population?: number;
  /** Chance that two parents are crossed at all. Default 0.9. */
  crossover?: number;
  /** Chance that a parameter mutates. Default one over the number of parameters. */
  mutation?: number;
  /** Distribution indices of simulated binary crossover and polynomial mutation: larger keeps children closer to their parents. Default 15 and 20. */
  crossoverIndex?: number;
  mutationIndex?: number;
}

/**
 * NSGA-II (Deb et al. 2002) for two or more objectives: parents come from the best fronts of all generations so far, spread by crowding distance;
 * children by simulated binary crossover and polynomial mutation on the sampler's axis. Infeasible trials rank behind feasible ones by their violation.
 * Generation g is made of trials g·population …; it is drawn from what the earlier generations' trials have become by then.
 */
export function nsga2Sampler({ population = 50, crossover = 0.9, mutation, crossoverIndex = 15, mutationIndex = 20 }: Nsga2Options = {}): Sampler {
  const start = quasiRandomSampler();
  const parentsOf = new WeakMap<StudyView, { generation: number; parents: Ranked[] }>();
  return {
    name: 'nsga-ii',
    sample(space, view, number) {
      const generation = Math.floor(number / population);
      if (generation === 0) return start.sample(space, view, number);
      let known = parentsOf.get(view);
      if (known?.generation !== generation) parentsOf.set(view, known = { generation, parents: survivors(view, generation * population, population) });
      if (known.parents.length < 2) return start.sample(space, view, number);
      const draw = drawsOf(view, number, 'generation');
      const a = tournament(known.parents, draw).trial.point;
      const b = tournament(known.parents, draw).trial.point;
      const crossed = draw() < crossover;
      const rate = mutation ?? 1 / Math.max(space.length, 1);
      return child(space, (parameter) => {
        const x = a[parameter.name];
        const y = b[parameter.name];
        let value = x ?? y;
        if (value === undefined) return spread(parameter.distribution, draw());
        if (crossed && x !== undefined && y !== undefined) value = cross(parameter.distribution, x, y, crossoverIndex, draw);
        return draw() < rate ? mutate(parameter.distribution, value, mutationIndex, draw) : value;
      });
    },
  };
}

function child(space: SearchSpace, valueOf: (parameter: Parameter) => number): Point {
  const point: Record<string, number> = {};
  for (const parameter of space) if (isActive(parameter, space, point)) point[parameter.name] = valueOf(parameter);
  return point;
}

interface Ranked {
  readonly trial: Trial;
  readonly front: number;
  crowding: number;
}

/** Binary tournament: the better front, then the emptier neighbourhood. */
function tournament(parents: readonly Ranked[], draw: Draw): Ranked {
  const a = parents[Math.floor(draw() * parents.length)] as Ranked;
  const b = parents[Math.floor(draw() * parents.length)] as Ranked;
  return a.front < b.front || (a.front === b.front && a.crowding >= b.crowding) ? a : b;
}

function survivors(view: StudyView, before: number, count: number): Ranked[] {
  const trials = view.trials.filter(({ number, state }) => number < before && state === 'complete');
  const losses = trials.map((trial) => view.directions.map((_, k) => lossOf(view, trial, k)));
  const kept: Ranked[] = [];
  for (const [front, members] of fronts(trials, losses).entries()) {
    const ranked = crowd(members.map((i) => ({ trial: trials[i] as Trial, front, crowding: 0 })), members.map((i) => losses[i] as number[]));
    const room = count - kept.length;
    if (ranked.length <= room) kept.push(...ranked);
    else kept.push(...ranked.sort((a, b) => b.crowding - a.crowding || a.trial.number - b.trial.number).slice(0, room));
    if (kept.length >= count) break;
  }
  return kept;
}

/** Fast non-dominated sorting of one population; positions, the best front first. */
function fronts(trials: readonly Trial[], losses: readonly (readonly number[])[]): number[][] {
  const n = trials.length;
  const dominatedBy = new Int32Array(n);
  const dominates: number[][] = trials.map(() => []);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const order = dominance(trials[i] as Trial, trials[j] as Trial, losses[i] as number[], losses[j] as number[]);
      if (order === 0) continue;
      (dominates[order < 0 ? i : j] as number[]).push(order < 0 ? j : i);
      dominatedBy[order < 0 ? j : i] = (dominatedBy[order < 0 ? j : i] as number) + 1;
    }
  }
  const result: number[][] = [];
  let front = trials.map((_, i) => i).filter((i) => dominatedBy[i] === 0);
  while (front.length > 0) {
    result.push(front);
    const next: number[] = [];
    for (const i of front) {
      for (const j of dominates[i] as number[]) {
        dominatedBy[j] = (dominatedBy[j] as number) - 1;
        if (dominatedBy[j] === 0) next.push(j);
      }
    }
    front = next.sort((a, b) => a - b);
  }
  return result;
}

/** −1 if a dominates b, 1 if b dominates a, 0 if neither. */
function dominance(a: Trial, b: Trial, x: readonly number[], y: readonly number[]): number {
  if (a.violation !== b.violation) return a.violation < b.violation ? -1 : 1;
  let less = false;
  let more = false;
  for (let k = 0; k < x.length; k++) {
    if ((x[k] as number) < (y[k] as number)) less = true;
    else if ((x[k] as number) > (y[k] as number)) more = true;
  }
  return less === more ? 0 : less ? -1 : 1;
}

/** Crowding distance of the members of one front: Σ over objectives of the distance between the neighbours, the outermost infinite. */
function crowd(members: Ranked[], losses: readonly (readonly number[])[]): Ranked[] {
  const objectives = losses[0]?.length ?? 0;
  for (let k = 0; k < objectives; k++) {
    const order = members.map((_, i) => i).sort((a, b) => (losses[a]?.[k] as number) - (losses[b]?.[k] as number) || a - b);
    const at = (place: number): number => losses[order[place] as number]?.[k] as number;
    const range = at(order.length - 1) - at(0);
    (members[order[0] as number] as Ranked).crowding = Infinity;
    (members[order.at(-1)] as Ranked).crowding = Infinity;
    for (let place = 1; place < order.length - 1 && range > 0; place++) (members[order[place] as number] as Ranked).crowding += (at(place + 1) - at(place - 1)) / range;
  }
  return members;
}
