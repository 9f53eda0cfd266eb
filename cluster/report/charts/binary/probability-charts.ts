import type { TopLevelSpec } from 'vega-lite';
import { probabilityAt } from '../../model/probability.ts';
import { chartOf } from '../chart-context.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { chartSize, colour, interaction, paddedDomain, pointOpacity, pointSize, shortName } from '../theme.ts';
import type { BinaryContext } from './binary-context.ts';

const curvePoints = 120;
const bins = 20;
/** Height over which the rows of a label are spread, so that equal ones are seen side by side. */
const spread = 0.1;
/** Fraction of the golden ratio: k·φ mod 1 spreads evenly and is the same every time. */
const golden = 0.6180339887498949;

/** Outcome of every row over its linear predictor, with the model's curve. */
export function outcomeChart(context: BinaryContext): ChartSpec {
  const { result: { binary }, text, target, points, notes, predicted } = context;
  const { rows } = binary;
  const values = points.shown.flatMap((index) => {
    const eta = rows.linear_predictor[index] ?? null;
    const actual = rows.actual[index] as number;
    const offset = spread * (((index + 1) * golden) % 1);
    return eta === null ? [] : [{ row: rows.row[index], eta, shown: actual === 1 ? 1.02 + offset : -0.02 - offset, actual: actual === 1 ? binary.positive_label : binary.negative_label, probability: rows.probability[index] ?? null, cv: rows.cv_probability[index] ?? null }];
  });
  const domain = paddedDomain(values.map(({ eta }) => eta));
  const probability = probabilityAt(binary.link);
  const curve = Array.from({ length: curvePoints + 1 }, (_, k) => domain[0] + (domain[1] - domain[0]) * k / curvePoints).map((eta) => ({ eta, probability: probability(eta) }));
  const x = { field: 'eta', type: 'quantitative', scale: { domain, nice: false, zero: false }, axis: { title: text('axis_linear_predictor', { link: binary.link }) } };
  const y = { type: 'quantitative', scale: { domain: [-0.15, 1.15], nice: false }, axis: { title: predicted, values: [0, 0.2, 0.4, 0.6, 0.8, 1] } };
  const actual = { field: 'actual', type: 'nominal', sort: null, scale: { domain: [binary.positive_label, binary.negative_label], range: [colour.blue, colour.orange] }, legend: null };
  return chartOf(context, 'outcome', 'outcome', text('chart_outcome', { target }), [text('note_outcome', { positive: shortName(binary.positive_label), negative: shortName(binary.negative_label) }), ...notes], {
    layer: [
      { data: { values: curve }, mark: { type: 'line', color: colour.ink, strokeWidth: 2, clip: true }, encoding: { x, y: { ...y, field: 'probability' } } },
      { data: { values }, params: interaction, mark: { type: 'circle', size: pointSize(values.length), opacity: 1, clip: true }, encoding: { x, y: { ...y, field: 'shown' }, color: actual, fillOpacity: pointOpacity, tooltip: [{ field: 'row', title: text('axis_row') }, { field: 'actual', title: text('axis_actual_label') }, { field: 'probability', title: text('head_probability'), format: '.4f' }, { field: 'cv', title: text('head_cv_probability'), format: '.4f' }] } },
    ],
  } as Partial<TopLevelSpec>);
}

/** How many rows of each label got which probability. */
export function scoreChart(context: BinaryContext): ChartSpec {
  const { result: { binary }, text, target, source, probability, predicted } = context;
  const { rows, threshold } = binary;
  const labels = [binary.positive_label, binary.negative_label];
  const counts = [1, 0].flatMap((label, at) => {
    const own = new Array<number>(bins).fill(0);
    probability.forEach((p, index) => {
      if (p === null || rows.actual[index] !== label) return;
      const bin = Math.min(bins - 1, Math.floor(p * bins));
      own[bin] = (own[bin] as number) + 1;
    });
    return own.map((count, bin) => ({ from: bin / bins, to: (bin + 1) / bins, count, label: labels[at] }));
  });
  const x = { type: 'quantitative', scale: { domain: [0, 1], nice: false }, axis: { title: predicted } };
  return chartOf(context, 'scores', 'scores', text('chart_scores', { target }), [source, text('note_threshold', { threshold: Number(threshold.value.toPrecision(4)) })], {
    layer: [
      { data: { values: counts }, mark: { type: 'bar', opacity: 1, stroke: colour.paper, strokeWidth: 0.8 }, encoding: { x: { ...x, field: 'from', bin: { binned: true, step: 1 / bins } }, x2: { field: 'to' }, y: { field: 'count', type: 'quantitative', stack: true, axis: { title: text('axis_count'), tickMinStep: 1, format: ',d' } }, color: { field: 'label', type: 'nominal', sort: null, scale: { domain: labels, range: [colour.blue, colour.orange] }, legend: { title: text('axis_actual_label'), orient: 'bottom', labelLimit: 200 } }, tooltip: [{ field: 'label', title: text('axis_actual_label') }, { field: 'from', title: text('head_bin_low') }, { field: 'to', title: text('head_bin_high') }, { field: 'count', title: text('axis_count') }] } },
      { data: { values: [{}] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { datum: threshold.value } } },
    ],
  } as Partial<TopLevelSpec>, chartSize);
}
