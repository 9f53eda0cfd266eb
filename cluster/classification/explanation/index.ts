import type { ClassificationExplanation, ClassificationParameters } from '../../../schemas/index.ts';
import type { JobContext } from '../../job/context.ts';
import { take, takeRows } from '../../families/index.ts';
import { spread } from '../../explanation/index.ts';
import { logit } from '../calibration/index.ts';
import type { Conclusion } from '../conclude.ts';
import type { ClassData } from '../data.ts';
import { membersOf, type Classifier, type Pool } from '../model.ts';
import type { SideStudies } from '../nested.ts';
import { renumber } from '../folds.ts';
import { factorNamed, factorsOf, settingOf, type Factor } from './factors.ts';
import type { Deciding, Judged } from './judge.ts';
import { latticeOf, type Lattice } from './lattice.ts';
import { learningParts, learningPoint } from './learning.ts';
import { nextExperiments } from './next-experiments.ts';
import { correlatedGroups, importanceOf } from './permutation.ts';
import { processMap } from './process-map.ts';
import { processWindow } from './process-window.ts';

export { findCounterfactuals } from './counterfactuals.ts';
export { judgeSettings, poolOpinions } from './judge.ts';
export { learnFromFewer } from './learning.ts';
export { permuteLabels } from './permutation.ts';
export { explainLabelRows, labelEffects } from './shapley.ts';
export { limitTradeOff } from './trade-off.ts';

/** What an explanation reads of the job. */
export interface Explained {
  readonly data: ClassData;
  readonly outer: readonly { readonly side: SideStudies; readonly done: Conclusion }[];
  /** of every row, by the fold that has not seen it */
  readonly outOfFold: Float64Array;
  readonly model: Classifier;
  /** rows of the file */
  readonly fileRows: readonly number[];
}

/** Evaluations of the final model that a part may cost: a few seconds in all at the tens of microseconds that a stack takes. */
const budgets = { permutation: 60_000, shapley: 40_000, effects: 12_000, lattice: 3000 } as const;
const mostRepeats = 8;
const mostBackground = 32;
/** Features whose curves are shown, the most important ones. */
const mostCurves = 20;
/** Rows of a task: fixed, so that nothing depends on the number of threads. */
const block = { shapley: 10, lattice: 750, counterfactuals: 5 } as const;
/** Gray settings among which the next experiments are looked for. */
const mostGray = 250;
/** A factor of a fifth of the largest importance, or more, is one that matters. */
const matteringShare = 5;

/** Importance, Shapley values, effects, learning curve, process map and window, smallest changes and next experiments of a classification. @throws Fault `column_not_found` of a factor that is no feature */
export async function explainClassification(context: JobContext, explained: Explained, { explanation, random_seed: seed, confidence_level: confidence, false_positive_limit, false_negative_limit, decision_confidence }: ClassificationParameters): Promise<ClassificationExplanation> {
  const { data, outer, outOfFold, model, fileRows } = explained;
  const { pool, signal } = context;
  const factors = factorsOf(data);
  const deciding: Deciding = { members: model.members, calibrator: model.calibrator, thresholds: model.thresholds, gate: model.gate, distanceLimit: model.distanceLimit };
  const whole: Pool = { members: model.members, calibrator: model.calibrator };
  const pools = outer.map(({ side, done }) => membersOf(side, done));
  const permutation = await importance(context, explained, pools, factors, { seed, confidence });
  const weight = factors.map(({ name }) => permutation.items.find((item) => item.name === name)?.log_loss ?? 0);
  context.checkCancelled();
  const [shapley, effects, learning, lattice] = await Promise.all([
    explanation.rows === 0 ? null : shapleyOf(context, data, whole, explanation.rows, seed),
    curves(context, data, whole, permutation),
    explanation.learning_curve ? learningOf(context, explained, { falsePositive: { limit: false_positive_limit, risk: 1 - decision_confidence }, falseNegative: { limit: false_negative_limit, risk: 1 - decision_confidence } }, seed) : [],
    judged(context, deciding, latticeOf(factors, data.x.columns, weight, budgets.lattice)),
  ]);
  context.checkCancelled();
  const judge = (x: Lattice['x']): Promise<Judged> => pool.run('judgeSettings', { model: deciding, x }, { signal });
  const map = await processMap(data, factors, weight, explanation.map_factors, judge);
  const window = await processWindow(data, factors, lattice, model.thresholds, judge, seed);
  const counterfactuals = explanation.counterfactuals === 0 ? [] : await changesOf(context, explained, deciding, factors, explanation, fileRows);
  context.checkCancelled();
  return {
    factors: factors.map((factor) => ({ name: factor.name, features: factor.columns.map((j) => data.features[j]?.name ?? ''), levels: factor.levels.map((values) => settingOf(factor, values, data)), ordered: factor.ordered })),
    permutation, shapley, effects, learning: learning.length === 0 ? [] : [...learning, finish(explained, outOfFold, { falsePositive: false_positive_limit, falseNegative: false_negative_limit, risk: 1 - decision_confidence }, seed)],
    process_map: map, process_window: window, counterfactuals, next_experiments: await proposals(context, explained, pools, factors, weight, lattice, explanation.next_experiments),
  };
}

