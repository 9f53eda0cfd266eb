/** Ranks, crowding and survivors of one generation: rows of `costs` (n × m, smaller is better) and a violation each. Pure. */

/** Rank of each row, 0 the best: less violation first, then non-dominated sorting of the feasible ones (Deb et al. 2002). */
export function rank(costs: Float64Array, violation: Float64Array, m: number): Int32Array {
  const n = violation.length;
  const dominatedBy = new Int32Array(n);
  const beats: number[][] = Array.from({ length: n }, () => []);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const order = compare(costs, violation, m, i, j);
      if (order === 0) continue;
      (beats[order < 0 ? i : j] as number[]).push(order < 0 ? j : i);
      dominatedBy[order < 0 ? j : i] = (dominatedBy[order < 0 ? j : i] as number) + 1;
    }
  }
  const ranks = new Int32Array(n);
  let front = Array.from({ length: n }, (_, i) => i).filter((i) => dominatedBy[i] === 0);
  for (let level = 0; front.length > 0; level++) {
    const next: number[] = [];
    for (const i of front) {
      ranks[i] = level;
      for (const j of beats[i] as number[]) {
        dominatedBy[j] = (dominatedBy[j] as number) - 1;
        if (dominatedBy[j] === 0) next.push(j);
      }
    }
    front = next;
  }
  return ranks;
}

/** −1 when i dominates j, 1 when j dominates i, 0 when neither. */
function compare(costs: Float64Array, violation: Float64Array, m: number, i: number, j: number): number {
  const [a, b] = [violation[i] as number, violation[j] as number];
  if (a !== b) return a < b ? -1 : 1;
  let less = false;
  let more = false;
  for (let k = 0; k < m; k++) {
    const [x, y] = [costs[i * m + k] as number, costs[j * m + k] as number];
    if (x < y) less = true;
    else if (x > y) more = true;
  }
  return less === more ? 0 : less ? -1 : 1;
}

/** Crowding distance within each rank: Σ over objectives of the gap between neighbours by their range, the outermost infinite. */
export function crowding(costs: Float64Array, ranks: Int32Array, m: number): Float64Array {
  const distance = new Float64Array(ranks.length);
  for (const members of byRank(ranks)) {
    for (let k = 0; k < m; k++) {
      const at = (i: number): number => costs[i * m + k] as number;
      const order = members.slice().sort((a, b) => at(a) - at(b) || a - b);
      const [first, last] = [order[0] as number, order.at(-1)];
      const range = at(last) - at(first);
      distance[first] = Infinity;
      distance[last] = Infinity;
      for (let place = 1; place < order.length - 1 && range > 0; place++) distance[order[place] as number] = (distance[order[place] as number] as number) + (at(order[place + 1] as number) - at(order[place - 1] as number)) / range;
    }
  }
  return distance;
}

/** Rows of each rank, ascending. */
function byRank(ranks: Int32Array): number[][] {
  const members: number[][] = [];
  ranks.forEach((level, i) => (members[level] ??= []).push(i));
  return members;
}

/** Whole ranks while they fit, and of the first that does not `pick(members already in, that rank, room)`. */
function fill(ranks: Int32Array, count: number, pick: (kept: readonly number[], last: readonly number[], room: number) => number[]): number[] {
  const kept: number[] = [];
  for (const members of byRank(ranks)) {
    const room = count - kept.length;
    if (room === 0) break;
    kept.push(...(members.length <= room ? members : pick(kept, members, room)));
  }
  return kept;
}

/** NSGA-II: of the last rank the least crowded, one leaving at a time so that neighbours of what left count as lonelier (Kukkonen & Deb 2006). */
export function leastCrowded(costs: Float64Array, ranks: Int32Array, m: number, count: number): number[] {
  return fill(ranks, count, (_, members, room) => {
    let left = members.slice();
    while (left.length > room) {
      const own = Float64Array.from(left.flatMap((i) => Array.from({ length: m }, (_unused, k) => costs[i * m + k] as number)));
      const distance = crowding(own, new Int32Array(left.length), m);
      const worst = distance.reduce((at, value, i) => (value < (distance[at] as number) ? i : at), 0);
      left = left.filter((_unused, i) => i !== worst);
    }
    return left;
  });
}

/**
 * NSGA-III (Deb & Jain 2014): of the last rank what is nearest to the reference directions that have fewest followers; objectives scaled by the ideal point
 * and the intercepts of the plane through the extreme points (the range where there is no such plane). @param draw breaks ties between directions
 */
