/** Roy Wampler's polynomials (1970) at x = 0 … 20: coefficients all 1, or 10^-power. Least squares has to return them exactly. */
const degree = 5;
const points = 21;

/** Columns y, x, x2 … x5; every cell is the exact decimal. The second set's y has five decimals. */
export function wampler(set: 1 | 2): string {
  const powers = (x: number): number[] => Array.from({ length: degree }, (_, k) => x ** (k + 1));
  const rows = Array.from({ length: points }, (_, x) => {
    const sum = [1, ...powers(x)].reduce((total, power, k) => total + power * (set === 1 ? 1 : 10 ** (degree - k)), 0);
    return [set === 1 ? sum : (sum / 10 ** degree).toFixed(degree), ...powers(x)];
  });
  return [['y', 'x', 'x2', 'x3', 'x4', 'x5'], ...rows].map((row) => `${row.join(',')}\n`).join('');
}
