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
const plus = (a: Rational, b: Rational): Rational => reduce(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
const times = (a: Rational, b: Rational): Rational => reduce(a[0] * b[0], a[1] * b[1]);
const over = (a: Rational, b: Rational): Rational => reduce(a[0] * b[1], a[1] * b[0]);

function toNumber([n, d]: Rational): number {
  const shift = 10n ** 40n;
  return Number((n * shift) / d) / 1e40;
}

/** Coefficients and diag((X'X)^-1) of integer columns and response, rounded to doubles. Columns must be independent. */
export function rationalLeastSquares(columns: number[][], y: number[]): { coefficients: number[]; diagonal: number[]; rss: number } {
  const { coefficients, inverse, inner } = solve(columns, y);
  // rss = y'y - b'X'y
  let rss = inner(y, y);
  coefficients.forEach((b, j) => { rss = minus(rss, times(b, inner(columns[j] as number[], y))); });
  return { coefficients: coefficients.map(toNumber), diagonal: inverse.map((row, j) => toNumber(row[j] as Rational)), rss: toNumber(rss) };
}

/** Squared standard errors of HC0–HC3 (MacKinnon & White 1985): the diagonal of (X'X)⁻¹ X' diag(e² g) X (X'X)⁻¹, rounded to doubles. */
export function rationalSandwich(columns: number[][], y: number[], kind: 'HC0' | 'HC1' | 'HC2' | 'HC3'): number[] {
  const { coefficients, inverse } = solve(columns, y);
  const n = y.length;
  const one: Rational = [1n, 1n];
  const whole = (value: number): Rational => [BigInt(value), 1n];
  const sum = (parts: readonly Rational[]): Rational => parts.reduce(plus, [0n, 1n]);
  const rows = y.map((response, i) => {
    const x = columns.map((column) => whole(column[i] as number));
    const effect = inverse.map((row) => sum(row.map((value, k) => times(value, x[k] as Rational))));
    const residual = minus(whole(response), sum(coefficients.map((b, j) => times(b, x[j] as Rational))));
    const rest = minus(one, sum(effect.map((value, j) => times(value, x[j] as Rational))));
    const factor = kind === 'HC2' ? over(one, rest) : kind === 'HC3' ? over(one, times(rest, rest)) : kind === 'HC1' ? over(whole(n), whole(n - columns.length)) : one;
    return { effect, weight: times(times(residual, residual), factor) };
  });
  return columns.map((_, j) => toNumber(sum(rows.map(({ effect, weight }) => times(times(effect[j] as Rational, effect[j] as Rational), weight)))));
}

/** (X'X)⁻¹X'y and (X'X)⁻¹ by Gauss–Jordan elimination. */
function solve(columns: number[][], y: number[]): { coefficients: Rational[]; inverse: Rational[][]; inner: (a: number[], b: number[]) => Rational } {
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
  return { coefficients: rows.map((row) => row[p] as Rational), inverse: rows.map((row) => row.slice(p + 1)), inner };
}
