import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault, type Notice } from '../../../schemas/index.ts';
import { catalogues, languages, renderText } from '../../../schemas/text/index.ts';
import { uniform } from '../../kernels/kernels.ts';
import { grid } from './prediction/read-predictions.ts';
import { analyseTable } from './run-analysis.ts';

const next = uniform(20_261_125);
const rows = Array.from({ length: 40 }, (_, i) => {
  const speed = 1000 + Math.round(next() * 5000);
  const feed = 500 + Math.round(next() * 1500);
  return { speed, feed, twice: 2 * speed, near: speed + Math.round(next() * 20), total: speed + feed, same: 7, sag: 0.2 + speed / 1e4 + next() / 10, removed: i % 3 === 0 ? 0 : 1, slow: feed < 1250 ? 1 : 0, depth: i % 3 === 0 ? '' : Math.round(next() * 100) };
});
const names = Object.keys(rows[0] ?? {}) as (keyof (typeof rows)[number])[];
const table = [names.join(','), ...rows.map((row) => names.map((name) => row[name]).join(','))].join('\n');
const base = { train_test_split: 0, cv_splits: 2 };

/** What is given, the code that it must be told by, and names that the sentence must hold in every language. */
const cases: readonly { input: string; parameters: Record<string, unknown>; grid?: string; code: string; names: string[]; fault?: true }[] = [
  { input: 'separation', parameters: { target_columns: ['slow'], target_kind: 'binary', feature_columns: ['feed'] }, code: 'separation_firth', names: ['slow', 'feed'] },
  { input: 'separation without a correction', parameters: { target_columns: ['slow'], target_kind: 'binary', feature_columns: ['feed'], firth: 'never' }, code: 'target_separated', names: ['slow', 'feed'], fault: true },
  { input: 'aliasing: a column twice another', parameters: { target_columns: ['sag'], feature_columns: ['speed', 'twice'] }, code: 'term_aliased', names: ['twice', 'speed'] },
  { input: 'aliasing: a sum of two others', parameters: { target_columns: ['sag'], feature_columns: ['speed', 'feed', 'total'] }, code: 'term_aliased', names: ['total', 'speed', 'feed'] },
  { input: 'aliasing in a binary target', parameters: { target_columns: ['removed'], target_kind: 'binary', feature_columns: ['speed', 'twice'] }, code: 'term_aliased', names: ['twice', 'speed'] },
  { input: 'nearly collinear columns', parameters: { target_columns: ['sag'], feature_columns: ['speed', 'near'] }, code: 'collinear_columns', names: ['speed', 'near'] },
  { input: 'extrapolation', parameters: { target_columns: ['sag'], feature_columns: ['speed', 'feed'] }, grid: 'speed,feed\n3000,900\n99000,900', code: 'prediction_rows_outside', names: ['sag', '1'] },
  { input: 'one class where the other columns are complete', parameters: { target_columns: ['removed'], target_kind: 'binary', feature_columns: ['depth'] }, code: 'target_one_class', names: ['removed'], fault: true },
  { input: 'one class in all rows', parameters: { target_columns: ['same'], target_kind: 'binary', feature_columns: ['feed'] }, code: 'target_constant', names: ['same'], fault: true },
  { input: 'a constant target', parameters: { target_columns: ['same'], feature_columns: ['feed'] }, code: 'target_constant', names: ['same'], fault: true },
  { input: 'a constant column', parameters: { target_columns: ['sag'] }, code: 'left_out_constant', names: ['same'] },
];

describe('what is wrong with the input has a name, and a sentence in Japanese, English and Spanish that names the columns', () => {
  for (const { input, parameters, grid: settings, code, names: held, fault } of cases) {
    test(`${input}: ${code}`, async (context) => {
      const told = await toldOf(parameters, settings);
      assert.equal(told.fault, fault ?? false);
      const found = told.messages.find((message) => message.code === code);
      assert.ok(found, `told: ${told.messages.map((message) => message.code).join()}`);
      const texts = languages.map((language) => renderText(catalogues, language, code, { ...found.where, ...found.values }));
      texts.forEach((text) => context.diagnostic(text));
      assert.equal(new Set(texts).size, languages.length);
      for (const text of texts) {
        for (const name of held) assert.ok(text.includes(name), `${name} in: ${text}`);
        assert.doesNotMatch(text, /[{}[\]]|undefined|NaN/);
      }
      assert.match(texts[0] ?? '', /[ぁ-ん]/);
    });
  }

  test('powers and products of one column are no surprise: not called collinear', async () => {
    const { messages } = await toldOf({ target_columns: ['sag'], formula: 'sag ~ speed + feed + I(speed^2) + speed:feed' });
    assert.ok(!messages.some(({ code }) => code === 'collinear_columns'));
  });
});

type Message = Pick<Notice, 'code' | 'where' | 'values'>;

/** Notices of a run, or the fault that it ended in; anything else is thrown on. */
async function toldOf(parameters: Record<string, unknown>, settings?: string): Promise<{ fault: boolean; messages: Message[] }> {
  try {
    const { notices } = await analyseTable(table, { ...base, ...parameters }, settings === undefined ? {} : grid(settings));
    return { fault: false, messages: notices };
  } catch (error) {
    if (!(error instanceof Fault) || error.class !== 'user') throw error;
    return { fault: true, messages: [error.toJSON()] };
  }
}
