import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import type { ClassificationResult } from '../../../schemas/index.ts';
import type { Case, CaseResult } from '../../harness/index.ts';
import { analyse } from './analysis.ts';

const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/uci');
const scores = z.record(z.string(), z.number());
const baselines = z.object({
  results: z.record(z.string(), z.object({
    file: z.string(), fold_file: z.string(), task: z.enum(['regression', 'binary', 'multiclass']), target: z.string(), dropped: z.array(z.string()), positive: z.string().optional(),
    models: z.record(z.string(), z.object({ folds: z.array(scores) })),
  })),
});
type Baseline = z.infer<typeof baselines>['results'][string];

/** Greater is better for the first and the last. */
const metrics = [['auc', 1], ['log_loss', -1], ['accuracy', 1]] as const;
const QUICK_ROWS = 400;
/** From so many rows on two families do: the others take minutes each. */
const MANY_ROWS = 2500;
const MOST_ROWS = 12_000;

/**
 * The whole pipeline beside the stored scores of scikit-learn's and XGBoost's defaults on the stored folds. Each metric beside the best peer of the set for that metric: better in the mean (win), not more than
 * one standard deviation of the peer's folds below it (tie), or worse (loss, which fails).
 */
export const publicSets: Case = {
  name: 'public-sets',
  about: 'AUC, log-loss and accuracy of the default pipeline (10 trials, 5 inner folds) on the public sets of two labels with stored folds, beside the best of four default peers',
  async run(setting): Promise<CaseResult> {
    if (!existsSync(join(folder, 'baselines.json'))) return { comparisons: [], failures: [], details: [`${folder} is absent: put the shared folder beside the project or set ZEROSEC_SHARED`] };
    const { results } = baselines.parse(JSON.parse(await readFile(join(folder, 'baselines.json'), 'utf8')));
    const pool = new ThreadPool(Math.max(2, setting.threads));
    const tally: Record<string, number> = {};
    const [details, failures]: [string[], string[]] = [[`${'set'.padEnd(25)}${metrics.map(([name]) => `${name.padStart(9)}   best peer             `).join('')}`], []];
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    try {
      for (const [name, set] of Object.entries(results)) {
        if (set.task !== 'binary' || process.env['ZEROSEC_BENCH_SETS']?.split(',').includes(name) === false) continue;
        const { csv, rows, features, positive } = await tableOf(set);
        if (rows > (setting.quick ? QUICK_ROWS : MOST_ROWS)) continue;
        const before = process.cpuUsage();
        const result = await analyse(pool, csv, {
          target_column: set.target, positive_label: positive, feature_columns: features, fold_column: FOLD, inner_splits: 5, n_trials_inner: 10, train_test_split: 0, cv_groups: 'none', duplicates: 'keep', outputs: [], explanation: { enabled: false },
          ...rows > MANY_ROWS && { models_to_use: ['logistic', 'lightgbm'] },
        });
        const ours = foldScores(result);
        const cells = metrics.map(([metric, sign]) => {
          const own = mean(ours.map((fold) => fold[metric] as number));
          const peers = Object.entries(set.models).map(([model, { folds }]) => ({ model, values: folds.map((fold) => fold[metric] as number) }));
          const best = peers.reduce((a, b) => (sign * mean(b.values) > sign * mean(a.values) ? b : a));
          const gain = sign * (own - mean(best.values));
          const verdict = gain > 0 ? 'win' : gain >= -deviation(best.values) ? 'tie' : 'loss';
          tally[`${metric} ${verdict}`] = (tally[`${metric} ${verdict}`] ?? 0) + 1;
          if (verdict === 'loss') failures.push(`${name}: ${metric} ${own.toFixed(4)}, ${best.model} ${mean(best.values).toFixed(4)} ± ${deviation(best.values).toFixed(4)}`);
          return `${own.toFixed(4).padStart(9)} ${mean(best.values).toFixed(4)} ${best.model.slice(0, 14).padEnd(14)} ${verdict.padEnd(4)}`;
        });
        const used = process.cpuUsage(before);
        details.push(`${name.padEnd(25)}${cells.join(' ')} ${((used.user + used.system) / 1e6).toFixed(0).padStart(4)} CPU s`);
        setting.log(details.at(-1));
      }
    } finally {
      await pool.close();
    }
    details.push(metrics.map(([metric]) => `${metric}: ${['win', 'tie', 'loss'].map((verdict) => `${tally[`${metric} ${verdict}`] ?? 0} ${verdict}`).join(', ')}`).join('; '));
    const used = process.cpuUsage(cpu);
    return {
      comparisons: [{ ours_s: (performance.now() - start) / 1000, ours_cpu_s: (used.user + used.system) / 1e6, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: 1, floor: null, quality: tally }],
      failures, details,
    };
  },
};

const FOLD = 'stored_fold';

/** The set with its folds as a column. */
async function tableOf({ file, fold_file, target, dropped }: Baseline): Promise<{ csv: string; rows: number; features: string[]; positive: string }> {
  const lines = (await readFile(join(folder, file), 'utf8')).trim().split(/\r?\n/);
  const folds = (await readFile(join(folder, fold_file), 'utf8')).trim().split(/\s+/);
  const head = cellsOf(lines[0] as string).map(plain);
  const at = head.indexOf(target);
  const labels = [...new Set(lines.slice(1).map((line) => plain(cellsOf(line)[at] ?? '')))].filter((label) => label !== '').sort();
  return { csv: lines.map((line, i) => `${line},${i === 0 ? FOLD : folds[i - 1] ?? ''}`).join('\n'), rows: lines.length - 1, features: head.filter((name) => name !== target && !dropped.includes(name)), positive: labels.at(-1) ?? '' };
}

const plain = (cell: string): string => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);

function cellsOf(line: string): string[] {
  return Array.from(`${line},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g), ([, cell = '']) => cell);
}

/** Of each outer fold. */
function foldScores({ final, observed, outer_fold: fold }: ClassificationResult): Record<string, number>[] {
  return final.score.fold_auc.map((auc, k) => {
    const rows = [...fold.keys()].filter((row) => fold[row] === k);
    return { auc: auc ?? NaN, log_loss: final.score.fold_log_loss[k] ?? NaN, accuracy: rows.filter((row) => Number((final.out_of_fold[row] as number) >= 0.5) === observed[row]).length / rows.length };
  });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
