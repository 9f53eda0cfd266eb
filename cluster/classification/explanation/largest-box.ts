/** Intervals of a lattice's dimensions, ends included. */
export interface Box { readonly low: number[]; readonly high: number[]; readonly cells: number }

/** Steps of the exact search after which the best so far is taken. */
const mostSteps = 300_000;

/**
 * Largest box (most cells) of a lattice all of whose cells are true: a first one grown greedily, then branch and bound over the dimensions – an interval of one is chosen, the lattice is narrowed to what holds
 * along all of it, and a branch ends where its cells left, times what was chosen, are no more than the best.
 * @param truth row-major, the last dimension fastest
 * @param single dimensions that must be one level: no order, or no way to hold it within limits
 * @returns null without a true cell; `exact`: no box is larger
 */
export function largestBox(truth: Uint8Array, sizes: readonly number[], single: readonly boolean[] = []): (Box & { readonly exact: boolean }) | null {
  const first = greedy(truth, sizes, single);
  if (first === null) return null;
  let best: Box = first;
  let steps = 0;
  const low: number[] = [];
  const high: number[] = [];
  const search = (left: Uint8Array, dimension: number, width: number): void => {
    if (dimension === sizes.length) {
      if (width > best.cells) best = { low: [...low], high: [...high], cells: width };
      return;
    }
    const size = sizes[dimension] as number;
    const stride = left.length / size;
    for (let from = 0; from < size; from++) {
      let along = left.slice(from * stride, (from + 1) * stride);
      for (let to = from; to < (single[dimension] === true ? from + 1 : size); to++) {
        if (to > from) along = along.map((cell, at) => cell & (left[to * stride + at] as number));
        steps += 1;
        let count = 0;
        for (const cell of along) count += cell;
        if (count === 0 || steps > mostSteps) break;
        if (width * (to - from + 1) * count <= best.cells) continue;
        low[dimension] = from;
        high[dimension] = to;
        search(along, dimension + 1, width * (to - from + 1));
      }
    }
  };
  search(truth, 0, 1);
  return { ...best, exact: steps <= mostSteps };
}

/** From every true cell (some of them where there are many) the widest steps that stay true. */
function greedy(truth: Uint8Array, sizes: readonly number[], single: readonly boolean[]): Box | null {
  const seeds = [...truth.keys()].filter((cell) => truth[cell] === 1);
  const step = Math.max(1, Math.floor(seeds.length / 60));
  let best: Box | null = null;
  for (let s = 0; s < seeds.length; s += step) {
    const low = coordinates(seeds[s] as number, sizes);
    const high = [...low];
    for (let grown = true; grown;) {
      grown = false;
      const order = low.map((_, d) => d).filter((d) => single[d] !== true).sort((a, b) => (high[a] as number) - (low[a] as number) - ((high[b] as number) - (low[b] as number)));
      for (const d of order) {
        for (const way of [1, -1]) {
          const next = way === 1 ? (high[d] as number) + 1 : (low[d] as number) - 1;
          if (next < 0 || next >= (sizes[d] as number) || !allTrue(truth, sizes, low.map((l, k) => (k === d ? next : l)), high.map((h, k) => (k === d ? next : h)))) continue;
          (way === 1 ? high : low)[d] = next;
          grown = true;
          break;
        }
        if (grown) break;
      }
    }
    const cells = low.reduce((product, l, d) => product * ((high[d] as number) - l + 1), 1);
    if (best === null || cells > best.cells) best = { low, high, cells };
  }
  return best;
}

function coordinates(cell: number, sizes: readonly number[]): number[] {
  const out = new Array<number>(sizes.length);
  for (let d = sizes.length - 1, rest = cell; d >= 0; rest = Math.floor(rest / (sizes[d] as number)), d--) out[d] = rest % (sizes[d] as number);
  return out;
}

function allTrue(truth: Uint8Array, sizes: readonly number[], low: readonly number[], high: readonly number[]): boolean {
  const walk = (dimension: number, at: number): boolean => {
    if (dimension === sizes.length) return truth[at] === 1;
    for (let k = low[dimension] as number; k <= (high[dimension] as number); k++) if (!walk(dimension + 1, at * (sizes[dimension] as number) + k)) return false;
    return true;
  };
  return walk(0, 0);
}
