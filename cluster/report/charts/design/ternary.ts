import type { OptimizationDesign } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName } from '../theme.ts';
import { designChart, designTitle, type DesignChartContext } from './context.ts';
import { scheme } from './variance.ts';

const height = Math.sqrt(3) / 2;
const size = { width: 620, height: 520 } as const;
/** Lines of equal share, of the span. */
const gridLines = [0.2, 0.4, 0.6, 0.8];
/** A little larger than its cell, so that no light falls between two triangles. */
const overlap = 1.06;
/** A run whose other shares are this near to those of the picture lies on it. */
const near = 1e-6;

type Place = readonly [number, number];
/** Parts of the three shares, which add up to 1 → the plane: the first on top, the second left, the third right. */
const placeOf = (a: number, b: number): Place => [1 - b - a / 2, a * height];

/** Prediction variance over three shares of a mixture, with the runs on it (of more shares, those that have the others as the picture has them). */
export function varianceTernaryChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec | undefined {
  const ternary = design.variance_ternary;
  if (ternary === null) return undefined;
  const { text } = context;
  const { shares, low, span, others, variances } = ternary;
  const steps = variances.length - 1;
  const at = (i: number, j: number): number | null => variances[i]?.[j] ?? null;
  const cells = variances.flatMap((row, i) => row.flatMap((_, j) => [
    // upright and inverted triangles of the mesh
    ...(i + j < steps ? [[[i, j], [i + 1, j], [i, j + 1]] as const] : []), ...(i + j < steps - 1 ? [[[i + 1, j], [i, j + 1], [i + 1, j + 1]] as const] : []),
  ])).flatMap((corners, cell) => {
    const values = corners.map(([i, j]) => at(i, j));
    if (values.some((value) => value === null)) return [];
    const variance = (values as number[]).reduce((sum, value) => sum + value, 0) / 3;
    const places = corners.map(([i, j]) => placeOf(i / steps, j / steps));
    const centre = [0, 1].map((axis) => places.reduce((sum, one) => sum + (one[axis] as number), 0) / 3) as [number, number];
    return places.map(([px, py]) => place([centre[0] + overlap * (px - centre[0]), centre[1] + overlap * (py - centre[1])], { cell, variance }));
  });
  const edge = (from: Place, to: Place, line: number): object[] => [place(from, { line }), place(to, { line })];
  const grid = gridLines.flatMap((share, k) => [...edge(placeOf(share, 0), placeOf(share, 1 - share), 3 * k), ...edge(placeOf(0, share), placeOf(1 - share, share), 3 * k + 1), ...edge(placeOf(0, 1 - share), placeOf(1 - share, 0), 3 * k + 2)]);
  const frame = [[1, 0], [0, 1], [0, 0], [1, 0]].map(([a, b], order) => place(placeOf(a as number, b as number), { order }));
  const value = (k: number, share: number): string => Number(((low[k] as number) + share * span).toPrecision(3)).toString();
  // along the left edge the first share, along the base the second, along the right edge the third
  const ticks = gridLines.flatMap((share) => [
    { ...place(placeOf(share, 1 - share), { label: value(0, share) }), side: 'left' }, { ...place(placeOf(0, share), { label: value(1, share) }), side: 'base' }, { ...place(placeOf(1 - share, 0), { label: value(2, share) }), side: 'right' },
  ]);
  const names = [{ ...place(placeOf(1, 0), {}), label: `${shortName(shares[0] as string)} ${value(0, 1)}`, side: 'top' }, { ...place(placeOf(0, 1), {}), label: `${shortName(shares[1] as string)} ${value(1, 1)}`, side: 'start' }, { ...place(placeOf(0, 0), {}), label: `${shortName(shares[2] as string)} ${value(2, 1)}`, side: 'end' }];
  const on = (row: OptimizationDesign['rows'][number]): boolean => Object.entries(others).every(([name, share]) => Math.abs((row[name] as number) - share) < near);
  const runs = design.rows.flatMap((row, i) => {
    if (!on(row)) return [];
    const [a, b] = [0, 1].map((k) => ((row[shares[k] as string] as number) - (low[k] as number)) / span) as [number, number];
    return [{ ...place(placeOf(a, b), {}), run: design.run_order[i], ...Object.fromEntries(shares.map((name, k) => [`share${k}`, row[name]])) }];
  });
  const x = { field: 'x', type: 'quantitative', scale: { domain: [-0.1, 1.1], nice: false, zero: false }, axis: null };
  const y = { field: 'y', type: 'quantitative', scale: { domain: [-0.08, height + 0.08], nice: false, zero: false }, axis: null };
  const label = (side: string, mark: object): object => ({ data: { values: [...ticks, ...names].filter((one) => one.side === side) }, mark: { type: 'text', fontSize: 11, color: colour.ink, ...mark }, encoding: { x, y, text: { field: 'label', type: 'nominal' } } });
  const otherText = Object.entries(others).map(([name, share]) => `${name} ${Number(share.toPrecision(3))}`).join(', ');
  return designChart('variance_ternary', `variance_ternary_${design.name}`, text('chart_design_ternary', { design: designTitle(context, design) }), [otherText === '' ? text('note_ternary_plain') : text('note_ternary', { others: otherText })], {
    layer: [
      { data: { values: cells }, mark: { type: 'line', filled: true, interpolate: 'linear-closed' }, encoding: { x, y, detail: { field: 'cell', type: 'nominal' }, order: { value: 0 }, color: { field: 'variance', type: 'quantitative', scale: { range: scheme, zero: false }, legend: { type: 'gradient', title: text('head_variance') } } } },
      { data: { values: grid }, mark: { type: 'line', strokeWidth: 0.6, color: colour.paper, opacity: 0.55 }, encoding: { x, y, detail: { field: 'line', type: 'nominal' }, order: { value: 0 } } },
      { data: { values: frame }, mark: { type: 'line', strokeWidth: 1.2, color: colour.ink }, encoding: { x, y, order: { field: 'order', type: 'quantitative' } } },
      label('left', { align: 'right', dx: -6 }), label('base', { baseline: 'top', dy: 6 }), label('right', { align: 'left', dx: 6 }),
      label('top', { baseline: 'bottom', dy: -8, fontSize: 13, fontWeight: 'bold' }), label('start', { align: 'left', baseline: 'top', dx: -40, dy: 20, fontSize: 13, fontWeight: 'bold' }), label('end', { align: 'right', baseline: 'top', dx: 40, dy: 20, fontSize: 13, fontWeight: 'bold' }),
      { data: { values: runs }, mark: { type: 'circle', size: 60, color: colour.paper, opacity: 1, stroke: colour.ink, strokeWidth: 0.9 }, encoding: { x, y, tooltip: [{ field: 'run', title: text('head_run') }, ...shares.map((name, k) => ({ field: `share${k}`, title: name }))] } },
    ],
  }, size);
}

function place([x, y]: Place, rest: object): { x: number; y: number } & Record<string, unknown> {
  return { x, y, ...rest };
}
