const fullWidth = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/;
/** What must not begin a line of Japanese. */
const notFirst = /[、。，．・：；？！）」』】〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/;

/** Length in Excel's unit, the width of a digit: a full-width (Japanese) character takes two. */
export function charactersOf(text: string): number {
  let characters = 0;
  for (const character of text) characters += fullWidth.test(character) ? 2.1 : 1.05;
  return characters;
}

/** Breaks a text into lines of at most `width`: at spaces, or beside a full-width character. A word longer than that stays whole. */
export function linesOf(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text)) {
    if (line !== '' && charactersOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** What a line break may stand between. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  let before = '';
  for (const character of text) {
    const free = before === ' ' || ((fullWidth.test(before) || fullWidth.test(character)) && !notFirst.test(character) && !/[（「『【〔［｛]/.test(before));
    if (piece !== '' && free && character !== ' ') {
      found.push(piece);
      piece = '';
    }
    piece += character;
    before = character;
  }
  return piece === '' ? found : [...found, piece];
}
