import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Case, CaseResult } from '../../harness/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Kernels } from '../../../kernels/index.ts';
import { binRows, boost, boostOptionsFrom, findBins, growForest, predict } from '../../../kernels/trees/index.ts';
import type { Ensemble, Matrix } from '../../../kernels/trees/index.ts';

const scores = z.record(z.string(), z.number());
const baselines = z.object({
  results: z.record(z.string(), z.object({
    file: z.string(), fold_file: z.string(), task: z.enum(['regression', 'binary', 'multiclass']), target: z.string(), dropped: z.array(z.string()), categorical: z.array(z.string()),
    models: z.record(z.string(), z.object({ folds: z.array(scores) })),
  })),
});
type Baseline = z.infer<typeof baselines>['results'][string];

type Style = 'histogram' | 'xgboost' | 'forest';
/** Like beside like: our leaf-wise boosting with LightGBM's defaults, our depth-wise boosting with XGBoost's, our forest with scikit-learn's. */
const PAIRS: readonly { style: Style; peer: string; model: string }[] = [
  { style: 'histogram', peer: 'sklearn HGB', model: 'hist_gradient_boosting' }, { style: 'xgboost', peer: 'XGBoost', model: 'xgboost' }, { style: 'forest', peer: 'sklearn RF', model: 'random_forest' },
];
/** Largest set that --quick looks at. */
const QUICK_ROWS = 400;
const SMALLEST_PROBABILITY = 1e-15;

/**
 * Library defaults on every stored set with its stored folds, each of our learners beside the one of its kind: log-loss, or 1 - R2 of a regression; of forests, whose votes of a pure leaf make
 * the log-loss infinite, the Brier score. Ours wins or loses a set where the mean difference over the folds is larger than its own standard error; otherwise it is a tie.
 */
export const quality: Case = {
  name: 'quality',
  about: 'loss of default boosting and forests on the UCI sets with their stored folds, beside the stored results of scikit-learn and XGBoost',
  async run(setting): Promise<CaseResult> {
    const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/uci');
    const { results } = baselines.parse(JSON.parse(readFileSync(join(folder, 'baselines.json'), 'utf8')));
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    const tally: Record<string, number> = {};
    const details = [`${'set'.padEnd(24)} ${PAIRS.map(({ peer }) => `${'ours'.padStart(8)} ${peer.padStart(11)}     `).join('  ')}`];
    const start = performance.now();
    const cpu = process.cpuUsage();
    for (const [name, set] of Object.entries(results)) {
      const table = readSet(folder, set);
      if (setting.quick && table.y.length > QUICK_ROWS) continue;
      setting.log(name);
      const cells = PAIRS.map(({ style, peer, model }) => {
        if (style === 'forest' && set.task === 'multiclass') return ''.padStart(25);
        const metric = style === 'forest' && set.task === 'binary' ? 'brier' : set.task === 'regression' ? 'r2' : 'log_loss';
        const theirs = (set.models[model]?.folds ?? []).map((fold) => (metric === 'r2' ? 1 - (fold['r2'] as number) : fold[metric] as number));
        const ours = losses(kernels, set, table, style);
        const verdict = compare(ours, theirs);
        tally[`${peer} ${verdict}`] = (tally[`${peer} ${verdict}`] ?? 0) + 1;
        return `${mean(ours).toFixed(4).padStart(8)} ${mean(theirs).toFixed(4).padStart(11)} ${verdict.padEnd(4)}`;
      });
      details.push(`${name.padEnd(24)} ${cells.join('  ')}`);
    }
    details.push(PAIRS.map(({ peer }) => `${peer}: ${['win', 'tie', 'loss'].map((verdict) => `${tally[`${peer} ${verdict}`] ?? 0} ${verdict}`).join(', ')}`).join('; '));
    const used = process.cpuUsage(cpu);
    return {
      comparisons: [{ ours_s: (performance.now() - start) / 1000, ours_cpu_s: (used.user + used.system) / 1e6, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: 1, floor: null, quality: tally }],
      failures: [], details,
    };
  },
};

interface Table { matrix: Matrix; y: Float64Array; folds: number[]; categorical: number[]; classes: number }

