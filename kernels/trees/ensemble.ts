/** How the summed score becomes a prediction. */
export type Link = 'identity' | 'logistic' | 'log' | 'softmax';

/** Categories of splits by set. Set s is the bits words[starts[s]] .. words[starts[s + 1] - 1], bit k of word w = category 32 w + k. */
export interface CategorySets {
  starts: Int32Array;
  words: Uint32Array;
  /** per feature the categories that are known, ascending; undefined: it is a number */
  known: (number[] | undefined)[];
}

/** A node's flags: bit 0 = missing goes left; bits 1-2 = what is missing (0: nothing, NaN counts as 0; 1: |x| <= 1e-35 and NaN; 2: NaN). */
export const DEFAULT_LEFT = 1;
export const MISSING_NONE = 0;
export const MISSING_ZERO = 2;
export const MISSING_NAN = 4;
/** The threshold is the number of a set of categories: they go left, all else and NaN right. With IN_SET_RIGHT they go right, NaN to the default side and all else left (XGBoost). */
export const BY_SET = 8;
export const IN_SET_RIGHT = 16;

/**
 * Trees as flat arrays over all nodes. The children of node i are roots[t] + left[i] and the one after it; left -1 = leaf. A row goes left iff
 * x[feature] <= threshold. Structured-cloneable; `ensembleToJson` makes it text.
 */
export interface Ensemble {
  features: number;
  featureNames: string[];
  link: Link;
  /** objective in the words of the file it came from */
  objective?: string;
  /** trees per iteration: tree t belongs to score t mod outputs */
  outputs: number;
  /** score that the sums start from, per output */
  base: number[];
  /** the sum is divided by the number of iterations (forests) */
  average: boolean;
  /** f64: sums in doubles (ours, LightGBM). f32: features, thresholds and sums in single precision (XGBoost) */
  arithmetic: 'f64' | 'f32';
  /** what Shapley values weigh branches by: cover (sums of hessians, XGBoost) or rows (LightGBM) */
  weighting: 'cover' | 'rows';
  /** first node of each tree, and the number of nodes */
  roots: Int32Array;
  left: Int32Array;
  feature: Int32Array;
  threshold: Float64Array;
  flags: Uint8Array;
  /** leaves: what is added; inner nodes: what they would have added */
  value: Float64Array;
  gain: Float64Array;
  /** sum of hessians */
  cover: Float64Array;
  rows: Int32Array;
  categories?: CategorySets;
}

/** Sets of categories as bits. */
export function setsOf(sets: readonly (readonly number[])[], known: (number[] | undefined)[]): CategorySets {
  const starts = new Int32Array(sets.length + 1);
  sets.forEach((set, s) => { starts[s + 1] = (starts[s] as number) + (set.length === 0 ? 1 : (Math.max(...set) >> 5) + 1); });
  const words = new Uint32Array(starts[sets.length] as number);
  sets.forEach((set, s) => set.forEach((category) => {
    const word = (starts[s] as number) + (category >> 5);
    words[word] = (words[word] as number) | (1 << (category & 31));
  }));
  return { starts, words, known };
}

/** The categories of set s. */
export function categoriesOf({ starts, words }: CategorySets, s: number): number[] {
  const first = starts[s] as number;
  const out: number[] = [];
  for (let w = first; w < (starts[s + 1] as number); w++) for (let k = 0; k < 32; k++) if (((words[w] as number) >> k) & 1) out.push(32 * (w - first) + k);
  return out;
}

/** Sum of outputs' trees up to `iterations`. */
export function truncate(ensemble: Ensemble, iterations: number): Ensemble {
  const trees = Math.min(ensemble.roots.length - 1, iterations * ensemble.outputs);
  const n = ensemble.roots[trees] as number;
  const { left, feature, threshold, flags, value, gain, cover, rows, ...rest } = ensemble;
  return {
    ...rest, roots: ensemble.roots.slice(0, trees + 1), left: left.slice(0, n), feature: feature.slice(0, n), threshold: threshold.slice(0, n), flags: flags.slice(0, n),
    value: value.slice(0, n), gain: gain.slice(0, n), cover: cover.slice(0, n), rows: rows.slice(0, n),
  };
}

/** An ensemble as plain JSON: arrays of numbers, Infinity as a string. */
export type EnsembleJson = Omit<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows' | 'categories'> & {
  categories?: { starts: number[]; words: number[]; known: (number[] | null)[] };
  format: 'zerosec-trees-1';
  roots: number[]; left: number[]; feature: number[]; threshold: (number | string)[]; flags: number[]; value: number[]; gain: number[]; cover: number[]; rows: number[];
};

export function ensembleToJson(ensemble: Ensemble): EnsembleJson {
  const { roots, left, feature, threshold, flags, value, gain, cover, rows, categories, ...rest } = ensemble;
  return {
    format: 'zerosec-trees-1', ...rest, roots: [...roots], left: [...left], feature: [...feature], threshold: Array.from(threshold, (x) => (Number.isFinite(x) ? x : String(x))), flags: [...flags],
    value: [...value], gain: [...gain], cover: [...cover], rows: [...rows],
    ...(categories === undefined ? {} : { categories: { starts: [...categories.starts], words: [...categories.words], known: categories.known.map((known) => known ?? null) } }),
  };
}

export function ensembleFromJson(json: EnsembleJson): Ensemble {
  const { format: _format, roots, left, feature, threshold, flags, value, gain, cover, rows, categories, ...rest } = json;
  return {
    ...rest, roots: Int32Array.from(roots), left: Int32Array.from(left), feature: Int32Array.from(feature), threshold: Float64Array.from(threshold, Number), flags: Uint8Array.from(flags),
    value: Float64Array.from(value), gain: Float64Array.from(gain), cover: Float64Array.from(cover), rows: Int32Array.from(rows),
    ...(categories === undefined ? {} : { categories: { starts: Int32Array.from(categories.starts), words: Uint32Array.from(categories.words), known: categories.known.map((known) => known ?? undefined) } }),
  };
}
