import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import type { NonlinearTarget } from '../../../schemas/index.ts';
import type { Case, CaseResult } from '../../harness/index.ts';
import { analyse } from './analysis.ts';

const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/uci');
/** Made by bench/peers/uci_tuned.py. */
const tunedPeers = join(import.meta.dirname, '../../peers/recorded/uci-tuned.json');
const baselines = z.object({
  results: z.record(z.string(), z.object({
    file: z.string(), fold_file: z.string(), rows_used: z.number(), task: z.enum(['regression', 'binary', 'multiclass']), target: z.string(), dropped: z.array(z.string()), categorical: z.array(z.string()),
    models: z.record(z.string(), z.object({ folds: z.array(z.record(z.string(), z.number())) })),
  })),
});
const tuned = z.object({ results: z.record(z.string(), z.record(z.string(), z.object({ r2: z.array(z.number()), cpu_s: z.number() }))) });
type Baseline = z.infer<typeof baselines>['results'][string];
type Peer = { model: string; r2: readonly number[] };

const QUICK_ROWS = 500;

/** What a set of so many rows is given: every family where they take minutes, trees alone where the others would take hours. */
const budgets: readonly { rows: number; parameters: Record<string, unknown> }[] = [
  { rows: 600, parameters: { models_to_use: ['elastic_net', 'random_forest', 'lightgbm', 'xgboost', 'response_surface', 'gaussian_process'], n_trials: 20, inner_splits: 4 } },
  { rows: 6000, parameters: { models_to_use: ['extra_trees', 'lightgbm', 'xgboost', 'response_surface'], n_trials: 10, inner_splits: 3 } },
  { rows: Infinity, parameters: { models_to_use: ['lightgbm', 'xgboost'], n_trials: 10, inner_splits: 2 } },
];

/**
 * The job's nested score on every public regression set with its stored folds (fold_column), beside the best of four default peers (stored) and of four tuned ones (recorded, nested in the same folds).
 * R² of a fold each; a win or loss where the mean difference to the best peer over the folds is larger than its own standard error, else a tie. A loss fails.
 */
