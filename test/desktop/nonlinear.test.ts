import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { classificationResultSchema, nonlinearResultSchema } from '../../schemas/index.ts';
import { launch, lines, root, until } from '../cli/support.ts';
import { findings, noBrowser, openBrowser, openTab, type Tab } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-desktop-nonlinear-'));
const table = join(root, 'examples/nonlinear_analysis/deburring.csv');
const grid = join(folder, 'grid.csv');

/** Every ninth candidate with the time that it takes: 100 mm at the feed (mm/min), in seconds. */
function writeGrid(): string[][] {
  const [header = [], ...rows] = readFileSync(join(root, 'examples/optimization/candidates.csv'), 'utf8').replace('\uFEFF', '').trimEnd().split('\n').map((line) => line.split(','));
  const feed = header.indexOf('送り速度');
  const kept = rows.filter((_, at) => at % 9 === 0).map((row) => [...row, String(Math.round(6e6 / Number(row[feed])) / 1000)]);
  const all = [[...header, '切削時間'], ...kept];
  writeFileSync(grid, `\uFEFF${all.map((row) => row.join(',')).join('\n')}\n`);
  return all;
}

// in this order, on one system: the machine has few cores
describe('nonlinear analysis and classification in a browser: settings, counters, results, prediction, Pareto front, provenance', { concurrency: false, skip: noBrowser }, () => {
  const started = noBrowser ? null : launch(['start', '--directory', join(folder, 'data'), '--port', '0', '--no-demo', '--json']);
  const settings = writeGrid();
  let browser: Browser;
  let tab: Tab;
  let dialog: Locator;
  before(async () => {
    browser = await openBrowser();
    await until('the start', () => started?.output().includes('\n') ?? false, 180_000);
    tab = await openTab(browser, String(lines(started?.output() ?? '')[0]?.['url']));
    dialog = tab.page.getByRole('dialog');
  });
  after(async () => {
    await browser.close();
    started?.child.kill('SIGTERM');
    await started?.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('the dialog has the original\'s tabs and defaults, and its help is in the language of the user', async () => {
    const { page } = tab;
    await page.locator('input[type=file]').first().setInputFiles(table);
    await page.getByRole('button', { name: '分析', exact: true }).click();
    await page.getByRole('button', { name: '非線形解析', exact: true }).click();
    await dialog.getByRole('tab').first().waitFor();
    assert.deepEqual((await dialog.getByRole('tab').allInnerTexts()).slice(0, 5), ['モデル設定', 'ハイパーパラメータ', '特徴量選択', '一般設定', 'パレート設定']);
    assert.equal(await dialog.getByLabel('Optuna試行回数:').inputValue(), '50');
    for (const [name, on] of [['random_forest', true], ['lightgbm', true], ['ridge', false]] as const) assert.equal(await dialog.locator(`input[name=models_to_use][value=${name}]`).isChecked(), on, name);
    await tab.picture('30-nonlinear-models');
    assert.deepEqual(await findings(tab), []);
    for (const [name, value] of [['一般設定', '10'], ['パレート設定', null], ['既存結果読み込み', null]] as const) {
      await dialog.getByRole('tab', { name }).click();
      if (value !== null) assert.equal(await dialog.getByLabel('外側分割数:').inputValue(), value);
      for (const text of await dialog.locator('small').allInnerTexts()) assert.match(text, /[ぁ-ん]/, 'help is Japanese');
      await tab.picture(`31-nonlinear-${name}`);
      assert.deepEqual(await findings(tab), [], name);
    }
  });

  it('two objectives less, a direction turned, a limit: what is asked for is what the server gets; one objective is refused', async () => {
    const { page } = tab;
    await dialog.getByRole('tab', { name: 'モデル設定' }).click();
    for (const name of ['random_forest', 'lightgbm', 'xgboost', 'gaussian_process']) await dialog.locator(`input[name=models_to_use][value=${name}]`).uncheck();
    await dialog.locator('input[name=models_to_use][value=ridge]').check();
    await dialog.getByLabel('Optuna試行回数:').fill('10');
    await dialog.locator('#prediction-file').setInputFiles(grid);
    await dialog.getByRole('tab', { name: '特徴量選択' }).click();
    await dialog.locator('input[name=target_columns][value="側面ダレ量"]').uncheck();
    await dialog.getByRole('tab', { name: '一般設定' }).click();
    await dialog.getByLabel('外側分割数:').fill('3');
    await dialog.getByLabel('内側分割数:').fill('3');
    await dialog.getByLabel('SHAP分析:').uncheck();
    await dialog.getByRole('tab', { name: 'パレート設定' }).click();
    for (const name of ['上面ダレ量', '切削時間']) await dialog.locator(`input[name=pareto_objectives][value="${name}"]`).uncheck();
    await dialog.getByRole('button', { name: '続行' }).click();
    await dialog.getByText('目的が1つではパレート解析になりません。').waitFor();
    for (const name of ['上面ダレ量', '切削時間']) await dialog.locator(`input[name=pareto_objectives][value="${name}"]`).check();
    await dialog.getByText('目的が1つでは').waitFor({ state: 'detached' });
    await dialog.getByLabel('「上面ダレ量」の最適化方向').selectOption('max');
    await dialog.getByLabel('探索する条件の数:').fill('400');
    await dialog.getByLabel('次の実験の提案数:').fill('3');
    await tab.picture('32-nonlinear-pareto-settings');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/jobs'));
    await dialog.getByRole('button', { name: '続行' }).click();
    const { parameters } = (await sent).postDataJSON() as { parameters: Record<string, unknown> };
    assert.deepEqual(parameters, {
      language: 'ja', target_columns: ['上面ダレ量', '摩耗量'], models_to_use: ['ridge', 'response_surface'], n_trials: 10, outer_splits: 3, inner_splits: 3, enable_shap: false,
      pareto_objectives: [{ column: '上面ダレ量', aim: 'max' }, { column: '摩耗量', aim: 'min' }, { column: '切削時間', aim: 'min' }],
      pareto_evaluations: 400, next_experiments: 3,
    });
  });

  it('counters tell model, trial, fold and pass; then a card per target', async () => {
    const { page } = tab;
    await page.getByText(/Model: [12]\/2 \| Trial: \d+\/10 \| Fold: [1-5]\/5 \| Pass: [12]\/2/).waitFor({ timeout: 120_000 });
    await tab.picture('33-nonlinear-progress');
    await page.getByRole('heading', { name: '非線形解析完了' }).waitFor({ timeout: 180_000 });
    await page.locator('.card').nth(1).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'ファイル一覧' }).click();
    await page.getByRole('button', { name: 'result.json をダウンロード' }).click();
    const result = nonlinearResultSchema.parse(JSON.parse(readFileSync(await (await saved).path(), 'utf8')));
    await page.getByRole('link', { name: '概要' }).first().click();
    await page.locator('.card').nth(1).waitFor();
    for (const [at, target] of result.targets.entries()) {
      assert.ok(target.status === 'fitted');
      assert.match(await page.locator('.card').nth(at).innerText(), new RegExp(`${target.target}[\\s\\S]*R²: ${Number(target.final.score.r2?.toPrecision(4))}[\\s\\S]*MAE: ${Number(target.final.score.mae.toPrecision(4))}`));
    }
    await page.getByText('モデルの比較（未知データでの評価）').first().click();
    await tab.picture('34-nonlinear-result');
    assert.deepEqual(await findings(tab), []);
    const workbook = page.waitForEvent('download');
    await page.getByRole('button', { name: /analysis_results\.xlsx/ }).click();
    assert.equal((await workbook).suggestedFilename(), 'analysis_results.xlsx');
  });

  it('charts begin with the evaluation of each target', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '次へ' }).click();
    await page.getByRole('heading', { name: '非線形解析結果 チャート' }).waitFor();
    await page.locator('[data-drawn=vega] canvas').waitFor();
    assert.match(await page.locator('.caption').innerText(), /上面ダレ量.*\(1\/\d+\)/);
    await tab.picture('35-nonlinear-chart');
    assert.deepEqual(await findings(tab), []);
  });

  it('a point of the front shows the settings of its row of the file; a selection in one chart is that of all and of the table', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '予測', exact: true }).first().click();
    await page.locator('.virtual-row').first().waitFor();
    await page.getByRole('link', { name: 'パレート分析' }).last().click();
    await page.getByRole('heading', { name: 'パレート分析結果' }).waitFor();
    const plots = page.getByRole('application');
    await plots.nth(3).waitFor();
    assert.equal(await plots.count(), 4, 'three pairs of three objectives, and the free one');
    await page.getByRole('button', { name: /^行 \d+$/ }).click();
    const conditions = await page.locator('.conditions').innerText();
    const row = Number(/（(\d+) 行目）/.exec(conditions)?.[1]);
    const [header = [], ...rows] = settings;
    // the header is row 1 of the file
    for (const name of ['回転速度', '送り速度', '切込量', 'パス数']) assert.match(conditions, new RegExp(`${name}\\s+${rows[row - 2]?.[header.indexOf(name)]}(\\n|$)`), `${name} of row ${row}`);
    const points = Number(await plots.first().locator('.point').count());
    await plots.first().focus();
    await page.keyboard.press('ArrowRight');
    const box = await plots.first().boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height - 60, { steps: 4 });
    await page.mouse.up();
    const chosen = await plots.first().locator('.selected').count();
    assert.ok(chosen > 0 && chosen < points, `${chosen} of ${points}`);
    for (let at = 1; at < 4; at += 1) assert.equal(await plots.nth(at).locator('.selected').count(), chosen, `chart ${at}`);
    assert.equal(await page.getByRole('region', { name: 'パレート解の一覧' }).locator('tbody tr').count(), chosen);
    await tab.picture('36-pareto');
    assert.deepEqual(await findings(tab), []);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: '選択を CSV で保存' }).click();
    assert.equal(readFileSync(await (await saved).path(), 'utf8').trimEnd().split('\n').length, chosen + 1);
  });

  it('the front of the search stands beside that of the grid; the next experiments with what is expected of them', async () => {
    const { page } = tab;
    await page.getByLabel('表示するフロント:').selectOption({ label: '探索したフロント' });
    await page.getByText(/（候補 400 条件）/).waitFor();
    assert.equal(await page.getByRole('application').count(), 4);
    await page.getByRole('region', { name: 'パレート解の一覧' }).getByRole('button').first().click();
    assert.match(await page.locator('.conditions').innerText(), /送り速度\s+\d+/);
    const next = page.getByRole('region', { name: '次の実験の提案' });
    assert.equal(await next.locator('tbody tr').count(), 3);
    assert.match(await next.innerText(), /± [\d.]+[\s\S]*[\d.]+ %/);
    await tab.picture('36-pareto-search');
    await next.scrollIntoViewIfNeeded();
    await tab.picture('36-next-experiments');
    assert.deepEqual(await findings(tab), []);
  });

  it('provenance names file, hash, seed and settings; a repetition with other settings is a run of its own on the same files', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '来歴' }).click();
    await page.getByRole('cell', { name: 'pareto_objectives' }).waitFor();
    assert.match(await page.getByRole('region', { name: '来歴' }).innerText(), /SHA-256\s+[0-9a-f]{64}[\s\S]*乱数シード\s+42/);
    await tab.picture('37-provenance');
    assert.deepEqual(await findings(tab), []);
    await page.getByRole('button', { name: '設定を変えて実行' }).click();
    await dialog.getByText('「deburring.csv」のファイルで').waitFor();
    assert.equal(await dialog.getByLabel('Optuna試行回数:').inputValue(), '10');
    await dialog.locator('input[name=models_to_use][value=response_surface]').uncheck();
    await dialog.getByRole('button', { name: '続行' }).click();
    await page.getByText('非線形解析処理中...').waitFor();
    await page.getByRole('heading', { name: '非線形解析完了' }).waitFor({ timeout: 180_000 });
    await page.getByRole('link', { name: '実行履歴' }).click();
    for (const at of [0, 1]) await page.getByRole('checkbox').nth(at).check();
    await page.getByRole('button', { name: '選んだ 2 件を比較' }).click();
    await page.getByRole('row', { name: /models_to_use/ }).waitFor();
    assert.match(await page.getByRole('row', { name: /摩耗量.*評価 R²/ }).innerText(), /0\.\d+\s+.*0\.\d+/);
    await tab.picture('38-compare-nonlinear');
    assert.deepEqual(await findings(tab), []);
    assert.deepEqual(tab.complaints, []);
  });

  it('classification: the original\'s tabs; thresholds, calibrator and decisions are those of the result', async () => {
    const { page } = tab;
    await page.locator('input[type=file]').first().setInputFiles(join(root, 'examples/classification/deburring.csv'));
    await page.getByText('読み込み済み: deburring.csv').waitFor();
    await page.getByRole('button', { name: '分析', exact: true }).click();
    await page.getByRole('button', { name: '分類分析', exact: true }).click();
    await dialog.getByRole('tab').first().waitFor();
    assert.deepEqual((await dialog.getByRole('tab').allInnerTexts()).slice(0, 5), ['特徴量設定', 'モデル設定', 'DCV学習設定', '閾値決定', '評価設定']);
    assert.equal(await dialog.locator('select[name=target_column]').inputValue(), 'バリ除去');
    await dialog.getByRole('tab', { name: '閾値決定' }).click();
    assert.equal(await dialog.getByLabel('NP_ALPHA（偽陽性率の上限）:').inputValue(), '0.1');
    for (const text of await dialog.locator('small').allInnerTexts()) assert.match(text, /[ぁ-ん]/, 'help is Japanese');
    await tab.picture('50-classification-thresholds');
    assert.deepEqual(await findings(tab), []);
    await dialog.getByLabel('NP_ALPHA（偽陽性率の上限）:').fill('0.2');
    await dialog.getByRole('tab', { name: 'モデル設定' }).click();
    for (const name of ['quadratic_logistic', 'gaussian_process', 'lightgbm', 'random_forest', 'extra_trees']) await dialog.locator(`input[name=models_to_use][value=${name}]`).uncheck();
    await dialog.getByRole('tab', { name: 'DCV学習設定' }).click();
    await dialog.getByLabel('外側分割数:').fill('3');
    await dialog.getByLabel('内側分割数:').fill('3');
    await dialog.getByLabel('内側最適化試行回数 (N_TRIALS_INNER):').fill('10');
    await dialog.getByRole('button', { name: '続行' }).click();
    await page.getByRole('heading', { name: '分類解析完了' }).waitFor({ timeout: 180_000 });
    await page.locator('.card').nth(1).waitFor();
    await tab.picture('51-classification-result');
    assert.deepEqual(await findings(tab), []);
    const cards = await page.locator('.cards').innerText();
    const counts = await page.getByRole('region', { name: '判定（未知データ）' }).locator('td').allInnerTexts();
    await page.getByRole('link', { name: 'ファイル一覧' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'result.json をダウンロード' }).click();
    const result = classificationResultSchema.parse(JSON.parse(readFileSync(await (await saved).path(), 'utf8')));
    assert.equal(result.parameters['false_positive_limit'], 0.2);
    assert.match(cards, new RegExp(`AUC: ${Number(result.final.score.auc?.toPrecision(4))}`));
    assert.match(cards, new RegExp(`Calibrator: ${result.model.calibrator.kind}`));
    assert.match(cards, /上限 20 %/);
    const { positive, negative } = result.final.confusion.counts;
    assert.deepEqual(counts.map(Number), [positive.yes, positive.gray, positive.no, negative.yes, negative.gray, negative.no]);
    assert.deepEqual(tab.complaints, []);
  });
});
