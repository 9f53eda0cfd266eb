import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';
import { costs as costsOf, epsilonFront, paretoFront, type Aim } from '../../../kernels/pareto/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { evolve } from '../../tuning/index.ts';
import { openMean, openTarget, type TargetModel } from '../predictor.ts';
import { proposeExperiments } from './proposals.ts';
import { cellsOf, columnsOfVariables, distributionOf, type Variable } from './variables.ts';

/** Where a quantity comes from: a model, a column that is varied, or the time that a feed takes for 100 mm. */
export type Source = { readonly kind: 'target'; readonly model: number } | { readonly kind: 'column'; readonly column: string } | { readonly kind: 'time'; readonly feed: string };

export interface SearchTask {
  readonly models: readonly TargetModel[];
  readonly variables: readonly Variable[];
  readonly objectives: readonly { readonly source: Source; readonly aim: Aim }[];
  /** `scale` of the quantity: what a broken limit is measured by */
  readonly limits: readonly { readonly source: Source; readonly low: number; readonly high: number; readonly scale: number }[];
  /** deviations of the machine; objectives are then judged by the worst of the corners of each factor alone */
  readonly tolerances: readonly { readonly column: string; readonly size: number }[];
  readonly evaluations: number;
  readonly seed: number;
  /** experiments to propose */
  readonly proposals: number;
  readonly level: number;
  /** settings that were measured, one array a column of the variables */
  readonly measured: readonly Float64Array[];
}

export interface SearchAnswer {
  readonly evaluations: number;
  readonly size: number;
  /** front, thinned to what can be shown: one array a column of the variables */
  readonly cells: readonly Float64Array[];
  /** of each objective */
  readonly values: readonly Float64Array[];
  /** of each objective under its worst tolerance; equal to `values` without tolerances */
  readonly worst: readonly Float64Array[];
  /** of each model: limits of prediction intervals */
  readonly intervals: readonly { readonly lower: Float64Array; readonly upper: Float64Array }[];
  readonly proposals: readonly { readonly cells: readonly number[]; readonly gain: number; readonly mean: readonly number[]; readonly error: readonly number[] }[];
}

/** A longer front is thinned, from cells of a thousandth of the range of each objective on: a front of models has long flat ends, coarse cells would leave little between them. */
const MOST_SHOWN = 2000;
const EPSILON = 0.001;
/** Candidates of a proposal: of the front, and of all that was tried. */
const FROM_FRONT = 200;
const FROM_ALL = 300;
/** Seconds for 100 mm at one millimetre per minute. */
const PROCESSING_SECONDS = 100 * 60;

/** Thread side: a front between the rows of any grid, by generations, and where an experiment would move it most. */
export async function searchFront(task: SearchTask): Promise<SearchAnswer> {
  const { variables, objectives, limits } = task;
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const names = columnsOfVariables(variables);
  const means = task.models.map((model) => openMean(kernels, model));
  const quantities = (cells: readonly Float64Array[]): ((source: Source) => Float64Array) => {
    const predicted = new Map<number, Float64Array>();
    return (source) => {
      if (source.kind === 'column') return cells[names.indexOf(source.column)] as Float64Array;
      if (source.kind === 'time') return (cells[names.indexOf(source.feed)] as Float64Array).map((feed) => PROCESSING_SECONDS / feed);
      const known = predicted.get(source.model) ?? (means[source.model] as (x: Matrix) => Float64Array)(matrixOf(task.models[source.model] as TargetModel, names, cells));
      predicted.set(source.model, known);
      return known;
    };
  };
  const judge = (cells: readonly Float64Array[]): { values: Float64Array[]; costs: Float64Array; broken: Float64Array } => {
    const of = quantities(cells);
    const values = objectives.map(({ source }) => of(source));
    const broken = new Float64Array(cells[0]?.length ?? 0);
    for (const { source, low, high, scale } of limits) of(source).forEach((value, row) => { broken[row] = (broken[row] as number) + Math.max(0, low - value, value - high) / scale; });
    return { values, costs: costsOf(values, objectives.map(({ aim }) => aim)), broken };
  };
  const judgeWorst = (cells: readonly Float64Array[]): { values: Float64Array[]; worst: Float64Array[]; costs: Float64Array; broken: Float64Array } => {
    const centre = judge(cells);
    const out = { values: centre.values, worst: centre.values.map((column) => column.slice()), costs: centre.costs.slice(), broken: centre.broken.slice() };
    for (const { column, size } of task.tolerances) {
      for (const sign of [-1, 1]) {
        const moved = judge(cells.map((own, j) => (names[j] === column ? own.map((value) => value + sign * size) : own)));
        moved.costs.forEach((cost, at) => {
          if (cost <= (out.costs[at] as number)) return;
          out.costs[at] = cost;
          const k = at % objectives.length;
          (out.worst[k] as Float64Array)[(at - k) / objectives.length] = moved.values[k]?.[(at - k) / objectives.length] as number;
        });
        moved.broken.forEach((value, row) => { out.broken[row] = Math.max(out.broken[row] as number, value); });
      }
    }
    return out;
  };
  const found = await evolve({
    space: variables.map(distributionOf), objectives: objectives.length,
    evaluate: (points, rows) => {
      const { costs, broken } = judgeWorst(cellsOf(variables, points, rows));
      return { costs, violation: broken };
    },
  }, { seed: task.seed, evaluations: task.evaluations });
  const front = frontRows(kernels, found, objectives.length);
  const shown = shownOf(kernels, front, found.costs, objectives.length);
  const cells = cellsOf(variables, take(found.points, shown, variables.length), shown.length);
  const { values, worst } = shown.length === 0 ? { values: objectives.map(() => new Float64Array(0)), worst: objectives.map(() => new Float64Array(0)) } : judgeWorst(cells);
  return {
    evaluations: found.violation.length, size: front.length, cells, values, worst,
    intervals: task.models.map((model) => (shown.length === 0 ? { lower: new Float64Array(0), upper: new Float64Array(0) } : intervalsOf(kernels, model, names, cells, task.level))),
    proposals: task.proposals === 0 ? [] : propose(kernels, task, found, shown, quantities),
  };
}

