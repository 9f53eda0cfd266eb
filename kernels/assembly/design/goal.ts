// What a trial exchange judges by, in step with kernels/design/goal.ts: the criterion as a function of the information matrix, rows that belong
// together (blocks, whole plots), cells that rows share.
import { cholesky, invertFactored, ln } from './linear-algebra';
import { Problem } from './problem';
import { leastEigenvalue } from './spectrum';

/** D, tr(V W) or both, as the problem says. */
// @ts-ignore: decorator
@inline export const MOMENTS: i32 = 0;
/** ln of the least eigenvalue of M. */
// @ts-ignore: decorator
@inline export const E: i32 = 1;
/** - ln of the largest f'Vf over points. */
// @ts-ignore: decorator
@inline export const G: i32 = 2;
/** w ln det / p - (1 - w) |A|^2 / p, A = V X'X2 the alias matrix. */
// @ts-ignore: decorator
@inline export const ALIAS: i32 = 3;

// @ts-ignore: decorator
@inline const PIVOT: f64 = 1e-12;

@unmanaged
export class Goal {
  kind: i32;
  /** terms that are estimated: the first ones; those behind them may alias them */
  fitted: i32;
  /** f64[pointCount x ld]: model rows of the points that G looks at */
  points: usize;
  pointCount: i32;
  /** strata of groups, the groups of each within those of the one before; 0 = observations are independent */
  strata: i32;
  groups: i32;
  /** i32[strata x rows]: group of each row (block, whole plot), numbered through all strata */
  groupOf: usize;
  /** f64[strata x rows]: w of each row in its group */
  weight: usize;
  /** f64[groups]: c of M = X'X - sum over groups of c (X'w)(w'X) */
  shrink: usize;
  /** i32[rows x factors]: first of the rows that share this cell; 0 = each row has its own */
  leader: usize;
  /** 1: rows of different groups are interchanged, too */
  swaps: i32;
  /** 1: no two rows alike */
  distinct: i32;
  /** w of ALIAS */
  aliasWeight: f64;
  /** i32[mixtureCount]: factors that are shares of one whole; the constraints of the problem hold their sum */
  mixture: usize;
  mixtureCount: i32;
  /**
   * i32[levels of factor 0 x levels of factor 1]: of a list whose rows share settings, the nearest level of factor 1 that the list has beside a level of factor 0,
   * itself where it has it; 0 = any go together
   */
  nearest: usize;
}

/** Scratch of a trial. */
@unmanaged
export class Trial {
  /** f64[ld x terms] */
  inverse: usize;
  /** f64[ld] sum of the rows of a group */
  sum: usize;
  /** f64[2 ld] */
  vectors: usize;
  /** i32[rows]: rows that a change touches */
  rows: usize;
  /** u8[groups] */
  touched: usize;
  /** i32[pointCount]: points in the order in which they are looked at */
  order: usize;
  /** f64[factors]: shares where a line begins, and its direction */
  base: usize;
  direction: usize;
  /** f64[rows]: cells of factor 1 of the listed rows, before factor 0 changed */
  beside: usize;
  count: i32;
  mantissa: f64;
  exponent: i32;
  /** the criterion without ties */
  value: f64;
}

export function designGoalBytes(): usize {
  return offsetof<Goal>();
}

/** Bytes of a Trial and its arrays. */
export function designTrialBytes(problem: usize, goal: usize): usize {
  return layTrial(changetype<Problem>(problem), changetype<Goal>(goal), 0);
}

export function layTrial(p: Problem, g: Goal, at: usize): usize {
  const t = changetype<Trial>(at);
  const ld = <usize>p.ld << 3;
  let next: usize = (offsetof<Trial>() + 63) & ~63;
  if (at) t.inverse = at + next;
  next += ld * <usize>p.terms;
  if (at) { t.sum = at + next; t.vectors = t.sum + ld; }
  next += 3 * ld;
  if (at) { t.base = at + next; t.direction = t.base + (<usize>p.factors << 3); }
  next += <usize>p.factors << 4;
  if (at) t.beside = at + next;
  next += <usize>p.rows << 3;
  if (at) t.rows = at + next;
  next += <usize>p.rows << 2;
  if (at) t.order = at + next;
  next += <usize>g.pointCount << 2;
  if (at) t.touched = at + next;
  return next + <usize>g.groups;
}

/**
 * The criterion of the information matrix in `square` (lower triangle; overwritten); larger is better, -Infinity where a term cannot be estimated.
 * tie: share of ln det / p that is added to E and G, which alone cannot tell most changes apart. A value below `least` may come out as
 * -Infinity. Cost: fitted^3 / 6 for D to 4/3 fitted^3 for E; G adds fitted^2 / 2 a point.
 */
