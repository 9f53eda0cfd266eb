import { columnsOf, hierarchical } from './problem.ts';
import type { SubsetProblem } from './problem.ts';
import { dropColumn, selectColumns } from './triangle.ts';
import type { Triangle } from './triangle.ts';

export interface Found {
  /** Ascending. */
  units: number[];
  /** Coefficients, forced ones included. */
  coefficients: number;
  rss: number;
}

/** Nodes with at least this many droppable units order them anew: the bound is worth more than the O(p³). */
const REORDER_FROM = 5;

interface Node {
  triangle: Triangle;
  /** Units in the order of the triangle; those before `fixed` stay in all descendants. */
  order: number[];
  fixed: number;
}

/**
 * The `keep` smallest residual sums of squares for every number of coefficients, exact, by branch and bound on the triangle (Furnival &
 * Wilson 1974; dropping columns as Gatu & Kontoghiorghes 2006): a set's RSS bounds that of all its subsets, and a branch is cut when it
 * can improve no size it reaches. A unit is dropped together with those that cannot be without it, so that only sets that obey the
 * hierarchy are ever visited.
 */
export function bestOfEachSize(problem: SubsetProblem, keep: number): Map<number, Found[]> {
  const { units, sizes, forced } = problem;
  const tables = new Map<number, Found[]>();
  const below = descendants(units);
  const weight = (list: readonly number[]): number => list.reduce((sum, unit) => sum + (sizes[unit] as number), forced);

  const record = (order: readonly number[], rss: number): void => {
    if (!hierarchical(units, new Set(order))) return;
    const coefficients = weight(order);
    const table = tables.get(coefficients) ?? [];
    tables.set(coefficients, table);
    const worst = table[keep - 1];
    if (worst !== undefined && worst.rss <= rss) return;
    const sorted = [...order].sort((a, b) => a - b);
    if (table.some((found) => found.units.length === sorted.length && found.units.every((unit, k) => unit === sorted[k]))) return;
    table.push({ units: sorted, coefficients, rss });
    table.sort((a, b) => a.rss - b.rss);
    table.length = Math.min(table.length, keep);
  };
  /** Can a subset of this size improve its table, given that its RSS is at least `bound`? */
  const hopeless = (size: number, bound: number): boolean => {
    const worst = tables.get(size)?.[keep - 1];
    return worst !== undefined && worst.rss <= bound;
  };

  const explore = (node: Node): void => {
    const { triangle, order, fixed } = node.order.length - node.fixed >= REORDER_FROM ? strongestFirst(problem, below, node) : node;
    // The weakest first: they bring good sets into the tables early.
    for (let at = order.length - 1; at >= fixed; at--) {
      const unit = order[at] as number;
      const inside = order.slice(0, at);
      const gone = below[unit] as ReadonlySet<number>;
      // What stays for good must not lose its parent for good.
      if (inside.some((kept) => gone.has(kept))) continue;
      const rest = order.filter((other, position) => position < at || (position > at && !gone.has(other)));
      const child = { triangle: dropUnits(problem, triangle, order, unit, gone), order: rest, fixed: at };
      record(rest, child.triangle.rss);
      let open = false;
      const smallest = weight(inside);
      for (let size = weight(rest) - 1; size >= smallest && !open; size--) open = !hopeless(size, child.triangle.rss);
      if (open && rest.length > at) explore(child);
    }
  };

  const all = units.map((_, unit) => unit);
  record(all, problem.triangle.rss);
  seed(problem, record);
  explore({ triangle: problem.triangle, order: all, fixed: 0 });
  return tables;
}

/** Units that cannot be without it, itself not among them. */
function descendants(units: SubsetProblem['units']): ReadonlySet<number>[] {
  return units.map((_, root) => {
    const found = new Set<number>();
    const visit = (parent: number): void => units.forEach(({ parents = [] }, unit) => {
      if (!parents.includes(parent) || found.has(unit)) return;
      found.add(unit);
      visit(unit);
    });
    visit(root);
    found.delete(root);
    return found;
  });
}

/** Backward elimination, so that bounds exist before the search begins. */
function seed(problem: SubsetProblem, record: (order: readonly number[], rss: number) => void): void {
  let order = problem.units.map((_, unit) => unit);
  let { triangle } = problem;
  while (order.length > 0) {
    const options = order.map((_, at) => dropUnit(problem, triangle, order, at));
    const candidates = order.flatMap((unit, at) => (order.some((other) => problem.units[other]?.parents?.includes(unit)) ? [] : [at]));
    if (candidates.length === 0) return;
    const best = candidates.reduce((top, at) => ((options[at] as Triangle).rss < (options[top] as Triangle).rss ? at : top), candidates[0] as number);
    triangle = options[best] as Triangle;
    order = order.filter((_, at) => at !== best);
    record(order, triangle.rss);
  }
}

function dropUnits(problem: SubsetProblem, triangle: Triangle, order: readonly number[], unit: number, others: ReadonlySet<number>): Triangle {
  let left = order;
  let out = triangle;
  for (const gone of order.filter((other) => other === unit || others.has(other)).reverse()) {
    const at = left.indexOf(gone);
    out = dropUnit(problem, out, left, at);
    left = left.filter((other) => other !== gone);
  }
  return out;
}

function dropUnit({ sizes, forced }: SubsetProblem, triangle: Triangle, order: readonly number[], at: number): Triangle {
  const start = order.slice(0, at).reduce((sum, unit) => sum + (sizes[unit] as number), forced);
  let out = triangle;
  for (let k = 0; k < (sizes[order[at] as number] as number); k++) out = dropColumn(out, start);
  return out;
}

/** Droppable units by what their loss costs, dearest first: large subtrees then begin with large sums of squares. */
function strongestFirst(problem: SubsetProblem, below: readonly ReadonlySet<number>[], { triangle, order, fixed }: Node): Node {
  const cost = new Map(order.slice(fixed).map((unit) => [unit, dropUnits(problem, triangle, order, unit, below[unit] as ReadonlySet<number>).rss]));
  const sorted = [...order.slice(0, fixed), ...order.slice(fixed).sort((a, b) => (cost.get(b) as number) - (cost.get(a) as number) || a - b)];
  return { triangle: selectColumns(problem.triangle, columnsOf(problem, sorted)), order: sorted, fixed };
}
