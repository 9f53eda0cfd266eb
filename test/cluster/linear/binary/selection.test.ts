import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { targetViews, type BinaryResult, type Fault } from '../../../../schemas/index.ts';
import { analyseTable } from '../run-analysis.ts';

const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));

async function choose(selection: object, more: object = {}): Promise<{ selection: NonNullable<BinaryResult['selection']>; binary: BinaryResult; codes: string[]; files: Map<string, Buffer> }> {
  const { whole, files } = await analyseTable(csv, { formula: 'pass ~ speed + feed + depth + brush + material', target_kind: 'binary', train_test_split: 0, cv_splits: 3, anova_types: [], language: 'en', selection, ...more });
  const [target] = targetViews(whole);
  assert.ok(target?.kind === 'binary' && target.view.binary.selection !== null);
  return { selection: target.view.binary.selection, binary: target.view.binary, codes: whole.targets.flatMap((entry) => ('notices' in entry ? entry.notices.map(({ code }) => code) : [])), files };
}

/** R 4.2.2: `step(glm(…, binomial, epsilon = 1e-14), scope, direction, k)` on the same file: term that came or went, residual deviance, AIC (or BIC). */
const paths = [
  { method: 'forward', criterion: 'aic', steps: [[null, 91.6580402344531, 93.6580402344531], ['feed', 78.1521356356094, 82.1521356356094], ['speed', 59.8733634807851, 65.8733634807851]] },
  { method: 'backward', criterion: 'bic', steps: [[null, 56.4733145711582, 90.6866435232867], ['brush', 56.9857091318925, 78.3690397269728], ['depth', 58.8288726495902, 75.9355371256544], ['material', 59.8733634807851, 72.7033618378333]] },
  { method: 'both', criterion: 'aic', steps: [[null, 56.4733145711582, 72.4733145711583], ['brush', 56.9857091318925, 66.9857091318925], ['depth', 58.8288726495902, 66.8288726495902], ['material', 59.8733634807851, 65.8733634807851]] },
] as const;

/** All 32 sets fitted by R: the one of least AICc and of least BIC, and the smallest deviance with each number of coefficients. */
const everySet = { aicc: 66.2263046572557, bic: 72.7033618378333, deviances: { 1: 91.658040234453, 2: 78.1521356356094, 3: 59.8733634807851, 4: 58.8288726495902, 5: 56.9857091318925, 6: 59.6567274601321, 7: 58.6062887630773, 8: 56.4733145711582 } };

const near = (value: number | null | undefined, expected: number, what: string): void => assert.ok(Math.abs((value ?? NaN) / expected - 1) < 1e-9, `${what}: ${value} against ${expected}`);

describe('terms of a target of two values', () => {
  for (const { method, criterion, steps } of paths) {
    test(`${method} by ${criterion} takes the steps of R step(glm)`, async () => {
      const { selection } = await choose({ method, criterion });
      assert.deepEqual(selection.steps.map(({ term }) => term), steps.map(([term]) => term));
      steps.forEach(([term, deviance, value], at) => {
        near(selection.steps[at]?.deviance, deviance, `deviance at ${term}`);
        near(selection.steps[at]?.[criterion], value, `${criterion} at ${term}`);
      });
      assert.deepEqual(selection.chosen, ['speed', 'feed']);
    });
  }

  test('best_subset weighs every set: the best of all fits of R, and the smallest deviance of each size', async () => {
    for (const criterion of ['aicc', 'bic'] as const) {
      const { selection } = await choose({ method: 'best_subset', criterion });
      near(selection.steps[selection.best_step]?.[criterion], everySet[criterion], criterion);
      for (const [size, deviance] of Object.entries(everySet.deviances)) near(selection.steps.find(({ coefficients }) => coefficients === Number(size))?.deviance, deviance, `size ${size}`);
    }
  });

  test('by p: out in the order of R drop1(test = "LRT"), until all are below the limit', async () => {
    const { selection } = await choose({ method: 'backward', criterion: 'p', remove: 0.1 });
    assert.equal(selection.steps[1]?.term, 'brush');
    assert.ok(Math.abs((selection.steps[1]?.p ?? NaN) - 0.91616) < 5e-6);
    assert.deepEqual(selection.chosen, ['speed', 'feed']);
    assert.deepEqual((await choose({ method: 'backward', criterion: 'p', remove: 0.35 })).selection.chosen, ['speed', 'feed', 'depth', 'material']);
  });

  test('the model that follows is the one of the chosen terms; every fold chooses for itself', async () => {
    const { selection, binary, codes } = await choose({ method: 'forward', criterion: 'aic' });
    assert.deepEqual(binary.coefficients.map(({ term }) => term), ['(Intercept)', 'speed', 'feed']);
    near(binary.fit.deviance, 59.8733634807851, 'deviance of the fit');
    assert.deepEqual(selection.honest, binary.cross_validation?.score);
    const plain = (await analyseTable(csv, { formula: 'pass ~ speed + feed', target_kind: 'binary', train_test_split: 0, cv_splits: 3, anova_types: [], cv_groups: 'none' })).whole;
    const [alone] = targetViews(plain);
    const held = (await choose({ method: 'forward', criterion: 'aic' }, { cv_groups: 'none' })).selection.held_terms;
    assert.ok(alone?.kind === 'binary');
    assert.deepEqual(held, alone.view.binary.cross_validation?.score);
    assert.ok(selection.candidates.every(({ fold_share: share }) => share !== null && share >= 0 && share <= 1));
    assert.ok(codes.includes('selection_p_optimistic'));
  });

  test('by the error out of fold; forced terms stay; the same bytes on 1 and 2 threads; sheet and chart are written', async () => {
    const asked = { method: 'both', criterion: 'cv', forced: ['material'] };
    const { selection, files } = await choose(asked, { outputs: ['workbook', 'charts'] });
    assert.deepEqual(selection.forced, ['material']);
    const losses = selection.steps.map(({ cv_log_loss: loss }) => loss ?? NaN);
    assert.ok(losses.every((loss, at) => at === 0 || loss < (losses[at - 1] ?? 0)), losses.join());
    assert.ok([...files.keys()].some((path) => path.endsWith('selection_pass.png')), [...files.keys()].join());
    const [one, two] = await Promise.all([1, 2].map(async (threads) => String((await analyseTable(csv, { formula: 'pass ~ speed + feed', target_kind: 'binary', train_test_split: 0, cv_splits: 3, selection: { method: 'both', criterion: 'cv' } }, { threads })).files.get('result.json'))));
    assert.ok(one === two);
  });

  test('a criterion of squared errors is refused by name', async () => {
    for (const criterion of ['cp', 'adjusted_r2', 'press']) {
      await assert.rejects(choose({ method: 'forward', criterion }), (error: Fault) => error.code === 'selection_criterion_binary' && error.where.field === 'parameters.selection.criterion', criterion);
    }
  });
});
