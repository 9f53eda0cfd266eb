import type { ClassificationExplanation, Language } from '../../../../schemas/index.ts';
import { simpleChart, panelsChart } from '../nonlinear/context.ts';
import { dependenceChart, effectsChart, meanAbsolute, summaryChart, waterfallChart, type ExplainedContext, type ExplanationInput } from '../nonlinear/explanation-charts.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName, shortNumber } from '../theme.ts';
import { classificationContext, type ClassificationContext } from './index.ts';
import type { ClassificationResult } from '../../../../schemas/index.ts';

type Explanation = ClassificationExplanation;

/** Pictures of an explanation, in the order in which they are read; none without one. Pure. @param features [used row][feature]; levels as numbers */
export function classificationExplanationCharts(result: ClassificationResult, features: readonly (readonly number[])[], language: Language): ChartSpec[] {
  const { explanation } = result;
  if (explanation === null) return [];
  const context = classificationContext(result, language);
  const drawn = [
    importanceChart(context, explanation), ...shapleyCharts(context, explanation, features), learningChart(context, explanation), mapChart(context, explanation, features), windowChart(context, explanation), changesChart(context, explanation), runsChart(context, explanation),
  ];
  return drawn.filter((chart) => chart !== undefined);
}

const mostFeatures = 20;
/** Rows whose probability is taken apart. */
const mostWaterfalls = 2;

function importanceChart({ text, target, stem }: ClassificationContext, { permutation }: Explanation): ChartSpec {
  const values = [...permutation.items].sort((a, b) => b.log_loss - a.log_loss).slice(0, mostFeatures).map(({ name, log_loss: loss, low, high, auc }) => ({ name: shortName(name, 24), loss, low, high, shown: auc === null || auc < 0.00005 ? '' : `AUC −${auc.toFixed(4)}` }));
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 200 } };
  const scale = { domain: [Math.min(0, ...values.map(({ low }) => low)), 1.25 * Math.max(0.01, ...values.map(({ high }) => high))], nice: false };
  return simpleChart('cls_importance', `feature_importance_${stem}`, text('chart_cls_importance', { target }), [text('note_cls_importance', { level: 100 * permutation.confidence, repeats: permutation.repeats })], {
    data: { values },
    layer: [
      { mark: { type: 'bar', color: '#8e44ad', opacity: 0.8, height: { band: 0.55 } }, encoding: { y, x: { field: 'loss', type: 'quantitative', scale, axis: { title: text('axis_cls_importance') } } } },
      { mark: { type: 'rule', color: colour.ink, strokeWidth: 1.5 }, encoding: { y, x: { field: 'low', type: 'quantitative', scale }, x2: { field: 'high' } } },
      { mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, color: colour.ink }, encoding: { y, x: { field: 'high', type: 'quantitative', scale }, text: { field: 'shown' } } },
    ],
  }, { width: 700, height: 160 + 32 * values.length });
}

/** In units of the probability. */
function shapleyCharts({ result, text, stem, positive }: ClassificationContext, { shapley, effects }: Explanation, features: readonly (readonly number[])[]): ChartSpec[] {
  const context: ExplainedContext = { result, text, target: `P(${positive})` };
  const order = result.features.map((_, j) => j);
  const curves = order.map((j) => effects.find(({ feature }) => feature === result.features[j]?.name) ?? { at: [], effect: [] });
  const shown = effects.map(({ feature }) => result.features.findIndex(({ name }) => name === feature));
  const input: ExplanationInput = { base: 0, background: 0, rows: [], values: [], permutation: { confidence: 0, mean: [], low: [], high: [] }, effects: curves, features: [], ...shapley !== null && { base: shapley.base, background: shapley.background, rows: shapley.rows, values: shapley.values, features: shapley.rows.map((row) => features[row] as readonly number[]) } };
  const named = (chart: ChartSpec): ChartSpec => ({ ...chart, id: `cls_${chart.id}`, fileName: `${chart.fileName}_${stem}` });
  if (shapley === null) return [named(effectsChart(context, input, shown))];
  const size = meanAbsolute(shapley.values);
  const bySize = [...order].sort((a, b) => (size[b] as number) - (size[a] as number) || a - b);
  // the two rows that are furthest from the base: what speaks most for and against
  const extremes = shapley.probability.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const samples = [...new Set([extremes.at(-1)?.i ?? 0, extremes[0]?.i ?? 0])].slice(0, mostWaterfalls);
  return [summaryChart(context, input, bySize), ...samples.map((sample) => waterfallChart(context, input, sample)), dependenceChart(context, input, bySize), effectsChart(context, input, shown)].map(named);
}

