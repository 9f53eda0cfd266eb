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
