import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { normalQuantile } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

const resamplings = 200;
const trained = 60;
const fresh = 100;
const level = 0.9;

/** The example of the specification, §6.9: y = sin 3x + 0.3 (1 + |x|) N. */
function sample(draw: () => number, n: number): { x: number; y: number }[] {
  return Array.from({ length: n }, () => {
    const x = Number((4 * draw() - 2).toFixed(4));
    return { x, y: Math.sin(3 * x) + 0.3 * (1 + Math.abs(x)) * normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, draw()))) };
  });
}

test(`CV+ intervals of ${100 * level} % cover new rows as often as they promise, over ${resamplings} resamplings`, async () => {
  let inside = 0;
  let rows = 0;
  const each: number[] = [];
  for (let round = 0; round < resamplings; round++) {
    const draw = randomStream(round, 0x636f);
    const table = `x,y\n${sample(draw, trained).map(({ x, y }) => `${x},${y}`).join('\n')}\n`;
    const tests = sample(draw, fresh);
    const { files } = await analyse(table, { target_columns: ['y'], models_to_use: ['gaussian_process'], hyperparams: { gaussian_process: { kernel: 'matern52', linear: false } }, outer_splits: 10, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, enable_pareto: false, outputs: [], confidence_level: level, language: 'en' }, { grid: `x\n${tests.map(({ x }) => x).join('\n')}\n` });
    const arrow = tableFromIPC(files.get('04_予測/Prediction_output.arrow'));
    const [low, high] = ['y_low', 'y_high'].map((name) => [...arrow.getChild(name)!] as number[]) as [number[], number[]];
    const covered = tests.filter(({ y }, i) => low[i]! <= y && y <= high[i]!).length;
    each.push(covered / fresh);
    inside += covered;
    rows += fresh;
  }
  const coverage = inside / rows;
  // rows of one resampling share their model: the band is of the mean of the resamplings, not of rows
  const spread = Math.sqrt(each.reduce((sum, share) => sum + (share - coverage) ** 2, 0) / (resamplings - 1) / resamplings);
  // what chance alone does to so many independent rows, three deviations each way
  const band = 3 * Math.sqrt(level * (1 - level) / rows);
  console.log(`coverage ${coverage.toFixed(4)} ± ${spread.toFixed(4)} of ${rows} rows, binomial band ${(level - band).toFixed(4)} to ${(level + band).toFixed(4)}, seed = number of the resampling`);
  assert.ok(coverage >= 0.88 && coverage <= 0.94, `${coverage}`);
  assert.ok(coverage > level - 3 * spread, `${coverage} is below ${level} by more than chance`);
  assert.ok(Math.abs(coverage - level) <= band, `${coverage} is outside the binomial band of ${rows} rows around ${level}`);
});