/** What more rows would bring, to the log-loss and to the gray zone. */
function learningChart({ text, target, stem }: ClassificationContext, { learning }: Explanation): ChartSpec | undefined {
  if (learning.length < 2) return undefined;
  const values = learning.map(({ rows, log_loss: loss, log_loss_standard_error: error, gray_share: gray, auc }) => ({ rows, loss, low: loss - (error ?? 0), high: loss + (error ?? 0), gray, auc }));
  const x = { field: 'rows', type: 'quantitative', scale: { domain: [0, 1.05 * Math.max(...values.map(({ rows }) => rows))], nice: false }, axis: { title: text('axis_cls_fit_rows'), tickCount: 5 } };
  const panel = (field: string, title: string, scale: object, bars: boolean, format?: string): object => ({
    data: { values },
    layer: [
      ...bars ? [{ mark: { type: 'rule', color: colour.blue, strokeWidth: 1.5 }, encoding: { x, y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' } } }] : [],
      { mark: { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y: { field, type: 'quantitative', scale, axis: { title, tickCount: 5, ...format !== undefined && { format } } } } },
      { mark: { type: 'circle', color: colour.blue, size: 60, opacity: 1 }, encoding: { x, y: { field, type: 'quantitative', scale } } },
    ],
  });
  return panelsChart('cls_learning', `learning_curve_${stem}`, text('chart_cls_learning', { target }), [text('note_cls_learning')], [
    panel('loss', text('axis_cls_log_loss'), { zero: true }, true), panel('gray', text('axis_cls_gray'), { domain: [0, 1] }, false, '.0%'),
  ], { width: 300, height: 260, columns: 2 });
}

const mapColours = { y: colour.blue, g: '#d5d8dc', n: colour.orange, o: '#ffffff' } as const;

/** Answers over the two factors; rows of the data that were measured there, whatever their other settings. */
function mapChart({ result, text, target, stem, positive, negative }: ClassificationContext, { process_map: map, factors }: Explanation, features: readonly (readonly number[])[]): ChartSpec | undefined {
  if (map === null) return undefined;
  const names = { y: positive, g: text('decision_gray'), n: negative, o: text('series_cls_outside') };
  const half = (at: readonly number[]): number => ((at[1] as number) - (at[0] as number)) / 2;
  const [dx, dy] = [half(map.x_at), half(map.y_at)];
  const cells = map.y_at.flatMap((y, row) => runs(map.decision[row] as string).map(({ from, to, letter }) => ({ x: (map.x_at[from] as number) - dx, x2: (map.x_at[to] as number) + dx, y: y - dy, y2: y + 1.02 * dy, answer: names[letter] })));
  const [xj, yj] = [map.x, map.y].map((name) => result.features.findIndex((feature) => feature.name === (factors.find((factor) => factor.name === name)?.features[0] ?? name))) as [number, number];
  const dots = features.map((row, i) => ({ x: row[xj], y: row[yj], row: result.rows.file_rows[i], actual: result.observed[i] === 1 ? positive : negative }));
  const domain = (at: readonly number[], d: number): number[] => [(at[0] as number) - d, (at.at(-1) as number) + d];
  const x = { type: 'quantitative', scale: { domain: domain(map.x_at, dx), nice: false, zero: false }, axis: { title: shortName(map.x), grid: false, tickCount: 7 } };
  const y = { type: 'quantitative', scale: { domain: domain(map.y_at, dy), nice: false, zero: false }, axis: { title: shortName(map.y), grid: false } };
  const held = map.held.map(({ name, value }) => `${shortName(name, 10)} ${value}`);
  // subtitles do not wrap
  const lines = Array.from({ length: Math.ceil(held.length / 6) }, (_, k) => held.slice(6 * k, 6 * k + 6).join('、'));
  return simpleChart('cls_map', `process_map_${stem}`, text('chart_cls_map', { target }), [...lines.map((line, k) => (k === 0 ? text('note_cls_held', { settings: line }) : line)), text('note_cls_map_dots', { positive, negative })], {
    layer: [
      { data: { values: cells }, mark: { type: 'rect', strokeWidth: 0 }, encoding: { x: { ...x, field: 'x' }, x2: { field: 'x2' }, y: { ...y, field: 'y' }, y2: { field: 'y2' }, color: { field: 'answer', type: 'nominal', sort: null, scale: { domain: [names.y, names.g, names.n, names.o], range: [mapColours.y, mapColours.g, mapColours.n, mapColours.o] }, legend: { title: text('axis_cls_decision'), orient: 'bottom', symbolType: 'square', symbolStrokeColor: colour.frame, symbolStrokeWidth: 1 } } } },
      { data: { values: dots }, mark: { type: 'point', size: 34, strokeWidth: 1.2, stroke: colour.ink, filled: false, opacity: 0.9 }, encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' }, shape: { field: 'actual', type: 'nominal', sort: null, scale: { domain: [positive, negative], range: ['circle', 'cross'] }, legend: null }, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'actual', title: text('axis_cls_actual') }] } },
    ],
  }, { width: 660, height: 540 });
}

const percentText = (share: number): string => String(Number((100 * share).toPrecision(3)));

type Letter = keyof typeof mapColours;

function runs(line: string): { from: number; to: number; letter: Letter }[] {
  const found: { from: number; to: number; letter: Letter }[] = [];
  [...line].forEach((letter, at) => {
    const last = found.at(-1);
    if (last?.letter === letter) last.to = at;
    else found.push({ from: at, to: at, letter: letter as Letter });
  });
  return found;
}

/** Each factor's range in the data and, thick, the part of it within which every setting is yes. */
function windowChart({ text, target, stem, positive }: ClassificationContext, { process_window: window, factors }: Explanation): ChartSpec | undefined {
  if (window === null) return undefined;
  const values = window.ranges.map(({ name, low, high, data_low: least, data_high: most }, f) => {
    const levels = factors[f]?.levels ?? [];
    const place = (value: number | string): number => (typeof value === 'number' && typeof least === 'number' && typeof most === 'number' ? (most > least ? (value - least) / (most - least) : 0.5) : levels.length > 1 ? levels.indexOf(value) / (levels.length - 1) : 0.5);
    const [from, to] = [place(low), place(high)];
    const show = (value: number | string): string => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : shortName(value, 10));
    return { name: shortName(name, 18), from: Math.max(0, from - (from === to ? 0.012 : 0)), to: Math.min(1, to + (from === to ? 0.012 : 0)), zero: 0, one: 1, shown: low === high ? show(low) : `${show(low)} ～ ${show(high)}`, least: show(least), most: show(most) };
  });
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 180, grid: false, domain: false, ticks: false } };
  const x = (field: string): object => ({ field, type: 'quantitative', scale: { domain: [-0.12, 1.5], nice: false, zero: false }, axis: null });
  const label = (field: string, at: string, align: string, dx: number, fill: string): object => ({ mark: { type: 'text', align, baseline: 'middle', dx, color: fill }, encoding: { y, x: x(at), text: { field } } });
  return simpleChart('cls_window', `process_window_${stem}`, text('chart_cls_window', { target, positive }), [
    text('note_cls_window', { percent: percentText(window.share), settings: window.lattice.settings, least: shortNumber(window.least_probability), threshold: shortNumber(window.threshold) }), text('note_cls_window_check', { count: window.checked, percent: percentText(window.checked_yes) }),
  ], {
    data: { values },
    layer: [
      { mark: { type: 'bar', height: 5, color: colour.frame }, encoding: { y, x: x('zero'), x2: { field: 'one' } } },
      { mark: { type: 'bar', height: 18, color: colour.blue, opacity: 1 }, encoding: { y, x: x('from'), x2: { field: 'to' } } },
      label('least', 'zero', 'right', -6, colour.grey), label('most', 'one', 'left', 6, colour.grey), { mark: { type: 'text', align: 'left', baseline: 'middle', dx: 60, color: colour.ink, fontSize: 13 }, encoding: { y, x: x('one'), text: { field: 'shown' } } },
    ],
  }, { width: 720, height: 170 + 40 * values.length });
}

/** Which single factors turn conditions into yes, and which way they are changed. */
function changesChart({ text, target, stem, positive }: ClassificationContext, { counterfactuals, factors }: Explanation): ChartSpec | undefined {
  if (counterfactuals.length === 0) return undefined;
  const ways = ['up', 'down', 'other'] as const;
  const names = Object.fromEntries(ways.map((way) => [way, text(`series_cls_${way}`)])) as Record<(typeof ways)[number], string>;
  const counts = new Map<string, number>();
  for (const { changes } of counterfactuals) for (const { name, from, to } of changes) {
    const way = typeof from === 'number' && typeof to === 'number' ? (to > from ? 'up' : 'down') : 'other';
    counts.set(`${name}\n${way}`, (counts.get(`${name}\n${way}`) ?? 0) + 1);
  }
  const values = [...counts].map(([key, count]) => {
    const [name = '', way = 'other'] = key.split('\n') as [string, (typeof ways)[number]];
    return { name: shortName(name, 20), way: names[way], count, order: factors.findIndex((factor) => factor.name === name) };
  });
  const total = (name: string): number => values.filter((value) => value.name === name).reduce((sum, { count }) => sum + count, 0);
  const sort = [...new Set(values.map(({ name }) => name))].sort((a, b) => total(b) - total(a));
  const kinds = (kind: string): number => counterfactuals.filter((own) => own.kind === kind).length;
  return simpleChart('cls_changes', `counterfactuals_${stem}`, text('chart_cls_changes', { target, positive }), [text('note_cls_changes', { count: counterfactuals.length, one: kinds('one'), two: kinds('two'), nearest: kinds('nearest'), none: kinds('none') })], {
    data: { values }, mark: { type: 'bar', height: { band: 0.6 } },
    encoding: {
      y: { field: 'name', type: 'nominal', sort, axis: { title: null, labelLimit: 200 } }, x: { field: 'count', type: 'quantitative', stack: true, axis: { title: text('axis_cls_conditions'), tickMinStep: 1, format: ',d' } },
      color: { field: 'way', type: 'nominal', sort: null, scale: { domain: ways.map((way) => names[way]), range: [colour.red, colour.blue, colour.grey] }, legend: { title: text('legend_cls_change'), orient: 'bottom' } },
    },
  }, { width: 640, height: 190 + 34 * sort.length });
}

/** How much of the gray zone the proposed runs are expected to decide, one after the other. */
function runsChart({ text, target, stem }: ClassificationContext, { next_experiments: { runs: proposed, gray }, factors }: Explanation): ChartSpec | undefined {
  if (proposed.length === 0) return undefined;
  const values = proposed.map(({ settings, probability, decided }, k) => ({ run: k + 1, share: decided, p: probability, shown: settings.map((value, f) => `${shortName(factors[f]?.name ?? '', 8)} ${value}`).join('、') }));
  const y = { field: 'run', type: 'ordinal', axis: { title: text('axis_cls_run'), labelAngle: 0, grid: false } };
  const most = Math.max(...values.map(({ share }) => share));
  const x = { field: 'share', type: 'quantitative', scale: { domain: [0, 3.6 * most], nice: false }, axis: { title: text('axis_cls_decided'), format: '.1%', values: [0, 0.25, 0.5, 0.75, 1].map((part) => Number((part * most).toPrecision(2))) } };
  return simpleChart('cls_runs', `next_experiments_${stem}`, text('chart_cls_runs', { target }), [text('note_cls_runs', { gray })], {
    data: { values },
    layer: [
      { mark: { type: 'bar', color: colour.blue, opacity: 0.85, height: { band: 0.6 } }, encoding: { y, x } },
      { mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, color: colour.ink, limit: 640 }, encoding: { y, x, text: { field: 'shown' } } },
    ],
  }, { width: 940, height: 170 + 30 * values.length });
}
