import type { NonlinearFamily } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { familyColours, panelsChart, type NonlinearChartContext } from './context.ts';
import { parameterImportance } from './search-charts.ts';
import { axesOf, axisOf, complete, edgeOf, onAllRows, type Axis } from './trials.ts';

/** When each trial ran and how long it was kept, in inner folds evaluated: time would tell the load of the machine, and never be the same twice. */
export function timelineChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec | undefined {
  const states = ['complete', 'pruned', 'failed'] as const;
  const panels = result.families.flatMap(({ family, studies }) => {
    const trials = onAllRows(studies)?.trials ?? [];
    let done = 0;
    const values = trials.map(({ number, state, folds, value }) => {
      const from = done;
      done += folds.length;
      return { trial: number, from, to: done, state: text(`trial_${state}`), loss: value };
    });
    if (values.length < 2 || done === 0) return [];
    return [{
      title: { text: text(`family_${family}`), fontSize: 12 },
      data: { values: values.filter(({ from, to }) => to > from) },
      mark: { type: 'bar' },
      encoding: {
        x: { field: 'from', type: 'quantitative', scale: { domain: [0, done], nice: false }, axis: { title: text('axis_folds_done'), tickMinStep: 1, tickCount: 6 } },
        x2: { field: 'to' },
        y: { field: 'trial', type: 'ordinal', axis: { title: text('axis_trial'), labelOverlap: 'greedy', grid: false } },
        color: { field: 'state', type: 'nominal', scale: { domain: states.map((state) => text(`trial_${state}`)), range: [familyColours[family] ?? colour.blue, colour.grey, colour.red] }, legend: { title: null, orient: 'bottom' } },
        tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'state' }, { field: 'loss', title: text('axis_loss') }],
      },
    }];
  });
  return panels.length === 0 ? undefined : panelsChart('nl_timeline', `${stem}_timeline`, text('chart_nl_timeline', { target }), [text('note_nl_timeline')], panels, { width: 290, height: 230, columns: 2 });
}

/** Parameters whose pairs are drawn. */
const pairedParameters = 3;
const fewestTrials = 8;
const cells = 22;
/** Width of the kernel that smooths the trials, as a share of the range. */
const bandwidth = 0.12;

/** The loss over the plane of two parameters, smoothed from the trials, which are drawn on it. */
export function contourChart({ text, target, stem }: NonlinearChartContext, family: NonlinearFamily): ChartSpec | undefined {
  const trials = complete(family);
  const names = parameterImportance(family).map(({ name }) => name);
  const axes = names.flatMap((name) => axesOf(family).filter((axis) => axis.name === name && axis.choices === null)).slice(0, pairedParameters);
  if (axes.length < 2 || trials.length < fewestTrials) return undefined;
  const high = edgeOf(trials);
  const best = onAllRows(family.studies)?.best_trial;
  const lossName = text(axisOf(trials));
  const range = [Math.min(...trials.map(({ value }) => value)), high];
  const panels = axes.flatMap((a, i) => axes.slice(i + 1).map((b) => {
    const points = trials.flatMap(({ number, parameters, value }) => (parameters[a.name] === undefined || parameters[b.name] === undefined ? [] : [{ x: Number(parameters[a.name]), y: Number(parameters[b.name]), u: a.place(parameters[a.name]), v: b.place(parameters[b.name]), loss: Math.min(high, value), trial: number, best: number === best }]));
    const surface = Array.from({ length: cells * cells }, (_, at) => {
      const [u, v] = [at % cells, Math.floor(at / cells)];
      return { x: valueAt(a, u / cells), x2: valueAt(a, (u + 1) / cells), y: valueAt(b, v / cells), y2: valueAt(b, (v + 1) / cells), loss: smoothed(points, (u + 0.5) / cells, (v + 0.5) / cells) };
    });
    const channel = (field: string, axis: Axis): object => ({ field, type: 'quantitative', scale: { ...(axis.log ? { type: 'log' } : { zero: false }), domain: [axis.low, axis.high], nice: false }, axis: { title: axis.name, tickCount: 4, grid: false } });
    const color = { field: 'loss', type: 'quantitative', scale: { domain: range, range: ['#1a5276', '#5dade2', '#fdfefe'], clamp: true }, legend: { title: lossName, gradientLength: 110, tickCount: 4, titleLimit: 140 } };
    return {
      layer: [
        { data: { values: surface }, mark: { type: 'rect', opacity: 1, clip: true }, encoding: { x: channel('x', a), x2: { field: 'x2' }, y: channel('y', b), y2: { field: 'y2' }, color } },
        { data: { values: points }, mark: { type: 'circle', size: 22, color: colour.ink, opacity: 1, clip: true }, encoding: { x: channel('x', a), y: channel('y', b), tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'loss', title: lossName }] } },
        { data: { values: points.filter((one) => one.best) }, mark: { type: 'point', size: 150, color: colour.red, strokeWidth: 2, clip: true }, encoding: { x: channel('x', a), y: channel('y', b) } },
      ],
    };
  }));
  return panelsChart('nl_contour', `${stem}_contour_${family.family}`, text('chart_nl_contour', { target, family: text(`family_${family.family}`) }), [text('note_nl_contour')], panels, { width: 260, height: 210, columns: 3 });
}

function valueAt({ log, low, high }: Axis, place: number): number {
  return log ? low * (high / low) ** place : low + place * (high - low);
}

/** Weighted mean of the trials by a normal kernel around a place of the unit square. */
function smoothed(points: readonly { u: number; v: number; loss: number }[], u: number, v: number): number {
  const exponents = points.map((one) => -((one.u - u) ** 2 + (one.v - v) ** 2) / (2 * bandwidth ** 2));
  // the nearest counts whole, however far it is
  const nearest = Math.max(...exponents);
  let [sum, weights] = [0, 0];
  points.forEach(({ loss }, i) => {
    const weight = Math.exp((exponents[i] as number) - nearest);
    sum += weight * loss;
    weights += weight;
  });
  return sum / weights;
}
