/**
 * Maximum likelihood of P = 1 / (1 + exp(−x'β)) for a handful of columns and targets between 0 and 1, by Newton with step halving: what parametric calibrators
 * share. Stops when a step no longer moves; separated scores run into `limit`, where P is 0 or 1 to the last bit anyway.
 * @param columns each of the length of `targets`
 */
export function fitLogisticMap(columns: readonly ArrayLike<number>[], targets: ArrayLike<number>, weights?: ArrayLike<number>): { coefficients: number[]; logLoss: number } {
  const k = columns.length;
  let beta = new Array<number>(k).fill(0);
  let loss = lossOf(columns, targets, weights, beta);
  for (let iteration = 0; iteration < 200; iteration++) {
    const { gradient, hessian } = derivatives(columns, targets, weights, beta);
    const step = solve(hessian, gradient);
    let factor = 1;
    let next = beta;
    let nextLoss = Infinity;
    for (; factor > 1e-10; factor /= 2) {
      next = beta.map((b, j) => Math.min(Math.max(b + factor * (step[j] as number), -LIMIT), LIMIT));
      nextLoss = lossOf(columns, targets, weights, next);
      if (nextLoss <= loss + FLAT * Math.abs(loss)) break;
    }
    if (factor <= 1e-10) break;
    const moved = next.some((b, j) => Math.abs(b - (beta[j] as number)) > 1e-14 * (1 + Math.abs(b)));
    beta = next;
    loss = nextLoss;
    if (!moved) break;
  }
  return { coefficients: beta, logLoss: loss / totalWeight(targets, weights) };
}

/** Rounding of the summed likelihood: near the optimum it cannot tell a step from none, the step's own size can. */
const FLAT = 1e-13;
const LIMIT = 1e6;

function totalWeight(targets: ArrayLike<number>, weights?: ArrayLike<number>): number {
  if (weights === undefined) return targets.length;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] as number;
  return sum;
}

function lossOf(columns: readonly ArrayLike<number>[], targets: ArrayLike<number>, weights: ArrayLike<number> | undefined, beta: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    const eta = columns.reduce((total, column, j) => total + (column[i] as number) * (beta[j] as number), 0);
    // log(1 + e^η) − t η without overflow
    sum += (weights?.[i] ?? 1) * (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))) - (targets[i] as number) * eta);
  }
  return sum;
}

function derivatives(columns: readonly ArrayLike<number>[], targets: ArrayLike<number>, weights: ArrayLike<number> | undefined, beta: readonly number[]): { gradient: number[]; hessian: number[][] } {
  const k = columns.length;
  const gradient = new Array<number>(k).fill(0);
  const hessian = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (let i = 0; i < targets.length; i++) {
    const eta = columns.reduce((total, column, j) => total + (column[i] as number) * (beta[j] as number), 0);
    const p = logisticOf(eta);
    const weight = weights?.[i] ?? 1;
    for (let a = 0; a < k; a++) {
      const x = columns[a]?.[i] as number;
      gradient[a] = (gradient[a] as number) + weight * x * ((targets[i] as number) - p);
      const row = hessian[a] as number[];
      for (let b = 0; b <= a; b++) row[b] = (row[b] as number) + weight * x * (columns[b]?.[i] as number) * p * (1 - p);
    }
  }
  return { gradient, hessian };
}

/** Lower triangle given; a ridge of rounding size keeps flat directions (separated or constant scores) solvable. */
function solve(hessian: readonly number[][], gradient: readonly number[]): number[] {
  const k = gradient.length;
  const scale = Math.max(...hessian.map((row, j) => row[j] as number), 1e-300);
  const l = hessian.map((row, j) => row.map((value, b) => (b === j ? value + 1e-12 * scale : value)));
  for (let j = 0; j < k; j++) {
    for (let i = j; i < k; i++) {
      const row = l[i] as number[];
      let sum = row[j] as number;
      for (let m = 0; m < j; m++) sum -= (row[m] as number) * ((l[j] as number[])[m] as number);
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / ((l[j] as number[])[j] as number);
    }
  }
  const x = [...gradient];
  for (let i = 0; i < k; i++) {
    for (let m = 0; m < i; m++) x[i] = (x[i] as number) - ((l[i] as number[])[m] as number) * (x[m] as number);
    x[i] = (x[i] as number) / ((l[i] as number[])[i] as number);
  }
  for (let i = k - 1; i >= 0; i--) {
    for (let m = i + 1; m < k; m++) x[i] = (x[i] as number) - ((l[m] as number[])[i] as number) * (x[m] as number);
    x[i] = (x[i] as number) / ((l[i] as number[])[i] as number);
  }
  return x;
}

export function logisticOf(eta: number): number {
  return eta >= 0 ? 1 / (1 + Math.exp(-eta)) : 1 - 1 / (1 + Math.exp(eta));
}

/** Log-odds of a probability, kept off 0 and 1 by the rounding of a double. */
export function logit(p: number): number {
  const inside = Math.min(Math.max(p, EDGE), 1 - EDGE);
  return Math.log(inside) - Math.log1p(-inside);
}

export const EDGE = 1e-12;
