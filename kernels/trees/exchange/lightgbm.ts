import { KernelError } from '../../errors.ts';
import { BY_SET, categoriesOf, IN_SET_RIGHT, setsOf } from '../ensemble.ts';
import type { Ensemble, Link } from '../ensemble.ts';
import { flatten, NONE } from './nodes.ts';
import type { FileNode } from './nodes.ts';

const LINKS: readonly [RegExp, Link][] = [[/^(binary|cross_entropy)( sigmoid:1)?( |$)/, 'logistic'], [/^(poisson|gamma|tweedie)/, 'log'], [/^multiclass( |$)/, 'softmax'], [/^(regression|regression_l1|huber|fair|quantile|mape|lambdarank|custom|none)( |$)/, 'identity']];

/**
 * A LightGBM model.txt (v3, v4) as an ensemble; predictions have LightGBM's bits. Shapley values weigh by row counts, as LightGBM does.
 * Throws KernelError kernel_shape with the line's key, and kernel_domain for what is not supported (linear leaves).
 */
export function fromLightgbm(text: string): Ensemble {
  const [head, ...blocks] = text.split(/\r?\nend of trees/)[0]?.split(/\r?\nTree=\d+\r?\n/) ?? [];
  const header = keys(head ?? '');
  if (!(head ?? '').startsWith('tree')) throw new KernelError('kernel_shape', 'not a LightGBM model: the first line is not "tree"');
  const features = Number(need(header, 'max_feature_idx', -1)) + 1;
  const outputs = Number(header.get('num_tree_per_iteration') ?? need(header, 'num_class', -1));
  const objective = header.get('objective') ?? 'regression';
  const link = LINKS.find(([pattern]) => pattern.test(objective))?.[1];
  if (link === undefined) throw new KernelError('kernel_domain', `the objective ${objective} is not supported`, { objective });
  const names = need(header, 'feature_names', -1).split(' ');
  if (names.length !== features || blocks.length % outputs !== 0) throw new KernelError('kernel_shape', `${names.length} names and ${blocks.length} trees for ${features} features and ${outputs} outputs`, { features });
  const sets: number[][] = [];
  const trees = flatten(blocks.length, (tree) => treeOf(keys(blocks[tree] as string), tree, features, sets));
  return {
    features, featureNames: names, objective, link, outputs, base: new Array<number>(outputs).fill(0), average: header.has('average_output'), arithmetic: 'f64', weighting: 'rows',
    ...trees, ...(sets.length === 0 ? {} : { categories: setsOf(sets, knownOf(header.get('feature_infos') ?? '')) }),
  };
}

/** feature_infos: [low:high] of numbers, a:b:c of categories (LightGBM lists the frequent ones first). */
function knownOf(infos: string): (number[] | undefined)[] {
  return infos.split(' ').map((info) => (/^\d+(:\d+)*$/.test(info) ? info.split(':').map(Number).sort((a, b) => a - b) : undefined));
}

function keys(block: string): Map<string, string> {
  return new Map(block.split(/\r?\n/).map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] as const : [line.slice(0, at), line.slice(at + 1)] as const;
  }));
}

function need(block: Map<string, string>, key: string, tree: number): string {
  const value = block.get(key);
  if (value === undefined) throw new KernelError('kernel_shape', `${tree < 0 ? 'the header' : `tree ${tree}`} has no ${key}`, { key, tree });
  return value;
}

