import { BY_SET } from '../trees/index.ts';
import type { Ensemble } from '../trees/index.ts';
import type { FamilyName } from './types.ts';

/** What is wrong with a state, and where in it. */
export interface Damage { at: string; message: string }

type State = Record<string, unknown>;

/**
 * The first thing in a state that could not come from a fit, or undefined: arrays of the wrong kind or length, children that are not in their tree, columns, categories or terms that
 * do not exist. A state that passes is safe to predict with. `features` is the number of columns of the table.
 */
export function damageOf(family: FamilyName, state: State, features: number): Damage | undefined {
  try {
    CHECKS[family](state, features);
    return undefined;
  } catch (error) {
    if (error instanceof Damaged) return { at: error.at, message: error.message };
    throw error;
  }
}

class Damaged extends Error {
  readonly at: string;

  constructor(at: string, message: string) {
    super(`${at} ${message}`);
    this.at = at;
  }
}

function require(holds: boolean, at: string, message: string): void {
  if (!holds) throw new Damaged(`state.${at}`, message);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function count(state: State, key: string, least: number): number {
  const value = state[key];
  require(isCount(value) && value >= least, key, `must be an integer of at least ${least}`);
  return value as number;
}

function array<K extends typeof Float64Array | typeof Int32Array | typeof Uint8Array | typeof Uint32Array>(state: State, key: string, kind: K, length: number, at = key): InstanceType<K> {
  const value = state[key];
  require(value instanceof kind, at, `must be ${kind.name}`);
  require((value as Float64Array).length === length, at, `holds ${(value as Float64Array).length} values instead of ${length}`);
  return value as InstanceType<K>;
}

function trees(state: State, features: number): void {
  require(count(state, 'features', 1) === features, 'features', `must be the ${features} of the model`);
  const outputs = count(state, 'outputs', 1);
  const { base, roots } = state as Partial<Ensemble>;
  require(Array.isArray(base) && base.length === outputs && base.every((value) => typeof value === 'number'), 'base', `must hold a number for each of the ${outputs} outputs`);
  require(roots instanceof Int32Array && roots.length > 0 && roots[0] === 0 && roots.every((root, t) => t === 0 || root > (roots[t - 1] as number)), 'roots', 'must ascend from 0');
  const ends = roots as Int32Array;
  require((ends.length - 1) % outputs === 0, 'roots', `must hold as many trees for each of the ${outputs} outputs`);
  const nodes = ends.at(-1);
  const left = array(state, 'left', Int32Array, nodes);
  const feature = array(state, 'feature', Int32Array, nodes);
  const threshold = array(state, 'threshold', Float64Array, nodes);
  const flags = array(state, 'flags', Uint8Array, nodes);
  for (const key of ['value', 'gain', 'cover'] as const) array(state, key, Float64Array, nodes);
  array(state, 'rows', Int32Array, nodes);
  const sets = categories(state.categories as State | undefined, features);
  for (let t = 0; t + 1 < ends.length; t += 1) {
    const root = ends[t] as number;
    const size = (ends[t + 1] as number) - root;
    for (let i = root; i < root + size; i += 1) {
      const child = left[i] as number;
      if (child === -1) continue;
      // children come after their parent: no walk can go round in circles
      require(child > i - root && child + 1 < size, `left[${i}]`, `is no pair of children in a tree of ${size} nodes`);
      require((feature[i] as number) >= 0 && (feature[i] as number) < features, `feature[${i}]`, `is none of the ${features} columns`);
      const cut = threshold[i] as number;
      require(!Number.isNaN(cut), `threshold[${i}]`, 'must be a number');
      if (((flags[i] as number) & BY_SET) !== 0) require(isCount(cut) && cut < sets, `threshold[${i}]`, `is none of the ${sets} sets of categories`);
    }
  }
}

/** @returns how many sets there are */
function categories(state: State | undefined, features: number): number {
  if (state === undefined) return 0;
  const { starts, words, known } = state;
  const list = starts instanceof Int32Array ? starts : new Int32Array(0);
  require(list.length > 0 && list[0] === 0 && list.every((start, s) => s === 0 || start >= (list[s - 1] as number)), 'categories.starts', 'must ascend from 0');
  array({ words }, 'words', Uint32Array, list.at(-1), 'categories.words');
  require(Array.isArray(known) && known.length === features, 'categories.known', `must tell of each of the ${features} columns`);
  return list.length - 1;
}

function rowsOf(state: State, width: number): { n: number; p: number } {
  const n = count(state, 'n', 1);
  const p = count(state, 'p', 1);
  require(p === width, 'p', `must be the ${width} coordinates of the columns`);
  array(state, 'x', Float64Array, n * p);
  return { n, p };
}

/** Each column of the table has its code. @returns coordinates of a row */
function coded(state: State, features: number): number {
  require(Array.isArray(state.columns) && state.columns.length === features, 'columns', `must hold a code for each of the ${features} columns`);
  return (state.columns as Partial<{ kind: string; mean: number; scale: number; logFrom: number; levels: unknown[] }>[]).reduce((width, code, j) => {
    if (code.kind === 'categorical' && Array.isArray(code.levels)) return width + code.levels.length;
    require(code.kind === 'continuous' && Number.isFinite(code.mean) && Number.isFinite(code.scale) && (code.logFrom === undefined || code.logFrom > 0), `columns[${j}]`, 'is no code of a column');
    return width + 1;
  }, 0);
}

function oneOf(state: State, key: string, names: readonly string[]): void {
  require(names.includes(state[key] as string), key, `must be ${names.join(' or ')}`);
}

function gaussian(state: State, features: number): void {
  const { n, p } = rowsOf(state, coded(state, features));
  oneOf(state, 'shape', ['rbf', 'matern52', 'matern32', 'matern12']);
  array(state, 'alpha', Float64Array, n);
  for (const key of ['weight', 'root']) if (state[key] !== undefined) array(state, key, Float64Array, n);
  const { lengthScales, ...others } = (state.parameters ?? {}) as State;
  require(Array.isArray(lengthScales) && (lengthScales.length === 1 || lengthScales.length === p) && lengthScales.every((scale) => typeof scale === 'number' && scale > 0), 'parameters.lengthScales', `must be one or ${p} positive numbers`);
  for (const key of ['amplitude', 'linear', 'noise']) require(typeof others[key] === 'number' && others[key] >= 0, `parameters.${key}`, 'must be a number of at least 0');
}

function neighbours(state: State, features: number): void {
  const { n } = rowsOf(state, coded(state, features));
  array(state, 'y', Float64Array, n);
  if (state.rowWeights !== undefined) array(state, 'rowWeights', Float64Array, n);
  require(count(state, 'k', 1) <= n, 'k', `must be at most the ${n} rows`);
  oneOf(state, 'metric', ['euclidean', 'gower']);
  oneOf(state, 'weights', ['uniform', 'distance']);
}

function surface(state: State, features: number): void {
  const width = coded(state, features);
  const terms = state.terms as unknown[];
  const isTerm = (term: unknown): boolean => Array.isArray(term) && term.length === 2 && term.every((at: unknown, place) => Number.isSafeInteger(at) && (at as number) >= -place && (at as number) < width);
  require(Array.isArray(terms) && terms.every(isTerm), 'terms', `must be pairs of the ${width} coordinates`);
  array(state, 'coefficients', Float64Array, terms.length);
  require(typeof state.intercept === 'number', 'intercept', 'must be a number');
  oneOf(state, 'link', ['identity', 'logistic']);
}

function discriminant(state: State, features: number): void {
  // the first level of a column has no coordinate
  const width = coded(state, features) - (state.columns as { kind: string }[]).filter(({ kind }) => kind === 'categorical').length;
  const classes = count(state, 'classes', 2);
  require(count(state, 'p', 1) === width, 'p', `must be the ${width} coordinates of the columns`);
  oneOf(state, 'kind', ['linear', 'quadratic']);
  array(state, 'means', Float64Array, classes * width);
  array(state, 'offsets', Float64Array, classes);
  const factors = state.factors as unknown[];
  const needed = state.kind === 'linear' ? 1 : classes;
  require(Array.isArray(factors) && factors.length === needed, 'factors', `must be ${needed}`);
  factors.forEach((factor, k) => {
    const values = array({ factor }, 'factor', Float64Array, width * width, `factors[${k}]`);
    for (let j = 0; j < width; j++) require((values[j * width + j] as number) > 0, `factors[${k}]`, `has no positive diagonal in column ${j}`);
  });
}

function supportVectors(state: State, features: number): void {
  const width = coded(state, features);
  const classes = count(state, 'classes', 2);
  require(count(state, 'p', 1) === width, 'p', `must be the ${width} coordinates of the columns`);
  const { kernel, gamma } = (state.similarity ?? {}) as State;
  require(kernel === 'linear' || (kernel === 'rbf' && typeof gamma === 'number' && gamma > 0), 'similarity', 'must be linear, or rbf with a positive gamma');
  const starts = array(state, 'starts', Int32Array, classes + 1);
  require(starts[0] === 0 && starts.every((start, k) => k === 0 || start >= (starts[k - 1] as number)), 'starts', 'must ascend from 0');
  array(state, 'vectors', Float64Array, (starts[classes] as number) * width);
  const pairs = state.pairs as State[];
  require(Array.isArray(pairs) && pairs.length === classes * (classes - 1) / 2, 'pairs', `must be all pairs of ${classes} classes`);
  const vectors = (k: number): number => (starts[k + 1] as number) - (starts[k] as number);
  for (let a = 0, at = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++, at++) {
      const { coefficients, intercept, sigmoid } = pairs[at] as State;
      const { slope, offset } = (sigmoid ?? {}) as State;
      array({ coefficients }, 'coefficients', Float64Array, vectors(a) + vectors(b), `pairs[${at}].coefficients`);
      require(Number.isFinite(intercept), `pairs[${at}].intercept`, 'must be a number');
      require(Number.isFinite(slope) && Number.isFinite(offset), `pairs[${at}].sigmoid`, 'must hold a slope and an offset');
    }
  }
}

const CHECKS: Readonly<Record<FamilyName, (state: State, features: number) => void>> = {
  'boosting': trees, 'random-forest': trees, 'extra-trees': trees, 'gaussian-process': gaussian, 'nearest-neighbours': neighbours, 'response-surface': surface, 'elastic-net': surface,
  'discriminant': discriminant, 'support-vectors': supportVectors,
};
