import type { TopLevelSpec } from 'vega-lite';
import type { BinaryPenalty, LinearView } from '../../../schemas/index.ts';
import { chartOf, type ChartContext, type ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { colour, shortName } from './theme.ts';

/** What both charts draw of a penalised fit, whatever its error is of. */
export interface DrawnPenalty extends Pick<NonNullable<LinearView['penalty']>, 'kind' | 'folds' | 'choose' | 'lambda' | 'lambda_min' | 'lambda_one_se' | 'paths'> {
  nonzero: number;
  /** text code of the axis of the error */
  axis: string;
  path: readonly { lambda: number; nonzero: number; error: number | null; se: number | null }[];
}

export function drawnPenalty(penalty: LinearView['penalty']): DrawnPenalty | null {
  return penalty === null ? null : { ...penalty, nonzero: penalty.used.nonzero, axis: 'axis_cv_error', path: penalty.path.map(({ lambda, nonzero, cv_mse: error, cv_se: se }) => ({ lambda, nonzero, error, se })) };
}

export function drawnBinaryPenalty(penalty: BinaryPenalty | null): DrawnPenalty | null {
  return penalty === null ? null : { ...penalty, nonzero: penalty.used.nonzero, axis: 'axis_cv_deviance', path: penalty.path.map(({ lambda, nonzero, cv_deviance: error, cv_se: se }) => ({ lambda, nonzero, error, se })) };
}

type Context = ChartContext<ChartResult>;

/** More lines than this nobody tells apart. */
const mostTerms = 12;
const wide = { width: 760, height: 440 } as const;
const palette = ['#3498db', '#e74c3c', '#27ae60', '#f39c12', '#8e44ad', '#16a085', '#d35400', '#2c3e50', '#c0392b', '#7f8c8d', '#2980b9', '#b7950b'];

const significant = (value: number): number => Number(value.toPrecision(4));

/** Coefficients along the penalties, each times the spread of its column so that they share an axis. */
export function penaltyPathChart(context: Context, penalty: DrawnPenalty | null): ChartSpec | undefined {
  const { text, target } = context;
  if (penalty === null || penalty.paths.length === 0) return undefined;
  const scaled = penalty.paths.map(({ term, sd, coefficients }) => ({ term, values: coefficients.map((value) => value * (sd ?? 1)) }));
  const shown = [...scaled].sort((a, b) => size(b.values) - size(a.values) || (a.term < b.term ? -1 : 1)).slice(0, mostTerms);
  const labels = new Map(shown.map(({ term }, index) => [term, `${shortName(term, 24)}${shown.findIndex((other) => shortName(other.term, 24) === shortName(term, 24)) === index ? '' : ` (${index + 1})`}`]));
  const values = shown.flatMap(({ term, values: along }) => along.map((value, index) => ({ lambda: penalty.path[index]?.lambda, term: labels.get(term), value })));
  const notes = [notesOf(context, penalty), ...(scaled.length > mostTerms ? [text('note_paths', { shown: mostTerms, terms: scaled.length })] : [])];
  return chartOf(context, 'penalty_path', 'penalty_path', text('chart_penalty_path', { target, kind: text(`kind_${penalty.kind}`) }), notes, {
    data: { values },
    layer: [
      ...verticals(context, penalty),
      { mark: { type: 'line', strokeWidth: 1.8, clip: true }, params: [{ name: 'zoom', select: 'interval', bind: 'scales' }], encoding: { x: lambdaAxis(context, penalty), y: { field: 'value', type: 'quantitative', axis: { title: text('axis_scaled_coefficient') } }, color: { field: 'term', type: 'nominal', sort: null, scale: { domain: [...labels.values()], range: palette.slice(0, shown.length) }, legend: { title: null, labelLimit: 220 } }, tooltip: [{ field: 'term', title: text('head_term') }, { field: 'lambda', title: 'λ' }, { field: 'value', title: text('axis_scaled_coefficient') }] } },
    ],
  } as Partial<TopLevelSpec>, wide);
}

/** Error out of fold along the penalties, ±1 standard error, and the penalties that are told. */
export function penaltyCvChart(context: Context, penalty: DrawnPenalty | null): ChartSpec | undefined {
  const { text, target } = context;
  if (penalty === null) return undefined;
  const values = penalty.path.flatMap(({ lambda, error, se, nonzero }) => (error === null ? [] : [{ lambda, error, low: error - (se ?? 0), high: error + (se ?? 0), nonzero }]));
  if (values.length === 0) return undefined;
  const y = { type: 'quantitative', scale: { zero: false, nice: true }, axis: { title: text(penalty.axis) } };
  const x = lambdaAxis(context, penalty);
  return chartOf(context, 'penalty_cv', 'penalty_cv', text('chart_penalty_cv', { target, kind: text(`kind_${penalty.kind}`), folds: penalty.folds }), [notesOf(context, penalty), text('note_cv_band', { nonzero: penalty.nonzero })], {
    data: { values },
    layer: [
      ...verticals(context, penalty),
      { mark: { type: 'rule', color: colour.grey, strokeWidth: 1 }, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
      { mark: { type: 'circle', color: colour.blue, size: 26, opacity: 1, clip: true }, params: [{ name: 'zoom', select: 'interval', bind: 'scales' }], encoding: { x, y: { ...y, field: 'error' }, tooltip: [{ field: 'lambda', title: 'λ' }, { field: 'error', title: text(penalty.axis) }, { field: 'nonzero', title: text('head_nonzero') }] } },
    ],
  } as Partial<TopLevelSpec>, wide);
}

function size(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function notesOf({ text }: Context, penalty: DrawnPenalty): string {
  return text('note_lambdas', { min: significant(penalty.lambda_min), se: significant(penalty.lambda_one_se), used: significant(penalty.lambda) });
}

function lambdaAxis({ text }: Context, penalty: DrawnPenalty): object {
  const lambdas = penalty.path.map(({ lambda }) => lambda);
  const domain = [Math.min(...lambdas) / 1.1, Math.max(...lambdas) * 1.1];
  return { field: 'lambda', type: 'quantitative', scale: { type: 'log', domain, nice: false }, axis: { title: text('axis_log_lambda'), format: '.0e', values: decades(domain[0] as number, domain[1] as number), grid: true } };
}

/** Powers of ten inside; 1, 2 and 5 of each where there are few. Given outright: a logarithmic axis left to itself draws empty labels between them. */
function decades(low: number, high: number): number[] {
  const powers = Array.from({ length: Math.max(0, Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1) }, (_, k) => Math.floor(Math.log10(low)) + k);
  const of = (steps: readonly number[]): number[] => powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`))).filter((value) => value >= low && value <= high);
  const whole = of([1]);
  return whole.length >= 3 ? whole : of([1, 2, 5]);
}

function verticals(context: Context, penalty: DrawnPenalty): object[] {
  const x = lambdaAxis(context, penalty);
  const line = (lambda: number, color: string, dash: number[]): object => ({ data: { values: [{ lambda }] }, mark: { type: 'rule', color, strokeDash: dash, strokeWidth: 1.5 }, encoding: { x } });
  return [line(penalty.lambda_min, colour.red, [6, 4]), line(penalty.lambda_one_se, colour.orange, [2, 3]), ...(penalty.choose === 'given' ? [line(penalty.lambda, colour.ink, [])] : [])];
}