async function importance(context: JobContext, { data }: Explained, pools: readonly Pool[], factors: readonly Factor[], { seed, confidence }: { seed: number; confidence: number }): Promise<ClassificationExplanation['permutation']> {
  const { x, y, group, outerFold } = data;
  const nameOf = (columns: readonly number[]): string => columns.map((j) => data.features[j]?.name ?? '').join(' + ');
  const single = factors.map(({ name, columns }) => ({ name, columns: [...columns] }));
  const groups = [...single, ...correlatedGroups(x, data.categorical).filter((columns) => !single.some((own) => columns.every((j) => own.columns.includes(j)))).map((columns) => ({ name: nameOf(columns), columns }))];
  const most = Math.max(50, Math.floor(budgets.permutation / groups.length));
  const chosen = spread(Int32Array.from(y.keys()), Math.min(y.length, most));
  const repeats = Math.min(mostRepeats, Math.max(1, Math.floor(most / chosen.length)));
  const own = new Float64Array(y.length);
  const shuffled = groups.map(() => Array.from({ length: repeats }, () => new Float64Array(y.length)));
  await Promise.all(pools.map(async (pool, fold) => {
    const held = chosen.filter((row) => outerFold[row] === fold);
    if (held.length === 0) return;
    const found = await context.pool.run('permuteLabels', { pool, x, held, groups: groups.map(({ columns }) => columns), group, repeats, seed }, { signal: context.signal });
    held.forEach((row, i) => {
      own[row] = found.own[i] as number;
      found.shuffled.forEach((values, g) => shuffled[g]?.forEach((column, repeat) => { column[row] = values[repeat * held.length + i] as number; }));
    });
  }));
  const [ofY, ofGroup] = [take(y, chosen), Int32Array.from(chosen, (row) => group[row] as number)];
  return {
    confidence, repeats, rows: chosen.length,
    items: groups.map(({ name, columns }, g) => ({ name, features: columns.map((j) => data.features[j]?.name ?? ''), ...importanceOf(ofY, ofGroup, take(own, chosen), (shuffled[g] as Float64Array[]).map((column) => take(column, chosen)), confidence) })),
  };
}

async function shapleyOf({ pool, signal }: JobContext, data: ClassData, whole: Pool, most: number, seed: number): Promise<ClassificationExplanation['shapley']> {
  const { x, y } = data;
  const passes = 2 * Math.max(1, x.columns - 1);
  const all = Int32Array.from(y.keys());
  // spread over both labels, so that the mean of the background is near the share of the label
  const background = spread(all.slice().sort((a, b) => (y[a] as number) - (y[b] as number) || a - b), Math.max(8, Math.min(mostBackground, Math.floor(budgets.shapley / passes / Math.max(1, Math.min(most, 100)))))).sort();
  const rows = spread(all, Math.max(5, Math.min(most, Math.floor(budgets.shapley / passes / background.length * Math.max(1, most / 100)))));
  const shared = { pool: whole, background: takeRows(x, background), seed };
  const starts = Array.from({ length: Math.ceil(rows.length / block.shapley) }, (_, k) => k * block.shapley);
  const blocks = await Promise.all(starts.map((first) => pool.run('explainLabelRows', { ...shared, rows: takeRows(x, rows.subarray(first, first + block.shapley)), first }, { signal })));
  const base = blocks[0]?.base ?? 0;
  const values = blocks.flatMap((own) => Array.from({ length: own.values.length / x.columns }, (_, i) => [...own.values.subarray(i * x.columns, (i + 1) * x.columns)]));
  return { base, background: background.length, rows: [...rows], values, probability: values.map((row) => row.reduce((sum, value) => sum + value, base)) };
}

