import type { OptimizationDesign } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { designChart, designColour, designTitle, type DesignChartContext } from './context.ts';

const size = { width: 860, height: 574 } as const;
const mostNumbered = 60;

/** Positions in the plane: candidates, earlier runs, new runs. */
export interface MapInput {
  candidates: readonly (readonly [number, number])[];
  existing: readonly (readonly [number, number])[];
  points: readonly (readonly [number, number])[];
  /** shares of the variance that the two axes explain */
  explained?: readonly [number, number];
}

/** The runs among the candidates, numbered in run order; D crosses, I triangles, earlier runs blue circles, as the original draws them. */
export function mapChart(context: DesignChartContext, design: OptimizationDesign, kind: 'pca' | 'umap', map: MapInput): ChartSpec {
  const { text } = context;
  const own = text('series_new', { design: designTitle(context, design), count: map.points.length });
  const labels = [text('series_shown', { count: map.candidates.length }), ...(map.existing.length > 0 ? [text('series_existing', { count: map.existing.length })] : []), own];
  const at = ([x, y]: readonly [number, number], label: string | undefined, run: number | null) => ({ x: Number(x.toFixed(4)), y: Number(y.toFixed(4)), series: label, run });
  const values = [
    ...map.candidates.map((point) => at(point, labels[0], null)), ...map.existing.map((point) => at(point, labels[1], null)), ...map.points.map((point, i) => at(point, own, design.run_order[i] ?? i + 1)),
  ];
  const title = (axis: 0 | 1): string => (map.explained === undefined ? `UMAP ${axis + 1}` : text('axis_component', { number: axis + 1, share: (100 * map.explained[axis]).toFixed(1) }));
  const x = { field: 'x', type: 'quantitative', scale: { zero: false, padding: 12 }, axis: { title: title(0) } };
  const y = { field: 'y', type: 'quantitative', scale: { zero: false, padding: 12 }, axis: { title: title(1) } };
  const shapes = ['circle', ...(map.existing.length > 0 ? ['circle'] : []), design.name === 'I' ? 'triangle-up' : 'cross'];
  const colours = ['#c8ced3', ...(map.existing.length > 0 ? [colour.blue] : []), designColour(context, design)];
  return designChart(kind, `reduccion_dimensionalidad_${kind}_${design.name}`, text(`chart_design_${kind}`, { design: designTitle(context, design) }), [], {
    data: { values },
    layer: [
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: {
          x, y, shape: { field: 'series', sort: labels, scale: { domain: labels, range: shapes }, legend: { title: null, orient: 'top', labelLimit: 300 } },
          color: { field: 'series', sort: labels, scale: { domain: labels, range: colours } },
          size: { condition: { test: 'datum.run !== null', value: 110 }, value: 22 },
          tooltip: [{ field: 'series', title: text('head_item') }, { field: 'run', title: text('head_run') }],
        },
      },
      ...(map.points.length <= mostNumbered ? [{ transform: [{ filter: 'datum.run !== null' }], mark: { type: 'text', dx: 9, dy: -8, fontSize: 10 }, encoding: { x, y, text: { field: 'run' } } }] : []),
    ],
  }, size);
}
