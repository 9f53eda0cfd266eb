import { StringDecoder } from 'node:string_decoder';
import { malformed } from './zip.ts';

export interface XmlHandler {
  /** @param tag the whole tag, for `attribute`; an empty element is opened and closed */
  open: (name: string, tag: string) => void;
  close: (name: string) => void;
  text: (text: string) => void;
}

/** A tag or a text longer than this is no workbook. */
const longest = 32 * 1024 ** 2;

/**
 * The part of XML that workbooks use, as events, from bytes that come in pieces. Names lose their prefix. A document type is refused:
 * no workbook has one, and entities are where XML bombs live.
 */
export async function parseXml(pieces: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of pieces) {
    rest = consume(rest + decoder.write(piece), handler);
    if (rest.length > longest) throw malformed('a cell is too long');
  }
  if (consume(rest + decoder.end(), handler).trim() !== '') throw malformed('the XML is cut off');
}

/** @returns what is not complete yet */
function consume(text: string, handler: XmlHandler): string {
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    if (open < 0) return text.slice(at);
    // Text before a tag that is not complete stays together with it.
    let end: number;
    const second = text.charCodeAt(open + 1);
    if (second === 33) {
      const [start, stop] = text.startsWith('<!--', open) ? ['<!--', '-->'] : ['<![CDATA[', ']]>'];
      if (text.length < open + 9) return text.slice(at);
      if (!text.startsWith(start, open)) throw malformed('the XML has a document type');
      end = text.indexOf(stop, open + (start).length);
      if (end < 0) return text.slice(at);
      if (open > at) handler.text(decodeEntities(text.slice(at, open)));
      if (stop === ']]>') handler.text(text.slice(open + 9, end));
      at = end + 3;
      continue;
    }
    end = tagEnd(text, open);
    if (end < 0) return text.slice(at);
    if (open > at) handler.text(decodeEntities(text.slice(at, open)));
    at = end + 1;
    if (second === 63) continue;
    if (second === 47) {
      handler.close(local(text.slice(open + 2, end).trim()));
      continue;
    }
    const tag = text.slice(open + 1, end);
    const name = local((/^[^\s/]+/.exec(tag) ?? [''])[0]);
    handler.open(name, tag);
    if (text.charCodeAt(end - 1) === 47) handler.close(name);
  }
}

/** The `>` that ends the tag; one inside an attribute's quotes does not. */
function tagEnd(text: string, open: number): number {
  let end = text.indexOf('>', open);
  for (; end >= 0; end = text.indexOf('>', end + 1)) {
    let quote = '';
    for (let i = open; i < end; i++) {
      const char = text[i] as string;
      if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
    }
    if (quote === '') return end;
    if (end - open > 65_536) throw malformed('a tag is too long');
  }
  return -1;
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const patterns = new Map<string, RegExp>();

/** Value of an attribute; a prefix of its name is given as it stands in workbooks (`r:id`). */
export function attribute(tag: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (pattern === undefined) patterns.set(name, (pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)));
  const match = pattern.exec(tag);
  return match === null ? undefined : decodeEntities(match[1] ?? match[2] ?? '');
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