async function curves({ pool, signal }: JobContext, { x, categorical, features }: ClassData, whole: Pool, { items }: ClassificationExplanation['permutation']): Promise<ClassificationExplanation['effects']> {
  const weight = (name: string): number => Math.max(...items.filter((item) => item.features.includes(name)).map((item) => item.log_loss));
  const chosen = features.map(({ name }, j) => ({ j, weight: weight(name) })).sort((a, b) => b.weight - a.weight || a.j - b.j).slice(0, mostCurves).map(({ j }) => j);
  const rows = spread(Int32Array.from({ length: x.rows }, (_, row) => row), Math.max(50, Math.floor(budgets.effects / 2 / chosen.length)));
  const found = await pool.run('labelEffects', { pool: whole, x: takeRows(x, rows), categorical, features: chosen }, { signal });
  return found.map(({ at, effect }, k) => ({ feature: features[chosen[k] as number]?.name ?? '', at, effect }));
}

type Limits = Parameters<typeof learningPoint>[7];

/** The points below all conditions. */
async function learningOf({ pool, signal }: JobContext, { data, outer }: Explained, limits: Limits, seed: number): Promise<ClassificationExplanation['learning']> {
  const { y, outerFold, outerFolds, group, groups } = data;
  const columns = Array.from({ length: learningParts - 1 }, () => new Float64Array(y.length).fill(Number.NaN));
  await Promise.all(outer.map(async ({ side, done }) => {
    const own = renumber(group, side.inside);
    const members = side.outcomes.flatMap(({ family, best }, f) => ((done.weights[f] as number) > 0 ? [{ family, weight: done.weights[f] as number, parameters: best.parameters }] : []));
    const rows = { task: 'binary' as const, x: takeRows(data.x, side.inside), y: side.y, featureNames: data.features.map(({ name }) => name), categorical: data.categorical, fold: side.fold, folds: side.folds };
    const found = await pool.run('learnFromFewer', { members, calibrator: done.calibrator, rows, ...own, held: takeRows(data.x, side.outside), seed }, { signal });
    found.forEach((values, step) => side.outside.forEach((row, i) => { (columns[step] as Float64Array)[row] = values[i] as number; }));
  }));
  return columns.flatMap((p, step) => (p.some((value) => Number.isNaN(value)) ? [] : [learningPoint(y, outerFold, outerFolds, group, groups, p, step + 1, limits, seed)]));
}

function finish({ data: { y, outerFold, outerFolds, group, groups } }: Explained, p: Float64Array, { falsePositive, falseNegative, risk }: { falsePositive: number; falseNegative: number; risk: number }, seed: number): ClassificationExplanation['learning'][number] {
  return learningPoint(y, outerFold, outerFolds, group, groups, p, learningParts, { falsePositive: { limit: falsePositive, risk }, falseNegative: { limit: falseNegative, risk } }, seed);
}

/** A lattice and what the final model says of it, block by block. */
async function judged({ pool, signal }: JobContext, model: Deciding, lattice: Lattice): Promise<Lattice & Judged> {
  const starts = Array.from({ length: Math.ceil(lattice.x.rows / block.lattice) }, (_, k) => k * block.lattice);
  const parts = await Promise.all(starts.map((from) => pool.run('judgeSettings', { model, x: takeRows(lattice.x, Int32Array.from({ length: Math.min(block.lattice, lattice.x.rows - from) }, (_, i) => from + i)) }, { signal })));
  return {
    ...lattice, probability: Float64Array.from(parts.flatMap(({ probability }) => [...probability])),
    decision: Int8Array.from(parts.flatMap(({ decision }) => [...decision])), outside: Uint8Array.from(parts.flatMap(({ outside }) => [...outside])),
  };
}