function treeOf(block: Map<string, string>, tree: number, features: number, sets: number[][]): { root: number; count: number; node: (id: number) => FileNode | undefined } {
  const leaves = Number(need(block, 'num_leaves', tree));
  if ((block.get('is_linear') ?? '0') !== '0') throw new KernelError('kernel_domain', `tree ${tree} has linear leaves`, { tree });
  const numbers = (key: string, length: number, required: boolean): number[] => {
    const text = required ? need(block, key, tree) : block.get(key);
    if (text === undefined) return new Array<number>(length).fill(0);
    const values = text.trim() === '' ? [] : text.trim().split(/\s+/).map(Number);
    if (values.length !== length || values.some(Number.isNaN)) throw new KernelError('kernel_shape', `${key} of tree ${tree} is not ${length} numbers`, { key, tree });
    return values;
  };
  const categorical = Number(need(block, 'num_cat', tree));
  const firstSet = sets.length;
  if (categorical > 0) {
    const bounds = numbers('cat_boundaries', categorical + 1, true);
    const words = numbers('cat_threshold', bounds.at(-1), true);
    for (let s = 0; s < categorical; s++) sets.push(words.slice(bounds[s], bounds[s + 1]).flatMap((word, w) => Array.from({ length: 32 }, (_, k) => k).filter((k) => (word >>> k) & 1).map((k) => 32 * w + k)));
  }
  const inner = leaves - 1;
  const split = inner > 0;
  const leaf = { value: numbers('leaf_value', leaves, true), cover: numbers('leaf_weight', leaves, false), rows: numbers('leaf_count', leaves, false) };
  const node = {
    feature: numbers('split_feature', inner, split), gain: numbers('split_gain', inner, false), threshold: numbers('threshold', inner, split), type: numbers('decision_type', inner, false), left: numbers('left_child', inner, split),
    right: numbers('right_child', inner, split), value: numbers('internal_value', inner, false), cover: numbers('internal_weight', inner, false), rows: numbers('internal_count', inner, false),
  };
  return {
    root: split ? 0 : -1, count: 2 * leaves,
    node(id) {
      const at = id < 0 ? ~id : id;
      const from = id < 0 ? leaf : node;
      if (!(at < from.value.length)) return undefined;
      const common = { value: from.value[at] as number, cover: from.cover[at] as number, rows: from.rows[at] as number };
      if (id < 0) return { left: NONE, right: NONE, feature: 0, threshold: 0, flags: 0, gain: 0, ...common };
      const feature = node.feature[at] as number;
      if (!(feature >= 0 && feature < features)) throw new KernelError('kernel_shape', `tree ${tree} splits on feature ${feature} of ${features}`, { tree, feature });
      // decision_type: bit 1 = default left, bits 2-3 = missing type (0 none, 1 zero, 2 NaN)
      const type = node.type[at] as number;
      if (type & 1) {
        const set = node.threshold[at] as number;
        if (!(set >= 0 && set < categorical)) throw new KernelError('kernel_shape', `tree ${tree} refers to set ${set} of ${categorical}`, { tree, set });
        return { left: node.left[at] as number, right: node.right[at] as number, feature, threshold: firstSet + set, gain: node.gain[at] as number, flags: 4 | BY_SET, ...common };
      }
      return { left: node.left[at] as number, right: node.right[at] as number, feature, threshold: node.threshold[at] as number, gain: node.gain[at] as number, flags: ((type >> 1) & 1) | (((type >> 2) & 3) << 1), ...common };
    },
  };
}

const OBJECTIVE: Readonly<Record<Link, string>> = { identity: 'regression', logistic: 'binary sigmoid:1', log: 'poisson', softmax: 'multiclass' };

/** An ensemble as model.txt that LightGBM loads and predicts with the same bits: the starting score goes into the leaves of the first trees. */
export function toLightgbm(ensemble: Ensemble): string {
  const { features, featureNames, outputs, roots, link } = ensemble;
  const objective = ensemble.objective ?? (link === 'softmax' ? `multiclass num_class:${outputs}` : OBJECTIVE[link]);
  const names = Array.from({ length: features }, (_, f) => (featureNames[f] ?? `Column_${f}`).replaceAll(/\s/g, '_'));
  const lines = [
    'tree', 'version=v4', `num_class=${outputs}`, `num_tree_per_iteration=${outputs}`, 'label_index=0', `max_feature_idx=${features - 1}`, `objective=${objective}`, ...(ensemble.average ? ['average_output'] : []),
    `feature_names=${names.join(' ')}`, `feature_infos=${names.map((_, f) => ensemble.categories?.known[f]?.join(':') ?? '[-1e308:1e308]').join(' ')}`, '',
  ];
  for (let tree = 0; tree < roots.length - 1; tree++) lines.push(`Tree=${tree}`, ...blockOf(ensemble, tree, tree < outputs ? ensemble.base[tree] as number : 0), '');
  return `${lines.join('\n')}\nend of trees\n\npandas_categorical:null\n`;
}

