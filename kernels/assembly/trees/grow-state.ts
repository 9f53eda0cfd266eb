// What growing a tree works on. Plain structs in kernel memory, in step with kernels/trees/grow-state.ts (names and order; doubles first).

/** Hessian of a record: one for every row, d(1 - d) of a logistic gradient |g| = d, or stored beside the gradient. */
// @ts-ignore: decorator
@inline export const HESSIAN_ONE: i32 = 0;
// @ts-ignore: decorator
@inline export const HESSIAN_LOGISTIC: i32 = 1;
// @ts-ignore: decorator
@inline export const HESSIAN_STORED: i32 = 2;

/** Order in which leaves are split. */
// @ts-ignore: decorator
@inline export const BEST_FIRST: i32 = 0;
// @ts-ignore: decorator
@inline export const LEVEL_BY_LEVEL: i32 = 1;
// @ts-ignore: decorator
@inline export const DEPTH_FIRST: i32 = 2;
// @ts-ignore: decorator
@inline export const ONE_CONDITION_A_LEVEL: i32 = 3;

/**
 * One grower. Records of `stride` bytes: bins u8[features, padded to 4], then from the end g f32 (-4), h f32 (-8), row number u32 (-12); the latter two
 * only where used. Two arenas of rows * stride bytes: a child occupies its parent's range in the other one.
 */
@unmanaged
export class Grow {
  lambda: f64;
  alpha: f64;
  minGain: f64;
  minHessian: f64;
  minData: f64;
  rate: f64;
  /** largest |leaf value| before the rate; 0 = no limit */
  maxStep: f64;
  /** units per gradient and hessian in histogram cells, powers of two */
  scaleG: f64;
  scaleH: f64;
  /** the same for sums in 64 bits */
  fineG: f64;
  fineH: f64;
  /** sums over the rows in the arena: positive gradients, negative gradients (as a positive number), hessians; largest |g| and h */
  positive: f64;
  negative: f64;
  hessians: f64;
  largestG: f64;
  largestH: f64;
  /** rows that a node's parent counts as when its value is smoothed towards it; 0 = not */
  smoothing: f64;
  /** categories with so many rows at least, and hessians this much heavier, are put in order; their children's extra L2 penalty */
  catSmooth: f64;
  catL2: f64;
  minDataPerGroup: f64;

  rows: i32;
  stride: i32;
  features: i32;
  /** log2 of the cells per feature: 5 to 8 */
  shift: i32;
  hessian: i32;
  order: i32;
  maxLeaves: i32;
  maxDepth: i32;
  arena: usize;
  otherArena: usize;
  /** i64[QUANTISED_ROWS] */
  quantised: usize;
  /** histograms: `slots` of slotBytes, and one more that is never kept */
  pool: usize;
  slots: i32;
  slotBytes: usize;
  /** i32[slots]: stack of free ones */
  freeSlots: usize;
  freeCount: i32;
  /** Node[capacity] */
  nodes: usize;
  nodeCount: i32;
  /** i32[capacity] and f64[capacity]: leaves that can be split */
  frontier: usize;
  frontierGain: usize;
  frontierCount: i32;
  frontierFirst: i32;
  /** i32[features]: bins that hold numbers; a NaN bin, if any, is the next one */
  bins: usize;
  /** u8[features] each: the feature has a NaN bin; may be used in this tree; may be used in this node */
  missing: usize;
  treeMask: usize;
  nodeMask: usize;
  /** features that a node may look at, of those that its level may; all when 0 */
  perNode: i32;
  seed: u32;
  tree: i32;
  /** rows at or below which a node is searched without a histogram of its own */
  directRows: i32;
  /** 1: one random cut per feature */
  randomCuts: i32;
  /** 1: a cut between two occupied bins lies midway */
  midway: i32;
  /** i64[rows] of (g, h), of random cuts; scratch of treeDirectBytes; i32[features] order of features; i32[features] those a tree may use, and how many */
  packed: usize;
  sorted: usize;
  order32: usize;
  draws: usize;
  drawable: i32;
  /** f64[256 * features]: values that stand for bins, of random cuts */
  binValues: usize;
  /** 1: scores that the vector scan cannot have (L1 penalty, limit of the step) */
  general: i32;
  /** f64[row] gradients and hessians by row number, u8[row] multiplicities; 0 = records carry all there is */
  gradients: usize;
  hessianValues: usize;
  counts: usize;
  /** u64[capacity]: the tree for walking, see walk.ts */
  walk: usize;
  /** i8[features]: 1 = never falls, -1 = never rises, 0 = free; all free when 0 */
  monotone: usize;
  /** u64[features]: sets of features that may meet on a path, as bits; 0 = all may */
  sets: usize;
  /** u8[features]: CATEGORICAL, ONE_HOT or 0; none when 0 */
  category: usize;
  maxCatThreshold: i32;
  maxCatToOnehot: i32;
  /** f64[4 * cells] scratch of categorical scans */
  catScratch: usize;
  /** f64[features * cells * 2]: gains of a level, of trees with one condition per level */
  levelGain: usize;
  /** scratch of treeTallyBytes */
  tally: usize;
  /** Crew of threads that help with large nodes; 0 = none */
  crew: usize;
  /** features that the nodes of a level may look at, of those of the tree; all when 0. u8[features]: those of a level */
  perLevel: i32;
  levelMask: usize;
}

@unmanaged
export class Node {
  /** quantised sums of the node and of its left child-to-be, in units of scaleG, scaleH (or fine units where found directly) */
  g: i64;
  h: i64;
  leftG: i64;
  leftH: i64;
  gain: f64;
  /** exact sums in fine units */
  sumG: i64;
  sumH: i64;
  value: f64;
  /** value before the rate as the search saw it, and what it must stay within */
  output: f64;
  lower: f64;
  upper: f64;
  /** L2 penalty on top of g.lambda: below a split that puts categories in order */
  extra: f64;
  /** interaction sets that hold all features on the path, as bits */
  groups: u64;
  /** bins that go left of a split by category */
  set0: u64;
  set1: u64;
  set2: u64;
  set3: u64;
  begin: i32;
  count: i32;
  depth: i32;
  slot: i32;
  /** best split; feature -1 = none */
  feature: i32;
  bin: i32;
  missingLeft: i32;
  /** first child, the other is the next node; -1 = leaf */
  left: i32;
  parent: i32;
  /** 1: the split is by the set of bins */
  isSet: i32;
  /** of a leaf that several threads may split: WAITING, TAKEN or SPLIT, see session.ts; histogram set aside for the smaller child */
  state: i32;
  spare: i32;
}

/** Kinds of features with categories: sets found by order of gradients, or one category against the others. */
// @ts-ignore: decorator
@inline export const CATEGORICAL: u8 = 1;
// @ts-ignore: decorator
@inline export const ONE_HOT: u8 = 2;

export function treeGrowBytes(): usize {
  return offsetof<Grow>();
}

export function treeNodeBytes(): usize {
  return offsetof<Node>();
}

// @ts-ignore: decorator
@inline
export function nodeAt(g: Grow, index: i32): Node {
  return changetype<Node>(g.nodes + <usize>index * offsetof<Node>());
}

/** First record of a node: its depth says which arena. */
// @ts-ignore: decorator
@inline
export function recordsOf(g: Grow, node: Node): usize {
  return (node.depth & 1 ? g.otherArena : g.arena) + <usize>node.begin * <usize>g.stride;
}
