const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

export interface Xml { readonly xml: string }

/** An element with text, which is escaped, or with children. */
export function element(name: string, content: string | number | boolean | readonly Xml[], attributes = ''): Xml {
  const inner = typeof content === 'object' ? content.map((child) => child.xml).join('') : String(content).replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);
  return { xml: `<${name}${attributes}>${inner}</${name}>` };
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`;
}

/** A document of S3's namespace. */
export function s3Document(name: string, children: readonly Xml[]): string {
  return xmlDocument(element(name, children, ` xmlns="${namespace}"`));
}

export interface XmlNode {
  name: string;
  text: string;
  children: XmlNode[];
}

/** Enough XML for S3's requests: elements and text; no DTD, no entities but the five. @returns undefined when malformed */
export function parseXml(source: string): XmlNode | undefined {
  const top: XmlNode = { name: '', text: '', children: [] };
  const open: XmlNode[] = [top];
  const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/gy;
  while (token.lastIndex < source.length) {
    const found = token.exec(source);
    const here = open.at(-1);
    if (found === null) return undefined;
    const [, closing, name, empty, text] = found;
    if (text !== undefined) here.text += unescapeXml(text);
    else if (name === undefined) continue;
    else if (closing === '/') {
      if (open.length < 2 || here.name !== name) return undefined;
      open.pop();
    } else {
      const child: XmlNode = { name, text: '', children: [] };
      here.children.push(child);
      if (empty !== '/') open.push(child);
    }
  }
  return open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

export function childText(node: XmlNode, name: string): string | undefined {
  return node.children.find((child) => child.name === name)?.text;
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
