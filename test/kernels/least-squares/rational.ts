/** Exact least squares by rational elimination of the normal equations: the brute-force oracle. Data are scaled integers. */
type Rational = [numerator: bigint, denominator: bigint];

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function reduce(n: bigint, d: bigint): Rational {
  const g = gcd(n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return [n / g, d / g];
}

const minus = (a: Rational, b: Rational): Rational => reduce(a[0] * b[1] - b[0] * a[1], a[1] * b[1]);
const times = (a: Rational, b: Rational): Rational => reduce(a[0] * b[0], a[1] * b[1]);
const over = (a: Rational, b: Rational): Rational => reduce(a[0] * b[1], a[1] * b[0]);

function toNumber([n, d]: Rational): number {
  const shift = 10n ** 40n;
  return Number((n * shift) / d) / 1e40;
}

/** Coefficients and diag((X'X)^-1) of integer columns and response, rounded to doubles. Columns must be independent. */
export function rationalLeastSquares(columns: number[][], y: number[]): { coefficients: number[]; diagonal: number[]; rss: number } {
  const p = columns.length;
  const inner = (a: number[], b: number[]): Rational => [a.reduce((sum, value, i) => sum + BigInt(value) * BigInt(b[i] as number), 0n), 1n];
  const rows = columns.map((column, i): Rational[] => [
    ...columns.map((other) => inner(column, other)), inner(column, y), ...columns.map((_, j): Rational => [i === j ? 1n : 0n, 1n]),
  ]);
  for (let k = 0; k < p; k++) {
    const pivotRow = rows[k] as Rational[];
    const pivot = pivotRow[k] as Rational;
    rows[k] = pivotRow.map((value) => over(value, pivot));
    for (let i = 0; i < p; i++) {
      if (i === k) continue;
      const factor = (rows[i] as Rational[])[k] as Rational;
      rows[i] = (rows[i] as Rational[]).map((value, j) => minus(value, times(factor, (rows[k] as Rational[])[j] as Rational)));
    }
  }
  const exact = rows.map((row) => row[p] as Rational);
  // rss = y'y - b'X'y
  let rss = inner(y, y);
  exact.forEach((b, j) => { rss = minus(rss, times(b, inner(columns[j] as number[], y))); });
  return { coefficients: exact.map(toNumber), diagonal: rows.map((row, j) => toNumber(row[p + 1 + j] as Rational)), rss: toNumber(rss) };
}
