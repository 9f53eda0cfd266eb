// Exact linear algebra on doubles, which are integers times powers of two.

/** Doubles of one column as integers with a common power of two left out. */
export function integers(column: ArrayLike<number>): bigint[] {
  const parts = Array.from(column, decompose);
  const lowest = parts.reduce((low, { mantissa, exponent }) => (mantissa === 0n ? low : Math.min(low, exponent)), Infinity);
  return parts.map(({ mantissa, exponent }) => (mantissa === 0n ? 0n : mantissa << BigInt(exponent - lowest)));
}

const view = new DataView(new ArrayBuffer(8));

function decompose(value: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  let mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  let exponent = (biased === 0 ? 1 : biased) - 1075;
  while (mantissa !== 0n && (mantissa & 1n) === 0n) { mantissa >>= 1n; exponent++; }
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent };
}

/** Row space of integer vectors in echelon form, grown one row at a time. */
export class Echelon {
  readonly #rows: { pivot: number; row: bigint[] }[] = [];

  get rank(): number { return this.#rows.length; }

  /** What is left of a row outside the span; undefined when nothing is. */
  reduce(vector: readonly bigint[]): { pivot: number; row: bigint[] } | undefined {
    let row = [...vector];
    for (const { pivot, row: base } of this.#rows) {
      const factor = row[pivot] as bigint;
      if (factor === 0n) continue;
      const lead = base[pivot] as bigint;
      row = primitive(row.map((value, j) => value * lead - factor * (base[j] as bigint)));
    }
    const pivot = row.findIndex((value) => value !== 0n);
    return pivot < 0 ? undefined : { pivot, row };
  }

  /** Adds a row; false when it was in the span already. */
  add(vector: readonly bigint[]): boolean {
    const rest = this.reduce(vector);
    if (rest) this.#rows.push(rest);
    return rest !== undefined;
  }

  /** The vector of the null space that agrees with `near` in the coordinates that are free, rounded to doubles: each an exact rational before rounding. */
  nullVector(near: ArrayLike<number>): Float64Array {
    const numerators = integers(near);
    const at = numerators.findIndex((value) => value !== 0n);
    const unit = at < 0 ? 1 : (near[at] as number) / Number(numerators[at]);
    const pivots = new Set(this.#rows.map(({ pivot }) => pivot));
    // x_j = numerators_j / denominator, all over one denominator and times the unit.
    let denominator = 1n;
    let x = numerators.map((value, j) => (pivots.has(j) ? 0n : value));
    for (const { pivot, row } of [...this.#rows].reverse()) {
      const sum = row.reduce((total, value, j) => (j === pivot ? total : total + value * (x[j] as bigint)), 0n);
      const lead = row[pivot] as bigint;
      x = x.map((value) => value * lead);
      x[pivot] = -sum;
      denominator *= lead;
    }
    return Float64Array.from(x, (value) => ratio(value, denominator) * unit);
  }
}

function primitive(row: bigint[]): bigint[] {
  let divisor = 0n;
  for (const value of row) {
    let [a, b] = [divisor, value < 0n ? -value : value];
    while (b !== 0n) [a, b] = [b, a % b];
    divisor = a;
    if (divisor === 1n) return row;
  }
  return divisor === 0n ? row : row.map((value) => value / divisor);
}

/** Numerator / denominator to about 60 bits, whatever their sizes. */
function ratio(numerator: bigint, denominator: bigint): number {
  const shift = Math.max(0, bits(denominator) - bits(numerator) + 64);
  return Number((numerator << BigInt(shift)) / denominator) * 2 ** -shift;
}

const bits = (value: bigint): number => (value < 0n ? -value : value).toString(16).length * 4;
