/** What a search needs to know of the sets of units. */
export interface Sets {
  /** per unit the units that must be in with it */
  parents: readonly (readonly number[])[];
  /** to be minimised; NaN: no such fit */
  value: (set: readonly number[]) => number;
  /** p-value of what the larger set has more than the smaller one */
  p: (small: readonly number[], large: readonly number[]) => number;
}

export interface Stand {
  action: 'start' | 'add' | 'remove' | 'subset';
  moved: number | null;
  set: number[];
}

/** A gain smaller than this is rounding. */
const gain = 1e-9;

interface Move extends Stand { value: number }

/** Steps of one unit each, with every set that was stood at; the last one is the choice. `by` null: by p-values, in below `enter`, out above `remove`. */
export function searchByStep({ parents, value, p }: Sets, direction: 'forward' | 'backward' | 'both', by: 'value' | { enter: number; remove: number }): Stand[] {
  const units = parents.map((_, unit) => unit);
  let now: Stand = { action: 'start', moved: null, set: direction === 'forward' ? [] : units };
  const stands = [now];
  for (let round = 0; round < 4 * units.length + 4; round += 1) {
    const moves = units.flatMap((unit): Move[] => {
      const inside = now.set.includes(unit);
      if (direction === (inside ? 'forward' : 'backward')) return [];
      const set = inside ? now.set.filter((one) => one !== unit) : [...now.set, unit].sort((a, b) => a - b);
      if (!isHierarchical(parents, set)) return [];
      const worth = by === 'value' ? value(set) : inside ? p(set, now.set) : p(now.set, set);
      return [{ action: inside ? 'remove' : 'add', moved: unit, set, value: worth }];
    });
    const move = by === 'value' ? cheapest(moves, value(now.set)) : byP(moves, by.enter, Math.max(by.enter, by.remove));
    if (move === undefined) break;
    now = { action: move.action, moved: move.moved, set: move.set };
    stands.push(now);
  }
  return stands;
}

/** Every set that respects the parents, as a list of sets. */
export function everySet(parents: readonly (readonly number[])[]): number[][] {
  return Array.from({ length: 2 ** parents.length }, (_, mask) => parents.flatMap((__, unit) => ((mask >> unit) & 1 ? [unit] : []))).filter((set) => isHierarchical(parents, set));
}

function isHierarchical(parents: readonly (readonly number[])[], set: readonly number[]): boolean {
  return set.every((unit) => parents[unit]?.every((parent) => set.includes(parent)) ?? true);
}

function cheapest(moves: readonly Move[], now: number): Move | undefined {
  const best = moves.filter(({ value }) => !Number.isNaN(value)).sort((a, b) => a.value - b.value || Number(a.moved) - Number(b.moved))[0];
  return best !== undefined && (Number.isNaN(now) || best.value < now - gain) ? best : undefined;
}

/** The weakest out first, if weak enough; else the strongest in. */
function byP(moves: readonly Move[], enter: number, remove: number): Move | undefined {
  const out = moves.filter(({ action, value }) => action === 'remove' && value > remove).sort((a, b) => b.value - a.value || Number(a.moved) - Number(b.moved))[0];
  return out ?? moves.filter(({ action, value }) => action === 'add' && value < enter).sort((a, b) => a.value - b.value || Number(a.moved) - Number(b.moved))[0];
}
