import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Design } from '../../../cluster/linear/design.ts';
import { fitFold, fitFoldGrams } from '../../../cluster/linear/fold.ts';
import { crossValidateInTasks, fitPenalty, heldBytes, judgeRidge, moveColumn, sumBytes, type PenaltyAsk } from '../../../cluster/linear/penalty/index.ts';
import { untransformed } from '../../../cluster/linear/response.ts';
import { gramTask, instantiate, KernelMemory, loadKernels, runLeastSquaresBlock, solvePathPiece } from '../../../kernels/index.ts';
import { uniform } from '../../kernels/kernels.ts';
import { analyse } from './run-analysis.ts';

/** 2,200 rows × 68 columns: beyond what one thread does alone (rows · columns² > 10⁷), and little to write. */
function table(): string {
  const next = uniform(20251125);
  const names = Array.from({ length: 68 }, (_, j) => `x${j}`);
  const lines = Array.from({ length: 2200 }, () => {
    const x = names.map(() => Math.round(next() * 1e3) / 1e3);
    return [...x, x.reduce((sum, value, j) => sum + (j - 10) * value, 0) + next()].join(',');
  });
  return `${[...names, 'y'].join(',')}\n${lines.join('\n')}`;
}

describe('large work', () => {
  const csv = table();
  const parameters = { target_column: 'y', cv_splits: 4, cv_groups: 'none', train_test_split: 0, anova_types: [], penalty: { kind: 'lasso', count: 20 } };

  test('is spread over the threads block by block: the same bytes on 1, 2 and 4 of them', async () => {
    const texts: string[] = [];
    for (const threads of [1, 2, 4]) texts.push(String((await analyse(csv, parameters, { threads })).files.get('result.json')));
    assert.ok((texts[0] ?? '').length > 1e6);
    for (const text of texts.slice(1)) assert.ok(text === texts[0]);
  });

  test('a cancel is noticed between two steps of a fit in blocks', async () => {
    let left = 4;
    await assert.rejects(analyse(csv, parameters, { checkCancelled: () => { if ((left -= 1) === 0) throw new Error('noticed'); } }), /noticed/);
  });
});

test('folds from one pass over the rows predict what fits of the other rows predict, weights and offset included', async () => {
  const next = uniform(7);
  const [n, p, folds] = [60, 4, 3];
  const memory = KernelMemory.create({ initialBytes: 1 << 22 });
  const place = (count: number, value: (i: number) => number): number => {
    const pointer = memory.alloc(count * 8);
    memory.float64(pointer, count).set(Float64Array.from({ length: count }, (_, i) => value(i)));
    return pointer;
  };
  const design: Design = { n, p, x: place(n * p, (i) => (i < n ? 1 : next())), xLow: null, y: place(n, next), yLow: null, weights: place(n, () => 0.5 + next()), offset: place(n, next), intercept: true, raw: null };
  const foldOf = Int32Array.from({ length: n }, (_, i) => (i * 7) % folds);
  const module = await loadKernels();
  const { predicted, digits } = await fitFoldGrams({ module, slab: memory.slab(1 << 20), design, foldOf, folds });
  assert.ok(digits.every((value) => value > 12));
  for (let fold = 0; fold < folds; fold += 1) {
    const rows = (inside: boolean): Int32Array => Int32Array.from(foldOf.keys()).filter((i) => (foldOf[i] === fold) === inside);
    const slow = await fitFold({ module, slab: memory.slab(1 << 20), design, response: untransformed, choice: 'none', confidence: 0.95, train: rows(false), test: rows(true) });
    rows(true).forEach((row, i) => assert.ok(Math.abs((predicted[row] as number) - (slow.predicted[i] as number)) < 1e-11));
  }
});

/** Does the pieces of a step in the reverse order. */
const lastFirst = <Piece, Answer>(work: (piece: Piece) => Answer) => (pieces: readonly Piece[]): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (let at = pieces.length - 1; at >= 0; at -= 1) answers[at] = work(pieces[at] as Piece);
  return Promise.resolve(answers);
};

test('a penalised path from cross products that others summed, last ones first, has the bits of the one that a thread makes alone', async () => {
  const next = uniform(11);
  const [n, p, folds] = [900, 6, 3];
  const memory = KernelMemory.create({ initialBytes: 1 << 22 });
  const place = (count: number, value: (i: number) => number): number => {
    const pointer = memory.alloc(count * 8);
    memory.float64(pointer, count).set(Float64Array.from({ length: count }, (_, i) => value(i)));
    return pointer;
  };
  const x = place(n * p, (i) => (i < n ? 1 : next()));
  const design: Design = { n, p, x, xLow: null, y: place(n, (i) => 3 * (memory.float64(x, n * p)[n + i] as number) + next()), yLow: null, weights: null, offset: null, intercept: true, raw: null };
  const module = await loadKernels();
  for (const kind of ['lasso', 'ridge', 'elastic_net'] as const) {
    for (const lambda of [null, 0.05]) {
      const ask: PenaltyAsk = { kind, l1_ratio: 0.5, lambda, choose: 'one_se', count: 30, standardize: true, unpenalized: [2], groupOf: kind === 'elastic_net' ? [-1, 0, 1, 2, 2, 2] : null, fold: Int32Array.from({ length: n }, (_, i) => i % folds) };
      const mark = memory.mark();
      const alone = await fitPenalty({ module, slab: memory.slab(1 << 21), design, ask });
      const kernels = await instantiate(module, KernelMemory.attach(memory.slab(1 << 20)));
      for (const inPlace of [true, false]) {
        const shared = await crossValidateInTasks({ module, slab: memory.slab(heldBytes(design) + sumBytes(design, ask)), design, ask }, {
          grams: lastFirst(({ data, task, out }) => gramTask(kernels, data, task, out)),
          paths: lastFirst((piece) => solvePathPiece(kernels, piece)),
          ridge: (task) => judgeRidge({ ...task, slab: memory.slab(1 << 21) }),
          refit: { slab: memory.slab(1 << 21), moves: lastFirst((move) => moveColumn(kernels, move)), blocks: lastFirst((block) => runLeastSquaresBlock(kernels, block)) },
        }, inPlace);
        assert.deepEqual(shared, alone);
      }
      const spread = memory.float64(x + 8 * n, n);
      const mean = spread.reduce((sum, value) => sum + value, 0) / n;
      assert.ok(Math.abs((alone.deviations[1] as number) / Math.sqrt(spread.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) - 1) < 1e-13);
      memory.release(mark);
    }
  }
});
