/** 42s, 6:42, 1:14:09, as the original showed times. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

/** Significant digits a reader can use; null is a dash. */
export function figure(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return String(Number(value.toPrecision(digits)));
}

export function moment(iso: string | null): string {
  if (iso === null) return '–';
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/**
 * Time left, or null while nothing can be said: before 5 % or 3 s there is no rate, and after a silence longer than the
 * run so far deserves the estimate would be a guess.
 */
export function remaining(elapsedMs: number, percent: number): number | null {
  return percent < 5 || percent >= 100 || elapsedMs < 3000 ? null : (elapsedMs * (100 - percent)) / percent;
}