export function judge(p: Problem, g: Goal, t: Trial, square: usize, kind: i32, tie: f64, least: f64): f64 {
  const n = g.fitted;
  const ld = p.ld;
  const stride = <usize>ld << 3;
  let value: f64 = 0;
  if (kind == E) {
    memory.copy(t.inverse, square, stride * <usize>n);
    value = leastEigenvalue(t.inverse, n, ld, t.vectors);
    if (!(value > 0)) return -Infinity;
    value = ln(value);
  }
  if (cholesky(square, n, ld, PIVOT) < n) return -Infinity;
  let mantissa: f64 = 1;
  let exponent = 0;
  for (let j = 0; j < n; j++) {
    const root = load<f64>(square + <usize>j * stride + (<usize>j << 3));
    mantissa *= root * root;
    const bits = reinterpret<u64>(mantissa);
    exponent += <i32>((bits >> 52) & 0x7ff) - 1023;
    mantissa = reinterpret<f64>((bits & 0x800fffffffffffff) | 0x3ff0000000000000);
  }
  t.mantissa = mantissa;
  t.exponent = exponent;
  const determinant = (ln(mantissa) + <f64>exponent * 0.6931471805599453) / <f64>n;
  if (kind == E) {
    t.value = value;
    return value + tie * determinant;
  }
  const w = p.determinantWeight;
  if (kind == MOMENTS && !p.moments) {
    t.value = determinant;
    return determinant;
  }
  invertFactored(square, t.inverse, n, ld);
  if (kind == MOMENTS) value = w * determinant - (1 - w) * ln(traceWith(p, t.inverse, n));
  else if (kind == ALIAS) value = g.aliasWeight * determinant - (1 - g.aliasWeight) * aliasing(p, square, n) / <f64>n;
  else {
    const most = largest(p, g, t, n, least == -Infinity ? Infinity : least - tie * determinant);
    if (!(most > 0)) return -Infinity;
    value = -ln(most);
    t.value = value;
    return value + tie * determinant;
  }
  t.value = value;
  return value;
}

/** tr(V W). */
function traceWith(p: Problem, inverse: usize, n: i32): f64 {
  const stride = <usize>p.ld << 3;
  let sum: f64 = 0;
  for (let j = 0; j < n; j++) {
    const a = inverse + <usize>j * stride;
    const b = p.moments + <usize>j * stride;
    for (let i: usize = 0, end = <usize>n << 3; i < end; i += 8) sum += load<f64>(a + i) * load<f64>(b + i);
  }
  return sum;
}

/** |V X'X2|^2: below the factor L of X'X stands X2'X L^-T, and L^-1 has taken the place of L. */
function aliasing(p: Problem, square: usize, n: i32): f64 {
  const stride = <usize>p.ld << 3;
  let total: f64 = 0;
  for (let b = n; b < p.terms; b++) {
    for (let c = 0; c < n; c++) {
      const column = square + <usize>c * stride;
      let sum: f64 = 0;
      for (let k = c; k < n; k++) sum += load<f64>(square + <usize>k * stride + (<usize>b << 3)) * load<f64>(column + (<usize>k << 3));
      total += sum * sum;
    }
  }
  return total;
}

/** Largest f'Vf, or 0 once a point shows that - ln of it stays below `least`. That point moves to the front: it will often do so again. */
function largest(p: Problem, g: Goal, t: Trial, n: i32, least: f64): f64 {
  const stride = <usize>p.ld << 3;
  const limit = least == Infinity ? Infinity : expOf(-least);
  let most: f64 = 0;
  for (let o = 0; o < g.pointCount; o++) {
    const point = load<i32>(t.order + (<usize>o << 2));
    const f = g.points + <usize>point * stride;
    let d: f64 = 0;
    for (let j = 0; j < n; j++) {
      const column = t.inverse + <usize>j * stride;
      let sum = 0.5 * load<f64>(column + (<usize>j << 3)) * load<f64>(f + (<usize>j << 3));
      for (let i = j + 1; i < n; i++) sum += load<f64>(column + (<usize>i << 3)) * load<f64>(f + (<usize>i << 3));
      d += sum * load<f64>(f + (<usize>j << 3));
    }
    d *= 2;
    if (d > most) most = d;
    if (d > limit * 1.0000000001) {
      for (let q = o; q > 0; q--) store<i32>(t.order + (<usize>q << 2), load<i32>(t.order + (<usize>(q - 1) << 2)));
      store<i32>(t.order, point);
      return 0;
    }
  }
  return most;
}

/** e^x to a few ulp, by halving the argument; used for a bound only. */
function expOf(x: f64): f64 {
  if (x > 700) return Infinity;
  if (x < -700) return 0;
  const r = x / 1024;
  let term: f64 = 1;
  let sum: f64 = 1;
  for (let k = 1; k < 16; k++) {
    term *= r / <f64>k;
    sum += term;
  }
  for (let k = 0; k < 10; k++) sum *= sum;
  return sum;
}
