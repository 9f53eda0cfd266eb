import type { Config, TopLevelSpec } from 'vega-lite';
import { fontFamily } from '../font/chart-font.ts';

export const chartSize = { width: 640, height: 420 } as const;

/** The colours of the desktop's style tokens. */
export const colour = {
  ink: '#2c3e50', text: '#34495e', frame: '#bdc3c7', grid: '#ecf0f1', paper: '#ffffff', blue: '#3498db', red: '#e74c3c', grey: '#95a5a6', orange: '#f39c12',
} as const;

const config: Config = {
  font: fontFamily,
  background: colour.paper,
  view: { stroke: colour.frame },
  title: { fontSize: 16, fontWeight: 'normal', color: colour.ink, subtitleFontSize: 11, subtitleColor: colour.text, subtitleFontWeight: 'normal', subtitlePadding: 4, offset: 10, anchor: 'middle', frame: 'bounds', limit: chartSize.width - 70 },
  axis: { titleFontSize: 13, titleFontWeight: 'normal', titleColor: colour.ink, labelFontSize: 11, labelColor: colour.text, gridColor: colour.grid, tickColor: colour.frame, domainColor: colour.frame, titlePadding: 8, labelFlush: false, labelOverlap: 'greedy', labelSeparation: 8 },
  // few enough that no label has to be left out: a gap in a row of numbers reads like a break in the scale
  axisXQuantitative: { tickCount: 8 },
  text: { fontSize: 11, color: colour.ink },
};

/** What all charts share: size, look, title; `notes` stand below the title. */
export function frame(title: string, notes: readonly string[], size: { width: number; height: number } = chartSize): Pick<TopLevelSpec, '$schema' | 'title' | 'autosize' | 'padding' | 'config'> & { width: number; height: number } {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: notes.length === 0 ? title : { text: title, subtitle: [...notes] },
    width: size.width,
    height: size.height,
    autosize: { type: 'fit', contains: 'padding' },
    padding: { left: 12, right: 18, top: 12, bottom: 10 },
    config,
  };
}

/** Zoom and pan by wheel and drag, a click picks a row. Left out of pictures. */
export const interaction = [
  { name: 'zoom', select: 'interval' as const, bind: 'scales' as const },
  { name: 'pick', select: { type: 'point' as const, fields: ['row'], nearest: false } },
];

/** Points fade when another one is picked. Of the fill, not of the mark: a mark's opacity costs a rasteriser a layer each. */
export const pointOpacity = { condition: { param: 'pick', value: 0.65, empty: true }, value: 0.15 };

/** px² of a point, smaller where there are many */
export function pointSize(points: number): number {
  return points <= 300 ? 38 : points <= 1000 ? 24 : 14;
}

/** Scores in a chart: 4 decimals as in the original's box, a power of ten where that would show nothing. */
export function shortNumber(value: number | null): string {
  if (value === null) return '—';
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e6) ? value.toFixed(4) : value.toExponential(3);
}

/** @returns [low, high] of the numbers with 4 % air on both sides; [−1, 1] around a single value */
export function paddedDomain(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [-1, 1];
  const air = high > low ? 0.04 * (high - low) : Math.max(1, Math.abs(low)) * 0.5;
  return [low - air, high + air];
}

/** A name that leaves room for the rest of an axis or a legend: cut in the middle, because columns often differ at their end. */
export function shortName(name: string, longest = 22): string {
  const characters = [...name];
  if (characters.length <= longest) return name;
  const tail = Math.floor((longest - 1) / 3);
  return `${characters.slice(0, longest - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** The same where the room is counted in Latin letters, of which a Japanese one takes two. */
export function fitName(name: string, letters: number): string {
  return shortName(name, /[\u1100-\uffff]/.test(name) ? Math.floor(letters / 2) : letters);
}

/** Names of an axis, each different, cut in the middle: two levels of one factor often differ at their end only. */
export function distinctNames(names: readonly string[], letters = 34): string[] {
  const short = names.map((name) => fitName(name, letters));
  return short.map((name, index) => (short.indexOf(name) === index ? name : `${name} (${short.slice(0, index + 1).filter((other) => other === name).length})`));
}
