import { bell } from './counter.ts';

/** A made regression or classification problem; x is n × p, row-major. Bit-exact: check sums in test/bench/generators.test.ts. */
export interface Problem<Y extends Float64Array | Int32Array = Float64Array> {
  x: Float64Array<ArrayBuffer>;
  y: Y;
  n: number;
  p: number;
}

/** √3/2, as a literal because every language must use these bits. */
const independentShare = 0.8660254037844386;

/** Columns with mean 0, variance 1 and correlation 0.5 between neighbours; element (i, j) is draw i·p + j of the stream. */
export function correlatedColumns(stream: number, n: number, p: number): Float64Array<ArrayBuffer> {
  const x = new Float64Array(n * p);
  for (let k = 0; k < x.length; k += 1) {
    const draw = bell(stream, k);
    x[k] = k % p === 0 ? draw : 0.5 * (x[k - 1] as number) + independentShare * draw;
  }
  return x;
}

/** Dense linear response: y = 1.5 + Σ x_j β_j + 2·noise, β_j from -1.25 to 1.25. */
export function olsProblem(n: number, p: number): Problem {
  const x = correlatedColumns(101, n, p);
  const beta = Float64Array.from({ length: p }, (_, j) => ((j * 7) % 11 - 5) / 4);
  return { x, y: respond(x, n, beta, 1.5, (i) => 2 * bell(102, i)), n, p };
}

/** Sparse linear response: ten of a hundred columns matter, with alternating signs. */
export function sparseProblem(n = 10_000, p = 100): Problem {
  const x = correlatedColumns(111, n, p);
  const beta = Float64Array.from({ length: p }, (_, j) => (j % 10 === 0 ? ((j / 10) % 2 === 1 ? -1 : 1) * (1 + j / 50) : 0));
  return { x, y: respond(x, n, beta, 0.7, (i) => 3 * bell(112, i)), n, p };
}

/** Two classes: y = 1 where a linear predictor with bell-shaped noise is positive. */
export function logisticProblem(n = 100_000, p = 50): Problem<Int32Array> {
  const x = correlatedColumns(201, n, p);
  const beta = Float64Array.from({ length: p }, (_, j) => ((j * 7) % 11 - 5) / 10);
  const score = respond(x, n, beta, -0.3, (i) => 1.7 * bell(202, i));
  return { x, y: Int32Array.from(score, (value) => (value > 0 ? 1 : 0)), n, p };
}

/** Sums run left to right and leave zero coefficients out, so that the rounding is the same everywhere. */
function respond(x: Float64Array, n: number, beta: Float64Array, start: number, noise: (row: number) => number): Float64Array {
  const p = beta.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = start;
    for (let j = 0; j < p; j += 1) if (beta[j] !== 0) sum += (x[i * p + j] as number) * (beta[j] as number);
    return sum + noise(i);
  });
}

/** Column-major copy, as the kernels want it; with `intercept`, a column of ones first. */
export function toColumns(x: Float64Array, n: number, p: number, into: Float64Array, intercept: boolean): Float64Array {
  const shift = intercept ? n : 0;
  if (intercept) into.fill(1, 0, n);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < p; j += 1) into[shift + j * n + i] = x[i * p + j] as number;
  return into;
}
