import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { panelsChart, simpleChart, type NonlinearChartContext } from './context.ts';
import { featureName, valueText, type FullExplanationInput } from './explanation-charts.ts';

/** Pairs whose points are drawn. */
const drawnPairs = 3;
const mostCurves = 6;
const mostFeatures = 20;

/** What two features do together: the mean size of each pair, and the points of the strongest. The original's name. */
export function interactionChart(context: NonlinearChartContext, input: FullExplanationInput): ChartSpec | undefined {
  const { result, text, target } = context;
  const { pairs, rows, values } = input.interactions;
  if (pairs.length === 0 || values.length === 0) return undefined;
  // both sides of the diagonal
  const size = pairs.map((_, k) => 2 * values.reduce((sum, row) => sum + Math.abs(row[k] as number), 0) / values.length);
  const features = [...new Set(pairs.flat())];
  const cells = pairs.flatMap(([a, b], k) => [[a, b], [b, a]].map(([y = 0, x = 0]) => ({ x: featureName(context, x), y: featureName(context, y), size: size[k], label: (size[k] as number).toPrecision(2) })));
  const names = features.map((j) => featureName(context, j));
  const axis = (field: string): object => ({ field, type: 'nominal', sort: names, scale: { domain: names }, axis: { title: null, labelAngle: field === 'x' ? -30 : 0, labelLimit: 120, labelOverlap: false, grid: false } });
  const most = Math.max(...size);
  const heat = {
    data: { values: cells },
    layer: [
      { mark: { type: 'rect' }, encoding: { x: axis('x'), y: axis('y'), color: { field: 'size', type: 'quantitative', scale: { domain: [0, most || 1], range: ['#ffffff', '#e74c3c'] }, legend: { title: text('axis_interaction'), titleLimit: 150, gradientLength: 110, tickCount: 3 } }, tooltip: [{ field: 'x' }, { field: 'y' }, { field: 'size', title: text('axis_interaction') }] } },
      { mark: { type: 'text', fontSize: 9, color: colour.text }, encoding: { x: axis('x'), y: axis('y'), text: { field: 'label' } } },
    ],
  };
  const strongest = size.map((_, k) => k).sort((a, b) => (size[b] as number) - (size[a] as number) || a - b).slice(0, drawnPairs);
  const points = strongest.map((k) => {
    const [a, b] = pairs[k] as readonly [number, number];
    const levels = (j: number): boolean => result.features[j]?.kind === 'levels';
    const cell = (i: number, j: number): number | string => {
      const value = (input.features[rows[i] as number] as readonly number[])[j] as number;
      return levels(j) ? valueText(context, j, value) : value;
    };
    return {
      data: { values: values.map((row, i) => ({ row: result.rows.file_rows[input.rows[rows[i] as number] as number], x: cell(i, a), other: cell(i, b), value: 2 * (row[k] as number) })) },
      layer: [
        { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [5, 4] }, encoding: { y: { datum: 0 } } },
        {
          mark: { type: 'circle', size: 34, opacity: 0.9 },
          encoding: {
            x: levels(a) ? { field: 'x', type: 'ordinal', axis: { title: featureName(context, a), labelAngle: -25 } } : { field: 'x', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: featureName(context, a), tickCount: 5 } },
            y: { field: 'value', type: 'quantitative', scale: { padding: 8 }, axis: { title: text('axis_pair_shap', { target }), titleFontSize: 11, tickCount: 5 } },
            color: levels(b) ? { field: 'other', type: 'nominal', legend: { title: featureName(context, b) } } : { field: 'other', type: 'quantitative', scale: { range: ['#3498db', '#9b59b6', '#e74c3c'], zero: false }, legend: { title: featureName(context, b), gradientLength: 110, tickCount: 4 } },
            tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'x', title: featureName(context, a) }, { field: 'other', title: featureName(context, b) }, { field: 'value', title: 'SHAP' }],
          },
        },
      ],
    };
  });
  return panelsChart('shap_interaction', 'interaction_plots', text('chart_shap_interaction', { target }), [text('note_shap_interaction', { rows: rows.length })], [heat, ...points], { width: 270, height: 210, columns: 2 });
}