export const publicSets: Case = {
  name: 'public-sets',
  about: 'nested R² of the job on the public regression sets with their stored folds, beside the best default and the best tuned peer',
  async run(setting): Promise<CaseResult> {
    if (!existsSync(join(folder, 'baselines.json'))) return { comparisons: [], failures: [], details: [`${folder} is absent: put the shared folder beside the project or set ZEROSEC_SHARED`] };
    const { results } = baselines.parse(JSON.parse(await readFile(join(folder, 'baselines.json'), 'utf8')));
    const recorded = tuned.parse(JSON.parse(await readFile(tunedPeers, 'utf8'))).results;
    const pool = new ThreadPool(Math.max(2, setting.threads));
    const tally = { win: 0, tie: 0, loss: 0 };
    const [details, failures]: [string[], string[]] = [[`${'set'.padEnd(20)}${'rows'.padStart(6)}   ours  ± se    best default peer               best tuned peer                 verdict`], []];
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    try {
      for (const [name, set] of Object.entries(results).sort(([, a], [, b]) => a.rows_used - b.rows_used)) {
        if (set.task !== 'regression' || process.env['ZEROSEC_BENCH_SETS']?.split(',').includes(name) === false) continue;
        const { csv, rows, features } = await tableOf(set);
        if (setting.quick && rows > QUICK_ROWS) continue;
        const before = process.cpuUsage();
        const result = await analyse(pool, csv, {
          target_columns: [set.target], feature_columns: features, fold_column: FOLD, train_test_split: 0, cv_groups: 'none', duplicates: 'keep', outputs: [], enable_shap: false,
          ...budgets.find((budget) => rows <= budget.rows)?.parameters,
        });
        const target = result.targets[0];
        if (target?.status !== 'fitted') throw new Error(`${name} was not fitted`);
        const ours = foldR2(target);
        const best = (list: readonly Peer[]): Peer | undefined => list.reduce<Peer | undefined>((a, b) => (a === undefined || mean(b.r2) > mean(a.r2) ? b : a), undefined);
        const plain = best(Object.entries(set.models).map(([model, { folds }]) => ({ model, r2: folds.map((fold) => fold['r2'] as number) }))) as Peer;
        const searched = best(Object.entries(recorded[name] ?? {}).map(([model, { r2 }]) => ({ model, r2 })));
        const peer = searched !== undefined && mean(searched.r2) > mean(plain.r2) ? searched : plain;
        const differences = ours.map((value, k) => value - (peer.r2[k] as number));
        const verdict = Math.abs(mean(differences)) <= standardError(differences) ? 'tie' : mean(differences) > 0 ? 'win' : 'loss';
        tally[verdict]++;
        if (verdict === 'loss') failures.push(`${name}: R² ${mean(ours).toFixed(4)}, ${peer.model} ${mean(peer.r2).toFixed(4)} (difference ${mean(differences).toFixed(4)} ± ${standardError(differences).toFixed(4)})`);
        const used = process.cpuUsage(before);
        const show = (one: Peer | undefined): string => (one === undefined ? '–' : `${mean(one.r2).toFixed(4)} ${one.model}`).padEnd(32);
        details.push(`${name.padEnd(20)}${String(rows).padStart(6)} ${mean(ours).toFixed(4)} ${standardError(ours).toFixed(4)}  ${show(plain)}${show(searched)}${verdict} (${mean(differences) >= 0 ? '+' : ''}${mean(differences).toFixed(4)} ± ${standardError(differences).toFixed(4)}) ${((used.user + used.system) / 1e6).toFixed(0)} CPU s; ${Object.entries(target.stack.weights).map(([family, weight]) => `${family} ${weight.toFixed(2)}`).join(', ')}`);
        setting.log(details.at(-1));
      }
    } finally {
      await pool.close();
    }
    details.push(Object.entries(tally).map(([verdict, count]) => `${count} ${verdict}`).join(', '));
    const used = process.cpuUsage(cpu);
    return {
      comparisons: [{ ours_s: (performance.now() - start) / 1000, ours_cpu_s: (used.user + used.system) / 1e6, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: 1, floor: null, quality: tally }],
      failures, details,
    };
  },
};

const FOLD = 'stored_fold';

/** The set with its folds as a column. Gaps of numbers are filled with the column's median, so that every stored row is scored. */
async function tableOf({ file, fold_file, target, dropped, categorical }: Baseline): Promise<{ csv: string; rows: number; features: string[] }> {
  const [head = [], ...lines] = (await readFile(join(folder, file), 'utf8')).trim().split(/\r?\n/).map(cellsOf);
  const folds = (await readFile(join(folder, fold_file), 'utf8')).trim().split(/\s+/);
  const medians = head.map((name, j) => {
    if (categorical.includes(name)) return '';
    const known = lines.flatMap((line) => (line[j] === '' ? [] : [Number(line[j])])).sort((a, b) => a - b);
    return String(known[known.length >> 1] ?? 0);
  });
  const filled = lines.map((line, i) => [...line.map((cell, j) => (cell === '' ? medians[j] : cell)), folds[i] ?? '']);
  return { csv: [[...head, FOLD], ...filled].map((line) => line.join(',')).join('\n'), rows: lines.length, features: head.filter((name) => name !== target && !dropped.includes(name)) };
}

function cellsOf(line: string): string[] {
  return Array.from(`${line},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g), ([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** R² of each outer fold around its own mean, as scikit-learn's r2_score has it. */
function foldR2({ observed, outer_fold: fold, final }: NonlinearTarget): number[] {
  return final.score.fold_rmse.map((_, k) => {
    const rows = [...fold.keys()].filter((row) => fold[row] === k);
    const centre = mean(rows.map((row) => observed[row] as number));
    const sum = (of: (row: number) => number): number => rows.reduce((total, row) => total + of(row) ** 2, 0);
    return 1 - sum((row) => (observed[row] as number) - (final.out_of_fold[row] as number)) / sum((row) => (observed[row] as number) - centre);
  });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const standardError = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length);
