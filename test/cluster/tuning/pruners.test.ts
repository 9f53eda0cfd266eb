import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hyperbandPruner, medianPruner, percentilePruner, racePruner, randomSampler, Study, successiveHalvingPruner, wilcoxonPruner } from '../../../cluster/tuning/index.ts';
import type { Pruner } from '../../../cluster/tuning/index.ts';
import { signedRankGreater } from '../../../cluster/tuning/pruners/signed-rank.ts';
import { python, withoutPython } from '../../support/python.ts';

const withPruner = (pruner: Pruner, direction: 'minimize' | 'maximize' = 'minimize'): Study => new Study({ name: 'test', space: [{ name: 'x', distribution: { kind: 'float', low: 0, high: 1 } }], sampler: randomSampler(), seed: 1, pruner, directions: [direction] });

/** Reports a trial's steps until the pruner stops it; the step at which it did. */
function runSteps(study: Study, values: readonly number[]): number | undefined {
  const { number } = study.ask();
  for (const [step, value] of values.entries()) {
    if (study.report(number, step, value)) {
      study.prune(number);
      return step;
    }
  }
  study.tell(number, [values.reduce((a, b) => a + b, 0) / values.length]);
  return undefined;
}

test('median: a trial worse than the median of complete trials at its step stops, after the start-up trials', () => {
  const study = withPruner(medianPruner({ startupTrials: 3 }));
  for (const level of [1, 2, 3]) assert.equal(runSteps(study, [level, level, level]), undefined);
  assert.equal(runSteps(study, [2.5, 2.5]), 0);
  assert.equal(runSteps(study, [1.9, 5, 5]), undefined, 'its best report counts');
  assert.equal(runSteps(study, [Number.NaN]), 0);
  const up = withPruner(medianPruner({ startupTrials: 3, warmupSteps: 1 }), 'maximize');
  for (const level of [1, 2, 3]) runSteps(up, [level, level, level]);
  assert.equal(runSteps(up, [1.5, 1.5, 9]), 1, 'not during the warm-up');
});

test('percentile: 25 % keeps only the best quarter', () => {
  const study = withPruner(percentilePruner({ percentile: 25, startupTrials: 4 }));
  // above the best so far, so that all of the first four complete
  for (const level of [4, 3, 2, 1]) assert.equal(runSteps(study, [level]), undefined);
  assert.equal(runSteps(study, [1.9]), 0, 'the 25 % point of 1, 2, 3, 4 is 1.75');
  assert.equal(runSteps(study, [1.7]), undefined);
});

test('successive halving: of those that reach a rung the best quarter goes on', () => {
  const study = withPruner(successiveHalvingPruner());
  const stopped = Array.from({ length: 16 }, (_, i) => runSteps(study, Array.from({ length: 4 }, () => 16 - i)));
  assert.ok(stopped.every((step) => step === undefined), 'each is better than all before it');
  assert.equal(runSteps(study, [9, 9]), 0);
});

test('hyperband: trials are dealt to brackets, all of which get some and which differ in patience', () => {
  const study = withPruner(hyperbandPruner({ maxResource: 9 }));
  const stopped = Array.from({ length: 60 }, (_, i) => runSteps(study, Array.from({ length: 9 }, () => (i === 0 ? 0 : i))));
  const steps = new Set(stopped);
  assert.deepEqual([...steps].sort(), [0, 2, undefined].sort());
});

test('wilcoxon: losses of the same folds are paired with those of the best trial', () => {
  const study = withPruner(wilcoxonPruner());
  const folds = [1, 5, 2, 9, 4];
  assert.equal(runSteps(study, folds), undefined);
  // worse by little, but in every fold: a median pruner would not see it beside the folds' differences
  const step = runSteps(study, folds.map((loss, i) => loss + 0.1 + i / 100));
  assert.equal(step, 3, 'P(all 4 signs positive) = 1/16 < 0.1');
  assert.equal(runSteps(study, folds.map((loss, i) => loss + (i % 2 ? 0.1 : -0.2))), undefined);
});

test('race: a hopeless trial is stopped after its first fold, one within the folds\' spread is not, and one that is ahead never', () => {
  const study = withPruner(racePruner());
  const folds = [1, 5, 2, 9, 4];
  // differences to the first one that vary by 0.2 from fold to fold
  for (const [i, shift] of [0, 0.4, 0.5, 0.6].entries()) assert.equal(runSteps(study, folds.map((loss, k) => loss + shift + (i === 0 ? 0 : 0.2 * Math.sin(k * (i + 2))))), undefined, 'start-up');
  assert.equal(runSteps(study, folds.map((loss) => loss + 3)), 0);
  assert.equal(runSteps(study, folds.map((loss, k) => loss + (k < 2 ? 0.05 : -1))), undefined, 'behind by less than the folds differ, then ahead');
  assert.equal(runSteps(study, folds.map((loss) => loss - 2)), undefined);
  const patient = withPruner(racePruner({ width: 100 }));
  for (const shift of [0, 0.4, 0.5, 0.6]) runSteps(patient, folds.map((loss, k) => loss + shift + 0.2 * Math.sin(k * (10 * shift + 2))));
  assert.equal(runSteps(patient, folds.map((loss) => loss + 3)), undefined);
});

test('signed ranks agree with scipy', { skip: withoutPython('scipy') }, () => {
  const samples = [[1, 2, -0.5, 3], [0.1, 0.2, 0.3, 0.4, 0.5, -0.6], [1, 1, -1, 2, 2, 3], [0, 1, 2, -3, 4, 0], Array.from({ length: 60 }, (_, i) => Math.sin(i * i) + 0.2)];
  const expected = python('import json,sys\nfrom scipy.stats import wilcoxon\nprint(json.dumps([wilcoxon(s, alternative="greater", zero_method="zsplit", mode="exact" if len(set(map(abs,s)))==len(s) and 0 not in s and len(s)<=50 else "approx").pvalue for s in json.load(sys.stdin)]))', samples) as number[];
  samples.forEach((sample, i) => { assert.ok(Math.abs(signedRankGreater(sample) - expected[i]!) < 1e-12, `${i}: ${signedRankGreater(sample)} ${expected[i]}`); });
});
