import type { ChartSpec } from '../chart-spec.ts';
import { choosePoints } from '../points.ts';
import { colour, interaction, paddedDomain, pointOpacity, pointSize, shortNumber } from '../theme.ts';
import { ceilingNote, finalModelName, panelsChart, type NonlinearChartContext } from './context.ts';

/** Numbered at most: more would cover the points. */
const mostNumbered = 25;

/** The original's `{t}_results`: left, prediction of unseen rows against truth; right, their residuals with ±2σ. Rows beyond are numbered. */
export function resultsChart(context: NonlinearChartContext): ChartSpec {
  const { result, text, target, stem } = context;
  const { final, observed, rows: { file_rows } } = result;
  const residuals = observed.map((y, i) => y - (final.out_of_fold[i] as number));
  const sigma = Math.sqrt(residuals.reduce((sum, r) => sum + r * r, 0) / residuals.length);
  const { shown } = choosePoints(observed.length, [residuals]);
  const numbered = new Set(shown.filter((i) => Math.abs(residuals[i] as number) >= 2 * sigma).sort((a, b) => Math.abs(residuals[b] as number) - Math.abs(residuals[a] as number)).slice(0, mostNumbered));
  const values = shown.map((i) => ({ row: file_rows[i], actual: observed[i] as number, predicted: final.out_of_fold[i] as number, residual: residuals[i] as number, fold: (result.outer_fold[i] as number) + 1, outlier: Math.abs(residuals[i] as number) >= 2 * sigma, numbered: numbered.has(i) }));
  const outliers = residuals.filter((r) => Math.abs(r) >= 2 * sigma).length;
  const domain = paddedDomain(values.flatMap(({ actual, predicted }) => [actual, predicted]));
  const scale = { domain, zero: false, nice: false };
  const reach = Math.max(...values.map(({ residual }) => Math.abs(residual)), 2 * sigma) * 1.12 || 1;
  const tooltip = [{ field: 'row', title: text('axis_row') }, { field: 'fold', title: text('axis_fold') }, { field: 'actual', title: text('axis_actual') }, { field: 'predicted', title: text('axis_unseen') }, { field: 'residual', title: text('axis_unseen_residual') }];
  const predicted = { field: 'predicted', type: 'quantitative', scale, axis: { title: text('axis_unseen') } };
  const along = { ...predicted, scale: { ...scale, domain: paddedDomain(values.map((one) => one.predicted)) } };
  const actual = { field: 'actual', type: 'quantitative', scale, axis: { title: text('axis_actual') } };
  const residual = { field: 'residual', type: 'quantitative', scale: { domain: [-reach, reach], nice: false }, axis: { title: text('axis_unseen_residual') } };
  const color = { condition: { test: 'datum.outlier', value: colour.red }, value: colour.blue };
  const mark = { type: 'circle', size: pointSize(values.length), opacity: 1, clip: true };
  const number = { transform: [{ filter: 'datum.numbered' }], mark: { type: 'text', dx: 8, dy: -6, fontSize: 9, color: colour.text } };
  const box = [`R² = ${shortNumber(final.score.r2)}`, `MAE = ${shortNumber(final.score.mae)}`, `RMSE = ${shortNumber(final.score.rmse)}`, `σ = ${shortNumber(sigma)}`, ...(result.noise.r2_ceiling === null ? [] : [`${text('series_ceiling')} ${shortNumber(result.noise.r2_ceiling)}`])];
  return panelsChart('nl_results', `${stem}_results`, text('chart_nl_results', { target }), [text('note_nl_final', { model: finalModelName(context) }), `${ceilingNote(context)} · ${text('note_nl_outliers', { count: outliers })}`], [
    {
      data: { values },
      layer: [
        { data: { values: domain.map((at) => ({ at })) }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5, clip: true }, encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } } },
        { params: interaction, mark, encoding: { x: actual, y: predicted, color, fillOpacity: pointOpacity, tooltip } },
        { ...number, encoding: { x: actual, y: predicted, text: { field: 'row' } } },
        { data: { values: [{}] }, mark: { type: 'rect', x: 8, x2: 168, y: 8, y2: 18 + 16 * box.length, color: colour.paper, stroke: colour.frame, fillOpacity: 0.92, cornerRadius: 4 } },
        { data: { values: [{}] }, mark: { type: 'text', x: 18, y: 15, align: 'left', baseline: 'top', lineHeight: 16, fontSize: 12, text: box } },
      ],
    },
    {
      data: { values },
      layer: [
        { data: { values: [{}] }, mark: { type: 'rule', color: colour.text, strokeWidth: 1 }, encoding: { y: { datum: 0 } } },
        { data: { values: [{ at: 2 * sigma, label: '+2σ' }, { at: -2 * sigma, label: '−2σ' }] }, layer: [
          { mark: { type: 'rule', color: colour.orange, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { y: { field: 'at', type: 'quantitative' } } },
          { mark: { type: 'text', x: 'width', dx: -4, dy: -7, align: 'right', color: colour.orange }, encoding: { y: { field: 'at', type: 'quantitative' }, text: { field: 'label' } } },
        ] },
        { params: interaction.map((one) => ({ ...one, name: `${one.name}_residual` })), mark, encoding: { x: along, y: residual, color, tooltip } },
        { ...number, encoding: { x: along, y: residual, text: { field: 'row' } } },
      ],
    },
  ], { width: 440, height: 400, columns: 2 });
}
