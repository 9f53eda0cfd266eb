import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { chartFont } from '../font/chart-font.ts';
import { outlineText } from '../font/outline-text.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Pixels of the PNG per px of the chart: sharp on a high-density screen and in a printed report. */
export const pngScale = 2;

export interface RenderedChart {
  svg: string;
  png: Uint8Array;
}

/** Draws a chart without DOM, browser or system fonts; same spec, same bytes. Runs in a pool thread. */
export async function renderChart(chart: ChartSpec): Promise<RenderedChart> {
  const svg = await renderSvg(chart);
  const raster = new Resvg(outlineText(svg, chartFont()), { fitTo: { mode: 'zoom', value: pngScale }, font: { loadSystemFonts: false } });
  return { svg, png: raster.render().asPng() };
}

/** The first chart of a thread costs about twice the later ones; a small one takes that away from the user. */
export async function warmCharts(): Promise<void> {
  await renderChart({ id: 'warm', fileName: 'warm', title: '', width: 64, height: 48, spec: { width: 64, height: 48, data: { values: [{ x: 0, y: 0 }] }, mark: 'circle', encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } } } });
}

/** The SVG alone. Deterministic. */
export async function renderSvg(chart: ChartSpec): Promise<string> {
  measureWithChartFont();
  const view = new vega.View(vega.parse(compile(withoutInteraction(chart.spec)).spec), { renderer: 'none' });
  try {
    return renumberIds(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** vega counts its clip paths per process; the picture must not tell how many charts came before it. */
function renumberIds(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(/(?<=id="|url\(#)(clip|gradient_)(\d+)/g, (id, kind: string) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return `${kind}${numbers.get(id)}`;
  });
}

/** The scene graph's hook for text widths; vega exports it but its types leave it out. */
const { textMetrics } = vega as unknown as { textMetrics: { width: (item: { fontSize?: number }, text?: string) => number } };

/** Without a canvas vega guesses 0.8 em per character: far too wide for Latin, too narrow for Japanese. */
function measureWithChartFont(): void {
  // a number is given as it is where a mark's text is one
  textMetrics.width = (item, text) => chartFont().width(String(text ?? ''), item.fontSize ?? 11);
}

/** A picture has no zoom, selection or tooltip; leaving them out makes compiling, drawing and the SVG itself much cheaper. */
function withoutInteraction(spec: TopLevelSpec): TopLevelSpec {
  const still = strip(spec) as TopLevelSpec;
  return { ...still, config: { ...still.config, aria: false } };
}

/** `clip` goes too: without zoom nothing leaves the frame, and a rasteriser pays a full-size mask for every clip. */
const leftOut = new Set(['params', 'tooltip', 'clip']);

function strip(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(strip);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    if (leftOut.has(key)) return [];
    if (key === 'values') return [[key, value]];
    const unpicked = (value as { condition?: { param?: string; value?: unknown } } | null)?.condition;
    return [[key, unpicked?.param === undefined ? strip(value) : { value: unpicked.value }]];
  }));
}
