import type { NonlinearFamily } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { familyColours, panelsChart, simpleChart, type NonlinearChartContext } from './context.ts';
import { axesOf, axisOf, complete, edgeOf, onAllRows } from './trials.ts';

/** Trials and the best so far, family by family, of the study on all rows. */
export function historyChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec | undefined {
  const panels = result.families.flatMap(({ family, studies }) => {
    const study = onAllRows(studies);
    const trials = study?.trials.filter(({ state }) => state !== 'failed') ?? [];
    if (trials.length < 2) return [];
    const high = edgeOf(complete({ studies }));
    const title = text(axisOf(trials));
    let best = Infinity;
    const values = trials.map(({ number, value: loss, criterion, state, folds }) => {
      const value = criterion ?? loss;
      best = Math.min(best, value ?? Infinity);
      // a pruned trial stands at the mean of the folds that it has seen
      const shown = value ?? folds.reduce((sum, fold) => sum + fold, 0) / Math.max(1, folds.length);
      return { trial: number, loss: Math.min(high, shown), state, best: Number.isFinite(best) ? best : null };
    });
    const x = { field: 'trial', type: 'quantitative', scale: { padding: 8, nice: false, zero: false }, axis: { title: text('axis_trial'), tickMinStep: 1, tickCount: 6, format: 'd' } };
    const y = (field: string): object => ({ field, type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title, tickCount: 5 } });
    return [{
      title: { text: text(`family_${family}`), fontSize: 12 },
      data: { values },
      layer: [
        { mark: { type: 'point', size: 30, filled: false, strokeWidth: 1.4 }, encoding: { x, y: y('loss'), shape: { condition: { test: "datum.state === 'pruned'", value: 'cross' }, value: 'circle' }, color: { condition: { test: "datum.state === 'pruned'", value: colour.grey }, value: familyColours[family] ?? colour.blue }, tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'loss', title }] } },
        { transform: [{ filter: 'datum.best !== null' }], mark: { type: 'line', color: colour.red, strokeWidth: 1.8, interpolate: 'step-after' }, encoding: { x, y: y('best') } },
      ],
    }];
  });
  return panels.length === 0 ? undefined : panelsChart('nl_history', `${stem}_optimization_history`, text('chart_nl_history', { target }), [text('note_nl_trials')], panels, { width: 260, height: 190, columns: 3 });
}

/** Loss of each inner fold of each trial: which folds are hard, which trials were given up, and when. */
export function matrixChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec | undefined {
  const panels = result.families.flatMap(({ family, studies }) => {
    const trials = onAllRows(studies)?.trials ?? [];
    const values = trials.flatMap(({ number, folds }) => folds.map((loss, fold) => ({ trial: number, fold: fold + 1, loss })));
    if (values.length < 4) return [];
    const high = edgeOf(values.map(({ loss }) => ({ value: loss, criterion: null })));
    return [{
      title: { text: text(`family_${family}`), fontSize: 12 },
      data: { values: values.map((one) => ({ ...one, shown: Math.min(high, one.loss) })) },
      mark: { type: 'rect' },
      encoding: {
        x: { field: 'trial', type: 'ordinal', axis: { title: text('axis_trial'), labelAngle: 0, labelOverlap: 'greedy', grid: false } },
        y: { field: 'fold', type: 'ordinal', axis: { title: text('axis_inner_fold'), grid: false } },
        color: { field: 'shown', type: 'quantitative', scale: { range: ['#eaf4fb', '#2980b9', '#1b2631'] }, legend: { title: null, gradientLength: 110, tickCount: 4 } },
        tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'fold', title: text('axis_inner_fold') }, { field: 'loss', title: text('axis_loss') }],
      },
    }];
  });
  return panels.length === 0 ? undefined : panelsChart('nl_matrix', `${stem}_fold_trial_matrix`, text('chart_nl_matrix', { target }), [text('note_nl_matrix')], panels, { width: 300, height: 170, columns: 2 });
}

