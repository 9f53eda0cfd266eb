/** The page's origin: a scheme of our own, so that nothing is ever loaded from file:// and settings survive a change of ports. */
export const scheme = 'app';
export const origin = 'app://zerosec';
/** Scheme of links into the program. */
export const linkScheme = 'zerosec';

const tableExtension = /\.(csv|tsv|txt|xlsx|xls)$/i;
/** Screens of the web app that a link may open (renderer/model/route.ts checks again). */
const screens = /^(?:home|file|filter|history|system|jobs\/[0-9a-f-]{36}(?:\/[a-z]+)?|compare\/[0-9a-f-]{36}\/[0-9a-f-]{36})$/;

export function isOwnPage(url: string): boolean {
  return url === origin || url.startsWith(`${origin}/`) || url.startsWith(`${origin}#`) || url.startsWith(`${origin}?`);
}

/** A link that the system's browser may open: https, and nothing in it that hides where it leads. */
export function isSafeToOpen(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === 'https:' && parsed.username === '' && parsed.password === '';
}

/** `zerosec://jobs/<id>` → `#/jobs/<id>`; undefined for anything that names no screen. */
export function hashOfLink(link: string): string | undefined {
  if (!link.toLowerCase().startsWith(`${linkScheme}://`)) return undefined;
  const path = link.slice(linkScheme.length + 3).replace(/\/+$/, '');
  return screens.test(path) ? `#/${path}` : undefined;
}

/** What the operating system hands over at a start: files to open and links, among switches of Chromium that concern nobody. */
export function readArguments(argv: readonly string[]): { tables: string[]; hashes: string[] } {
  const given = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  return {
    tables: given.filter((argument) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(argument) && tableExtension.test(argument)),
    hashes: given.flatMap((argument) => hashOfLink(argument) ?? []),
  };
}

export function isTable(path: string): boolean {
  return tableExtension.test(path);
}

/** Address of a server: https, or http on this computer. @returns without a trailing slash; undefined for any other */
export function serverAddress(text: string): string | undefined {
  const parsed = URL.parse(text.trim());
  if (parsed === null || parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') return undefined;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLocal)) return undefined;
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
}
