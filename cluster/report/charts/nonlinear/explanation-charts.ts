import type { FaultValues } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName, shortNumber } from '../theme.ts';
import { panelsChart, simpleChart } from './context.ts';

/** What these charts read beside the explanation: of a nonlinear target, or of a classification. */
export interface ExplainedContext {
  result: { features: readonly { name: string; kind: 'number' | 'levels'; levels: readonly string[] }[]; rows: { file_rows: readonly number[] }; observed: readonly number[] };
  text: (code: string, values?: FaultValues) => string;
  /** what is explained, short enough for a title */
  target: string;
}

/** What the charts read of an explanation: plain data. */
export interface ExplanationInput {
  base: number;
  background: number;
  /** of each explained row: its place among the rows used */
  rows: readonly number[];
  /** [row][feature] */
  values: readonly (readonly number[])[];
  permutation: { confidence: number; mean: readonly number[]; low: readonly number[]; high: readonly number[] };
  effects: readonly { at: readonly number[]; effect: readonly number[] }[];
  /** [row][feature]: values of the explained rows; levels as numbers */
  features: readonly (readonly number[])[];
}

/** The same with what a nonlinear analysis tells beside it. */
export interface FullExplanationInput extends ExplanationInput {
  /** [feature][row][value of its effect]: predictions of single rows as one feature moves */
  curves: readonly (readonly (readonly number[])[])[];
  sobol: { readonly first: readonly number[]; readonly total: readonly number[] };
  /** [row][pair]; the rows are places among `rows` */
  interactions: { readonly pairs: readonly (readonly [number, number])[]; readonly rows: readonly number[]; readonly values: readonly (readonly number[])[] };
}

const mostFeatures = 20;
const mostDependence = 6;
const mostWaterfall = 10;
const mostCurves = 12;
const names = { low: '#3498db', high: '#e74c3c' } as const;

/** The mean size of each feature's values. */
export function meanAbsolute(values: readonly (readonly number[])[]): number[] {
  return (values[0] ?? []).map((_, j) => values.reduce((sum, row) => sum + Math.abs(row[j] as number), 0) / values.length);
}

function baseNote({ text }: ExplainedContext, { base, background, rows }: ExplanationInput): string {
  return text('note_shap_base', { base: shortNumber(base), background, rows: rows.length });
}

/** A point for each row and feature: right raises the prediction; the colour is the feature's value. */
export function summaryChart(context: ExplainedContext, input: ExplanationInput, order: readonly number[]): ChartSpec {
  const { result, text, target } = context;
  const shown = order.slice(0, mostFeatures);
  const all = input.values.flatMap((row) => shown.map((j) => row[j] as number));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const values = shown.flatMap((j, place) => {
    const own = input.features.map((row) => row[j] as number);
    const [least, most] = [Math.min(...own), Math.max(...own)];
    const offsets = swarm(input.values.map((row) => row[j] as number), low, high);
    return input.values.map((row, i) => ({ row: result.rows.file_rows[input.rows[i] as number], feature: featureName(context, j), shap: row[j], y: place + (offsets[i] as number), scaled: most > least ? ((own[i] as number) - least) / (most - least) : 0.5, value: valueText(context, j, own[i] as number) }));
  });
  return simpleChart('shap_summary', 'summary_plot', text('chart_shap_summary', { target }), [baseNote(context, input)], {
    data: { values },
    layer: [
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: 'circle', size: 22, opacity: 0.85 },
        encoding: {
          x: { field: 'shap', type: 'quantitative', axis: { title: text('axis_shap', { target }) } },
          y: { field: 'y', type: 'quantitative', scale: { domain: [shown.length - 0.4, -0.6], nice: false, zero: false }, axis: { title: null, values: shown.map((_, place) => place), labelExpr: `${JSON.stringify(shown.map((j) => featureName(context, j)))}[datum.value]`, grid: true, labelLimit: 150, tickSize: 0, labelPadding: 8, labelOverlap: false } },
          color: { field: 'scaled', type: 'quantitative', scale: { domain: [0, 1], range: [names.low, '#9b59b6', names.high] }, legend: { title: text('axis_feature_value'), values: [0, 1], labelExpr: `datum.value < 0.5 ? ${JSON.stringify(text('legend_low'))} : ${JSON.stringify(text('legend_high'))}`, gradientLength: 160, titleLimit: 160 } },
          tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'feature', title: text('head_feature') }, { field: 'value', title: text('axis_feature_value') }, { field: 'shap', title: 'SHAP' }],
        },
      },
    ],
  }, { width: 820, height: 150 + 44 * shown.length });
}