/** Rows that keep the limits and that no other such row beats, one of equal settings each. */
function frontRows(kernels: Kernels, { points, costs, violation }: { points: Float64Array; costs: Float64Array; violation: Float64Array }, m: number): number[] {
  const d = points.length / violation.length;
  const seen = new Set<string>();
  const kept = [...violation.keys()].filter((row) => {
    if ((violation[row] as number) > 0) return false;
    const key = points.subarray(row * d, (row + 1) * d).join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (kept.length === 0) return [];
  return [...paretoFront(kernels, take(costs, kept, m), m)].map((at) => kept[at] as number);
}

function shownOf(kernels: Kernels, front: readonly number[], costs: Float64Array, m: number): number[] {
  if (front.length <= MOST_SHOWN) return [...front];
  let epsilon = EPSILON;
  for (;;) {
    const shown = [...epsilonFront(kernels, take(costs, front, m), m, epsilon)].map((at) => front[at] as number);
    if (shown.length <= MOST_SHOWN) return shown;
    epsilon = Math.min(1, epsilon * 1.5);
  }
}

function intervalsOf(kernels: Kernels, model: TargetModel, names: readonly string[], cells: readonly Float64Array[], level: number): { lower: Float64Array; upper: Float64Array } {
  const mark = kernels.memory.mark();
  try {
    const { lower, upper } = openTarget(kernels, model)(matrixOf(model, names, cells), level);
    return { lower, upper };
  } finally {
    kernels.memory.release(mark);
  }
}

/** Candidates are of the front and of all that was tried; how sure the models are is asked for these alone, because it costs a prediction by each fold. */
function propose(kernels: Kernels, task: SearchTask, found: { points: Float64Array; violation: Float64Array }, shown: readonly number[], quantities: (cells: readonly Float64Array[]) => (source: Source) => Float64Array): SearchAnswer['proposals'] {
  const { variables, objectives, limits } = task;
  const names = columnsOfVariables(variables);
  const draw = randomStream(task.seed, 0x6570);
  const every = Math.max(1, Math.ceil(shown.length / FROM_FRONT));
  const rows = [...new Set([...shown.filter((_, at) => at % every === 0), ...Array.from({ length: FROM_ALL }, () => Math.floor(draw() * found.violation.length))])];
  const cells = cellsOf(variables, take(found.points, rows, variables.length), rows.length);
  const beliefs = task.models.map((model) => {
    const mark = kernels.memory.mark();
    try {
      const { mean, error, deviation } = openTarget(kernels, model)(matrixOf(model, names, cells), task.level);
      // the folds tell how far the model depends on its rows, the process how far it is from them: the greater counts
      return { mean, error: error.map((value, i) => Math.max(value, Number.isFinite(deviation[i]) ? deviation[i] as number : 0)) };
    } finally {
      kernels.memory.release(mark);
    }
  });
  const exact = quantities(cells);
  const beliefOf = (source: Source): { mean: Float64Array; error: Float64Array } => (source.kind === 'target' ? beliefs[source.model] as { mean: Float64Array; error: Float64Array } : { mean: exact(source), error: new Float64Array(rows.length) });
  const known = knownCosts(task, quantities);
  const proposals = proposeExperiments({ objectives: objectives.map(({ source, aim }) => ({ aim, ...beliefOf(source) })), limits: limits.map(({ source, low, high }) => ({ low, high, ...beliefOf(source) })) }, known, task.proposals, task.seed);
  return proposals.map(({ candidate, gain }) => ({
    cells: cells.map((column) => column[candidate] as number), gain,
    mean: objectives.map(({ source }) => beliefOf(source).mean[candidate] as number), error: objectives.map(({ source }) => beliefOf(source).error[candidate] as number),
  }));
}

/** What the models say of the measured settings, without those that break a limit: an experiment has to be better than these. */
function knownCosts({ objectives, limits, measured }: SearchTask, quantities: (cells: readonly Float64Array[]) => (source: Source) => Float64Array): Float64Array {
  if ((measured[0]?.length ?? 0) === 0) return new Float64Array(0);
  const of = quantities(measured);
  const costs = costsOf(objectives.map(({ source }) => of(source)), objectives.map(({ aim }) => aim));
  const within = limits.map(({ source, low, high }) => ({ values: of(source), low, high }));
  const kept = [...(measured[0] as Float64Array).keys()].filter((row) => within.every(({ values, low, high }) => (values[row] as number) >= low && (values[row] as number) <= high));
  return take(costs, kept, objectives.length);
}

function matrixOf(model: TargetModel, names: readonly string[], cells: readonly Float64Array[]): Matrix {
  const rows = cells[0]?.length ?? 0;
  const values = new Float64Array(rows * model.features.length);
  model.features.forEach(({ name }, j) => { values.set(cells[names.indexOf(name)] as Float64Array, j * rows); });
  return { values, rows, columns: model.features.length, order: 'column-major' };
}

function take(values: Float64Array, rows: readonly number[], width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, at) => { out.set(values.subarray(row * width, (row + 1) * width), at * width); });
  return out;
}
