import type { OptimizationResult } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { composedChart, designChart, designColour, designTitle, type DesignChartContext } from './context.ts';

/** Efficiencies of the designs side by side, in per cent. */
export function comparisonChart(context: DesignChartContext): ChartSpec | undefined {
  const { result, text } = context;
  if (result.designs.length < 2) return undefined;
  const best = Math.min(...result.designs.map(({ criteria }) => criteria.i ?? Infinity));
  const names = result.designs.map((design) => designTitle(context, design));
  const measures = ['measure_d', 'measure_a', 'measure_g', 'measure_i'].map((code) => text(code));
  const values = result.designs.flatMap(({ criteria }, k) => [100 * criteria.d, criteria.a_efficiency, criteria.g_efficiency, criteria.i === null ? null : (100 * best) / criteria.i].map((value, m) => ({ design: names[k], measure: measures[m], value })));
  return designChart('efficiency_comparison', 'efficiency_comparison', text('chart_design_comparison'), [text('note_comparison')], {
    data: { values },
    layer: [
      { mark: { type: 'bar' }, encoding: { color: { field: 'design', type: 'nominal', sort: names, scale: { domain: names, range: result.designs.map((design) => designColour(context, design)) }, legend: { title: null, orient: 'top' } }, tooltip: [{ field: 'design', title: text('head_item') }, { field: 'measure', title: text('head_item') }, { field: 'value', title: '%', format: '.2f' }] } },
      { mark: { type: 'text', dy: -7, fontSize: 10 }, encoding: { text: { field: 'value', type: 'quantitative', format: '.1f' } } },
    ],
    encoding: {
      x: { field: 'measure', type: 'nominal', sort: measures, axis: { title: null, labelAngle: 0, labelLimit: 160 } }, xOffset: { field: 'design', sort: names },
      y: { field: 'value', type: 'quantitative', axis: { title: '%' } },
    },
  });
}

/** Standard error, power, efficiency and variance against the number of runs, with the number that is suggested. */
export function scanChart(context: DesignChartContext): ChartSpec | undefined {
  const { result: { scan, parameters }, text } = context;
  if (scan === null) return undefined;
  const target = parameters['scan'] as { power: number | null; standard_error: number | null };
  type Entry = NonNullable<OptimizationResult['scan']>['entries'][number];
  const measures: { code: string; value: (entry: Entry) => number | null; aim: number | null }[] = [
    { code: 'measure_standard_error', value: ({ largest_standard_error: value }) => value, aim: target.standard_error }, { code: 'measure_power', value: ({ smallest_power: value }) => value, aim: target.power },
    { code: 'measure_d', value: ({ d }) => 100 * d, aim: null }, { code: 'measure_variance', value: ({ average_variance: value }) => value, aim: null },
  ];
  const x = { field: 'runs', type: 'quantitative', scale: { zero: false }, axis: { title: text('head_runs'), format: 'd', tickMinStep: 1 } };
  const views = measures.map(({ code, value, aim }) => ({
    width: 330, height: 200,
    layer: [
      { data: { values: scan.entries.map((entry) => ({ runs: entry.runs, value: value(entry) })).filter((entry) => entry.value !== null) }, mark: { type: 'line', color: colour.blue, strokeWidth: 2, point: { color: colour.blue, size: 30 } }, encoding: { x, y: { field: 'value', type: 'quantitative', scale: { zero: false }, axis: { title: text(code) } }, tooltip: [{ field: 'runs', title: text('head_runs') }, { field: 'value', title: text(code), format: '.4f' }] } },
      { data: { values: [{ runs: scan.suggestion.runs }] }, mark: { type: 'rule', color: colour.red, strokeDash: [5, 4] }, encoding: { x } },
      ...(aim === null ? [] : [{ data: { values: [{ value: aim }] }, mark: { type: 'rule', color: colour.grey, strokeDash: [2, 3] }, encoding: { y: { field: 'value', type: 'quantitative' } } }]),
    ],
  }));
  return composedChart('n_scan', 'n_scan', text('chart_design_scan', { design: text(`design_${scan.criterion}`) }), [text(`scan_${scan.suggestion.reason}`, { runs: scan.suggestion.runs })], { concat: views, columns: 2, spacing: 18 }, { width: 850, height: 610 });
}
