import type { NonlinearFamily } from '../../../../schemas/index.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour } from '../theme.ts';
import { familyColours, panelsChart, simpleChart, type NonlinearChartContext } from './context.ts';
import { axesOf, complete, edgeOf, type Axis, type CompleteTrial } from './trials.ts';

/** Share of the trials that did at least as well, family by family: how easily a family is tuned. Families that are compared by another criterion have no place on its axis. */
export function distributionChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec | undefined {
  const lines = result.families.flatMap((family) => {
    const trials = complete(family).filter(({ criterion }) => criterion === null);
    return trials.length < 3 ? [] : [{ family: family.family, losses: trials.map(({ value }) => value).sort((a, b) => a - b) }];
  });
  if (lines.length === 0) return undefined;
  const high = Math.max(...lines.map(({ losses }) => edgeOf(losses.map((value) => ({ value, criterion: null })))));
  const values = lines.flatMap(({ family, losses }) => losses.filter((loss) => loss <= high).map((loss, k) => ({ family: text(`family_${family}`), loss, share: (k + 1) / losses.length })));
  return simpleChart('nl_edf', `${stem}_edf`, text('chart_nl_edf', { target }), [text('note_nl_edf')], {
    data: { values },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
    encoding: {
      x: { field: 'loss', type: 'quantitative', scale: { zero: false, nice: false }, axis: { title: text('axis_loss') } },
      y: { field: 'share', type: 'quantitative', scale: { domain: [0, 1] }, axis: { title: text('axis_trial_share'), format: '.0%' } },
      color: { field: 'family', type: 'nominal', scale: { domain: lines.map(({ family }) => text(`family_${family}`)), range: lines.map(({ family }) => familyColours[family] ?? colour.blue) }, legend: { title: null, symbolType: 'stroke' } },
      tooltip: [{ field: 'family' }, { field: 'loss', title: text('axis_loss') }, { field: 'share', title: text('axis_trial_share') }],
    },
  });
}

/** Share of the best trials by which a parameter's importance is judged. */
const bestShare = 0.25;
const mostBins = 6;

/** What the searched parameters matter for getting into the best quarter of the trials: PED-ANOVA (Watanabe, Bansal & Hutter 2023) on bins; shares that sum to 1. */
export function parameterImportance(family: Pick<NonlinearFamily, 'studies' | 'space'>): { name: string; share: number }[] {
  const trials = complete(family);
  const axes = axesOf(family);
  const good = Math.ceil(bestShare * trials.length);
  if (good < 3 || axes.length === 0) return [];
  const best = new Set(trials.toSorted((a, b) => a.value - b.value || a.number - b.number).slice(0, good).map(({ number }) => number));
  const divergences = axes.map((axis) => ({ name: axis.name, value: divergence(axis, trials, best) }));
  const total = divergences.reduce((sum, { value }) => sum + value, 0);
  return divergences.map(({ name, value }) => ({ name, share: total > 0 ? value / total : 0 })).sort((a, b) => b.share - a.share);
}

/** Pearson's divergence of the best trials' values from all trials' values. */
function divergence(axis: Axis, trials: readonly CompleteTrial[], best: ReadonlySet<number>): number {
  const having = trials.filter(({ parameters }) => parameters[axis.name] !== undefined);
  const bins = axis.choices?.length ?? mostBins;
  const all = new Float64Array(bins);
  const good = new Float64Array(bins);
  for (const { number, parameters } of having) {
    const bin = Math.min(bins - 1, Math.floor(axis.place(parameters[axis.name]) * (axis.choices === null ? bins : Math.max(1, bins - 1)) + (axis.choices === null ? 0 : 0.5)));
    all[bin] = (all[bin] as number) + 1;
    if (best.has(number)) good[bin] = (good[bin] as number) + 1;
  }
  const goods = good.reduce((a, b) => a + b, 0);
  if (goods === 0) return 0;
  return all.reduce((sum, count, bin) => (count === 0 ? sum : sum + (count / having.length) * ((good[bin] as number) / goods / (count / having.length) - 1) ** 2), 0);
}

/** Importance of the searched parameters, family by family. */
export function importanceChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec | undefined {
  const panels = result.families.flatMap((family) => {
    const values = parameterImportance(family);
    if (values.length < 2) return [];
    return [{
      title: { text: text(`family_${family.family}`), fontSize: 12 },
      data: { values },
      mark: { type: 'bar', color: familyColours[family.family] ?? colour.blue },
      encoding: {
        y: { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 150 } },
        x: { field: 'share', type: 'quantitative', scale: { domain: [0, 1] }, axis: { title: text('axis_importance'), format: '.0%', tickCount: 5 } },
        tooltip: [{ field: 'name' }, { field: 'share' }],
      },
    }];
  });
  return panels.length === 0 ? undefined : panelsChart('nl_param_importance', `${stem}_param_importances`, text('chart_nl_param_importance', { target }), [text('note_nl_param_importance', { percent: 100 * bestShare })], panels, { width: 250, height: 170, columns: 2 });
}

/** Parameters of a rank chart: pairs of the most important. */
const rankedParameters = 3;

/** Where in the plane of two parameters the good trials lie: pairs of the most important ones, coloured by the rank of the loss. */
export function rankChart({ text, target, stem }: NonlinearChartContext, family: NonlinearFamily): ChartSpec | undefined {
  const trials = complete(family);
  const names = parameterImportance(family).slice(0, rankedParameters).map(({ name }) => name);
  const axes = names.flatMap((name) => axesOf(family).filter((axis) => axis.name === name && axis.choices === null));
  if (axes.length < 2 || trials.length < 8) return undefined;
  const rank = new Map(trials.toSorted((a, b) => a.value - b.value || a.number - b.number).map(({ number }, k, { length }) => [number, k / (length - 1)]));
  const best = trials.find(({ number }) => rank.get(number) === 0)?.number;
  const pairs = axes.flatMap((a, i) => axes.slice(i + 1).map((b) => [a, b] as const));
  const panels = pairs.map(([a, b]) => {
    const channel = (field: string, axis: Axis): object => ({ field, type: 'quantitative', scale: { ...(axis.log ? { type: 'log' } : { zero: false }), nice: false, padding: 8 }, axis: { title: axis.name, tickCount: 4, grid: true } });
    const values = trials.flatMap(({ number, parameters }) => (parameters[a.name] === undefined || parameters[b.name] === undefined ? [] : [{ x: parameters[a.name], y: parameters[b.name], rank: rank.get(number), trial: number, best: number === best }]));
    return {
      data: { values },
      layer: [
        { mark: { type: 'circle', size: 60, opacity: 1, stroke: colour.grey, strokeWidth: 0.5 }, encoding: { x: channel('x', a), y: channel('y', b), color: { field: 'rank', type: 'quantitative', scale: { domain: [0, 1], range: ['#1a5276', '#aed6f1', '#fdfefe'] }, legend: { title: text('axis_rank'), format: '.0%', gradientLength: 110, tickCount: 4 } }, tooltip: [{ field: 'trial', title: text('axis_trial') }, { field: 'rank', title: text('axis_rank') }] } },
        { transform: [{ filter: 'datum.best' }], mark: { type: 'point', size: 150, color: colour.red, strokeWidth: 2 }, encoding: { x: channel('x', a), y: channel('y', b) } },
      ],
    };
  });
  return panelsChart('nl_rank', `${stem}_rank_${family.family}`, text('chart_nl_rank', { target, family: text(`family_${family.family}`) }), [text('note_nl_best_trial')], panels, { width: 270, height: 210, columns: 3 });
}
