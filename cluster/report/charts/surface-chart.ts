import type { TopLevelSpec } from 'vega-lite';
import { withUnit, type Feature } from '../model/features.ts';
import { chartOf, type ChartContext, type ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { bandColour, bandLabels, bandOf, bands, twoStrongest } from './contour-chart.ts';
import { colour, fitName } from './theme.ts';
import { ticks } from './ticks.ts';

/** Facets along each feature: smooth enough, and few enough that the wires can be followed. */
const facets = 26;
/** The view: the box turned by this angle, seen from above, its height as a share of its depth. */
const turn = (38 * Math.PI) / 180;
const tilt = 0.46;
const height = 0.72;
const size = { width: 640, height: 500 } as const;
/** Characters of a name along an edge. */
const longestEdge = 26;

interface Spot { x: number; y: number }

/** Where a point of the unit box stands in the picture: u and v run along the floor, away from the viewer, w up. */
function project(u: number, v: number, w: number): Spot {
  return { x: u * Math.cos(turn) - v * Math.sin(turn), y: (u * Math.sin(turn) + v * Math.cos(turn)) * tilt + w * height };
}

/** The prediction over the two strongest numeric features as a surface with its wires, in the bands of the contour chart; undefined with fewer than two. */
export function surfaceChart(context: ChartContext<ChartResult>, title = 'chart_surface'): ChartSpec | undefined {
  const { effects: { main, mean: meanAt, reference }, text, target, predicted } = context;
  const [first, second] = twoStrongest(main);
  if (first === undefined || second === undefined) return undefined;
  const along = ({ minimum, maximum }: Feature, share: number): number => minimum + (maximum - minimum) * share;
  const means = Array.from({ length: facets + 1 }, (_, j) => Array.from({ length: facets + 1 }, (_value, i) => meanAt({ ...reference, [first.name]: along(first, i / facets), [second.name]: along(second, j / facets) })));
  const known = means.flat().filter(Number.isFinite);
  const [low, high] = known.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  if (!(high > low)) return undefined;
  const bounds = ticks(low, high, bands);
  const labels = bandLabels(bounds);
  const at = (i: number, j: number): Spot & { mean: number } => {
    const mean = means[j]?.[i] as number;
    return { ...project(i / facets, j / facets, (mean - low) / (high - low)), mean };
  };
  // painted from the back: what is nearer to the viewer covers what is behind it
  const cells = Array.from({ length: facets * facets }, (_, k) => ({ i: k % facets, j: Math.floor(k / facets) })).sort((a, b) => depth(b) - depth(a) || b.j - a.j);
  const values = cells.flatMap(({ i, j }, id) => {
    const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
    const mean = corners.reduce((sum, corner) => sum + corner.mean, 0) / corners.length;
    if (!Number.isFinite(mean)) return [];
    return [...corners, corners[0] as Spot].map(({ x, y }, order) => ({ id, order, x, y, band: labels[bandOf(mean, bounds)], first: along(first, (i + 0.5) / facets), second: along(second, (j + 0.5) / facets), mean }));
  });
  const present = [...new Set(values.map(({ band }) => labels.indexOf(band as string)))].sort((a, b) => b - a);
  const x = { field: 'x', type: 'quantitative', axis: null, scale: { domain: [-Math.sin(turn) - 0.22, Math.cos(turn) + 0.22], nice: false, zero: false } };
  const y = { field: 'y', type: 'quantitative', axis: null, scale: { domain: [-0.16, project(1, 1, 1).y + 0.06], nice: false, zero: false } };
  return chartOf(context, 'surface', 'surface', text(title, { target }), [text('note_held')], {
    layer: [
      { data: { values: frameOf() }, mark: { type: 'line', color: colour.frame, strokeWidth: 1 }, encoding: { x, y, detail: { field: 'edge' }, order: { field: 'order' } } },
      {
        data: { values },
        mark: { type: 'line', stroke: colour.paper, strokeWidth: 0.5, strokeJoin: 'round', fillOpacity: 1 },
        encoding: {
          x, y, order: { field: 'order' }, detail: { field: 'id' },
          fill: { field: 'band', type: 'nominal', sort: null, scale: { domain: present.map((band) => labels[band]), range: present.map((band) => bandColour(band, bounds)) }, legend: { title: predicted, symbolType: 'square', symbolStrokeWidth: 0 } },
          tooltip: [{ field: 'first', title: first.name, format: '.4~g' }, { field: 'second', title: second.name, format: '.4~g' }, { field: 'mean', title: predicted, format: '.5~g' }],
        },
      },
      ...edgeTexts(first, second).map(({ values: words, ...mark }) => ({ data: { values: words }, mark: { type: 'text', fontSize: 11, color: colour.text, ...mark }, encoding: { x, y, text: { field: 'text' } } })),
    ],
  } as Partial<TopLevelSpec>, size);
}

function depth({ i, j }: { i: number; j: number }): number {
  return i * Math.sin(turn) + j * Math.cos(turn);
}

/** The floor of the box and the edges behind the surface. */
function frameOf(): object[] {
  const edges: [Spot, Spot][] = [
    [project(0, 0, 0), project(1, 0, 0)], [project(0, 0, 0), project(0, 1, 0)], [project(1, 0, 0), project(1, 1, 0)], [project(0, 1, 0), project(1, 1, 0)],
    [project(0, 1, 0), project(0, 1, 1)], [project(1, 1, 0), project(1, 1, 1)], [project(1, 0, 0), project(1, 0, 1)], [project(0, 1, 1), project(1, 1, 1)], [project(1, 0, 1), project(1, 1, 1)],
  ];
  return edges.flatMap((ends, edge) => ends.map((spot, order) => ({ edge, order, ...spot })));
}

/** Names and ends of both features along the near edges of the floor. */
function edgeTexts(first: Feature, second: Feature): ({ values: object[] } & Record<string, unknown>)[] {
  const number = (value: number): string => String(Number(value.toPrecision(4)));
  const below = (u: number, v: number, text: string, drop: number): object => ({ ...project(u, v, 0), y: project(u, v, 0).y - drop, text });
  return [
    { align: 'left', values: [below(0.08, 0, number(first.minimum), 0.035), below(0.96, 0, number(first.maximum), 0.035), below(0.5, 0, withUnit(fitName(first.name, longestEdge), first.unit), 0.07)] },
    { align: 'right', values: [below(0, 0.08, number(second.minimum), 0.035), below(0, 0.96, number(second.maximum), 0.035), below(0, 0.5, withUnit(fitName(second.name, longestEdge), second.unit), 0.07)] },
  ];
}
