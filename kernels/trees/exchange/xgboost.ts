import { KernelError } from '../../errors.ts';
import { BY_SET, categoriesOf, IN_SET_RIGHT, setsOf } from '../ensemble.ts';
import type { Ensemble, Link } from '../ensemble.ts';
import { flatten, NONE } from './nodes.ts';
import type { FileNode } from './nodes.ts';
import { fromUbj, toUbj } from './ubj.ts';
import type { UbjValue } from './ubj.ts';

/** The parts of an XGBoost JSON model that are read. */
interface XgboostTree {
  left_children: number[]; right_children: number[]; split_indices: number[]; split_conditions: number[]; default_left: (number | boolean)[]; loss_changes: number[]; sum_hessian: number[]; base_weights: number[];
  split_type?: number[]; categories?: number[]; categories_nodes?: number[]; categories_segments?: number[]; categories_sizes?: number[]; tree_param: { num_nodes: string };
}
interface XgboostModel {
  learner: {
    feature_names?: string[];
    learner_model_param: { base_score: string; num_class: string; num_feature: string };
    objective: { name: string };
    gradient_booster: { name: string; model: { gbtree_model_param: { num_trees: string; num_parallel_tree?: string }; tree_info: number[]; trees: XgboostTree[] } };
  };
}

const LINKS: Readonly<Record<string, Link>> = {
  'reg:squarederror': 'identity', 'reg:squaredlogerror': 'identity', 'reg:absoluteerror': 'identity', 'reg:pseudohubererror': 'identity', 'reg:quantileerror': 'identity', 'reg:linear': 'identity', 'binary:logistic': 'logistic', 'reg:logistic': 'logistic',
  'count:poisson': 'log', 'reg:gamma': 'log', 'reg:tweedie': 'log', 'multi:softprob': 'softmax', 'multi:softmax': 'softmax',
};

/**
 * An XGBoost JSON model (gbtree) as an ensemble in single precision; predictions have XGBoost's bits (sums of floats in tree order).
 * Throws KernelError kernel_shape when parts are missing, kernel_domain for what is not supported (other boosters).
 */
export function fromXgboost(text: string): Ensemble {
  // conditions of splits by category are written as bare NaN
  return fromModel(JSON.parse(text.replaceAll(/(?<=[[,])NaN(?=[,\]])/g, 'null')) as Partial<XgboostModel>);
}

/** The same from XGBoost's binary form (UBJ, what it saves by default since 2.1). */
export function fromXgboostUbj(bytes: Uint8Array): Ensemble {
  return fromModel(fromUbj(bytes) as unknown as Partial<XgboostModel>);
}

function fromModel({ learner }: Partial<XgboostModel>): Ensemble {
  const model = learner?.gradient_booster?.model;
  if (learner === undefined || model?.trees === undefined) throw new KernelError('kernel_shape', 'not an XGBoost JSON model: learner.gradient_booster.model.trees is missing');
  const name = learner.objective.name;
  const link = LINKS[name];
  if (learner.gradient_booster.name !== 'gbtree' || link === undefined) throw new KernelError('kernel_domain', `${learner.gradient_booster.name} with ${name} is not supported`, { objective: name });
  const features = Number(learner.learner_model_param.num_feature);
  const outputs = Math.max(1, Number(learner.learner_model_param.num_class));
  // 3.x writes "[5E-1]"
  const start = Math.fround(Number(learner.learner_model_param.base_score.replaceAll(/[[\]]/g, '')));
  const margin = link === 'logistic' ? -Math.fround(Math.log(Math.fround(Math.fround(1 / start) - 1))) : link === 'log' ? Math.fround(Math.log(start)) : start;
  if (model.trees.some((tree, k) => (model.tree_info[k] ?? 0) !== k % outputs && outputs > 1)) throw new KernelError('kernel_domain', 'trees of several classes must take turns');
  const sets: number[][] = [];
  const known = Array.from({ length: features }, (): number[] | undefined => undefined);
  const trees = flatten(model.trees.length, (tree) => treeOf(model.trees[tree] as XgboostTree, sets, known));
  return {
    features, featureNames: learner.feature_names?.length === features ? learner.feature_names : Array.from({ length: features }, (_, f) => `f${f}`), objective: name, link, outputs, base: new Array<number>(outputs).fill(margin === 0 ? 0 : margin),
    average: false, arithmetic: 'f32', weighting: 'cover',
    ...trees, ...(sets.length === 0 ? {} : { categories: setsOf(sets, known) }),
  };
}