/** Offsets within ±0.38 that keep points of one place apart: stacked from the middle outwards, in row order. */
function swarm(values: readonly number[], low: number, high: number): number[] {
  const bins = 90;
  const seen = new Map<number, number>();
  const at = values.map((value) => Math.round(((value - low) / (high - low || 1)) * bins));
  const place = at.map((bin) => {
    const count = seen.get(bin) ?? 0;
    seen.set(bin, count + 1);
    return count % 2 === 0 ? -(count / 2) : (count + 1) / 2;
  });
  const widest = Math.max(1, ...seen.values());
  const step = Math.min(0.06, 0.76 / widest);
  return place.map((p) => p * step);
}

export function barChart(context: ExplainedContext, importance: readonly number[], order: readonly number[]): ChartSpec {
  const { text, target } = context;
  const values = order.slice(0, mostFeatures).map((j) => ({ feature: featureName(context, j), value: importance[j], label: shortNumber(importance[j] as number) }));
  const y = { field: 'feature', type: 'nominal', sort: null, axis: { title: null, labelLimit: 180 } };
  const x = { field: 'value', type: 'quantitative', axis: { title: text('axis_mean_shap', { target }) } };
  return simpleChart('shap_bar', 'importance_bar', text('chart_shap_bar', { target }), [], {
    data: { values },
    layer: [{ mark: { type: 'bar', color: colour.blue, height: { band: 0.6 } }, encoding: { y, x } }, { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { y, x, text: { field: 'label' } } }],
  }, { width: 640, height: 130 + 30 * values.length });
}

/** From the base to the prediction of one row, feature by feature. */
export function waterfallChart(context: ExplainedContext, input: ExplanationInput, sample: number): ChartSpec {
  const { result, text, target } = context;
  const own = input.values[sample] as readonly number[];
  const order = own.map((_, j) => j).sort((a, b) => Math.abs(own[b] as number) - Math.abs(own[a] as number) || a - b);
  const [shown, rest] = order.length > mostWaterfall + 1 ? [order.slice(0, mostWaterfall), order.slice(mostWaterfall)] : [order, []];
  const steps = [
    ...(rest.length > 0 ? [{ name: text('note_waterfall_rest', { count: rest.length }), value: rest.reduce((sum, j) => sum + (own[j] as number), 0) }] : []),
    ...[...shown].reverse().map((j) => ({ name: `${featureName(context, j)} = ${valueText(context, j, (input.features[sample] as readonly number[])[j] as number)}`, value: own[j] as number })),
  ];
  let at = input.base;
  const values = steps.map(({ name, value }) => {
    const from = at;
    at += value;
    return { name, from, to: at, high: Math.max(from, at), label: `${value < 0 ? '−' : '+'}${shortNumber(Math.abs(value))}`, up: value >= 0 };
  }).reverse();
  const row = result.rows.file_rows[input.rows[sample] as number] as number;
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 230 } };
  const scale = { zero: false, padding: 46 };
  return simpleChart('shap_waterfall', `waterfall_sample_${sample}`, text('chart_shap_waterfall', { target, row }), [`E[f] = ${shortNumber(input.base)}   f(x) = ${shortNumber(at)}   y = ${shortNumber(result.observed[input.rows[sample] as number] as number)}`], {
    data: { values },
    layer: [
      { mark: { type: 'bar', height: { band: 0.6 } }, encoding: { y, x: { field: 'from', type: 'quantitative', scale, axis: { title: text('axis_prediction') } }, x2: { field: 'to' }, color: { condition: { test: 'datum.up', value: names.high }, value: names.low } } },
      { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { y, x: { field: 'high', type: 'quantitative', scale }, text: { field: 'label' } } },
      { data: { values: [{ at: input.base, dash: true }, { at, dash: false }] }, mark: { type: 'rule', strokeDash: [5, 4], color: colour.grey }, encoding: { x: { field: 'at', type: 'quantitative' } } },
    ],
  }, { width: 780, height: 140 + 34 * values.length });
}

