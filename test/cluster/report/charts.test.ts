import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { describe, it } from 'node:test';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { linearCharts, renderChart, type ChartSpec } from '../../../cluster/report/index.ts';
import { languages } from '../../../schemas/index.ts';
import { normalQuantile } from '../../../cluster/report/charts/normal-quantile.ts';
import { sampleResult } from './fixtures/sample-result.ts';

const sample = sampleResult();

describe('charts of a linear analysis', () => {
  it('draws its charts in the order in which they are read', () => {
    assert.deepEqual(linearCharts(sample.result, sample.table, 'ja').map(({ id }) => id), ['actual_fitted', 'residual_fitted', 'normal_qq', 'scale_location', 'leverage', 'coefficients', 'pareto', 'main_effects', 'contour', 'surface', 'correlation', 'cv_prediction', 'residual_order']);
    assert.equal(linearCharts(sample.result, sample.table, 'ja')[0]?.fileName, 'regression_enhanced_上面ダレ量');
  });

  it('of a transformed target: residuals stand over fitted values of their own scale, which the axes name', () => {
    const fitted = sample.result.rows.fitted.map((value) => Math.sqrt(Math.abs(value ?? 0)));
    const result = { ...sample.result, response: { ...sample.result.response, transform: 'sqrt' as const, label: 'sqrt(上面ダレ量)' }, rows: { ...sample.result.rows, model_fitted: fitted } };
    const charts = new Map(linearCharts(result, sample.table, 'ja').map((chart) => [chart.id, chart]));
    const chart = charts.get('residual_fitted') as ChartSpec;
    assert.deepEqual(pointsOf(chart).map((point) => point['fitted']), fitted);
    assert.match(JSON.stringify(chart.spec), /予測値、sqrt\(上面ダレ量\)/);
    assert.match(JSON.stringify(charts.get('scale_location')?.spec), /予測値、sqrt\(上面ダレ量\)/);
    assert.doesNotMatch(JSON.stringify(charts.get('actual_fitted')?.spec), /sqrt/);
  });

  it('leaves out the chart of a cross-validation that was not made', () => {
    const charts = linearCharts({ ...sample.result, cross_validation: null }, sample.table, 'ja');
    assert.equal(charts.some(({ id }) => id === 'cv_prediction'), false);
  });

  it('keeps title, axes and data in the language asked for, and the same data in every language', () => {
    const [ja, en, es] = languages.map((language) => linearCharts(sample.result, sample.table, language)[0] as ChartSpec);
    assert.match(JSON.stringify(ja?.spec), /実測値/);
    assert.match(JSON.stringify(en?.spec), /"Actual"/);
    assert.match(JSON.stringify(es?.spec), /Valor medido/);
    assert.deepEqual(pointsOf(ja as ChartSpec), pointsOf(en as ChartSpec));
  });

  it('gives the interactive spec every row with its number, tooltips and zoom', () => {
    const chart = linearCharts(sample.result, sample.table, 'ja')[0] as ChartSpec;
    const text = JSON.stringify(chart.spec);
    assert.match(text, /"bind":"scales"/);
    assert.match(text, /"tooltip":\[\{"field":"row","title":"行番号"\}/);
    assert.deepEqual(pointsOf(chart).map(({ row }) => row), sample.result.rows.row);
    assert.deepEqual(pointsOf(chart).map(({ fitted }) => fitted), sample.result.rows.fitted);
  });

  it('gives interactive specs that compile and run without a warning', async () => {
    const warnings: string[] = [];
    const note = (...parts: unknown[]): void => { warnings.push(parts.join(' ')); };
    for (const chart of linearCharts(sample.result, sample.table, 'ja')) {
      const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
      const view = new vega.View(vega.parse(compile(chart.spec, { logger: logger as never }).spec), { renderer: 'none', logger: logger as never });
      await view.runAsync();
      view.finalize();
    }
    // Without a browser there is no window to listen to; everything else would be a fault of the spec.
    assert.deepEqual(warnings.filter((text) => !text.includes('event source: window')), []);
  });

  it('thins 30 000 rows to at most 1 500 points, says so, and keeps the largest residual', () => {
    const { result: big, table: bigTable } = sampleResult(30_000);
    const chart = linearCharts(big, bigTable, 'ja')[0] as ChartSpec;
    const points = pointsOf(chart);
    assert.ok(points.length <= 1500, String(points.length));
    assert.match(JSON.stringify(chart.spec.title), new RegExp(`30000 行のうち ${points.length} 点`));
    const sizes = big.rows.studentized_external.map((value) => Math.abs(value ?? 0));
    const outlier = sizes.indexOf(Math.max(...sizes));
    assert.ok(points.some(({ row }) => row === big.rows.row[outlier]));
    assert.deepEqual(linearCharts(big, bigTable, 'ja'), linearCharts(big, bigTable, 'ja'));
  });

  it('survives a saturated model, whose residual statistics do not exist', async () => {
    const { rows } = sample.result;
    const gone = rows.row.map(() => null);
    const saturated = { ...sample.result, rows: { ...rows, studentized_internal: gone, studentized_external: gone, cook: gone, residual: rows.row.map(() => 0) } };
    for (const chart of linearCharts(saturated, sample.table, 'ja')) assert.ok((await renderChart(chart)).png.length > 0);
  });
});

describe('pictures', () => {
  it('have Japanese text in the SVG, with fallbacks for viewers without our font', async () => {
    const { svg } = await renderChart(linearCharts(sample.result, sample.table, 'ja')[0] as ChartSpec);
    assert.match(svg, /上面ダレ量 回帰評価/);
    assert.match(svg, /font-family="[^"]*Noto Sans JP[^"]*Yu Gothic[^"]*Hiragino Sans[^"]*sans-serif/);
    assert.match(svg, /^<svg[^>]* width="640" height="420"/);
  });

  it('have twice the pixels of the chart and are not blank: ink where the title and the points stand', async () => {
    const chart = linearCharts(sample.result, sample.table, 'ja')[0] as ChartSpec;
    const { png } = await renderChart(chart);
    const picture = decode(png);
    assert.deepEqual([picture.width, picture.height], [1280, 840]);
    const ink = (from: number, to: number): number => {
      let dark = 0;
      for (let at = from * picture.width * 4; at < to * picture.width * 4; at += 4) if ((picture.pixels[at] as number) < 128) dark += 1;
      return dark;
    };
    assert.ok(ink(20, 60) > 500, 'the title has dark pixels');
    assert.ok(ink(100, 740) > 3000, 'the points have colour');
  });

  it('are the same bytes every time, whatever was drawn before', async () => {
    const charts = linearCharts(sample.result, sample.table, 'ja');
    const first = await renderChart(charts[3] as ChartSpec);
    await Promise.all(charts.map(renderChart));
    const again = await renderChart(charts[3] as ChartSpec);
    assert.equal(again.svg, first.svg);
    assert.deepEqual(again.png, first.png);
  });

  it('show a name with markup as text', async () => {
    const { svg, png } = await renderChart(linearCharts({ ...sample.result, target: '<b>&"x"</b>' }, sample.table, 'ja')[0] as ChartSpec);
    assert.match(svg, /&lt;b&gt;&amp;/);
    assert.ok(png.length > 0);
  });
});

it('normal quantiles agree with the tables', () => {
  for (const [p, z] of [[0.975, 1.959963984540054], [0.5, 0], [0.001, -3.090232306167813], [0.9, 1.2815515655446004]] as const) assert.ok(Math.abs(normalQuantile(p) - z) < 1e-8, `${p}`);
});

interface ChartPoint { row?: number; fitted?: number }

/** The data of the layer that has points. */
function pointsOf(chart: ChartSpec): ChartPoint[] {
  const { layer } = chart.spec as unknown as { layer: { data: { values: ChartPoint[] } }[] };
  return layer.map(({ data }) => data.values).find((values) => values[0]?.row !== undefined) ?? [];
}

/** A reader for the PNGs of this test: 8-bit RGBA, no interlace (W3C PNG, §9 filters). */
function decode(png: Uint8Array): { width: number; height: number; pixels: Uint8Array } {
  const bytes = Buffer.from(png);
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  assert.deepEqual([...bytes.subarray(24, 26)], [8, 6], '8-bit RGBA');
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const pixels = new Uint8Array(width * height * 4);
  const stride = width * 4;
  for (let y = 0; y < height; y += 1) for (let x = 0; x < stride; x += 1) {
    const a = x < 4 ? 0 : pixels[y * stride + x - 4] as number;
    const b = y === 0 ? 0 : pixels[(y - 1) * stride + x] as number;
    const c = x < 4 || y === 0 ? 0 : pixels[(y - 1) * stride + x - 4] as number;
    const nearest = (): number => {
      const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      return da <= db && da <= dc ? a : db <= dc ? b : c;
    };
    const guess = [() => 0, () => a, () => b, () => (a + b) >> 1, nearest][raw[y * (stride + 1)] as number] as () => number;
    pixels[y * stride + x] = ((raw[y * (stride + 1) + 1 + x] as number) + guess()) & 255;
  }
  return { width, height, pixels };
}