/** Loss against each searched parameter. */
export function sliceChart({ text, target, stem }: NonlinearChartContext, family: NonlinearFamily): ChartSpec | undefined {
  const trials = complete(family);
  const axes = axesOf(family);
  if (axes.length === 0 || trials.length < 3) return undefined;
  const high = edgeOf(trials);
  const lossName = text(axisOf(trials));
  const best = onAllRows(family.studies)?.best_trial;
  const panels = axes.map((axis) => {
    const values = trials.flatMap(({ number, parameters, value }) => (parameters[axis.name] === undefined ? [] : [{ at: axis.choices === null ? parameters[axis.name] : String(parameters[axis.name]), loss: Math.min(high, value), trial: number, best: number === best }]));
    const x = axis.choices === null
      ? { field: 'at', type: 'quantitative', scale: { ...(axis.log ? { type: 'log' } : { zero: false }), nice: false, padding: 6 }, axis: { title: axis.name, tickCount: 4, grid: true } }
      : { field: 'at', type: 'ordinal', sort: axis.choices, scale: { domain: axis.choices }, axis: { title: axis.name, labelAngle: axis.choices.length > 3 ? -30 : 0 } };
    const y = { field: 'loss', type: 'quantitative', scale: { zero: false }, axis: { title: lossName, tickCount: 5 } };
    return {
      data: { values },
      layer: [
        { mark: { type: 'circle', size: 40, opacity: 1 }, encoding: { x, y, color: { field: 'trial', type: 'quantitative', scale: { range: ['#d6eaf8', '#1a5276'] }, legend: null }, tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'at', title: axis.name }, { field: 'loss', title: lossName }] } },
        { transform: [{ filter: 'datum.best' }], mark: { type: 'point', size: 130, color: colour.red, strokeWidth: 2 }, encoding: { x, y } },
      ],
    };
  });
  return panelsChart('nl_slice', `${stem}_slice_${family.family}`, text('chart_nl_slice', { target, family: text(`family_${family.family}`) }), [text('note_nl_best_trial')], panels, { width: 220, height: 180, columns: 3 });
}

/** Every complete trial as a line through its parameters, coloured by its loss. */
export function parallelChart({ text, target, stem }: NonlinearChartContext, family: NonlinearFamily): ChartSpec | undefined {
  const trials = complete(family);
  const axes = axesOf(family);
  if (axes.length < 2 || trials.length < 3) return undefined;
  const high = edgeOf(trials);
  const low = Math.min(...trials.map(({ value }) => value));
  const best = onAllRows(family.studies)?.best_trial;
  const lossName = text(axisOf(trials));
  const names = [lossName, ...axes.map(({ name }) => name)];
  const values = trials.flatMap(({ number, parameters, value }) => [
    { trial: number, axis: lossName, at: high === low ? 0.5 : (Math.min(high, value) - low) / (high - low), loss: Math.min(high, value), shown: value.toPrecision(4), best: number === best },
    ...axes.flatMap((axis) => (parameters[axis.name] === undefined ? [] : [{ trial: number, axis: axis.name, at: axis.place(parameters[axis.name]), loss: Math.min(high, value), shown: String(parameters[axis.name]), best: number === best }])),
  ]);
  const figure = (value: number): string => String(Number(value.toPrecision(3)));
  const ends = [{ axis: lossName, at: 0, label: figure(low) }, { axis: lossName, at: 1, label: figure(high) }, ...axes.flatMap((axis) => [{ axis: axis.name, at: 0, label: axis.choices?.[0] ?? figure(axis.low) }, { axis: axis.name, at: 1, label: axis.choices?.at(-1) ?? figure(axis.high) }])];
  const x = { field: 'axis', type: 'ordinal', sort: names, scale: { domain: names, type: 'point', padding: 0.4 }, axis: { title: null, labelAngle: -20, labelLimit: 160, grid: true, gridColor: colour.frame, domain: false } };
  const y = { field: 'at', type: 'quantitative', scale: { domain: [-0.08, 1.08], nice: false }, axis: null };
  return simpleChart('nl_parallel', `${stem}_parallel_${family.family}`, text('chart_nl_parallel', { target, family: text(`family_${family.family}`) }), [text('note_nl_best_trial')], {
    layer: [
      { data: { values: values.filter((one) => !one.best) }, mark: { type: 'line', strokeWidth: 1.2, opacity: 0.75 }, encoding: { x, y, detail: { field: 'trial' }, color: { field: 'loss', type: 'quantitative', scale: { range: ['#1a5276', '#aed6f1', '#f2f4f4'] }, legend: { title: lossName, titleLimit: 160 } }, tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'axis', title: text('head_nl_parameter') }, { field: 'shown', title: text('head_nl_value') }] } },
      { data: { values: values.filter((one) => one.best) }, mark: { type: 'line', strokeWidth: 2.4, color: colour.red }, encoding: { x, y, detail: { field: 'trial' } } },
      ...[0, 1].map((end) => ({ data: { values: ends.filter(({ at }) => at === end) }, mark: { type: 'text', fontSize: 10, color: colour.text, dy: end === 0 ? 13 : -10 }, encoding: { x, y, text: { field: 'label' } } })),
    ],
  }, { width: Math.max(640, 220 + 105 * names.length), height: 440 });
}
