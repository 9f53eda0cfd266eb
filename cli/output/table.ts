/** Columns a string takes on a terminal: East Asian wide and full-width characters take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue;
    width += isWide(code) ? 2 : 1;
  }
  return width;
}

function isWide(code: number): boolean {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0x303e) || (code >= 0x3041 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3)
    || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6)
    || (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
}

export function pad(text: string, width: number, side: 'left' | 'right'): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + room : room + text;
}

/** Cuts to a display width; a cut is marked with …. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (displayWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Aligned columns under a rule. @param left which columns are text; default: the first, the others being numbers */
export function table(header: readonly string[], rows: readonly (readonly string[])[], left: readonly boolean[] = [true]): string {
  const widths = header.map((name, column) => Math.max(displayWidth(name), ...rows.map((row) => displayWidth(row[column] ?? ''))));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => pad(cell, widths[column] ?? 0, left[column] === true ? 'left' : 'right')).join('  ').trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** Terminal escape sequences and line breaks in names from a file must not reach the terminal. */
export function plain(text: string): string {
   
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
