import type { ReportFormat } from './document.ts';

/** A number as a reader of a report sees it. Points and no separators in every language: it can be copied anywhere. */
export function numberText(value: number, format: ReportFormat = 'number'): string {
  if (!Number.isFinite(value)) return '—';
  switch (format) {
    case 'plain': return String(value);
    case 'integer': return value.toFixed(0);
    case 'percent': return `${(100 * value).toFixed(1)}%`;
    case 'share': return value.toFixed(4);
    case 'p': return value !== 0 && value < 1e-4 ? value.toExponential(2) : value.toFixed(4);
    case 'number': return significant(value);
  }
}

/** About six significant digits, without zeros that say nothing; digits before the point stay. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(5);
  return String(Number(value.toFixed(size === 0 ? 0 : Math.max(0, 5 - Math.floor(Math.log10(size))))));
}
