/** Coefficients of the rational functions, highest power first. */
const ERF = { p: [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3], q: [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3] };
const ERFC = {
  p: [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3],
  q: [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3],
};
const FAR = {
  p: [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4],
  q: [1, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3],
};
const INVERSE_ROOT_OF_PI = 5.6418958354775628695e-1;
const INVERSE_ROOT_OF_TWO_PI = 3.9894228040143267794e-1;
const ROOT_OF_HALF = 0.7071067811865476;
/** Ends of the ranges of the three functions, in z / √2. */
const NEAR = 0.46875;
const MIDDLE = 4;
/** Beyond this |z| the density is below every double. */
const VANISHED = 39;

/**
 * Both tails and the density of the standard normal at z to about 1e-15 relative (to where they underflow), some hundred times faster than `normalTails`: for every row of every step of a fit.
 * out[0] = P(Z ≤ z), out[1] = P(Z > z), out[2] = density. Rational Chebyshev functions of Cody (1969), with exp(-z²/2) taken of z itself so that no digit of the square is lost.
 */
export function fastNormal(z: number, out: Float64Array): void {
  const size = Math.abs(z);
  // The leading bits of z have an exact square; the rest makes a small exponent.
  const head = Math.trunc(size * 16) / 16;
  const bell = size > VANISHED ? 0 : Math.exp(-head * head / 2) * Math.exp(-(size - head) * (size + head) / 2);
  out[2] = bell * INVERSE_ROOT_OF_TWO_PI;
  const x = size * ROOT_OF_HALF;
  if (x <= NEAR) {
    const square = x * x;
    const half = (z * ROOT_OF_HALF * ratio(ERF.p, ERF.q, square)) / 2;
    out[0] = 0.5 + half;
    out[1] = 0.5 - half;
    return;
  }
  const far = (bell * (x <= MIDDLE ? ratio(ERFC.p, ERFC.q, x) : farRatio(x))) / 2;
  out[0] = z > 0 ? 1 - far : far;
  out[1] = z > 0 ? far : 1 - far;
}

/** exp(x²) erfc(x) beyond 4. */
function farRatio(x: number): number {
  const inverse = 1 / (x * x);
  return (INVERSE_ROOT_OF_PI - inverse * ratio(FAR.p, FAR.q, inverse)) / x;
}

function ratio(p: readonly number[], q: readonly number[], x: number): number {
  let above = p[0] as number;
  let below = q[0] as number;
  for (let k = 1; k < p.length; k++) {
    above = above * x + (p[k] as number);
    below = below * x + (q[k] as number);
  }
  return above / below;
}
