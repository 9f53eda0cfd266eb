/** A = Σ values[k] · left_k right_k', largest value first. */
export interface Decomposition {
  values: Float64Array;
  /** Right vectors, p × p column-major. */
  right: Float64Array;
  /** Coordinates of the given vector on the left vectors. */
  rotated: Float64Array;
}

const MAXIMUM_SWEEPS = 40;
/** Cosine of the angle below which two columns are orthogonal. */
const ORTHOGONAL = 2 ** -52;

/**
 * Singular value decomposition of an upper triangle (p × p, column-major) by one-sided Jacobi on its transpose, which keeps high relative accuracy of small values
 * (Demmel & Veselić 1992) and needs no accumulation: the columns become value · right vector, and `vector` is rotated along. Inputs are not changed.
 */
export function decomposeTriangle(triangle: Float64Array, p: number, vector: Float64Array): Decomposition {
  const columns = Array.from({ length: p }, (_, i) => Float64Array.from({ length: p }, (_, j) => (j >= i ? (triangle[j * p + i] as number) : 0)));
  const rotated = vector.slice();
  const squares = Float64Array.from(columns, squareOf);
  for (let sweep = 0, rotations = 1; rotations > 0 && sweep < MAXIMUM_SWEEPS; sweep++) {
    rotations = 0;
    for (let i = 0; i < p; i++) for (let j = i + 1; j < p; j++) rotations += rotate(columns, squares, rotated, i, j);
    columns.forEach((column, k) => { squares[k] = squareOf(column); });
  }
  const order = Array.from(columns.keys()).sort((a, b) => (squares[b] as number) - (squares[a] as number));
  const result: Decomposition = { values: new Float64Array(p), right: new Float64Array(p * p), rotated: Float64Array.from(order, (k) => rotated[k] as number) };
  order.forEach((from, to) => {
    const value = Math.sqrt(squares[from] as number);
    result.values[to] = value;
    if (value > 0) result.right.set((columns[from] as Float64Array).map((entry) => entry / value), to * p);
  });
  return result;
}

function squareOf(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += (column[i] as number) ** 2;
  return sum;
}

/** Makes two columns orthogonal; returns whether they were not. */
function rotate(columns: Float64Array[], squares: Float64Array, rotated: Float64Array, i: number, j: number): number {
  const x = columns[i] as Float64Array;
  const y = columns[j] as Float64Array;
  const n = x.length;
  let product = 0;
  for (let k = 0; k < n; k++) product += (x[k] as number) * (y[k] as number);
  const a = squares[i] as number;
  const b = squares[j] as number;
  if (!(Math.abs(product) > ORTHOGONAL * Math.sqrt(a * b))) return 0;
  const zeta = (b - a) / (2 * product);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let k = 0; k < n; k++) {
    const u = x[k] as number;
    const v = y[k] as number;
    x[k] = c * u - s * v;
    y[k] = s * u + c * v;
  }
  squares[i] = a - t * product;
  squares[j] = b + t * product;
  const u = rotated[i] as number;
  const v = rotated[j] as number;
  rotated[i] = c * u - s * v;
  rotated[j] = s * u + c * v;
  return 1;
}
