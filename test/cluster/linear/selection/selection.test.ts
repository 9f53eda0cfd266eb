import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Fault } from '../../../../schemas/index.ts';
import { analyse } from '../run-analysis.ts';

const csv = await readFile(new URL('../../../../examples/linear_analysis/deburring.en.csv', import.meta.url), 'utf8');
const features = ['speed', 'feed', 'up_cut', 'depth_of_cut', 'projection', 'load_ratio', 'passes'];
const pairs = `wear ~ (${features.join(' + ')})^2`;
const few = 'wear ~ (speed + up_cut + projection + load_ratio + passes)^2';
const quick = { train_test_split: 0, cv_splits: 3, anova_types: [] };
const near = (a: number | null | undefined, b: number, relative = 1e-9): void => assert.ok(Math.abs((a ?? NaN) - b) <= relative * Math.abs(b), `${a} instead of ${b}`);

/** R 4.2.2: step() on lm(wear ~ (…)^2), 180 rows; terms that went or came in order. */
const fromR = [
  {
    what: 'backward by AIC', selection: { method: 'backward', criterion: 'aic' }, value: -1100.4793492, action: 'remove',
    path: ['speed:feed', 'load_ratio:passes', 'projection:load_ratio', 'up_cut:passes', 'depth_of_cut:passes', 'depth_of_cut:load_ratio', 'speed:projection', 'speed:load_ratio', 'speed:depth_of_cut', 'feed:up_cut', 'feed:load_ratio', 'up_cut:projection', 'feed:projection', 'feed:depth_of_cut', 'up_cut:load_ratio', 'up_cut:depth_of_cut'],
  },
  {
    what: 'either way by BIC', selection: { method: 'both', criterion: 'bic' }, value: -1066.1074271, action: 'remove',
    path: ['speed:feed', 'load_ratio:passes', 'projection:load_ratio', 'up_cut:passes', 'depth_of_cut:passes', 'depth_of_cut:load_ratio', 'speed:projection', 'speed:load_ratio', 'speed:depth_of_cut', 'feed:up_cut', 'feed:load_ratio', 'up_cut:projection', 'feed:projection', 'feed:depth_of_cut', 'up_cut:load_ratio', 'up_cut:depth_of_cut', 'feed:passes', 'speed:up_cut', 'up_cut'],
  },
  {
    what: 'forward by AIC', selection: { method: 'forward', criterion: 'aic' }, value: -1097.98479074, action: 'add',
    path: ['passes', 'speed', 'projection', 'feed', 'load_ratio', 'projection:passes', 'speed:passes', 'feed:passes'],
  },
] as const;

describe('as R’s step', () => {
  for (const { what, selection, value, action, path } of fromR) {
    test(what, async () => {
      const { result } = await analyse(csv, { formula: pairs, selection, ...quick });
      const found = result.selection;
      assert.deepEqual(found?.steps.slice(1).map((step) => [step.action, step.term]), path.map((term) => [action, term]));
      near(found?.steps.at(-1)?.criterion, value, 1e-10);
      near(selection.criterion === 'aic' ? result.fit.aic : result.fit.bic, value, 1e-10);
      assert.deepEqual([...(found?.chosen ?? [])].sort(), [...new Set(result.model.terms.flatMap(({ of }) => (of === null ? [] : [of])))].sort());
    });
  }
});

/** Every one of the 128 sets of main effects, by numpy: the best and its value. */
const enumerated = [['aicc', -1090.9726535622333], ['bic', -1069.2731183966996], ['press', 0.024124021935325528], ['adjusted_r2', 0.5007260732271304]] as const;

test('the best subset is what weighing every subset finds', async () => {
  for (const [criterion, value] of enumerated) {
    const { result } = await analyse(csv, { formula: `wear ~ ${features.join(' + ')}`, selection: { method: 'best_subset', criterion }, ...quick });
    assert.deepEqual(result.selection?.chosen, ['speed', 'feed', 'projection', 'load_ratio', 'passes'], criterion);
    near(result.selection.steps[result.selection.best_step]?.criterion, value);
  }
});

test('each fold chooses as an analysis of its training rows alone would', async () => {
  const selection = { method: 'backward', criterion: 'bic' };
  const { result } = await analyse(csv, { formula: pairs, selection, ...quick });
  const lines = csv.trimEnd().split('\n');
  const chosen: string[][] = [];
  for (const fold of [1, 2, 3]) {
    const kept = result.rows.row.filter((_, i) => result.rows.cv_fold[i] !== fold);
    const { result: part } = await analyse([lines[0], ...kept.map((row) => lines[row - 1])].join('\n'), { formula: pairs, selection, ...quick, cv_splits: 2 });
    chosen.push(part.selection?.chosen ?? []);
  }
  for (const { term, fold_share: share } of result.selection?.candidates ?? []) assert.equal(share, chosen.filter((terms) => terms.includes(term)).length / 3, term);
  assert.deepEqual(result.selection?.honest, result.cross_validation?.score);
});

