// Layout of a design problem and of the state of one search, in step with kernels/design/layout.ts. Both are plain structs in kernel memory.

/**
 * What is to be designed. Pointers are bytes, all arrays 8-byte aligned.
 *
 * A factor has B basis functions besides the constant: powers of a number, contrast columns of a category. A *slot* is one basis function
 * of one factor; slots are numbered factor by factor. A term is a product of slots of different factors (the intercept: of none). A model row
 * is f_t = product of the slot values of term t.
 */
@unmanaged
export class Problem {
  factors: i32;
  terms: i32;
  rows: i32;
  slots: i32;
  /** Leading dimension of every p-sized array: terms rounded up to an even number. */
  ld: i32;
  /** Largest number of basis functions of a factor. */
  widest: i32;
  /** Factor[factors] */
  factor: usize;
  /** i32[terms + 1]: where the slots of a term begin in termSlots */
  termStart: usize;
  termSlots: usize;
  /** i32[slots + 1]: where the terms of a slot begin in slotTerms */
  slotStart: usize;
  slotTerms: usize;
  /** f64[ld x terms], symmetric: information of earlier runs plus prior precisions */
  prior: usize;
  /** f64[ld x terms], symmetric: weights W of a criterion tr(V W); 0 when none is wanted */
  moments: usize;
  /** u8[rows x factors], 1 = the search leaves this cell alone; 0 = no cell is fixed */
  locked: usize;
  /** f64[rows x factors]: values of locked cells (level number, or coded value of a continuous factor) */
  given: usize;
  /** f64[constraints x (factors + 1)]: a . value <= b */
  constraint: usize;
  constraints: i32;
  /** f64[forbidden x factors x 2]: a row whose every value lies in [low, high] is not allowed */
  forbidden: usize;
  forbiddenCount: i32;
  /** f64[factors]: values of a row that is allowed; start of random rows when drawing at random fails */
  feasible: usize;
  /** share of log det (per term) in the objective; the rest is - log tr(V W) */
  determinantWeight: f64;
}

@unmanaged
export class Factor {
  /** 0: any value of [low, high]; otherwise the number of levels */
  levels: i32;
  firstSlot: i32;
  /** number of basis functions besides the constant */
  basis: i32;
  /** f64[levels]: value of a level in constraints */
  values: usize;
  /** f64[levels x basis] */
  table: usize;
  low: f64;
  high: f64;
}

/** One search. Sizes in elements. */
@unmanaged
export class Search {
  /** f64[rows x factors]: level numbers, or coded values of continuous factors */
  cell: usize;
  /** f64[rows x slots] */
  slot: usize;
  /** f64[rows x ld] */
  model: usize;
  /** f64[ld x terms]: V = M^-1 */
  inverse: usize;
  /** f64[ld x terms]: G = V W V */
  weighted: usize;
  /** f64[ld x terms] scratch of factorisations */
  square: usize;
  /** f64[ld]: V y and G y of the row at hand as its turn began */
  vy: usize;
  gy: usize;
  /** f64[ld]: V x, G x, two scratch vectors */
  vx: usize;
  gx: usize;
  t1: usize;
  t2: usize;
  /** f64[ld x widest]: values of the sparse u_b, in the order of slotTerms */
  u: usize;
  /** f64[widest] and f64[widest x widest] */
  alpha: usize;
  beta: usize;
  gamma: usize;
  epsilon: usize;
  quadratic: usize;
  weightedQuadratic: usize;
  delta: usize;
  /** out: det M = mantissa * 2^exponent, tr(V W) */
  mantissa: f64;
  trace: f64;
  exponent: i32;
  sweeps: i32;
  exchanges: i32;
  /** tr(V W) as kept up to date between refactorisations */
  running: f64;
  /** of the row at hand, y as its turn began and x as it is: y'Vy, x'Vx, x'Vy and the same with G */
  dy: f64;
  dx: f64;
  dxy: f64;
  phi: f64;
  phix: f64;
  phixy: f64;
  /** det M and tr(V W) with x in place of y, relative to those with y */
  growth: f64;
  left: f64;
  /** best change found for the cell at hand */
  bestCell: f64;
  bestGain: f64;
  /** draws made so far from the stream of this search */
  draws: i32;
  stream: u32;
}

/** Sizes of the structs, for the host to check its offsets against. */
export function designProblemBytes(): usize {
  return offsetof<Problem>();
}

export function designFactorBytes(): usize {
  return offsetof<Factor>();
}

/** out f64[5] = mantissa and exponent of det M, tr(V W), sweeps, exchanges. @returns pointer to the cells, f64[rows x factors] */
export function designOutcome(search: usize, out: usize): usize {
  const s = changetype<Search>(search);
  store<f64>(out, s.mantissa);
  store<f64>(out + 8, <f64>s.exponent);
  store<f64>(out + 16, s.trace);
  store<f64>(out + 24, <f64>s.sweeps);
  store<f64>(out + 32, <f64>s.exchanges);
  return s.cell;
}

/** Bytes of a Search and its arrays. */
export function designSearchBytes(problem: usize): usize {
  return lay(changetype<Problem>(problem), 0);
}

/** Lays the arrays of a search out behind its struct. With at = 0 only counts. @returns bytes */
export function lay(p: Problem, at: usize): usize {
  const ld = <usize>p.ld << 3;
  const rows = <usize>p.rows;
  const square = ld * <usize>p.terms;
  const wide = <usize>p.widest;
  let next: usize = (offsetof<Search>() + 63) & ~63;
  const s = changetype<Search>(at);
  if (at) s.cell = at + next;
  next += (rows * <usize>p.factors) << 3;
  if (at) s.slot = at + next;
  next += (rows * <usize>p.slots) << 3;
  next = (next + 15) & ~15;
  if (at) s.model = at + next;
  next += rows * ld;
  if (at) s.inverse = at + next;
  next += square;
  if (at) s.weighted = at + next;
  next += square;
  if (at) s.square = at + next;
  next += square;
  if (at) { s.vy = at + next; s.gy = s.vy + ld; s.vx = s.gy + ld; s.gx = s.vx + ld; s.t1 = s.gx + ld; s.t2 = s.t1 + ld; }
  next += 6 * ld;
  if (at) s.u = at + next;
  next += ld * wide;
  if (at) {
    s.alpha = at + next; s.beta = s.alpha + (wide << 3); s.gamma = s.beta + (wide << 3); s.epsilon = s.gamma + (wide << 3);
    s.delta = s.epsilon + (wide << 3); s.quadratic = s.delta + (wide << 3); s.weightedQuadratic = s.quadratic + ((wide * wide) << 3);
  }
  next += (5 * wide + 2 * wide * wide) << 3;
  return next;
}