/** The set as numbers: texts as codes in alphabetical order, empty cells as NaN. Simple CSV without quotes but around whole cells. */
function readSet(folder: string, { file, fold_file, target, dropped, categorical, task }: Baseline): Table {
  const [head, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split(/\r?\n/).map(cells);
  const names = head as string[];
  const column = (name: string): string[] => lines.map((line) => line[names.indexOf(name)] ?? '');
  const codes = (texts: readonly string[]): Float64Array => {
    const known = [...new Set(texts.filter((text) => text !== ''))].sort();
    const code = new Map(known.map((text, k) => [text, k]));
    return Float64Array.from(texts, (text) => code.get(text) ?? Number.NaN);
  };
  const features = names.filter((name) => name !== target && !dropped.includes(name));
  const values = new Float64Array(lines.length * features.length);
  const isText = features.map((name) => categorical.includes(name));
  features.forEach((name, j) => values.set(isText[j] === true ? codes(column(name)) : Float64Array.from(column(name), (text) => (text === '' ? Number.NaN : Number(text))), j * lines.length));
  const y = task === 'regression' ? Float64Array.from(column(target), Number) : codes(column(target));
  const folds = readFileSync(join(folder, fold_file), 'utf8').trim().split(/\s+/).map(Number);
  return { matrix: { values, rows: lines.length, columns: features.length, order: 'column-major' }, y, folds, categorical: isText.flatMap((is, j) => (is ? [j] : [])), classes: new Set(y).size };
}

function cells(line: string): string[] {
  return Array.from(`${line},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g), ([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** Loss of each fold by a model of the others. */
function losses(kernels: Kernels, { task }: Baseline, { matrix, y, folds, categorical, classes }: Table, style: Style): number[] {
  // the peers had categories one-hot; our histogram learner takes them as they are
  const wide = style === 'histogram' ? matrix : oneHot(matrix, categorical);
  return [...new Set(folds)].filter((fold) => fold >= 0).sort((a, b) => a - b).map((fold) => {
    const [train, held] = [true, false].map((isTrain) => Int32Array.from(folds.keys()).filter((i) => (folds[i] as number) >= 0 && (folds[i] !== fold) === isTrain)) as [Int32Array, Int32Array];
    let [table, other] = [take(wide, train), take(wide, held)];
    if (style === 'forest') [table, other] = withMedians(table, other);
    const target = Float64Array.from(train, (i) => y[i] as number);
    const mark = kernels.memory.mark();
    const p = predict(kernels, fit(kernels, style, task, classes, table, target, style === 'histogram' ? categorical : []), other);
    kernels.memory.release(mark);
    const truth = Float64Array.from(held, (i) => y[i] as number);
    const centre = mean([...truth]);
    if (task === 'regression') return truth.reduce((sum, t, i) => sum + (t - (p[i] as number)) ** 2, 0) / truth.reduce((sum, t) => sum + (t - centre) ** 2, 0);
    if (style === 'forest') return truth.reduce((sum, t, i) => sum + (t - (p[i] as number)) ** 2, 0) / truth.length;
    const clip = (q: number): number => Math.min(Math.max(q, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
    return truth.reduce((sum, t, i) => sum - Math.log(clip(task === 'binary' ? (t === 1 ? p[i] as number : 1 - (p[i] as number)) : p[t * truth.length + i] as number)), 0) / truth.length;
  });
}

function fit(kernels: Kernels, style: Style, task: Baseline['task'], classes: number, table: Matrix, y: Float64Array, categorical: readonly number[]): Ensemble {
  const rows = binRows(kernels, findBins(kernels, table, { categorical }), table);
  // scikit-learn's defaults: all features for a number, the root of their count for a class
  if (style === 'forest') return growForest(kernels, rows, y, task === 'regression' ? {} : { maxFeatures: { count: Math.max(1, Math.floor(Math.sqrt(table.columns))) } }).ensemble;
  const objective = task === 'regression' ? 'squared' : task === 'binary' ? 'logistic' : 'softmax';
  const numClass = task === 'multiclass' ? { numClass: classes } : {};
  if (style === 'histogram') return boost(kernels, { rows, y }, { objective, ...numClass }).ensemble;
  const names = { squared: 'reg:squarederror', logistic: 'binary:logistic', softmax: 'multi:softprob' } as const;
  return boost(kernels, { rows, y }, boostOptionsFrom('xgboost', { objective: names[objective], ...(task === 'multiclass' ? { num_class: classes } : {}) })).ensemble;
}

function take(from: Matrix, rows: Int32Array): Matrix {
  const values = new Float64Array(rows.length * from.columns);
  for (let j = 0; j < from.columns; j++) rows.forEach((row, i) => { values[j * rows.length + i] = from.values[j * from.rows + row] as number; });
  return { values, rows: rows.length, columns: from.columns, order: 'column-major' };
}

/** Codes as one column per category; a missing one is a category of its own. */
function oneHot(matrix: Matrix, categorical: readonly number[]): Matrix {
  if (categorical.length === 0) return matrix;
  const columns: Float64Array[] = [];
  for (let j = 0; j < matrix.columns; j++) {
    const column = Float64Array.from(matrix.values.subarray(j * matrix.rows, (j + 1) * matrix.rows));
    if (!categorical.includes(j)) columns.push(column);
    else for (const code of new Set(column)) columns.push(column.map((value) => Number(Object.is(value, code))));
  }
  const values = new Float64Array(columns.length * matrix.rows);
  columns.forEach((column, j) => values.set(column, j * matrix.rows));
  return { values, rows: matrix.rows, columns: columns.length, order: 'column-major' };
}

/** Gaps filled with the training rows' medians; a column without a value is zero. */
function withMedians(train: Matrix, held: Matrix): [Matrix, Matrix] {
  const medians = Array.from({ length: train.columns }, (_, j) => {
    const known = train.values.slice(j * train.rows, (j + 1) * train.rows).filter((value) => !Number.isNaN(value)).sort();
    return known.length === 0 ? 0 : ((known[(known.length - 1) >> 1] as number) + (known[known.length >> 1] as number)) / 2;
  });
  const filled = (of: Matrix): Matrix => ({ ...of, values: Float64Array.from(of.values, (value, k) => (Number.isNaN(value) ? medians[Math.floor(k / of.rows)] as number : value)) });
  return [filled(train), filled(held)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function compare(ours: readonly number[], theirs: readonly number[]): 'win' | 'tie' | 'loss' {
  const differences = ours.map((value, k) => value - (theirs[k] as number));
  const centre = mean(differences);
  const error = Math.sqrt(differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / (differences.length - 1) / differences.length);
  return Math.abs(centre) <= error ? 'tie' : centre < 0 ? 'win' : 'loss';
}