/** Uniform noise by a fixed multiplicative congruence. */
function noise(rows: number, columns: number): string {
  let state = 12345;
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const names = Array.from({ length: columns }, (_, j) => `x${j + 1}`);
  return [['y', ...names].join(), ...Array.from({ length: rows }, () => Array.from({ length: columns + 1 }, () => next().toFixed(6)).join())].join('\n');
}

test('of pure noise: the score with the chosen terms held looks good, the one that chooses in each fold does not', async () => {
  const { result } = await analyse(noise(60, 25), { target_column: 'y', selection: { method: 'backward', criterion: 'aic' }, ...quick, cv_splits: 5 });
  const { honest, held_terms: held, chosen } = result.selection ?? {};
  assert.ok((chosen?.length ?? 0) > 0);
  assert.ok((held?.r2 ?? NaN) > 0.1 && (honest?.r2 ?? NaN) < 0, `${held?.r2} ${honest?.r2}`);
  assert.ok(result.notices.some(({ code }) => code === 'selection_p_optimistic'));
});

test('nothing worth keeping leaves a constant, and says so', async () => {
  const { result } = await analyse(noise(60, 3), { target_column: 'y', selection: { method: 'forward', criterion: 'p', enter: 1e-6 }, ...quick });
  assert.deepEqual(result.model.terms.map(({ name }) => name), ['(Intercept)']);
  assert.ok(result.notices.some(({ code }) => code === 'selection_nothing_kept'));
});

describe('every parameter changes the result', () => {
  const base = { method: 'backward', criterion: 'p' };
  const changes: [string, Record<string, unknown>, Record<string, unknown>?][] = [
    ['method', { method: 'forward' }], ['criterion', { criterion: 'bic' }], ['enter', { enter: 0.3, method: 'forward' }, { ...base, method: 'forward' }], ['remove', { remove: 0.5 }], ['hierarchy', { hierarchy: 'none' }], ['forced', { forced: ['load_ratio:speed'] }],
    ...['aic', 'aicc', 'cp', 'adjusted_r2', 'press', 'cv'].map((criterion): [string, Record<string, unknown>] => [`criterion = ${criterion}`, { criterion }]),
  ];
  for (const [name, change, before = base] of changes) {
    test(name, async () => {
      const [one, other] = await Promise.all([before, { ...before, ...change }].map((selection) => analyse(csv, { formula: few, selection, ...quick })));
      assert.notDeepEqual(one?.result.selection?.steps, other?.result.selection?.steps);
    });
  }

  test('forced terms stay, with their parents; hierarchy holds unless it is switched off', async () => {
    const { result } = await analyse(csv, { formula: few, selection: { method: 'forward', criterion: 'p', enter: 1e-9, forced: ['load_ratio:up_cut'] }, ...quick });
    assert.deepEqual(result.selection?.forced, ['up_cut', 'load_ratio', 'up_cut:load_ratio']);
    const { result: free } = await analyse(csv, { formula: few, selection: { method: 'backward', criterion: 'bic', hierarchy: 'none' }, ...quick });
    assert.ok(free.selection?.chosen.some((term) => term.includes(':') && term.split(':').some((parent) => !free.selection?.chosen.includes(parent))));
  });
});

test('weights, a transformation and levels of text go through the choice', async () => {
  const table = ['x,w,g,y', ...Array.from({ length: 40 }, (_, i) => `${i % 8},${1 + (i % 3)},${'abc'[i % 3]},${(Math.exp(0.2 * (i % 8) + 0.05 * ((i * 7) % 5)) + (i % 3 === 1 ? 1 : 0)).toFixed(5)}`)].join('\n');
  const { result } = await analyse(table, { formula: 'y ~ x * g', weights_column: 'w', transform: 'log', selection: { method: 'backward', criterion: 'bic' }, ...quick });
  const chosen = result.selection?.chosen ?? [];
  assert.ok(chosen.includes('x') && chosen.includes('g'), chosen.join());
  assert.equal(result.response.transform, 'log');
  near(result.selection?.steps.at(-1)?.rss, result.fit.rss ?? NaN);
});

test('1, 2 and 4 threads give the same bytes', async () => {
  const [one, ...others] = await Promise.all([1, 2, 4].map((threads) => analyse(csv, { formula: few, selection: { method: 'both', criterion: 'cv' }, ...quick }, { threads })));
  for (const other of others) assert.deepEqual(other.files.get('result.json'), one?.files.get('result.json'));
});

describe('refused by name', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['a term that the model lacks', { method: 'forward', forced: ['speed:nothing'] }, 'term_not_in_model'],
    ['p of whole sets', { method: 'best_subset', criterion: 'p' }, 'selection_criterion_method'],
    ['nothing to choose', { method: 'forward', forced: ['(speed + feed)^2'] }, 'selection_nothing_to_choose'],
  ];
  for (const [what, selection, code] of cases) {
    test(what, () => assert.rejects(analyse(csv, { formula: 'wear ~ (speed + feed)^2', selection, ...quick }), (error: Fault) => error instanceof Fault && error.code === code));
  }
  test('more terms than can be weighed', () => assert.rejects(analyse(noise(60, 36), { target_column: 'y', selection: { method: 'best_subset' }, ...quick }), (error: Fault) => error instanceof Fault && error.code === 'selection_too_many_terms'));
});
