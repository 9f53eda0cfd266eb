import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Case, CaseResult } from '../../harness/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Kernels } from '../../../kernels/index.ts';
import { binRows, boost, findBins, predict } from '../../../kernels/trees/index.ts';
import type { BoostOptions, Matrix } from '../../../kernels/trees/index.ts';

const scores = z.record(z.string(), z.number());
const baselines = z.object({
  results: z.record(z.string(), z.object({
    file: z.string(), fold_file: z.string(), task: z.enum(['regression', 'binary', 'multiclass']), target: z.string(), dropped: z.array(z.string()), categorical: z.array(z.string()),
    models: z.record(z.string(), z.object({ folds: z.array(scores) })),
  })),
});
type Baseline = z.infer<typeof baselines>['results'][string];

const PEERS = [['sklearn', 'hist_gradient_boosting'], ['XGBoost', 'xgboost']] as const;
/** Largest set that --quick looks at. */
const QUICK_ROWS = 400;
const SMALLEST_PROBABILITY = 1e-15;

/**
 * Library defaults of all three on every stored set with its stored folds: log-loss, or 1 - R2 of a regression. Ours wins or loses a set where the mean difference over the folds is larger than
 * its own standard error; otherwise it is a tie.
 */
export const quality: Case = {
  name: 'quality',
  about: 'loss of default boosting on the UCI sets with their stored folds, beside the stored results of scikit-learn and XGBoost',
  async run(setting): Promise<CaseResult> {
    const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/uci');
    const { results } = baselines.parse(JSON.parse(readFileSync(join(folder, 'baselines.json'), 'utf8')));
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    const tally: Record<string, number> = {};
    const details = ['set                        ours    sklearn  XGBoost   (sklearn, XGBoost)'];
    const start = performance.now();
    const cpu = process.cpuUsage();
    for (const [name, set] of Object.entries(results)) {
      const table = readSet(folder, set);
      if (setting.quick && table.y.length > QUICK_ROWS) continue;
      setting.log(name);
      const ours = losses(kernels, set, table);
      const verdicts = PEERS.map(([peer, model]) => {
        const theirs = (set.models[model]?.folds ?? []).map((fold) => (set.task === 'regression' ? 1 - (fold['r2'] as number) : fold['log_loss'] as number));
        const verdict = compare(ours, theirs);
        tally[`${peer}_${verdict}`] = (tally[`${peer}_${verdict}`] ?? 0) + 1;
        return { mean: mean(theirs), verdict };
      });
      details.push(`${name.padEnd(24)} ${[mean(ours), ...verdicts.map((one) => one.mean)].map((value) => value.toFixed(4).padStart(8)).join(' ')}   ${verdicts.map((one) => one.verdict).join(', ')}`);
    }
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
function losses(kernels: Kernels, { task }: Baseline, { matrix, y, folds, categorical, classes }: Table): number[] {
  const options: BoostOptions = task === 'regression' ? { objective: 'squared' } : task === 'binary' ? { objective: 'logistic' } : { objective: 'softmax', numClass: classes };
  return [...new Set(folds)].filter((fold) => fold >= 0).sort((a, b) => a - b).map((fold) => {
    const [train, held] = [true, false].map((isTrain) => Int32Array.from(folds.keys()).filter((i) => (folds[i] as number) >= 0 && (folds[i] !== fold) === isTrain)) as [Int32Array, Int32Array];
    const take = (rows: Int32Array): Matrix => {
      const values = new Float64Array(rows.length * matrix.columns);
      for (let j = 0; j < matrix.columns; j++) rows.forEach((row, i) => { values[j * rows.length + i] = matrix.values[j * matrix.rows + row] as number; });
      return { values, rows: rows.length, columns: matrix.columns, order: 'column-major' };
    };
    const mark = kernels.memory.mark();
    const table = take(train);
    const { ensemble } = boost(kernels, { rows: binRows(kernels, findBins(kernels, table, { categorical }), table), y: Float64Array.from(train, (i) => y[i] as number) }, options);
    kernels.memory.release(mark);
    const p = predict(kernels, ensemble, take(held));
    const truth = Float64Array.from(held, (i) => y[i] as number);
    const centre = mean([...truth]);
    if (task === 'regression') return truth.reduce((sum, t, i) => sum + (t - (p[i] as number)) ** 2, 0) / truth.reduce((sum, t) => sum + (t - centre) ** 2, 0);
    const clip = (q: number): number => Math.min(Math.max(q, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
    return truth.reduce((sum, t, i) => sum - Math.log(clip(task === 'binary' ? (t === 1 ? p[i] as number : 1 - (p[i] as number)) : p[t * truth.length + i] as number)), 0) / truth.length;
  });
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
