const DATE = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
const DAY_MS = 86_400_000;

/**
 * `yyyy-mm-dd`, `yyyy/m/d`, `yyyy.m.d`, `yyyy年m月d日`, with an optional time and zone, as epoch milliseconds; a time without a zone
 * is taken as UTC, so that a file gives the same numbers everywhere. Day-first and month-first dates are not guessed.
 */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const ms = calendar(Number(match[1]), Number(match[3] ?? match[5]), Number(match[4] ?? match[6]));
  if (ms === undefined || match[7] === undefined) return ms;
  const [hours, minutes, seconds] = [Number(match[7]), Number(match[8]), Number(match[9] ?? 0)];
  if (hours > 24 || minutes > 59 || seconds > 59 || (hours === 24 && minutes + seconds > 0)) return undefined;
  const fraction = match[10] === undefined ? 0 : Math.floor(Number(`0.${match[10]}`) * 1000);
  return ms + ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction - zone(match[11]);
}

/** A number written yyyymmdd, between 1900 and 2100. */
export function compactDate(value: number): number | undefined {
  if (!Number.isInteger(value) || value < 19000101 || value > 21001231) return undefined;
  return calendar(Math.floor(value / 10000), Math.floor(value / 100) % 100, value % 100);
}

/**
 * Day number of a workbook as epoch milliseconds, rounded to the millisecond. The 1900 system counts a 29 February 1900 that
 * never was, so days below 61 are one off there (ECMA-376 part 1, 18.17.4.1).
 */
export function serialDate(serial: number, from1904: boolean): number | undefined {
  if (!(serial >= 0 && serial < 2_958_466)) return undefined;
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : serial < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
  return Math.round(epoch + serial * DAY_MS);
}

/** Column names under which 20251029 is a date and not a count. */
export const dateName = /日付|日時|年月日|実験日|測定日|加工日|作成日|date|fecha/i;

function calendar(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 ? date.getTime() : undefined;
}

function zone(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}