/** Single rows beside the main effect: where the curves of the rows are no copies of each other, the feature acts through others. */
export function individualChart(context: NonlinearChartContext, { effects, curves }: FullExplanationInput, order: readonly number[]): ChartSpec {
  const { result, text, target } = context;
  const shown = order.slice(0, mostCurves);
  const panels = shown.flatMap((j) => {
    const { at, effect } = effects[j] as FullExplanationInput['effects'][number];
    const levels = result.features[j]?.kind === 'levels';
    const label = (value: number): number | string => (levels ? valueText(context, j, value) : value);
    const x = levels ? { field: 'value', type: 'ordinal', sort: null, axis: { title: featureName(context, j), labelAngle: -25 } } : { field: 'value', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: featureName(context, j), tickCount: 5 } };
    const y = (field: string, title: string): object => ({ field, type: 'quantitative', scale: { zero: false }, axis: { title, titleFontSize: 11, tickCount: 5 } });
    const own = curves[j] ?? [];
    const rows = own.flatMap((curve, row) => curve.map((value, k) => ({ row, value: label(at[k] as number), prediction: value })));
    const mean = at.map((value, k) => ({ value: label(value), prediction: own.reduce((sum, curve) => sum + (curve[k] as number), 0) / Math.max(1, own.length) }));
    return [
      {
        title: { text: 'ICE', fontSize: 11 },
        layer: [
          { data: { values: rows }, mark: { type: 'line', strokeWidth: 0.8, opacity: 1, color: '#b0bec5' }, encoding: { x, y: y('prediction', text('axis_prediction')), detail: { field: 'row' } } },
          { data: { values: mean }, mark: { type: 'line', strokeWidth: 2.4, color: colour.red, point: levels }, encoding: { x, y: y('prediction', text('axis_prediction')) } },
        ],
      },
      {
        title: { text: 'ALE', fontSize: 11 },
        data: { values: at.map((value, k) => ({ value: label(value), effect: effect[k] })) },
        layer: [
          { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [5, 4] }, encoding: { y: { datum: 0 } } },
          { mark: { type: 'line', strokeWidth: 2, color: colour.blue, point: { size: 26, color: colour.blue } }, encoding: { x, y: y('effect', text('axis_ale', { target })) } },
        ],
      },
    ];
  });
  return panelsChart('ice', 'ice_ale_plots', text('chart_ice', { target }), [text('note_ice')], panels, { width: 200, height: 160, columns: 4 });
}

/** Shares of the variance of the predictions: alone, and with what a feature does together with others. */
export function sobolChart(context: NonlinearChartContext, { sobol }: FullExplanationInput): ChartSpec | undefined {
  const { text, target } = context;
  const order = sobol.total.map((_, j) => j).sort((a, b) => (sobol.total[b] as number) - (sobol.total[a] as number) || a - b).slice(0, mostFeatures);
  if (order.every((j) => sobol.total[j] === 0)) return undefined;
  const kinds = [text('legend_sobol_first'), text('legend_sobol_rest')];
  const values = order.flatMap((j) => {
    const [alone, all] = [sobol.first[j] as number, Math.max(sobol.total[j] as number, sobol.first[j] as number)];
    return [{ feature: featureName(context, j), kind: kinds[0], share: alone, place: 0 }, { feature: featureName(context, j), kind: kinds[1], share: all - alone, place: 1 }];
  });
  return simpleChart('sobol', 'sobol_indices', text('chart_sobol', { target }), [text('note_sobol')], {
    data: { values },
    mark: { type: 'bar', height: { band: 0.6 } },
    encoding: {
      y: { field: 'feature', type: 'nominal', sort: null, axis: { title: null, labelLimit: 180 } },
      x: { field: 'share', type: 'quantitative', stack: 'zero', axis: { title: text('axis_variance_share'), format: '.0%' } },
      color: { field: 'kind', type: 'nominal', sort: null, scale: { domain: kinds, range: [colour.blue, colour.orange] }, legend: { title: null, orient: 'bottom', labelLimit: 300 } },
      order: { field: 'place', type: 'quantitative' },
      tooltip: [{ field: 'feature' }, { field: 'kind' }, { field: 'share', format: '.1%' }],
    },
  }, { width: 700, height: 170 + 30 * order.length });
}