async function changesOf({ pool, signal }: JobContext, { data }: Explained, model: Deciding, factors: readonly Factor[], { counterfactuals: most, fixed_factors }: ClassificationParameters['explanation'], fileRows: readonly number[]): Promise<ClassificationExplanation['counterfactuals']> {
  const fixed = fixed_factors.map((name) => factorNamed(factors, data, name, 'parameters.explanation.fixed_factors'));
  const free = factors.map((_, f) => f).filter((f) => !fixed.includes(f));
  const seen = new Set<number>();
  // one row stands for its replicates
  const conditions = Int32Array.from(data.y.keys()).filter((row) => !seen.has(data.group[row] as number) && seen.add(data.group[row] as number));
  const { decision } = await pool.run('judgeSettings', { model, x: takeRows(data.x, conditions) }, { signal });
  const known = takeRows(data.x, conditions.filter((_, i) => decision[i] === 1));
  const open = spread(conditions.filter((_, i) => decision[i] !== 1), most);
  const starts = Array.from({ length: Math.ceil(open.length / block.counterfactuals) }, (_, k) => k * block.counterfactuals);
  const found = (await Promise.all(starts.map((from) => pool.run('findCounterfactuals', { model, factors, free, known, rows: takeRows(data.x, open.subarray(from, from + block.counterfactuals)) }, { signal })))).flat();
  const names = { '1': 'yes', '0': 'no', '-1': 'gray' } as const;
  return found.map(({ kind, changes, before, decision: own, after }, i) => ({
    row: fileRows[open[i] as number] as number, observed: data.y[open[i] as number] === 1 ? 'positive' as const : 'negative' as const, decision: names[String(own) as keyof typeof names], probability: before, kind, after,
    changes: changes.map(({ factor, from, to }) => ({ name: (factors[factor] as Factor).name, from: settingOf(factors[factor] as Factor, from, data), to: settingOf(factors[factor] as Factor, to, data) })),
  }));
}

async function proposals({ pool, signal }: JobContext, { data, model: { thresholds } }: Explained, pools: readonly Pool[], factors: readonly Factor[], weight: readonly number[], lattice: Lattice & Judged, count: number): Promise<ClassificationExplanation['next_experiments']> {
  const gray = Int32Array.from(lattice.decision.keys()).filter((cell) => lattice.decision[cell] === -1 && lattice.outside[cell] === 0);
  const chosen = spread(gray, mostGray);
  if (count === 0 || chosen.length === 0) return { gray: gray.length, considered: chosen.length, runs: [] };
  const x = takeRows(lattice.x, chosen);
  const opinions = await pool.run('poolOpinions', { pools, x }, { signal });
  const scale = factors.map(({ levels, ordered }) => (ordered ? (levels.at(-1)?.[0] as number) - (levels[0]?.[0] as number) || 1 : 1));
  const valuesOf = (i: number): number[][] => factors.map(({ columns }) => columns.map((j) => x.values[j * x.rows + i] as number));
  // what does not matter to the model does not tell two settings apart
  const most = Math.max(...weight);
  const matters = weight.map((own) => (most > 0 ? Math.min(1, Math.max(0, matteringShare * own / most)) : 1));
  const places = Array.from({ length: x.rows }, (_, i) => Float64Array.from(factors, ({ ordered, levels }, f) => {
    const own = valuesOf(i)[f] as number[];
    // another level of a choice is further away than anything is near
    return (matters[f] as number) * (ordered ? (own[0] as number) / (scale[f] as number) : levels.findIndex((level) => level.every((value, k) => Object.is(value, own[k]))));
  }));
  const { upper, lower } = thresholds;
  const runs = nextExperiments({
    centre: Float64Array.from(chosen, (cell) => logit(lattice.probability[cell] as number)), opinions: opinions.map((own) => own.map(logit)), places,
    upper: upper.kind === 'certified' ? logit(upper.threshold) : null, lower: lower.kind === 'certified' ? logit(lower.threshold) : null,
  }, count);
  return {
    gray: gray.length, considered: chosen.length,
    runs: runs.map(({ at, decided }) => ({ settings: factors.map((factor, f) => settingOf(factor, valuesOf(at)[f] as number[], data)), probability: lattice.probability[chosen[at] as number] as number, decided: Math.min(1, decided / chosen.length) })),
  };
}
