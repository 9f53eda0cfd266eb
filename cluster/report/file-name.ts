const longest = 60;

/**
 * A column name as part of a file name: Japanese stays, everything that a file system or a shell could take amiss does not
 * (separators, control and invisible characters, reserved signs, leading dots, trailing dots and spaces). Never empty.
 */
export function safeFileName(name: string): string {
  const safe = name.normalize('NFC').toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|%\uFFFD]/g, '_')
    .replace(/\s+/gu, '_')
    .replace(/^[.\-_~]+|[.\s]+$/g, '');
  const short = [...safe].slice(0, longest).join('').replace(/\.+$/, '');
  return short === '' ? 'target' : short;
}