/** Value of the feature against its share in the prediction; spread at one value comes from interactions. */
export function dependenceChart(context: ExplainedContext, input: ExplanationInput, order: readonly number[]): ChartSpec {
  const { result, text, target } = context;
  const panels = order.slice(0, mostDependence).map((j) => {
    const levels = result.features[j]?.kind === 'levels';
    const values = input.values.map((row, i) => ({ row: result.rows.file_rows[input.rows[i] as number], value: levels ? valueText(context, j, (input.features[i] as readonly number[])[j] as number) : (input.features[i] as readonly number[])[j], shap: row[j] }));
    const x = levels ? { field: 'value', type: 'ordinal', axis: { title: featureName(context, j), labelAngle: -25 } } : { field: 'value', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: featureName(context, j), tickCount: 5 } };
    return {
      data: { values },
      layer: [
        { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [5, 4] }, encoding: { y: { datum: 0 } } },
        { mark: { type: 'circle', size: 26, color: colour.blue, opacity: 0.7 }, encoding: { x, y: { field: 'shap', type: 'quantitative', axis: { title: 'SHAP', tickCount: 5 } }, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'value', title: featureName(context, j) }, { field: 'shap', title: 'SHAP' }] } },
      ],
    };
  });
  return panelsChart('shap_dependence', 'dependence_plots', text('chart_shap_dependence', { target }), [], panels, { width: 250, height: 190, columns: 3 });
}

/** What each feature is worth on rows that the models have not seen. */
export function permutationChart(context: ExplainedContext, { permutation }: ExplanationInput): ChartSpec {
  const { text, target } = context;
  const values = permutation.mean.map((mean, j) => ({ feature: featureName(context, j), mean, low: permutation.low[j], high: permutation.high[j] })).sort((a, b) => b.mean - a.mean).slice(0, mostFeatures);
  const y = { field: 'feature', type: 'nominal', sort: null, axis: { title: null, labelLimit: 180 } };
  return simpleChart('permutation', 'permutation_importance', text('chart_permutation', { target }), [text('note_permutation', { level: 100 * permutation.confidence })], {
    data: { values },
    layer: [
      { mark: { type: 'bar', color: '#8e44ad', opacity: 0.8, height: { band: 0.55 } }, encoding: { y, x: { field: 'mean', type: 'quantitative', axis: { title: text('axis_r2_loss') } } } },
      { mark: { type: 'rule', color: colour.ink, strokeWidth: 1.5 }, encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } } },
    ],
  }, { width: 680, height: 150 + 30 * values.length });
}

/** Main effects on one scale, so that their sizes compare. */
export function effectsChart(context: ExplainedContext, { effects }: ExplanationInput, order: readonly number[]): ChartSpec {
  const { result, text, target } = context;
  const shown = order.slice(0, mostCurves);
  const all = shown.flatMap((j) => effects[j]?.effect ?? []);
  const air = 0.06 * (Math.max(...all) - Math.min(...all)) || 1;
  const domain = [Math.min(...all) - air, Math.max(...all) + air];
  const panels = shown.map((j) => {
    const { at, effect } = effects[j] as ExplanationInput['effects'][number];
    const levels = result.features[j]?.kind === 'levels';
    const values = at.map((value, k) => ({ value: levels ? valueText(context, j, value) : value, effect: effect[k] }));
    const x = levels ? { field: 'value', type: 'ordinal', sort: null, axis: { title: featureName(context, j), labelAngle: -25 } } : { field: 'value', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: featureName(context, j), tickCount: 5 } };
    const y = { field: 'effect', type: 'quantitative', scale: { domain, nice: false }, axis: { title: text('axis_ale', { target }), titleFontSize: 11, tickCount: 5 } };
    return {
      data: { values },
      layer: [
        { data: { values: [{}] }, mark: { type: 'rule', color: colour.grey, strokeDash: [5, 4] }, encoding: { y: { datum: 0 } } },
        ...(levels ? [] : [{ mark: { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y } }]),
        { mark: { type: 'circle', size: levels ? 90 : 26, color: colour.blue, opacity: 1 }, encoding: { x, y } },
      ],
    };
  });
  return panelsChart('ale', 'ale_plots', text('chart_ale', { target }), [text('note_ale')], panels, { width: 220, height: 170, columns: 3 });
}

export function featureName({ result }: ExplainedContext, j: number): string {
  return shortName(result.features[j]?.name ?? '', 16);
}

export function valueText({ result }: ExplainedContext, j: number, value: number): string {
  const feature = result.features[j];
  return feature?.kind === 'levels' ? shortName(feature.levels[value] ?? String(value), 12) : String(Number(value.toPrecision(5)));
}