function blockOf({ roots, left, feature, threshold, flags, value, gain, cover, rows, categories }: Ensemble, tree: number, base: number): string[] {
  const root = roots[tree] as number;
  const all = Array.from({ length: (roots[tree + 1] as number) - root }, (_, i) => root + i);
  const inner = all.filter((i) => (left[i] as number) >= 0);
  const leaves = all.filter((i) => (left[i] as number) < 0);
  const number = new Map<number, number>([...inner.map((i, k) => [i, k] as const), ...leaves.map((i, k) => [i, ~k] as const)]);
  const child = (i: number, side: number): number => number.get(root + (left[i] as number) + side) as number;
  const list = (name: string, of: readonly number[], get: (i: number) => number): string => `${name}=${of.map((i) => text(get(i))).join(' ')}`;
  const bySet = inner.filter((i) => (flags[i] as number) & BY_SET);
  if (bySet.some((i) => (flags[i] as number) & IN_SET_RIGHT)) throw new KernelError('kernel_domain', `tree ${tree} sends sets of categories right, as XGBoost does: LightGBM cannot say that of unknown ones`, { tree });
  const words = bySet.map((i) => wordsOf(categories === undefined ? [] : categoriesOf(categories, threshold[i] as number)));
  const bounds = words.reduce<number[]>((all, set) => [...all, (all.at(-1)) + set.length], [0]);
  const place = new Map(bySet.map((i, s) => [i, s]));
  const start = [`num_leaves=${leaves.length}`, `num_cat=${bySet.length}`];
  const values = list('leaf_value', leaves, (i) => base + (value[i] as number));
  if (inner.length === 0) return [...start, values, 'is_linear=0', 'shrinkage=1'];
  return [
    ...start, list('split_feature', inner, (i) => feature[i] as number), list('split_gain', inner, (i) => gain[i] as number), list('threshold', inner, (i) => place.get(i) ?? (threshold[i] as number)),
    list('decision_type', inner, (i) => (place.has(i) ? 9 : (((flags[i] as number) & 1) << 1) | (((flags[i] as number) >> 1) << 2))), list('left_child', inner, (i) => child(i, 0)), list('right_child', inner, (i) => child(i, 1)),
    values, ...(words.length === 0 ? [] : [`cat_boundaries=${bounds.join(' ')}`, `cat_threshold=${words.flat().join(' ')}`]), list('leaf_weight', leaves, (i) => cover[i] as number), list('leaf_count', leaves, (i) => rows[i] as number),
    list('internal_value', inner, (i) => base + (value[i] as number)), list('internal_weight', inner, (i) => cover[i] as number), list('internal_count', inner, (i) => rows[i] as number), 'is_linear=0', 'shrinkage=1',
  ];
}

/** Shortest text with the same bits (at most 17 digits); a bound of infinity as the largest double. */
function text(x: number): string {
  return x === Infinity ? '1.7976931348623157e+308' : String(x);
}

function wordsOf(categories: readonly number[]): number[] {
  const words = new Uint32Array(categories.length === 0 ? 1 : ((categories.at(-1) as number) >> 5) + 1);
  for (const category of categories) words[category >> 5] = (words[category >> 5] as number) | (1 << (category & 31));
  return [...words];
}
