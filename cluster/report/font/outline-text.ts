import type { TrueTypeFont } from './truetype.ts';

/**
 * Replaces the `<text>` elements of an SVG written by vega with outlines of the same glyphs in the same places.
 * Rasterising paths needs no font at all: handing resvg the 5.5 MB font costs some 200 ms for every picture.
 */
export function outlineText(svg: string, font: TrueTypeFont): string {
  // a label without characters (some of a log axis) is an element that closes itself
  return svg.replace(/<text [^>]*\/>/g, '').replace(/<text ([^>]*)>([\s\S]*?)<\/text>/g, (_, attributes: string, content: string) => {
    const size = Number(/font-size="([\d.]+)px"/.exec(attributes)?.[1] ?? 11);
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start';
    const kept = attributes.replace(/(text-anchor|font-[a-z]+)="[^"]*"/g, '');
    const path = linesOf(content).map(({ text, y }) => {
      const width = anchor === 'start' ? 0 : font.width(text, size);
      return font.path(text, anchor === 'middle' ? -width / 2 : anchor === 'end' ? -width : 0, y, size);
    }).join('');
    return `<path ${kept} d="${path}"/>`;
  });
}

/** Several lines come as `<tspan>`, each after the first with its step `dy`. */
function linesOf(content: string): { text: string; y: number }[] {
  if (!content.includes('<tspan')) return [{ text: unescape(content), y: 0 }];
  let y = 0;
  return [...content.matchAll(/<tspan([^>]*)>([\s\S]*?)<\/tspan>/g)].map(([, attributes, text]) => {
    y += Number(/dy="([\d.-]+)"/.exec(attributes ?? '')?.[1] ?? 0);
    return { text: unescape(text ?? ''), y };
  });
}

function unescape(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}
