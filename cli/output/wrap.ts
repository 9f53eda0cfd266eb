import { displayWidth } from './table.ts';

/** What must not begin a line in Japanese text, and what must not end one. */
const notFirst = /^[、。，．・：；？！）」』】〉》”’ーァィゥェォッャュョぁぃぅぇぉっゃゅょ…％]/u;
const notLast = /[（「『【〈《“‘]$/u;

/** Breaks text into lines of at most `width` terminal columns: at blanks, and between full-width characters. */
export function wrap(text: string, width: number): string {
  if (width === Infinity) return text;
  return text.split('\n').map((line) => wrapLine(line, Math.max(width, 8))).join('\n');
}

function wrapLine(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    if (line !== '' && displayWidth(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += piece;
    }
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** Smallest parts between which a line may be broken. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const part of text.match(/[^ \t\u2e80-\u9fff\uff00-\uffef]+[ \t]*|[\u2e80-\u9fff\uff00-\uffef][ \t]*|[ \t]+/gu) ?? []) {
    const before = pieces.at(-1);
    if (before !== undefined && (notFirst.test(part) || notLast.test(before))) pieces[pieces.length - 1] = before + part;
    else pieces.push(part);
  }
  return pieces;
}
