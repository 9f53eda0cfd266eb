// Double-precision normal integral and quantile, fast enough for tens of thousands of calls a trial: 1e-15 absolute, 1e-13 relative.
// The full-precision tails of kernels/distributions cost a hundred times as much and would change no draw.

/** Rational approximations of erf and erfc: Cody 1969, Math. Comp. 23, 631–637. */
const A = [3.16112374387056560, 113.864154151050156, 377.485237685302021, 3209.37758913846947, 0.185777706184603153] as const;
const B = [23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062] as const;
const C = [0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131, 881.95222124176909, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725, 2.15311535474403846e-8] as const;
const D = [15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963, 4362.61909014324716, 3439.36767414372164, 1230.33935480374942] as const;
const P = [0.305326634961232344, 0.360344899949804439, 0.125781726111229246, 0.0160837851487422766, 6.58749161529837803e-4, 0.0163153871373020978] as const;
const Q = [2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 0.0605183413124413191, 0.00233520497626869185] as const;
const INVERSE_ROOT_PI = 0.56418958354775628695;

/** P(Z ≤ z); NaN for NaN. */
export function normalBelow(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  if (x <= 0.46875) {
    const y = x * x;
    const central = x * ((((A[4] * y + A[0]) * y + A[1]) * y + A[2]) * y + A[3]) / ((((y + B[0]) * y + B[1]) * y + B[2]) * y + B[3]);
    return z >= 0 ? 0.5 + central / 2 : 0.5 - central / 2;
  }
  const upper = complement(x) / 2;
  return z >= 0 ? 1 - upper : upper;
}

/** erfc(x), x > 0.46875. */
function complement(x: number): number {
  if (x > 26.7) return 0;
  // exp(−x²) from a rounded square and its rest: the square's rounding error would cost digits in the tail
  const near = Math.trunc(x * 16) / 16;
  return Math.exp(-near * near) * Math.exp(-(x - near) * (x + near)) * scaledComplement(x);
}

/** exp(x²) erfc(x), x ≥ 0. */
export function erfcx(x: number): number {
  return x > 0.46875 ? scaledComplement(x) : 2 * Math.exp(x * x) * normalBelow(-x * Math.SQRT2);
}

/** exp(x²) erfc(x), x > 0.46875. */
function scaledComplement(x: number): number {
  if (x <= 4) {
    let top = C[8] * x;
    let bottom = x;
    for (let i = 0; i < 7; i++) {
      top = (top + (C[i] as number)) * x;
      bottom = (bottom + (D[i] as number)) * x;
    }
    return (top + C[7]) / (bottom + D[7]);
  }
  const y = 1 / (x * x);
  let top = P[5] * y;
  let bottom = y;
  for (let i = 0; i < 4; i++) {
    top = (top + (P[i] as number)) * y;
    bottom = (bottom + (Q[i] as number)) * y;
  }
  return (INVERSE_ROOT_PI - y * (top + P[4]) / (bottom + Q[4])) / x;
}

/** Beyond this z the upper tail is less than half of the last bit of 1. */
const TAIL_END = 8.3;
/** Steps of a unit between which the tail is a Taylor polynomial: its sixth derivative leaves 5e-15. */
const STEPS = 64;
/** Upper tail and density at 0, 1/64, 2/64 … */
const TAIL = Float64Array.from({ length: Math.ceil(TAIL_END * STEPS) + 1 }, (_, i) => normalBelow(-i / STEPS));
const DENSITY = Float64Array.from({ length: TAIL.length }, (_, i) => Math.exp(-0.5 * (i / STEPS) ** 2) / Math.sqrt(2 * Math.PI));

/** P(Z > z), z ≥ 0, to 5e-15 absolute, exactly 0 where 1 − it is 1: what is missing from 1, thousands of times a trial. */
export function tail(z: number): number {
  if (z > TAIL_END) return 0;
  const i = Math.round(z * STEPS);
  const at = i / STEPS;
  const t = z - at;
  const s = at * at;
  return (TAIL[i] as number) - (DENSITY[i] as number) * t * (1 + t * (-at / 2 + t * ((s - 1) / 6 + t * ((3 - s) * at / 24 + t * ((s - 6) * s + 3) / 120))));
}

const A1 = [3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3];
const B1 = [1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3];
const C1 = [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4];
const D1 = [1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9];
const E1 = [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
const F1 = [1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15];

/** z with P(Z ≤ z) = p: Wichura 1988, AS 241 (PPND16). ±Infinity at 1 and 0. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * polynomial(A1, r) / polynomial(B1, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0)) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(tail));
  const size = r <= 5 ? polynomial(C1, r - 1.6) / polynomial(D1, r - 1.6) : polynomial(E1, r - 5) / polynomial(F1, r - 5);
  return q < 0 ? -size : size;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + (coefficients[i] as number);
  return value;
}

/** Normal mass between a ≤ b without cancellation in the tails. */
export function normalBetween(a: number, b: number): number {
  return a > 0 ? normalBelow(-a) - normalBelow(-b) : normalBelow(b) - normalBelow(a);
}

/** Quantile u of the standard normal cut to [a, b], a ≤ 0 ≤ b. Works in the half where p is small, so that neither end loses digits. */
export function truncatedQuantile(u: number, a: number, b: number): number {
  const below = normalBelow(a);
  const above = normalBelow(-b);
  const mass = 1 - below - above;
  const p = below + u * mass;
  const z = p <= 0.5 ? normalQuantile(p) : -normalQuantile(above + (1 - u) * mass);
  return Math.min(Math.max(z, a), b);
}
