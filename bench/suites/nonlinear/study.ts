import { tunedFamilies } from '../../../cluster/families/index.ts';
import { tune } from '../../../cluster/study/index.ts';
import { racePruner } from '../../../cluster/tuning/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { friedman } from '../../generators/trees.ts';
import type { Case } from '../../harness/index.ts';
import { once } from './once.ts';

/** Optuna's best root of the pooled squared error, LightGBM 4.6, seed 42. */
const best = 1.40272;

/** The peer searches numbers of trees, too; ours reads them off the path. Same rows, same five folds (row mod 5), same measure. */
export const study: Case = {
  name: 'lightgbm-study',
  about: 'friedman 1,000 × 20, LightGBM, five folds, 100 trials',
  async run(setting) {
    const { x, y } = friedman(setting.quick ? 200 : 1000);
    const n = y.length;
    const mean = y.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
    const values = new Float64Array(n * 20);
    for (let i = 0; i < n; i++) for (let j = 0; j < 20; j++) values[j * n + i] = x[i * 20 + j] as number;
    return once(setting, async () => {
      const kernels = await instantiate(await loadKernels(), KernelMemory.create());
      const rows = { x: { values, rows: n, columns: 20, order: 'column-major' as const }, task: 'regression' as const, y: Float64Array.from(y, (v) => (v - mean) / deviation), featureNames: Array.from({ length: 20 }, (_, j) => `x${j}`), categorical: [], fold: Int32Array.from({ length: n }, (_, i) => i % 5), folds: 5 };
      const family = tunedFamilies.lightgbm;
      const tuned = tune(family.open(kernels, rows, 42), { name: 'friedman', space: family.space(rows), portfolio: family.portfolio(rows), folds: 5, trials: setting.quick ? 12 : 100, seed: 42, pruner: racePruner(), counters: new Int32Array(new SharedArrayBuffer(8)) });
      const rmse = deviation * Math.sqrt(tuned.best.value);
      return {
        quality: { best_cv_rmse: rmse, peer_best_cv_rmse: best, best_trial: tuned.best.number, pruned: tuned.trials.filter(({ state }) => state === 'pruned').length },
        failures: rmse > best ? [`best RMSE ${rmse.toFixed(4)} is above Optuna's ${best}`] : [],
      };
    }, { peer: 'Optuna + LightGBM', version: '3.1 / 4.6', cpu_s: 133 });
  },
};
