/** Built-in formats with a calendar date, the East Asian ones included (ECMA-376 part 1, 18.8.30); times of day stay numbers. */
const builtIn = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58]);

/** Whether a number format shows a calendar date (year, month or day; a lone `m` beside hours is minutes). */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return builtIn.has(id);
  const bare = (code.split(';')[0] ?? '').replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').toLowerCase();
  if (/general|standard|標準/.test(bare) || /[#?0]/.test(bare.replace(/s\.0+/g, ''))) return false;
  return /[ydeg]/.test(bare) || (/m/.test(bare) && !/[hs]/.test(bare));
}
