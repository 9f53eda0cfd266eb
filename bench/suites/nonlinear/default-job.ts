import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import type { NonlinearResult } from '../../../schemas/index.ts';
import type { Case } from '../../harness/index.ts';
import { analyse } from './analysis.ts';
import { once } from './once.ts';

const table = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/original/results_db__main_results.csv');
/** Grouped nested R² that the stack must reach on each target. */
const bars: Readonly<Record<string, number>> = { 上面ダレ量: 0.84, 側面ダレ量: 0.76, 摩耗量: 0.36 };
/** The same pipeline on Optuna, scikit-learn, LightGBM and XGBoost: 97 CPU s for an outer fold of a target at five inner folds (specification), here 3 targets × 10 folds × twice the inner folds. */
const recorded = { peer: 'Optuna + sklearn + LightGBM + XGBoost', version: '3.1', cpu_s: 97 * 3 * 10 * 2 };

export const defaultJob: Case = {
  name: 'default-job',
  about: 'the default job on the real table: 3 targets, 10 × 10 nested, 50 trials, five families with the Gaussian process, explanation, charts, workbook; two threads',
  async run(setting) {
    if (!existsSync(table)) return { comparisons: [], failures: [], details: [`the table ${table} is absent: put the shared folder beside the project or set ZEROSEC_SHARED`] };
    return once(setting, async () => {
      const result = await run(setting.quick ? { outer_splits: 3, inner_splits: 3, n_trials: 10, outputs: [] } : {}, Math.max(2, setting.threads));
      const fitted = result.targets.flatMap((target) => (target.status === 'fitted' ? [target] : []));
      const r2 = fitted.map(({ target, stack, noise }) => ({ target, value: stack.score.r2 as number, ceiling: noise.r2_ceiling ?? 1 }));
      return {
        quality: Object.fromEntries(r2.map(({ target, value }) => [`r2_${target}`, value])),
        failures: r2.flatMap(({ target, value, ceiling }) => [
          ...(value < (bars[target] ?? 0) ? [`${target}: nested R² ${value.toFixed(3)} is below ${bars[target]}`] : []),
          ...(value > ceiling ? [`${target}: nested R² ${value.toFixed(3)} is above the noise ceiling ${ceiling.toFixed(3)}: something leaks`] : []),
        ]),
        details: fitted.map(({ target, families, stack, noise, interval }) => `${target}: stack ${stack.score.r2?.toFixed(3)}, ceiling ${noise.r2_ceiling?.toFixed(3)}, coverage ${interval.coverage_out_of_fold?.toFixed(3)}; ${families.map(({ family, score }) => `${family} ${score.r2?.toFixed(3)}`).join(', ')}`),
      };
    }, recorded);
  },
};

async function run(parameters: Record<string, unknown>, threads: number): Promise<NonlinearResult> {
  const pool = new ThreadPool(threads);
  try {
    return await analyse(pool, await readFile(table), parameters);
  } finally {
    await pool.close();
  }
}
