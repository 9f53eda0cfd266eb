import { columnPower, doubleDouble, type DoubleDouble } from '../../../kernels/index.ts';
import type { Factor } from '../../../schemas/index.ts';
import type { Column } from '../../table/index.ts';
import { zeros } from '../algebra/vectors.ts';
import type { LearnedFactor, Planes } from './types.ts';

const { add, divide, exponential, logarithm, multiply, squareRoot, subtract } = doubleDouble;

const msPerDay: DoubleDouble = [86_400_000, 0];
const ln10 = logarithm([10, 0]);
const one: DoubleDouble = [1, 0];

/** Values of a numeric or date column (days) as written in the file; NaN = missing. */
export function columnPlanes(column: Column, rows: Int32Array): Planes {
  const out = zeros(rows.length);
  const date = column.kind === 'date';
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as number;
    const value = column.values[row] as number;
    if (date) [out.hi[i], out.lo[i]] = divide([value, 0], msPerDay);
    else {
      out.hi[i] = value;
      if (column.lo !== null) out.lo[i] = column.lo[row] as number;
    }
  }
  return out;
}

/** A function of every value; NaN where it does not exist (log of 0, 1/0, …). */
export function numberPlanes(learned: LearnedFactor & { kind: 'number' }, values: Planes): Planes {
  const { factor } = learned;
  if (factor.kind === 'column') return values;
  if (factor.kind === 'power' && factor.exponent > 0) {
    const out = zeros(values.hi.length);
    columnPower(values, factor.exponent, out);
    return out;
  }
  const of = scalarFunction(factor, learned);
  return mapped(values, of);
}

function mapped(values: Planes, of: (value: DoubleDouble) => DoubleDouble): Planes {
  const out = zeros(values.hi.length);
  for (let i = 0; i < out.hi.length; i += 1) {
    const [hi, lo] = of([values.hi[i] as number, values.lo[i] as number]);
    out.hi[i] = hi;
    out.lo[i] = Number.isFinite(hi) ? lo : 0;
  }
  return out;
}

const nowhere: DoubleDouble = [NaN, 0];

function scalarFunction(factor: Factor, { mean, scale }: { mean: DoubleDouble; scale: DoubleDouble }): (value: DoubleDouble) => DoubleDouble {
  if (factor.kind === 'power') return (value) => (value[0] === 0 ? nowhere : divide(one, integerPower(value, -factor.exponent)));
  switch (factor.kind === 'function' ? factor.function : 'center') {
    case 'log': return (value) => (value[0] > 0 ? logarithm(value) : nowhere);
    case 'log10': return (value) => (value[0] > 0 ? divide(logarithm(value), ln10) : nowhere);
    case 'sqrt': return (value) => (value[0] >= 0 ? squareRoot(value) : nowhere);
    case 'exp': return (value) => (Number.isNaN(value[0]) ? nowhere : exponential(value));
    case 'reciprocal': return (value) => (value[0] === 0 ? nowhere : divide(one, value));
    case 'standardize': return (value) => divide(subtract(value, mean), scale);
    case 'center': return (value) => subtract(value, mean);
  }
}

function integerPower(value: DoubleDouble, exponent: number): DoubleDouble {
  let result = one;
  for (let k = 0; k < exponent; k += 1) result = multiply(result, value);
  return result;
}

/** Mean and sample standard deviation in double-double, two passes. */
export function momentsOf({ hi, lo }: Planes): { mean: DoubleDouble; deviation: DoubleDouble } {
  let sum: DoubleDouble = [0, 0];
  for (let i = 0; i < hi.length; i += 1) sum = add(sum, [hi[i] as number, lo[i] as number]);
  const mean = divide(sum, [Math.max(1, hi.length), 0]);
  let squares: DoubleDouble = [0, 0];
  for (let i = 0; i < hi.length; i += 1) {
    const d = subtract([hi[i] as number, lo[i] as number], mean);
    squares = add(squares, multiply(d, d));
  }
  return { mean, deviation: squareRoot(divide(squares, [Math.max(1, hi.length - 1), 0])) };
}

/** Recurrence coefficients of the polynomials orthogonal on the values (Forsythe 1957); what R's poly keeps as `coefs`. */
export function learnPolynomial(values: Planes, degree: number): { alpha: DoubleDouble[]; norm: DoubleDouble[] } {
  const n = values.hi.length;
  const alpha: DoubleDouble[] = [];
  const norm: DoubleDouble[] = [[n, 0]];
  let before: DoubleDouble[] = Array.from({ length: n }, () => [0, 0]);
  let current: DoubleDouble[] = Array.from({ length: n }, () => [1, 0]);
  for (let k = 0; k < degree; k += 1) {
    let moment: DoubleDouble = [0, 0];
    for (let i = 0; i < n; i += 1) moment = add(moment, multiply([values.hi[i] as number, values.lo[i] as number], multiply(current[i] as DoubleDouble, current[i] as DoubleDouble)));
    const a = divide(moment, norm[k] as DoubleDouble);
    alpha.push(a);
    const ratio: DoubleDouble = k === 0 ? [0, 0] : divide(norm[k] as DoubleDouble, norm[k - 1] as DoubleDouble);
    let squares: DoubleDouble = [0, 0];
    const next = current.map((value, i): DoubleDouble => {
      const x = subtract([values.hi[i] as number, values.lo[i] as number], a);
      const result = subtract(multiply(x, value), multiply(ratio, before[i] as DoubleDouble));
      squares = add(squares, multiply(result, result));
      return result;
    });
    norm.push(squares);
    before = current;
    current = next;
  }
  return { alpha, norm };
}

export function polynomialPlanes(learned: LearnedFactor & { kind: 'poly' }, values: Planes): Planes[] {
  const { degree, raw, alpha, norm } = learned;
  const n = values.hi.length;
  const out = Array.from({ length: degree }, () => zeros(n));
  if (raw) {
    out.forEach((planes, k) => columnPower(values, k + 1, planes));
    return out;
  }
  const lengths = norm.map(squareRoot);
  const ratios = norm.map((value, k) => (k === 0 ? value : divide(value, norm[k - 1] as DoubleDouble)));
  for (let i = 0; i < n; i += 1) {
    const x: DoubleDouble = [values.hi[i] as number, values.lo[i] as number];
    let before: DoubleDouble = [0, 0];
    let current: DoubleDouble = [1, 0];
    for (let k = 0; k < degree; k += 1) {
      const carried: DoubleDouble = k === 0 ? [0, 0] : multiply(ratios[k] as DoubleDouble, before);
      const next = subtract(multiply(subtract(x, alpha[k] as DoubleDouble), current), carried);
      before = current;
      current = next;
      const [hi, lo] = divide(current, lengths[k + 1] as DoubleDouble);
      const planes = out[k] as Planes;
      planes.hi[i] = hi;
      planes.lo[i] = lo;
    }
  }
  return out;
}
