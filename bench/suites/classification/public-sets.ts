import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { areaUnderRoc } from '../../../cluster/scores/index.ts';
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
const VERY_MANY_ROWS = 12_000;
const MOST_ROWS = 40_000;
/** From so many rows times labels on, one setting of boosting and softmax do: each study fits every label. */
const MANY_CELLS = 10_000;
/** Well-tried settings instead of a search. */
const settled = { lightgbm: { num_leaves: 15, learning_rate: 0.1, min_data_in_leaf: 5, feature_fraction: 0.6, bagging_fraction: 0.8, lambda_l2: 1, min_gain_to_split: 1e-6 }, logistic: { ridge: 1 } };

/**
 * The whole pipeline beside the stored scores of scikit-learn's and XGBoost's defaults on the stored folds. Each metric beside the best peer of the set for that metric: better in the mean (win), not more than
 * one standard deviation of the peer's folds below it (tie), or worse (loss, which fails).
 */
export const publicSets: Case = {
  name: 'public-sets',
  about: 'AUC, log-loss and accuracy of the default pipeline (10 trials, 5 inner folds) on the public sets of labels with stored folds, beside the best of four default peers',
  async run(setting): Promise<CaseResult> {
    if (!existsSync(join(folder, 'baselines.json'))) return { comparisons: [], failures: [], details: [`${folder} is absent: put the shared folder beside the project or set ZEROSEC_SHARED`] };
    const { results } = baselines.parse(JSON.parse(await readFile(join(folder, 'baselines.json'), 'utf8')));
    const pool = new ThreadPool(Math.max(2, setting.threads));
    const tally: Record<string, number> = {};
    const [details, failures]: [string[], string[]] = [[`${'set'.padEnd(25)}${metrics.map(([name]) => `${name.padStart(9)}   best peer             `).join('')}`], []];
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    try {
      for (const [name, set] of Object.entries(results)) {
        if (set.task === 'regression' || process.env['ZEROSEC_BENCH_SETS']?.split(',').includes(name) === false) continue;
        const { csv, rows, features, positive, labels } = await tableOf(set);
        if (rows > (setting.quick ? QUICK_ROWS : MOST_ROWS)) continue;
        const before = process.cpuUsage();
        const several = set.task === 'multiclass';
        const many = several ? rows * labels > MANY_CELLS : rows > MANY_ROWS;
        const result = await analyse(pool, csv, {
          target_column: set.target, positive_label: positive, feature_columns: features, fold_column: FOLD, inner_splits: many && several ? 2 : 5, n_trials_inner: 10, train_test_split: 0, cv_groups: 'none', duplicates: 'keep', outputs: [], explanation: { enabled: false },
          ...several && { all_labels: true, models_to_use: ['logistic', 'quadratic_logistic', 'discriminant', 'gaussian_process', 'lightgbm', 'random_forest', 'extra_trees'] }, ...many && { models_to_use: ['logistic', 'lightgbm'] }, ...(many && several || rows > VERY_MANY_ROWS) && { hyperparams: settled },
        });
        const ours = several ? severalScores(result) : foldScores(result);
        const cells = metrics.map(([metric, sign]) => {
          const own = mean(ours.map((fold) => fold[metric] as number));
          const peers = Object.entries(set.models).map(([model, { folds }]) => ({ model, values: folds.map((fold) => (fold[metric] ?? fold[`${metric}_ovr_macro`]) as number) }));
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
async function tableOf({ file, fold_file, target, dropped }: Baseline): Promise<{ csv: string; rows: number; features: string[]; positive: string; labels: number }> {
  const lines = (await readFile(join(folder, file), 'utf8')).trim().split(/\r?\n/);
  const folds = (await readFile(join(folder, fold_file), 'utf8')).trim().split(/\s+/);
  const head = cellsOf(lines[0] as string).map(plain);
  const at = head.indexOf(target);
  const labels = [...new Set(lines.slice(1).map((line) => plain(cellsOf(line)[at] ?? '')))].filter((label) => label !== '').sort();
  return { csv: lines.map((line, i) => `${line},${i === 0 ? FOLD : folds[i - 1] ?? ''}`).join('\n'), rows: lines.length - 1, labels: labels.length, features: head.filter((name) => name !== target && !dropped.includes(name)), positive: commonest(lines.slice(1).map((line) => plain(cellsOf(line)[at] ?? '')), labels) };
}

/** The last label of two, as the baselines have it; of several the one with the most rows. */
function commonest(given: readonly string[], labels: readonly string[]): string {
  if (labels.length <= 2) return labels.at(-1) ?? '';
  const count = (label: string): number => given.reduce((sum, own) => sum + Number(own === label), 0);
  return labels.reduce((a, b) => (count(b) > count(a) ? b : a));
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

/** Of each outer fold, as the baselines: areas of the labels of the fold against the rest, in the mean. */
function severalScores({ several, outer_fold: fold }: ClassificationResult): Record<string, number>[] {
  if (several === null) return [];
  return [...new Set(fold)].sort((a, b) => a - b).map((k) => {
    const rows = [...fold.keys()].filter((row) => fold[row] === k);
    const areas = several.labels.flatMap((_, label) => {
      const { area } = areaUnderRoc(rows.map((row) => Number(several.observed[row] === label)), rows.map((row) => several.out_of_fold[label]?.[row] as number));
      return area === null ? [] : [area];
    });
    return {
      auc: mean(areas), accuracy: rows.filter((row) => several.likeliest[row] === several.observed[row]).length / rows.length,
      log_loss: mean(rows.map((row) => -Math.log(Math.max(several.out_of_fold[several.observed[row] as number]?.[row] as number, 1e-15)))),
    };
  });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