/** Reads a tree; its sets of categories, and the categories met per feature, are added to `sets` and `known`. */
function treeOf(one: XgboostTree, sets: number[][], known: (number[] | undefined)[]): { root: number; count: number; node: (id: number) => FileNode | undefined } {
  const setOf = new Map<number, number>();
  (one.categories_nodes ?? []).forEach((id, k) => {
    const from = one.categories_segments?.[k] as number;
    const set = (one.categories ?? []).slice(from, from + (one.categories_sizes?.[k] as number)).sort((a, b) => a - b);
    setOf.set(id, sets.push(set) - 1);
    const feature = one.split_indices[id] as number;
    known[feature] = [...new Set([...(known[feature] ?? []), ...set])].sort((a, b) => a - b);
  });
  return {
    root: 0, count: one.left_children.length,
    node(id) {
      const left = one.left_children[id];
      if (left === undefined) return undefined;
      const condition = Math.fround(one.split_conditions[id] as number);
      const isLeaf = left < 0;
      const set = setOf.get(id);
      return {
        left: isLeaf ? NONE : left, right: isLeaf ? NONE : one.right_children[id] as number, feature: isLeaf ? 0 : one.split_indices[id] as number, threshold: isLeaf ? 0 : set ?? floatBelow(condition),
        flags: isLeaf ? 0 : 4 | Number(one.default_left[id]) | (set === undefined ? 0 : BY_SET | IN_SET_RIGHT), value: isLeaf ? condition : Math.fround(one.base_weights[id] as number),
        gain: isLeaf ? 0 : Math.fround(one.loss_changes[id] as number), cover: Math.fround(one.sum_hessian[id] as number), rows: 0,
      };
    },
  };
}

const OBJECTIVE: Readonly<Record<Link, string>> = { identity: 'reg:squarederror', logistic: 'binary:logistic', log: 'count:poisson', softmax: 'multi:softprob' };

/**
 * An ensemble as XGBoost JSON (1.x to 3.x load it). Leaves and thresholds become floats: predictions of float features agree with ours to about 1e-6 of their size, and
 * are the bits of `fromXgboost` of the text. Sets of categories are written the other way round: a category that is not known to the model goes left there, right here. Throws kernel_domain where zero counts as missing, which XGBoost cannot say.
 */
export function toXgboost(ensemble: Ensemble): string {
  const { features, outputs, roots, link, average } = ensemble;
  const trees = roots.length - 1;
  // base_score is one number in output space; what it cannot hold goes into the first trees
  const keepsBase = link === 'identity' && outputs === 1 && !average;
  const share = average ? outputs / trees : 1;
  const name = ensemble.arithmetic === 'f32' && ensemble.objective !== undefined ? ensemble.objective : OBJECTIVE[link];
  const nothing = link === 'identity' ? '0E0' : link === 'log' ? '1E0' : '5E-1';
  const model = trees === 0 ? [] : Array.from({ length: trees }, (_, tree) => treeText(ensemble, tree, keepsBase || tree >= outputs ? 0 : ensemble.base[tree] as number, share));
  const parameter = link === 'softmax' ? `"softmax_multiclass_param":{"num_class":"${outputs}"}` : link === 'log' ? '"poisson_regression_param":{"max_delta_step":"0.699999988"}' : '"reg_loss_param":{"scale_pos_weight":"1"}';
  return `{"version":[1,7,4],"learner":{"attributes":{},"feature_names":${JSON.stringify(ensemble.featureNames)},"feature_types":${JSON.stringify(ensemble.categories === undefined ? [] : ensemble.categories.known.map((known) => (known === undefined ? 'float' : 'c')))},"learner_model_param":{"base_score":"${keepsBase ? float(ensemble.base[0] as number) : nothing}",`
    + `"boost_from_average":"1","num_class":"${outputs > 1 ? outputs : 0}","num_feature":"${features}","num_target":"1"},"objective":{"name":"${name}",${parameter}},"gradient_booster":{"name":"gbtree","model":{`
    + `"gbtree_model_param":{"num_parallel_tree":"${average ? trees / outputs : 1}","num_trees":"${trees}","size_leaf_vector":"0"},"tree_info":[${Array.from({ length: trees }, (_, t) => t % outputs).join(',')}],"trees":[${model.join(',')}]}}}}`;
}

/** The same as UBJ. */
export function toXgboostUbj(ensemble: Ensemble): Uint8Array<ArrayBuffer> {
  return toUbj(JSON.parse(toXgboost(ensemble)) as UbjValue);
}

