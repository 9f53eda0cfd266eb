import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeOutput, type ReportDocument } from '../../../../cluster/report/index.ts';
import { writeHtml } from '../../../../cluster/report/html/index.ts';

const odd = '<script>alert("x")</script> & \'y\' \u0000\uD800';
const picture = '<?xml version="1.0"?><svg width="10" height="5" viewBox="0 0 10 5"><defs><clipPath id="clip0"><rect/></clipPath></defs><g clip-path="url(#clip0)"><use href="#clip0"/><text>a</text></g></svg>';
const draw = (): Promise<string> => Promise.resolve(picture);

function documentOf(changes: Partial<ReportDocument> = {}): ReportDocument {
  return {
    language: 'ja', title: `表 ${odd}`, lead: [odd],
    sections: [
      { title: odd, blocks: [{ kind: 'text', text: odd }, { kind: 'notices', notices: [{ severity: 'warning', text: odd }] }, { kind: 'facts', facts: [{ name: odd, value: odd }] }] },
      {
        title: '係数', blocks: [],
        sections: [
          { title: 'a', blocks: [{ kind: 'table', caption: odd, note: odd, columns: [{ title: odd }, { title: '値' }, { title: 'p', format: 'p' }, { title: 'n', format: 'integer' }], rows: [[odd, 1 / 3, 1e-9, 3], ['b', null, 0.04999, null], ['c', 123456789, 0, 1]] }] },
          { title: 'b', blocks: [{ kind: 'figure', title: odd, picture: { svgFile: 'x.svg' } }, { kind: 'figure', title: 'second', picture: { svgFile: 'x.svg' } }] },
        ],
      },
    ],
    ...changes,
  };
}

describe('an HTML report', () => {
  it('holds no script and nothing from elsewhere, whatever names and texts say', async () => {
    const html = await writeHtml(documentOf(), draw);
    assert.doesNotMatch(html, /<script/i);
    assert.equal(html.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39; \uFFFD\uFFFD').length - 1, 14, 'every text is escaped, in elements and attributes');
    assert.doesNotMatch(html, /(?:src|href)="(?!#)/);
    assert.doesNotMatch(html, /@import|url\((?!#)/);
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
     
    assert.doesNotMatch(html, /[\u0000-\u0008]/);
  });

  it('opens and closes its elements in order, and its contents lead to headings that exist', async () => {
    const html = await writeHtml(documentOf(), draw);
    const open: string[] = [];
    for (const [, closing, name, rest] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
      if (closing === '/') assert.equal(open.pop(), name);
      else if (!['meta'].includes(name ?? '') && rest?.endsWith('/') !== true) open.push(name ?? '');
    }
    assert.deepEqual(open, []);
    const targets = [...html.matchAll(/href="#(s[\d-]+)"/g)].map(([, to]) => to ?? '');
    assert.deepEqual(targets, ['s1', 's2', 's2-1', 's2-2']);
    for (const to of targets) assert.match(html, new RegExp(`<h[23] id="${to}">`));
  });

  it('shows numbers rounded for the eye, in full when pointed at, and a dash for what does not exist', async () => {
    const html = await writeHtml(documentOf(), draw);
    for (const cell of ['<td class="n" title="0.3333333333333333">0.333333</td>', '<td class="n" title="1e-9">1.00e-9</td>', '<td class="n" title="0.04999">0.0500</td>', '<td class="n">3</td>', '<td class="n">—</td>', '<td class="n">123456789</td>']) assert.ok(html.includes(cell), cell);
  });

  it('keeps the inner references of several figures apart', async () => {
    const html = await writeHtml(documentOf(), draw);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, to] of html.matchAll(/url\(#([^)]+)\)/g)) assert.ok(ids.includes(to), to);
    assert.doesNotMatch(html, /<\?xml/);
  });

  it('is in the language of its document, the same bytes every time', async () => {
    for (const [language, word] of [['ja', '目次'], ['en', 'Contents'], ['es', 'Índice']] as const) {
      const html = await writeHtml(documentOf({ language }), draw);
      assert.match(html, new RegExp(`<html lang="${language}">`));
      assert.ok(html.includes(`>${word}<`));
      assert.equal(await writeHtml(documentOf({ language }), draw), html);
    }
  });

  it('is written by a thread from charts as data or from pictures that the job has drawn', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'zerosec-html-'));
    try {
      writeFileSync(join(directory, 'x.svg'), picture);
      const spec = { width: 40, height: 30, data: { values: [{ x: 1, y: 2 }] }, mark: 'circle', encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } } } as const;
      const chart = { id: 'c', fileName: 'c', title: 'c', spec, width: 40, height: 30 };
      const document = documentOf({ sections: [{ title: 's', blocks: [{ kind: 'figure', title: 'drawn', picture: { svgFile: 'x.svg' } }, { kind: 'figure', title: 'data', picture: chart }] }] });
      await writeOutput(structuredClone({ kind: 'html_report' as const, document, files: [{ path: 'r/report.html', fileType: 'html' as const }] }), directory);
      const html = readFileSync(join(directory, 'r/report.html'), 'utf8');
      assert.match(html, /<text>a<\/text>/);
      assert.equal(html.match(/<figure/g)?.length, 2);
      assert.equal(html.match(/<svg/g)?.length, 2);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
