import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { linearCharts, type ChartSpec, type TableExtract } from '../../../../cluster/report/index.ts';
import { ticks } from '../../../../cluster/report/charts/ticks.ts';
import { distinctNames, shortName } from '../../../../cluster/report/charts/theme.ts';
import { featuresOf, referencePoint } from '../../../../cluster/report/model/features.ts';
import { meanOf } from '../../../../cluster/report/model/predictor.ts';
import { analyse } from '../../linear/run-analysis.ts';
import { sampleResult } from '../fixtures/sample-result.ts';

const sample = sampleResult();
const chartsOf = (result = sample.result, table = sample.table): Map<string, ChartSpec> => new Map(linearCharts(result, table, 'ja').map((chart) => [chart.id, chart]));
interface Panel { data: { values: Record<string, number>[] }; layer: { encoding: { x: { axis: { title: string } } } }[] }
const panelsOf = (chart: ChartSpec | undefined): Panel[] => (chart?.spec as unknown as { concat: Panel[] }).concat;

describe('charts of the model', () => {
  it('main effects: along a feature the prediction changes by its coefficient, and the interval is narrowest near the mean', () => {
    const panel = panelsOf(chartsOf().get('main_effects')).find(({ layer }) => layer[0]?.encoding.x.axis.title === '切込量') as Panel;
    const [first, last] = [panel.data.values[0], panel.data.values.at(-1)] as [Record<string, number>, Record<string, number>];
    const slope = ((last['mean'] as number) - (first['mean'] as number)) / ((last['at'] as number) - (first['at'] as number));
    assert.ok(Math.abs(slope / (sample.beta[3] as number) - 1) < 1e-9);
    const widths = panel.data.values.map(({ low, high }) => (high as number) - (low as number));
    const narrowest = widths.indexOf(Math.min(...widths));
    assert.ok(narrowest > 8 && narrowest < 32, String(narrowest));
  });

  it('Pareto: every |t| with the critical value, which separates p below and above the level', () => {
    const spec = chartsOf().get('pareto')?.spec as unknown as { data: { values: { term: string; size: number; p: number }[] }; layer: { encoding: { x: { datum?: number } } }[] };
    assert.deepEqual(spec.data.values.map(({ size }) => size), [...spec.data.values.map(({ size }) => size)].sort((a, b) => b - a));
    assert.equal(spec.data.values.length, sample.result.coefficients.length - 1);
    assert.equal(spec.layer[1]?.encoding.x.datum, sample.result.interval_basis?.t);
  });

  it('Pareto: under another covariance the critical value has its degrees of freedom (one less than the clusters), and separates p as the table does', async () => {
    const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
    const { result } = await analyse(csv, { target_column: 'y', formula: 'y ~ speed + feed + depth', covariance: 'cluster', cluster_column: 'brush', train_test_split: 0, cv_splits: 2 });
    const spec = chartsOf(result, { columns: [] }).get('pareto')?.spec as unknown as { data: { values: { size: number; p: number }[] }; layer: { encoding: { x: { datum?: number } } }[] };
    // t table, 0.975: 12.706 with 1, 4.3027 with 2, 3.1824 with 3 degrees of freedom
    const limit = spec.layer[1]?.encoding.x.datum ?? NaN;
    const wanted = [12.706, 4.3027, 3.1824][(result.covariance.clusters ?? 0) - 2] ?? NaN;
    assert.ok(Math.abs(limit / wanted - 1) < 1e-4, `${limit}, ${wanted} in the table`);
    for (const { size, p } of spec.data.values) assert.equal(size > limit, p < 0.05);
  });

  it('main effects of a transformed target are in its own units: on a row of the fit the line passes through its fitted value', async () => {
    const x = Array.from({ length: 40 }, (_, i) => 1 + (i % 10));
    const csv = `x,y\n${x.map((at, i) => `${at},${Math.exp(0.3 * at + 0.2 * Math.sin(7 * i))}`).join('\n')}`;
    for (const transform of ['log', 'sqrt', 'box_cox']) {
      const { result } = await analyse(csv, { target_column: 'y', transform, train_test_split: 0, cv_splits: 2 });
      const [panel] = panelsOf(chartsOf(result, { columns: [{ name: 'x', kind: 'number', values: result.rows.row.map((row) => x[row - 2] as number) }] }).get('main_effects')) as [Panel];
      for (const [end, row] of [[0, 1], [-1, 10]] as const) {
        const { mean, low, high } = panel.data.values.at(end) as Record<'mean' | 'low' | 'high', number>;
        const fitted = result.rows.fitted[result.rows.row.indexOf(row + 1)] as number;
        assert.ok(Math.abs(mean / fitted - 1) < 1e-9, `${transform}: ${mean}, ${fitted} in the result`);
        assert.ok(low < mean && mean < high);
      }
    }
  });

  it('contours: a band covers exactly the points whose prediction lies in it', () => {
    interface Rect { x: number; x2: number; y: number; y2: number; label: string }
    const { layer } = chartsOf().get('contour')?.spec as unknown as { layer: { data: { values: Rect[] }; encoding: Record<'x' | 'y', { axis: { title: string } }> }[] };
    const [{ data: { values: rects }, encoding }] = layer as [(typeof layer)[number]];
    const names = [encoding.x.axis.title, encoding.y.axis.title];
    const columns = names.map((name) => sample.table.columns.find((column) => column.name === name)?.values as number[]);
    const [width, height] = columns.map((values) => Math.max(...values) - Math.min(...values)) as [number, number];
    const area = rects.reduce((sum, { x, x2, y, y2 }) => sum + (x2 - x) * (y2 - y), 0) / (width * height);
    // rows overlap a little, so that no light falls between them
    assert.ok(area >= 0.999 && area < 1.16, String(area));
    const reference = referencePoint(featuresOf(sample.result, sample.table));
    const mean = meanOf(sample.result);
    for (const { x, x2, y, y2, label } of rects) {
      const at = mean({ ...reference, [names[0] as string]: (x + x2) / 2, [names[1] as string]: y + (y2 - y) / 2.3 });
      const [low, high] = label.startsWith('<') ? [-Infinity, Number(label.slice(2))] : label.startsWith('≥') ? [Number(label.slice(2)), Infinity] : label.split(' – ').map(Number) as [number, number];
      assert.ok(at >= low - 1e-9 && at <= high + 1e-9, `${label}: ${at}`);
    }
  });

  it('correlations: those of the columns, with the variance inflation beside the name', async () => {
    const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
    const { result } = await analyse(csv, { target_column: 'y', formula: 'y ~ speed*material + feed + depth', train_test_split: 0, cv_splits: 2 });
    const lines = csv.toString().trimEnd().split('\n').map((line) => line.split(','));
    const table: TableExtract = { columns: (lines[0] as string[]).map((name, column) => ({ name, kind: name === 'brush' || name === 'material' ? 'text' : 'number', values: result.rows.row.map((row) => (name === 'brush' || name === 'material' ? lines[row - 1]?.[column] as string : Number(lines[row - 1]?.[column]))) })) };
    const charts = chartsOf(result, table);
    const { data } = charts.get('correlation')?.spec as unknown as { data: { values: { row: string; column: string; r: number }[] } };
    const [speed, feed] = ['speed', 'feed'].map((name) => table.columns.find((column) => column.name === name)?.values as number[]) as [number[], number[]];
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ms, mf] = [mean(speed), mean(feed)];
    const product = (a: number[], b: number[], ma: number, mb: number): number => a.reduce((sum, value, i) => sum + (value - ma) * ((b[i] as number) - mb), 0);
    const r = product(speed, feed, ms, mf) / Math.sqrt(product(speed, speed, ms, ms) * product(feed, feed, mf, mf));
    const cell = data.values.find(({ row, column }) => row.startsWith('feed') && column.startsWith('speed'));
    assert.ok(Math.abs((cell?.r ?? NaN) - r) < 1e-12);
    assert.match(cell?.row ?? '', /VIF \d/);
    // the one pair with a common term, and no other
    assert.equal(panelsOf(charts.get('interactions')).length, 1);
    assert.equal(chartsOf().has('interactions'), false);
  });

  it('surface: every facet has the band of the mean of its corners; one behind another is painted before it', () => {
    interface Corner { id: number; order: number; x: number; y: number; band: string; first: number; second: number; mean: number }
    const { layer } = chartsOf().get('surface')?.spec as unknown as { layer: { data: { values: Corner[] } }[] };
    const facets = Map.groupBy((layer[1] as (typeof layer)[number]).data.values, ({ id }) => id);
    const [, , { data: { values: names } }, { data: { values: others } }] = layer as unknown as { data: { values: { text: string }[] } }[] as [never, never, { data: { values: { text: string }[] } }, { data: { values: { text: string }[] } }];
    const [first, second] = [names[2]?.text, others[2]?.text] as [string, string];
    const reference = referencePoint(featuresOf(sample.result, sample.table));
    const mean = meanOf(sample.result);
    for (const corners of facets.values()) {
      const [corner] = corners as [Corner];
      assert.equal(corners.length, 5);
      // of a plane the mean of the corners is the value in the middle
      const at = mean({ ...reference, [first]: corner.first, [second]: corner.second });
      assert.ok(Math.abs(at - corner.mean) < 1e-9);
      const [low, high] = corner.band.startsWith('<') ? [-Infinity, Number(corner.band.slice(2))] : corner.band.startsWith('≥') ? [Number(corner.band.slice(2)), Infinity] : corner.band.split(' – ').map(Number) as [number, number];
      assert.ok(at >= low - 1e-12 && at < high + 1e-12, `${at} in ${corner.band}`);
    }
    const ranges = [first, second].map((name) => sample.table.columns.find((column) => column.name === name)?.values as number[]).map((values) => Math.max(...values));
    const back = [...facets.values()][0]?.[0] as Corner;
    assert.ok(back.first > 0.9 * (ranges[0] as number) && back.second > 0.9 * (ranges[1] as number), 'the far corner comes first');
  });

  it('units stand behind names on axes, and behind what is predicted; a name without one stays as it is', () => {
    const charts = chartsOf({ ...sample.result, units: { 送り速度: 'mm/min', 上面ダレ量: 'mm' } });
    const titles = panelsOf(charts.get('main_effects')).map(({ layer }) => layer[0]?.encoding.x.axis.title);
    assert.ok(titles.includes('送り速度 (mm/min)') && titles.includes('切込量'), titles.join());
    for (const id of ['main_effects', 'contour', 'surface', 'actual_fitted']) assert.match(JSON.stringify(charts.get(id)?.spec), /予測値 \(mm\)/, id);
    for (const id of ['contour', 'surface']) assert.match(JSON.stringify(charts.get(id)?.spec), /送り速度 \(mm\/min\)/, id);
    assert.match(JSON.stringify(charts.get('residual_fitted')?.spec), /\(mm\)/);
    assert.doesNotMatch(JSON.stringify([...chartsOf().values()].map(({ spec }) => spec)), /\(mm/);
  });

  it('are left out where they say nothing: one feature has no contours and no correlation', () => {
    const { result, table } = sample;
    const [kept] = [result.features[0] as string];
    const one = { ...result, features: [kept], model: { ...result.model, terms: result.model.terms.slice(0, 2) }, coefficients: result.coefficients.slice(0, 2), interval_basis: null };
    const ids = [...chartsOf(one, table).keys()];
    for (const id of ['contour', 'surface', 'correlation', 'interactions']) assert.equal(ids.includes(id), false, id);
    assert.ok(ids.includes('main_effects'));
  });
});

it('names that are cut to the same text stay apart; a Japanese letter takes the room of two', () => {
  const names = ['material[SUS304 stainless steel plate 1]', 'material[SUS304 stainless steel copy 1]', '材料材料材料材料材料材料', 'feed'];
  const short = distinctNames(names, 16);
  assert.equal(new Set(short).size, names.length);
  assert.ok(short.every((name) => [...name].length <= 16 + 4));
  assert.equal([...(short[2] as string)].length, 8);
  assert.equal(short[3], 'feed');
});

it('round numbers inside a range, names cut in the middle', () => {
  assert.deepEqual(ticks(0.13, 0.92, 8), [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  assert.deepEqual(ticks(-5, 5, 4), [0]);
  assert.equal(shortName('abcdefghijklmnop', 10), 'abcdef…nop');
  assert.equal(shortName('短い'), '短い');
});
