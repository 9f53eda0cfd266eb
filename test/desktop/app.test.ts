import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, lines, root, table, until } from '../cli/support.ts';
import { findings, noBrowser, openBrowser, openTab, type Tab } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'zerosec-desktop-'));
const candidates = join(root, 'examples/optimization/candidates.csv');
// in this order, on one system: the machine has few cores
describe('the web app in a browser, against the embedded system', { concurrency: false, skip: noBrowser }, () => {
  const started = noBrowser ? null : launch(['start', '--directory', join(folder, 'data'), '--port', '0', '--no-demo', '--json']);
  let browser: Browser;
  let tab: Tab;
  let url: string;
  before(async () => {
    browser = await openBrowser();
    await until('the start', () => started?.output().includes('\n') ?? false, 180_000);
    url = String(lines(started?.output() ?? '')[0]?.['url']);
    tab = await openTab(browser, url);
  });
  after(async () => {
    await browser.close();
    started?.child.kill('SIGTERM');
    await started?.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('start: the original\'s column of controls, D/I off without a file, no serious finding of axe', async () => {
    const { page } = tab;
    await page.getByRole('heading', { name: '0.00 sec' }).waitFor();
    await page.getByText('まだ実行はありません。').waitFor();
    for (const name of ['D最適化を実行', 'I最適化を実行', 'データベースにインポート']) assert.equal(await page.getByRole('button', { name }).isDisabled(), true, name);
    assert.equal(await page.getByLabel('サンプルサイズ (10-50)').inputValue(), '15');
    await tab.picture('01-start');
    assert.deepEqual(await findings(tab), []);
  });

  it('a file that is no table is refused with what to do, and the page stays usable', async () => {
    const { page } = tab;
    for (const [name, bytes, text] of [['picture.png', Buffer.from('x'), 'CSV または Excel'], ['broken.xlsx', Buffer.from('no zip'), '読み取れません'], ['empty.csv', Buffer.from(''), 'データがありません']] as const) {
      await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
      await page.getByRole('dialog').getByText(text).waitFor();
      if (name === 'broken.xlsx') await tab.picture('02-invalid-file');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('a results file: kind, rows, columns and first rows are shown before anything is run', async () => {
    const { page } = tab;
    await page.locator('input[type=file]').first().setInputFiles(table);
    await page.getByText('実験結果', { exact: true }).waitFor();
    const facts = await page.locator('.facts').innerText();
    const rows = readFileSync(table, 'utf8').trimEnd().split('\n').length - 1;
    assert.match(facts, new RegExp(`行数\\s*${rows}`));
    await page.getByText('読み込み済み: deburring.csv').waitFor();
    await tab.picture('03-file');
    assert.deepEqual(await findings(tab), []);
  });

  it('the filter counts matching rows as it is typed, with one end only', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: '分析', exact: true }).click();
    await page.getByRole('heading', { name: 'データフィルター' }).waitFor();
    const [header = '', ...rows] = readFileSync(table, 'utf8').replace('\uFEFF', '').trimEnd().split('\n').map((line) => line.split(','));
    const at = (header as string[]).indexOf('回転速度');
    const expected = rows.filter((row) => Number(row[at]) >= 5000).length;
    await page.getByLabel('回転速度の最小値').fill('5000');
    await page.getByText(`${expected} / ${rows.length} 行が条件に合います`).waitFor();
    await tab.picture('04-filter');
    assert.deepEqual(await findings(tab), []);
    await page.getByRole('button', { name: '条件「回転速度」を消す' }).click();
    await page.getByText(`${rows.length} / ${rows.length} 行が条件に合います`).waitFor();
  });

  it('linear analysis by keyboard and mouse: settings → progress → cards', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: '線形解析', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('tab', { name: '特徴量選択' }).waitFor();
    for (const name of ['側面ダレ量', '摩耗量', '切削力X', '切削力Y', '切削力Z', '面粗度(Ra)後']) {
      const box = dialog.locator(`input[name=target_columns][value="${name}"]`);
      if (await box.count() > 0) await box.uncheck();
    }
    assert.equal(await dialog.locator('input[name=target_columns]:checked').count(), 1);
    await tab.picture('05-linear-settings');
    assert.deepEqual(await findings(tab), []);
    await dialog.getByRole('tab', { name: '特徴量選択' }).press('ArrowRight');
    await dialog.getByRole('tab', { name: 'モデル設定' }).press('ArrowRight');
    await dialog.getByLabel('分割数:').fill('40');
    await dialog.getByRole('button', { name: '続行' }).click();
    await dialog.getByText('「分割数」は 2～20 にしてください。').waitFor();
    await dialog.getByLabel('分割数:').fill('4');
    await tab.picture('06-linear-settings-validation');
    await dialog.locator('#prediction-file').waitFor({ state: 'detached' });
    await dialog.getByRole('tab', { name: '評価設定' }).press('ArrowLeft');
    await dialog.getByRole('tab', { name: 'モデル設定' }).press('ArrowLeft');
    await dialog.locator('#prediction-file').setInputFiles(table);
    await dialog.getByRole('button', { name: '続行' }).click();
    await page.getByText('線形解析実行中...').waitFor();
    await tab.picture('07-progress');
    await page.getByRole('heading', { name: '線形解析結果' }).waitFor({ timeout: 180_000 });
    await page.locator('.card').waitFor();
    assert.match(await page.locator('.card').innerText(), /上面ダレ量[\s\S]*交差検証 R²: 0\.\d+/);
    await tab.picture('08-linear-result');
    assert.deepEqual(await findings(tab), []);
  });

  it('charts are drawn from their documents under the content policy; the arrow keys turn the pages; a chart is saved', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '次へ' }).click();
    await page.getByRole('heading', { name: '評価スコア チャート' }).waitFor();
    await page.locator('[data-drawn=vega] canvas').waitFor();
    await page.getByText('上面ダレ量 回帰評価 (1/').waitFor();
    await tab.picture('09-chart');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV で保存' }).click();
    assert.match(readFileSync(await (await saved).path(), 'utf8'), /^\uFEFF[\s\S]*actual/);
    await page.getByRole('button', { name: '次へ ▶' }).press('ArrowRight');
    await page.getByText(/\(2\/\d+\)/).waitFor();
    await page.locator('[data-drawn=vega] canvas').waitFor();
    await tab.picture('10-chart-next');
    assert.deepEqual(await findings(tab), []);
    assert.deepEqual(tab.complaints, [], 'neither errors nor refusals of the content policy');
  });

  it('predictions are shown as far as one scrolls; only some of the rows are in the page', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '予測' }).first().click();
    await page.locator('.virtual-row').first().waitFor();
    await tab.picture('11-predictions');
    const total = Number(await page.getByRole('table').getAttribute('aria-rowcount')) - 1;
    const held = await page.locator('.virtual-row').count();
    assert.ok(held > 5 && held < total, `${held} of ${total}`);
    await page.locator('.virtual').evaluate((element) => { element.scrollTop = element.scrollHeight; });
    await page.locator(`[aria-rowindex="${total + 1}"]`).waitFor();
    assert.deepEqual(await findings(tab), []);
  });

  it('a file of the result is downloaded whole', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: 'ファイル一覧' }).click();
    await page.getByRole('row', { name: 'result.json' }).waitFor();
    await tab.picture('12-files');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'result.json をダウンロード' }).click();
    const result = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as { targets: { cross_validation: { folds: number } }[] };
    assert.equal(result.targets[0]?.cross_validation.folds, 4, 'the setting had its effect');
  });

  it('the language changes at once, everywhere, and is remembered', async () => {
    const { page } = tab;
    await page.locator('select[name=language]').selectOption('en');
    await page.getByRole('button', { name: 'Run D-optimisation' }).waitFor();
    await page.getByRole('heading', { name: 'Files' }).waitFor();
    await page.locator('select[name=language]').selectOption('es');
    await page.getByRole('button', { name: 'Cargar archivo' }).waitFor();
    await tab.picture('13-spanish');
    await page.reload();
    await page.getByRole('button', { name: 'Cargar archivo' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    assert.doesNotMatch(await page.locator('body').innerText(), /\[ui_|\{\w+\}/, 'no text is missing');
    await page.locator('select[name=language]').selectOption('ja');
  });

  it('a design: sample file → D → pages → table → OK saves the list of runs', async () => {
    const { page } = tab;
    await page.locator('input[type=file]').first().setInputFiles(candidates);
    await page.getByText('サンプル（候補点）').waitFor();
    await page.getByRole('button', { name: 'D最適化を実行' }).click();
    await page.getByText('最適化実行中...').waitFor();
    await page.locator('[data-drawn=vega] canvas').waitFor({ timeout: 180_000 });
    assert.equal(await page.getByRole('button', { name: 'D最適化を実行' }).isDisabled(), true, 'undecided: D and I are locked');
    await tab.picture('14-design');
    const pages = Number(/\/ (\d+)/.exec(await page.locator('.page-buttons').innerText())?.[1]);
    for (let at = 1; at < pages; at += 1) await page.getByRole('button', { name: '次へ →' }).click();
    await page.getByRole('heading', { name: 'D最適サンプル一覧' }).waitFor();
    assert.equal(await page.locator('.run-table tbody tr').count(), 15);
    await tab.picture('15-design-table');
    assert.deepEqual(await findings(tab), []);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'OK', exact: true }).click();
    assert.match((await saved).suggestedFilename(), /\.xlsx$/);
    await until('D is free again', () => page.getByRole('button', { name: 'D最適化を実行' }).isEnabled());
  });

  it('a page that is reloaded in the middle of a job takes it up again; cancel cancels', async () => {
    const { page } = tab;
    // a search that is long enough to be interrupted
    await page.evaluate(() => undefined);
    const client = await import('../../client/index.ts');
    const api = new client.ZerosecClient({ baseUrl: url });
    const upload = await api.uploadFile(new Blob([readFileSync(candidates)]), 'candidates.csv');
    const { job_id: jobId } = await api.createJob({ jobType: 'optimization', uploadId: upload.upload_id, parameters: { objective: 'both', num_points: 60, model: 'quadratic', starts: 100_000 } });
    await page.goto(`${url}/#/jobs/${jobId}`);
    await page.getByText(/実験計画を探索しています/).first().waitFor({ timeout: 120_000 });
    await page.reload();
    await page.getByText(/実験計画を探索しています/).first().waitFor({ timeout: 120_000 });
    await tab.picture('16-progress-after-reload');
    assert.deepEqual(await findings(tab), []);
    await page.getByRole('button', { name: 'キャンセル' }).click();
    await page.getByRole('button', { name: 'はい' }).click();
    await page.getByText('解析は中止されました').waitFor({ timeout: 120_000 });
    await tab.picture('17-cancelled');
    assert.equal((await api.job(jobId)).state, 'cancelled');
  });

  it('a job that fails says why and what to do', async () => {
    const { page } = tab;
    const bad = join(folder, 'constant.csv');
    writeFileSync(bad, 'x,y\n1,2\n2,2\n3,2\n');
    const { ZerosecClient } = await import('../../client/index.ts');
    const api = new ZerosecClient({ baseUrl: url });
    const upload = await api.uploadFile(new Blob([readFileSync(bad)]), 'constant.csv');
    const { job_id: jobId } = await api.createJob({ jobType: 'linear_analysis', uploadId: upload.upload_id, parameters: { target_column: 'z' } });
    await page.goto(`${url}/#/jobs/${jobId}`);
    await page.getByText('解析は失敗しました').waitFor({ timeout: 120_000 });
    assert.match(await page.locator('.info').innerText(), /z/, 'the column is named');
    await tab.picture('18-failed');
    assert.deepEqual(await findings(tab), []);
  });

  it('history, comparison and system page', async () => {
    const { page } = tab;
    await page.getByRole('link', { name: '実行履歴' }).click();
    await page.getByRole('checkbox').nth(1).waitFor();
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await tab.picture('19-history');
    assert.deepEqual(await findings(tab), []);
    await page.getByRole('button', { name: '選んだ 2 件を比較' }).click();
    await page.getByRole('heading', { name: '実行の比較' }).waitFor();
    await tab.picture('20-compare');
    await page.getByRole('link', { name: 'システム' }).click();
    await page.getByText('ジョブを受け付けられます').waitFor();
    await tab.picture('21-system');
    assert.deepEqual(await findings(tab), []);
  });
});
