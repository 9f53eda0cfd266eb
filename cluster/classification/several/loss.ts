/** A probability that no finite data can claim: as the losses of two labels. */
const LEAST = 0.002;

/** Mean log-loss of labels. @param p f64[labels][rows] */
export function severalLoss(p: Float64Array, y: ArrayLike<number>): number {
  const rows = y.length;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum -= Math.log(Math.max(p[(y[i] as number) * rows + i] as number, LEAST));
  return sum / rows;
}
