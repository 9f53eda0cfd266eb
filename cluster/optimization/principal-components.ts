const rounds = 100;
const converged = 1e-12;

/** The first `count` principal axes of centred rows (Jacobi rotations of the covariance), each with its largest loading positive, and the share of variance each explains. */
export function principalComponents(rows: readonly (readonly number[])[], count: number): { axes: number[][]; explained: number[] } {
  const q = rows[0]?.length ?? 0;
  const a = Array.from({ length: q }, (_, i) => Array.from({ length: q }, (_v, j) => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0) / Math.max(1, rows.length)));
  const v = Array.from({ length: q }, (_, i) => Array.from({ length: q }, (_v, j) => Number(i === j)));
  const at = (m: number[][], i: number, j: number): number => (m[i] as number[])[j] as number;
  const rotate = (m: number[][], i: number, j: number, k: number, l: number, s: number, tau: number): void => {
    const [g, h] = [at(m, i, j), at(m, k, l)];
    (m[i] as number[])[j] = g - s * (h + g * tau);
    (m[k] as number[])[l] = h + s * (g - h * tau);
  };
  const total = a.reduce((sum, _, i) => sum + at(a, i, i), 0);
  for (let round = 0; round < rounds; round++) {
    let off = 0;
    for (let i = 0; i < q; i++) for (let j = i + 1; j < q; j++) off += at(a, i, j) ** 2;
    if (off <= converged * converged * total * total) break;
    for (let i = 0; i < q; i++) {
      for (let j = i + 1; j < q; j++) {
        const value = at(a, i, j);
        if (value === 0) continue;
        const theta = (at(a, j, j) - at(a, i, i)) / (2 * value);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        const tau = s / (1 + c);
        (a[i] as number[])[i] = at(a, i, i) - t * value;
        (a[j] as number[])[j] = at(a, j, j) + t * value;
        (a[i] as number[])[j] = 0;
        for (let k = 0; k < i; k++) rotate(a, k, i, k, j, s, tau);
        for (let k = i + 1; k < j; k++) rotate(a, i, k, k, j, s, tau);
        for (let k = j + 1; k < q; k++) rotate(a, i, k, j, k, s, tau);
        for (let k = 0; k < q; k++) rotate(v, k, i, k, j, s, tau);
      }
    }
  }
  const order = Array.from({ length: q }, (_, j) => j).sort((i, j) => at(a, j, j) - at(a, i, i) || i - j).slice(0, count);
  return {
    axes: order.map((j) => {
      const axis = v.map((row) => row[j] as number);
      const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) + 1e-9 ? value : best), 0);
      return largest < 0 ? axis.map((value) => -value) : axis;
    }),
    explained: order.map((j) => (total > 0 ? at(a, j, j) / total : 0)),
  };
}
