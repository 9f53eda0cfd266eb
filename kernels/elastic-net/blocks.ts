/** One quadratic problem with a penalty on the length of each block of coefficients: b'Gb/2 - c'b + Σ_B ( t_B ‖b_B‖ + e_B ‖b_B‖² / 2 ). */
export interface BlockProblem {
  readonly p: number;
  /** p × p, symmetric. */
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  readonly blocks: readonly (readonly number[])[];
  /** By block. */
  readonly threshold: ArrayLike<number>;
  readonly ridge: ArrayLike<number>;
}

export interface BlockSolution { readonly beta: Float64Array; /** c - G b. */ readonly gradient: Float64Array; readonly sweeps: number }

/** Changes of this size, of coefficients times the root of their diagonal, are rounding; slower than SLOW below ALMOST they are taken for it. */
const ROUNDING = 1e-15;
const ALMOST = 1e-12;
const SLOW = 0.9;

/**
 * Minimises it by exact block descent (each block by its eigenvectors and the secular equation of its length, as in Moré & Sorensen 1983), over the blocks that are in until they rest, then
 * over all. Cost of a sweep: p² multiply-adds. A column of diagonal 0 takes no part.
 */
export function solveBlocks(problem: BlockProblem, start: Float64Array, maxSweeps: number): BlockSolution {
  const { p, gram, blocks } = problem;
  const beta = start.slice();
  const gradient = problem.cross.slice();
  for (let j = 0; j < p; j++) move(gradient, gram, p, j, beta[j] as number);
  const own = blocks.map((block) => decompose(gram, p, block));
  const all = [...blocks.keys()];
  let sweeps = 0;
  const sweep = (over: readonly number[]): number => {
    sweeps++;
    return over.reduce((most, at) => Math.max(most, updateBlock(problem, at, own[at] as Eigen, beta, gradient)), 0);
  };
  for (let whole = Infinity; sweeps < maxSweeps;) {
    const before = whole;
    whole = sweep(all);
    if (whole <= ROUNDING || (whole <= ALMOST && whole >= SLOW * before)) break;
    const inside = all.filter((at) => (blocks[at] as readonly number[]).some((j) => beta[j] !== 0));
    for (let last = Infinity; sweeps < maxSweeps;) {
      const change = sweep(inside);
      if (change <= ROUNDING || (change <= ALMOST && change >= SLOW * last)) break;
      last = change;
    }
  }
  return { beta, gradient, sweeps };
}

/** gradient -= step · column j. */
function move(gradient: Float64Array, gram: Float64Array, p: number, j: number, step: number): void {
  if (step === 0) return;
  for (let k = 0, at = j * p; k < p; k++, at++) gradient[k] = (gradient[k] as number) - step * (gram[at] as number);
}

/** Minimises over one block. @returns the largest change times the root of its diagonal */
function updateBlock({ p, gram, blocks, threshold, ridge }: BlockProblem, at: number, { values, vectors }: Eigen, beta: Float64Array, gradient: Float64Array): number {
  const block = blocks[at] as readonly number[];
  const size = block.length;
  const t = threshold[at] as number;
  const e = ridge[at] as number;
  const old = block.map((j) => beta[j] as number);
  // the gradient without this block, in its eigenvectors
  const z = values.map((value, k) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (vectors[k * size + i] as number) * ((gradient[block[i] as number] as number) + value * (old[i] as number));
    return sum;
  });
  const length = lengthOf(z, values, t, e);
  let most = 0;
  block.forEach((j, i) => {
    let value = 0;
    if (length > 0) {
      for (let k = 0; k < size; k++) {
        const rest = ((values[k] as number) + e) * length + t;
        if (rest > 0) value += (vectors[k * size + i] as number) * (((z[k] as number) * length) / rest);
      }
    }
    const step = value - (old[i] as number);
    if (step === 0) return;
    beta[j] = value;
    move(gradient, gram, p, j, step);
    most = Math.max(most, Math.abs(step) * Math.sqrt(gram[j * (p + 1)] as number));
  });
  return most;
}

/** The root r of Σ z² / ((μ + e) r + t)² = 1, by Newton on the inverse root, which is concave: from the left it only rises. 1 where nothing is penalised by length (any r does), 0 where z is too short. */
function lengthOf(z: Float64Array, values: Float64Array, t: number, e: number): number {
  if (t === 0) return 1;
  let length = 0;
  for (let step = 0; step < 100; step++) {
    let sum = 0;
    let slope = 0;
    z.forEach((one, k) => {
      const rest = ((values[k] as number) + e) * length + t;
      const share = (one / rest) ** 2;
      sum += share;
      slope += (share * ((values[k] as number) + e)) / rest;
    });
    if (length === 0 && sum <= 1) return 0;
    const root = Math.sqrt(sum);
    const next = length + ((root - 1) * sum) / slope;
    if (!(next > length * (1 + 4e-16))) return length;
    length = next;
  }
  return length;
}

/** Eigenvalues and, one after the other, eigenvectors of a symmetric block. */
interface Eigen { readonly values: Float64Array; readonly vectors: Float64Array }

/** Cyclic Jacobi: blocks have a handful of columns. */
function decompose(gram: Float64Array, p: number, block: readonly number[]): Eigen {
  const size = block.length;
  const a = block.map((j) => block.map((k) => gram[j * p + k] as number));
  const vectors = block.map((_, i) => block.map((_other, k) => Number(i === k)));
  const at = (rows: number[][], i: number, j: number): number => (rows[i] as number[])[j] as number;
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) {
      const off = at(a, i, j);
      if (Math.abs(off) <= 1e-17 * Math.sqrt(Math.abs(at(a, i, i) * at(a, j, j)))) continue;
      rotated = true;
      const theta = (at(a, j, j) - at(a, i, i)) / (2 * off);
      const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const cosine = 1 / Math.sqrt(tangent * tangent + 1);
      const sine = tangent * cosine;
      const turn = (rows: number[][], k: number, l: number, m: number, n: number): void => {
        const [x, y] = [at(rows, k, l), at(rows, m, n)];
        (rows[k] as number[])[l] = cosine * x - sine * y;
        (rows[m] as number[])[n] = sine * x + cosine * y;
      };
      for (let k = 0; k < size; k++) turn(a, k, i, k, j);
      for (let k = 0; k < size; k++) turn(a, i, k, j, k);
      for (let k = 0; k < size; k++) turn(vectors, i, k, j, k);
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from(block, (_, i) => Math.max(0, at(a, i, i))), vectors: Float64Array.from(vectors.flat()) };
}
