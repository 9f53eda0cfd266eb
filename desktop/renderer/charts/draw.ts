import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

export interface Drawn {
  png(): Promise<Blob>;
  svg(): Promise<Blob>;
  csv(): Blob;
  resize(width: number, height: number): void;
  close(): void;
}

/** Draws a Vega-Lite document. Expressions are interpreted, not compiled: the page forbids making code from text. */
export async function draw(element: HTMLElement, document: TopLevelSpec, width: number, height: number): Promise<Drawn> {
  const { spec } = compile(document);
  const fits = 'width' in document && typeof document.width === 'number';
  if (fits) Object.assign(spec, { width, height });
  const runtime = vega.parse(spec, undefined, { ast: true });
  const view = new vega.View(runtime, { renderer: 'canvas', container: element, hover: true, expr: expressionInterpreter, tooltip: tooltipIn(element) });
  await view.runAsync();
  element.querySelector('canvas')?.setAttribute('aria-hidden', 'true');
  return {
    png: async () => (await fetch(await view.toImageURL('png', 2))).blob(),
    svg: async () => new Blob([await view.toSVG()], { type: 'image/svg+xml' }),
    csv: () => new Blob([csvOf(document)], { type: 'text/csv' }),
    resize(nextWidth, nextHeight) {
      if (fits) void view.width(nextWidth).height(nextHeight).runAsync();
    },
    close: () => void view.finalize(),
  };
}

/** Name and value of each part of what lies under the pointer, as text (never as markup). */
function tooltipIn(element: HTMLElement) {
  const box = element.ownerDocument.createElement('div');
  box.className = 'chart-tooltip';
  box.hidden = true;
  return (_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void => {
    if (box.parentElement === null) element.append(box);
    box.hidden = value === null || value === undefined || value === '';
    if (box.hidden) return;
    box.textContent = typeof value === 'object' ? Object.entries(value as object).map(([name, part]) => `${name}: ${String(part)}`).join('\n') : plainText(value);
    const place = element.getBoundingClientRect();
    box.style.left = `${event.clientX - place.left + 14}px`;
    box.style.top = `${event.clientY - place.top + 14}px`;
  };
}

/** All inline data of the document, one table after another. */
function csvOf(document: unknown): string {
  const tables: Record<string, unknown>[][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const values = (node as { data?: { values?: unknown } }).data?.values;
    if (Array.isArray(values) && values.length > 0 && typeof values[0] === 'object') tables.push(values as Record<string, unknown>[]);
    for (const [name, child] of Object.entries(node)) if (name !== 'data') walk(child);
  };
  walk(document);
  const cell = (value: unknown): string => {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : plainText(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\uFEFF${tables.map((rows) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    return [names.map(cell).join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\r\n');
  }).join('\r\n\r\n')}\r\n`;
}

/** A cell of a chart's data; objects are shown by their callers. */
function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