export function nearestDirections(costs: Float64Array, ranks: Int32Array, m: number, count: number, directions: readonly Float64Array[], draw: () => number): number[] {
  return fill(ranks, count, (kept, members, room) => {
    const all = [...kept, ...members];
    const unit = scaled(costs, all, m, all.filter((i) => ranks[i] === 0));
    const near = new Map(all.map((i, at) => [i, nearest(unit.subarray(at * m, (at + 1) * m), directions)]));
    const followers = new Int32Array(directions.length);
    for (const i of kept) followers[near.get(i)?.direction as number] = (followers[near.get(i)?.direction as number] as number) + 1;
    const waiting: number[][] = directions.map(() => []);
    for (const i of members) (waiting[near.get(i)?.direction as number] as number[]).push(i);
    const chosen: number[] = [];
    while (chosen.length < room) {
      let fewest = Infinity;
      let ties: number[] = [];
      waiting.forEach((list, direction) => {
        if (list.length === 0) return;
        const own = followers[direction] as number;
        if (own < fewest) [fewest, ties] = [own, [direction]];
        else if (own === fewest) ties.push(direction);
      });
      const direction = ties[Math.floor(draw() * ties.length)] as number;
      const list = waiting[direction] as number[];
      const at = fewest === 0 ? list.reduce((best, i, place) => ((near.get(i)?.distance as number) < (near.get(list[best] as number)?.distance as number) ? place : best), 0) : Math.floor(draw() * list.length);
      chosen.push(...list.splice(at, 1));
      followers[direction] = fewest + 1;
    }
    return chosen;
  });
}

function nearest(point: Float64Array, directions: readonly Float64Array[]): { direction: number; distance: number } {
  let [direction, distance] = [0, Infinity];
  directions.forEach((w, at) => {
    let [along, square] = [0, 0];
    for (let k = 0; k < w.length; k++) along += (w[k] as number) * (point[k] as number);
    for (let k = 0; k < w.length; k++) square += ((point[k] as number) - along * (w[k] as number)) ** 2;
    if (square < distance) [direction, distance] = [at, square];
  });
  return { direction, distance };
}

function scaled(costs: Float64Array, rows: readonly number[], m: number, front: readonly number[]): Float64Array {
  const ideal = Array.from({ length: m }, (_, k) => rows.reduce((least, i) => Math.min(least, costs[i * m + k] as number), Infinity));
  const shifted = (i: number, k: number): number => (costs[i * m + k] as number) - (ideal[k] as number);
  const extremes = Array.from({ length: m }, (_, axis) => {
    const reach = (i: number): number => Math.max(...Array.from({ length: m }, (_unused, k) => shifted(i, k) / (k === axis ? 1 : 1e-6)));
    return front.reduce((best, i) => (reach(i) < reach(best) ? i : best), front[0] as number);
  });
  const length = intercepts(extremes.map((i) => Array.from({ length: m }, (_, k) => shifted(i, k))))
    ?? Array.from({ length: m }, (_, k) => front.reduce((most, i) => Math.max(most, shifted(i, k)), 0));
  return Float64Array.from(rows.flatMap((i) => length.map((size, k) => shifted(i, k) / (size > 0 ? size : 1))));
}

/** Where the plane through m points meets the axes; undefined when it does not meet each beyond the origin. */
function intercepts(points: number[][]): number[] | undefined {
  const m = points.length;
  const a = points.map((row) => [...row, 1]);
  for (let k = 0; k < m; k++) {
    const pivot = a.reduce((best, row, i) => (i >= k && Math.abs(row[k] as number) > Math.abs((a[best] as number[])[k] as number) ? i : best), k);
    [a[k], a[pivot]] = [a[pivot] as number[], a[k] as number[]];
    const lead = (a[k] as number[])[k] as number;
    if (Math.abs(lead) < 1e-10) return undefined;
    for (let i = 0; i < m; i++) {
      if (i === k) continue;
      const factor = ((a[i] as number[])[k] as number) / lead;
      for (let j = k; j <= m; j++) (a[i] as number[])[j] = ((a[i] as number[])[j] as number) - factor * ((a[k] as number[])[j] as number);
    }
  }
  const found = a.map((row, k) => (row[k] as number) / (row[m] as number));
  return found.every((value) => Number.isFinite(value) && value > 1e-10) ? found : undefined;
}

/** Unit vectors through the points of a simplex lattice (Das & Dennis 1998), about `count` of them. */
export function directionsFor(m: number, count: number): Float64Array[] {
  let parts = 1;
  while (choose(parts + m, m - 1) <= count) parts++;
  const found: number[][] = [];
  const grow = (head: number[], left: number): void => {
    if (head.length === m - 1) {
      found.push([...head, left]);
      return;
    }
    for (let k = 0; k <= left; k++) grow([...head, k], left - k);
  };
  grow([], parts);
  return found.map((row) => {
    const size = Math.hypot(...row);
    return Float64Array.from(row, (value) => value / size);
  });
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = result * (n - k + i) / i;
  return Math.round(result);
}
