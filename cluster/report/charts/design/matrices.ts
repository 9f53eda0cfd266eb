import type { OptimizationDesign } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName } from '../theme.ts';
import { composedChart, designChart, designColour, designTitle, settingFormat, type DesignChartContext } from './context.ts';

const mostColumns = 60;
const mostNumbered = 12;
const mostFactors = 8;
const panel = 104;

/** Correlations of the model's columns over the runs. */
export function designCorrelationChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec | undefined {
  const { columns, values } = design.correlations;
  return heatMap(context, design, 'correlation', { rows: columns, columns, values }, [-1, 1], 'r');
}

/** By how much effects outside the model (columns) would shift the coefficients (rows). */
export function aliasChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec | undefined {
  if (design.alias === null) return undefined;
  const largest = design.alias.values.flat().reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const reach = Math.max(1, largest);
  return heatMap(context, design, 'alias', design.alias, [-reach, reach], context.text('legend_alias'));
}

function heatMap(context: DesignChartContext, design: OptimizationDesign, id: 'correlation' | 'alias', matrix: { rows: readonly string[]; columns: readonly string[]; values: readonly (readonly (number | null)[])[] }, domain: readonly [number, number], legend: string): ChartSpec | undefined {
  const { text } = context;
  const rows = matrix.rows.slice(0, mostColumns);
  const columns = matrix.columns.slice(0, mostColumns);
  if (rows.length === 0 || columns.length < 2) return undefined;
  const label = labeller([...rows, ...columns]);
  const values = rows.flatMap((row, i) => columns.map((column, j) => ({ row: label(row), column: label(column), value: matrix.values[i]?.[j] ?? null })));
  const few = Math.max(rows.length, columns.length) <= mostNumbered;
  const cell = few ? 36 : Math.max(9, Math.min(22, Math.floor(720 / Math.max(rows.length, columns.length))));
  const fontSize = Math.min(11, Math.max(7, cell - 2));
  const axis = { title: null, labelLimit: 150, labelFontSize: fontSize, grid: false, ticks: false, domain: false, labelOverlap: false };
  const x = { field: 'column', type: 'nominal', sort: null, axis: { ...axis, labelAngle: -60 } };
  const y = { field: 'row', type: 'nominal', sort: null, axis };
  const cut = matrix.rows.length > rows.length || matrix.columns.length > columns.length;
  return designChart(id, `${id}_${design.name}`, text(`chart_design_${id}`, { design: designTitle(context, design) }), cut ? [text('note_columns_first', { shown: mostColumns, columns: Math.max(matrix.rows.length, matrix.columns.length) })] : [], {
    data: { values },
    layer: [
      {
        mark: { type: 'rect', stroke: colour.paper, strokeWidth: few ? 1 : 0.3 },
        encoding: { x, y, color: { field: 'value', type: 'quantitative', scale: { domain: [domain[0], 0, domain[1]], range: [colour.orange, '#f4f6f7', colour.blue], interpolate: 'rgb' }, legend: { title: legend, gradientLength: 160 } }, tooltip: [{ field: 'row', title: text('head_term') }, { field: 'column', title: text('head_term') }, { field: 'value', title: legend, format: '.4f' }] },
      },
      ...(few ? [{ mark: { type: 'text', fontSize: 10 }, encoding: { x, y, text: { field: 'value', type: 'quantitative', format: '.2f' }, color: { condition: { test: `abs(datum.value) > ${0.75 * domain[1]}`, value: colour.paper }, value: colour.ink } } }] : []),
    ],
  }, { width: 250 + cell * columns.length, height: 190 + cell * rows.length });
}

/** Short names that stay different from each other. */
function labeller(names: readonly string[]): (name: string) => string {
  const taken = new Map<string, string>();
  for (const name of new Set(names)) {
    let label = shortName(name, 16);
    while ([...taken.values()].includes(label)) label += '′';
    taken.set(name, label);
  }
  return (name) => taken.get(name) ?? name;
}

/** The runs over every pair of factors; a larger point stands for more runs. */
export function scatterMatrixChart(context: DesignChartContext, design: OptimizationDesign): ChartSpec | undefined {
  const { result, text } = context;
  const factors = result.factors.slice(0, mostFactors);
  if (factors.length < 2) return undefined;
  const axisOf = (factor: (typeof factors)[number], shown: boolean) => ({
    ...(factor.kind === 'categorical' ? { type: 'nominal', sort: factor.levels } : { type: 'quantitative', scale: { domain: [factor.low, factor.high], zero: false, nice: false, padding: 8 } }),
    axis: shown ? { title: shortName(factor.name, 10), titleFontSize: 11, labelFontSize: 9, tickCount: 3, ...(factor.kind === 'categorical' ? {} : { values: factor.levels !== null && factor.levels.length <= 3 ? factor.levels : [factor.low, factor.high], format: settingFormat }) } : { title: null, labels: false, ticks: false, tickCount: 3 },
  });
  const rows = factors.slice(1).map((y, i) => ({
    hconcat: factors.slice(0, i + 1).map((x, j) => {
      const counts = new Map<string, { x: number | string; y: number | string; kind: string; count: number }>();
      const add = (kind: string) => (row: Readonly<Record<string, number | string>>): void => {
        const key = JSON.stringify([kind, row[x.name], row[y.name]]);
        const entry = counts.get(key) ?? { x: row[x.name] as number | string, y: row[y.name] as number | string, kind, count: 0 };
        entry.count += 1;
        counts.set(key, entry);
      };
      result.history.forEach(add('existing'));
      design.rows.forEach(add('new'));
      return {
        width: panel, height: panel,
        data: { values: [...counts.values()] },
        mark: { type: 'point', filled: true, opacity: 1, fillOpacity: 0.75 },
        encoding: {
          x: { field: 'x', ...axisOf(x, i === factors.length - 2) }, y: { field: 'y', ...axisOf(y, j === 0) },
          size: { field: 'count', type: 'quantitative', scale: { domain: [0, design.rows.length], range: [18, 500] }, legend: null },
          color: { field: 'kind', type: 'nominal', scale: { domain: ['existing', 'new'], range: [colour.blue, designColour(context, design)] }, legend: null },
          tooltip: [{ field: 'x', title: x.name }, { field: 'y', title: y.name }, { field: 'count', title: text('head_runs') }],
        },
      };
    }),
    spacing: 8,
    // labels that reach beyond a panel must not push the next one aside
    bounds: 'flush',
  }));
  const side = (factors.length - 1) * (panel + 8) + 110;
  return composedChart('scatter_matrix', `scatter_matrix_${design.name}`, text('chart_design_scatter', { design: designTitle(context, design) }), [text('note_scatter'), ...(result.factors.length > mostFactors ? [text('note_columns_first', { shown: mostFactors, columns: result.factors.length })] : [])], { vconcat: rows, spacing: 8, resolve: { scale: { x: 'independent', y: 'independent' } } }, { width: side, height: side + 40 });
}
