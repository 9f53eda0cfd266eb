import { bits } from './counter.ts';

/** Rows of the 100 MB file (98,755,948 bytes). */
export const csvRows = 1_150_000;
const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
const stream = 901;
const rowsPerChunk = 5_000;

/** `id,f0…f7,k,cat`: eight numbers with four decimals, one integer, one of eight words; draw 10·row + column. */
export function* csvText(rows: number): Generator<string> {
  yield 'id,f0,f1,f2,f3,f4,f5,f6,f7,k,cat\n';
  for (let start = 0; start < rows; start += rowsPerChunk) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(rows, start + rowsPerChunk); row += 1) {
      const cells = [String(row)];
      for (let j = 0; j < 8; j += 1) cells.push(fourDecimals((bits(stream, 10 * row + j) % 2_000_000) - 1_000_000));
      cells.push(String(bits(stream, 10 * row + 8) % 100_000), words[bits(stream, 10 * row + 9) % 8] as string);
      lines.push(`${cells.join(',')}\n`);
    }
    yield lines.join('');
  }
}

function fourDecimals(tenThousandths: number): string {
  const magnitude = Math.abs(tenThousandths);
  return `${tenThousandths < 0 ? '-' : ''}${Math.floor(magnitude / 10_000)}.${String(magnitude % 10_000).padStart(4, '0')}`;
}