function treeText({ roots, left, feature, threshold, flags, value, gain, cover, features, categories }: Ensemble, tree: number, base: number, share: number): string {
  const root = roots[tree] as number;
  const nodes = (roots[tree + 1] as number) - root;
  const ids = Array.from({ length: nodes }, (_, i) => root + i);
  const parents = new Int32Array(nodes).fill(2147483647);
  for (const i of ids) if ((left[i] as number) >= 0) parents[left[i] as number] = parents[(left[i] as number) + 1] = i - root;
  const isLeaf = (i: number): boolean => (left[i] as number) < 0;
  const ints = (name: string, get: (i: number) => number): string => `"${name}":[${ids.map(get).join(',')}]`;
  const floats = (name: string, get: (i: number) => number): string => `"${name}":[${ids.map((i) => float(get(i))).join(',')}]`;
  const bySet = ids.filter((i) => !isLeaf(i) && (flags[i] as number) & BY_SET);
  // XGBoost's sets go right
  const sets = bySet.map((i) => {
    const set = categories === undefined ? [] : categoriesOf(categories, threshold[i] as number);
    return (flags[i] as number) & IN_SET_RIGHT ? set : (categories?.known[feature[i] as number] ?? []).filter((category) => !set.includes(category));
  });
  const segments = sets.reduce<number[]>((all, set) => [...all, (all.at(-1)) + set.length], [0]);
  const split = (i: number): number => ((flags[i] as number) & BY_SET ? ((flags[i] as number) & IN_SET_RIGHT ? (flags[i] as number) & 1 : 0) : defaultLeft(threshold[i] as number, flags[i] as number));
  const sorted = categories === undefined ? [] : [`"categories":[${sets.flat().join(',')}]`, `"categories_nodes":[${bySet.map((i) => i - root).join(',')}]`, `"categories_segments":[${segments.slice(0, -1).join(',')}]`,
    `"categories_sizes":[${sets.map((set) => set.length).join(',')}]`, ints('split_type', (i) => Number(!isLeaf(i) && ((flags[i] as number) & BY_SET) !== 0))];
  const leaf = (i: number): number => (base + (value[i] as number)) * share;
  return `{${[
    floats('base_weights', leaf), ints('default_left', (i) => (isLeaf(i) ? 0 : split(i))), `"id":${tree}`, ints('left_children', (i) => left[i] as number), floats('loss_changes', (i) => gain[i] as number),
    ints('parents', (i) => parents[i - root] as number), ints('right_children', (i) => (isLeaf(i) ? -1 : (left[i] as number) + 1)), floats('split_conditions', (i) => (isLeaf(i) ? leaf(i) : (flags[i] as number) & BY_SET ? 0 : floatAbove(threshold[i] as number))),
    ints('split_indices', (i) => feature[i] as number), floats('sum_hessian', (i) => cover[i] as number), `"tree_param":{"num_deleted":"0","num_feature":"${features}","num_nodes":"${nodes}","size_leaf_vector":"0"}`, ...sorted,
  ].join(',')}}`;
}

function defaultLeft(threshold: number, flags: number): number {
  if ((flags & 6) === 2) throw new KernelError('kernel_domain', 'a model in which zero is missing cannot be written for XGBoost');
  return (flags & 6) === 0 ? Number(threshold >= 0) : flags & 1;
}

const LARGEST_FLOAT = 3.4028234663852886e38;
const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);

function step(x: number, up: boolean): number {
  floats[0] = x;
  if (floats[0] === 0) return up ? 1.401298464324817e-45 : -1.401298464324817e-45;
  words[0] = (words[0] as number) + ((floats[0] > 0) === up ? 1 : -1);
  return floats[0];
}

/** Largest float below x: x' <= it iff x' < x, for floats. */
function floatBelow(x: number): number {
  return step(x, false);
}

/** Smallest float above the threshold: x' < it iff x' <= threshold, for floats. */
function floatAbove(threshold: number): number {
  if (!(threshold < LARGEST_FLOAT)) return LARGEST_FLOAT;
  const nearest = Math.fround(threshold);
  return nearest > threshold ? nearest : step(nearest, true);
}

/** Nine digits and a point or an exponent, which XGBoost's reader insists on. */
function float(x: number): string {
  const value = Math.fround(x);
  if (!Number.isFinite(value)) throw new KernelError('kernel_domain', `${x} does not fit a float`, { value: x });
  const text = String(Number(value.toPrecision(9)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}
