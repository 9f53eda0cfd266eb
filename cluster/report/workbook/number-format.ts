/** @returns an Excel format that shows about six significant digits of a number of this size */
export function formatFor(value: number | null): string {
  const size = Math.abs(value ?? 0);
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e9) return '0.00000E+00';
  const decimals = Math.min(9, Math.max(0, 5 - Math.floor(Math.log10(size))));
  return decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}`;
}

export function formatForP(p: number | null): string {
  return p !== null && p !== 0 && p < 1e-4 ? '0.00E+00' : '0.0000';
}

/** Measured values are written with this many digits at most; what has more was computed, and its tail says nothing. */
const mostDecimals = 6;

/** @returns a format for a column of raw values: none where each shows in full as it stands, else six significant digits of the largest */
export function formatForColumn(values: readonly (number | string | null)[]): string | undefined {
  let largest = 0;
  let long = false;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    largest = Math.max(largest, Math.abs(value));
    long ||= decimalsOf(value) > mostDecimals;
  }
  return long ? formatFor(largest) : undefined;
}

function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
}
