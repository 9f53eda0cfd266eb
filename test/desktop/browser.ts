import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { root } from '../cli/support.ts';

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
export const noBrowser = executable === undefined ? 'no Chromium on this machine (Debian: apt-get install chromium)' : false;

/** Pictures of every screen of a run, to be looked at. */
const pictures = join(root, 'out/desktop-screens');

export interface Tab {
  page: Page;
  /** what the page complained about: errors, and everything its content policy refused */
  complaints: string[];
  picture(name: string): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build-desktop.ts'), '--if-stale'], { stdio: 'inherit' });
  if (build.status !== 0) throw new Error('the web app was not built');
  mkdirSync(pictures, { recursive: true });
  return chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu'] });
}

export async function openTab(browser: Browser, url: string, locale = 'ja-JP'): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1050 }, locale, acceptDownloads: true });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  await page.goto(url);
  return { page, complaints, async picture(name) { await page.screenshot({ path: join(pictures, `${name}.png`) }); } };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of axe on what is shown now. */
export async function findings(tab: Tab): Promise<string[]> {
  await tab.page.evaluate(axe);
  return tab.page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    const { violations } = await checker.run({ resultTypes: ['violations'] });
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`).join(' | ')}`);
  });
}
