/**
 * Weights w ≥ 0 with Σ w = 1 that minimise ‖y − P w‖² (Breiman 1996, stacked regressions). Exact: with few families every support is tried and the
 * best whose solution is non-negative is the optimum of the quadratic programme.
 * @param predictions one column per family, NaN-free
 */
export function stackWeights(predictions: readonly Float64Array[], y: Float64Array): number[] {
  const k = predictions.length;
  const residual = predictions.map((column) => Float64Array.from(y, (value, i) => value - (column[i] as number)));
  // with Σ w = 1 the error is Σ wᵢ rᵢ: minimise wᵀ G w
  const gram = residual.map((a) => residual.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)));
  const scale = Math.max(...gram.map((row, i) => row[i] as number));
  let best = { value: Infinity, weights: new Array<number>(k).fill(0) };
  for (let support = 1; support < 2 ** k; support++) {
    const members = gram.map((_, i) => i).filter((i) => (support >> i) & 1);
    const solution = solve(members.map((i) => members.map((j) => (gram[i] as number[])[j] as number + (i === j ? scale * 1e-12 : 0))));
    if (solution?.every((weight) => weight >= 0) !== true) continue;
    const total = solution.reduce((a, b) => a + b, 0);
    const weights = new Array<number>(k).fill(0);
    members.forEach((i, at) => { weights[i] = (solution[at] as number) / total; });
    const value = quadratic(gram, weights);
    if (value < best.value * (1 - 1e-12)) best = { value, weights };
  }
  return best.weights;
}

function quadratic(gram: readonly (readonly number[])[], w: readonly number[]): number {
  let sum = 0;
  gram.forEach((row, i) => { row.forEach((value, j) => { sum += value * (w[i] as number) * (w[j] as number); }); });
  return sum;
}

/** A x = 1 by Cholesky; undefined where A is not positive definite to rounding. */
function solve(a: number[][]): number[] | undefined {
  const n = a.length;
  const l = a.map((row) => [...row]);
  for (let j = 0; j < n; j++) {
    const row = l[j] as number[];
    for (let i = j; i < n; i++) {
      const other = l[i] as number[];
      let sum = other[j] as number;
      for (let k = 0; k < j; k++) sum -= (other[k] as number) * (row[k] as number);
      if (i === j) {
        if (!(sum > 0)) return undefined;
        row[j] = Math.sqrt(sum);
      } else other[j] = sum / (row[j] as number);
    }
  }
  const x = new Array<number>(n).fill(1);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - ((l[i] as number[])[k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / ((l[i] as number[])[i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - ((l[k] as number[])[i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / ((l[i] as number[])[i] as number);
  }
  return x;
}
