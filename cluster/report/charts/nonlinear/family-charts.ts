import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortNumber } from '../theme.ts';
import { ceilingNote, familyColours, finalModelName, simpleChart, type NonlinearChartContext } from './context.ts';

/** Nested R² of each family and of the stack, ±1 standard error, with what noise allows at most. */
export function familiesChart(context: NonlinearChartContext): ChartSpec {
  const { result, text, target, stem } = context;
  const scored = [...result.families.map(({ family, score }) => ({ family, score })), { family: 'stack', score: result.stack.score }];
  const values = scored.flatMap(({ family, score: { r2, r2_standard_error: error, rmse, mae } }) => (r2 === null ? [] : [{ name: text(`family_${family}`), family, r2, low: r2 - (error ?? 0), high: r2 + (error ?? 0), label: shortNumber(r2), rmse, mae }])).sort((a, b) => b.r2 - a.r2);
  const ceiling = result.noise.r2_ceiling;
  const low = Math.max(-1, Math.min(0, ...values.map((one) => one.low)));
  const scale = { domain: [low, Math.max(1, ceiling ?? 1)], nice: false, clamp: true };
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 220 } };
  return simpleChart('nl_families', `${stem}_model_comparison`, text('chart_nl_families', { target }), [`${text('note_nl_se')}`, ceilingNote(context)], {
    data: { values },
    layer: [
      { mark: { type: 'bar', height: { band: 0.55 }, opacity: 0.85 }, encoding: { y, x: { field: 'r2', type: 'quantitative', scale, axis: { title: text('axis_nested_r2') } }, color: { field: 'family', type: 'nominal', scale: { domain: values.map(({ family }) => family), range: values.map(({ family }) => familyColours[family] ?? colour.blue) }, legend: null }, tooltip: [{ field: 'name', title: text('head_nl_model') }, { field: 'r2', title: 'R²' }, { field: 'rmse', title: 'RMSE' }, { field: 'mae', title: 'MAE' }] } },
      { mark: { type: 'rule', strokeWidth: 1.5, color: colour.ink }, encoding: { y, x: { field: 'low', type: 'quantitative', scale }, x2: { field: 'high' } } },
      { mark: { type: 'text', align: 'left', baseline: 'middle', color: colour.paper, fontSize: 11, fontWeight: 'bold' }, encoding: { y, x: { datum: Math.max(0, low) + 0.015 }, text: { field: 'label' } } },
      ...(ceiling === null ? [] : [{ data: { values: [{}] }, mark: { type: 'rule', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x: { datum: ceiling } } }]),
    ],
  }, { width: 680, height: 150 + 38 * values.length });
}

/** Which families the stack listens to. */
export function weightsChart(context: NonlinearChartContext): ChartSpec {
  const { result, text, target, stem } = context;
  const values = result.families.map(({ family, stack_weight: weight }) => ({ name: text(`family_${family}`), family, weight, label: weight === 0 ? '0' : weight.toFixed(3) }));
  const y = { field: 'name', type: 'nominal', sort: null, axis: { title: null, labelLimit: 220 } };
  const x = { field: 'weight', type: 'quantitative', scale: { domain: [0, 1] }, axis: { title: text('axis_weight') } };
  return simpleChart('nl_weights', `${stem}_stack_weights`, text('chart_nl_weights', { target }), [text('note_nl_weights'), text('note_nl_final', { model: finalModelName(context) })], {
    data: { values },
    layer: [
      { mark: { type: 'bar', height: { band: 0.55 } }, encoding: { y, x, color: { field: 'family', type: 'nominal', scale: { domain: values.map(({ family }) => family), range: values.map(({ family }) => familyColours[family] ?? colour.blue) }, legend: null } } },
      { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { y, x, text: { field: 'label' } } },
    ],
  }, { width: 640, height: 150 + 34 * values.length });
}

/** RMSE of each outer fold: where all families fail together the rows are hard, not the models. */
export function foldsChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec {
  const scored = [...result.families.map(({ family, score }) => ({ family, score })), { family: 'stack', score: result.stack.score }];
  const values = scored.flatMap(({ family, score }) => score.fold_rmse.map((rmse, fold) => ({ name: text(`family_${family}`), fold: String(fold + 1), rmse, mae: score.fold_mae[fold] })));
  const names = scored.map(({ family }) => text(`family_${family}`));
  const folds = [...new Set(values.map(({ fold }) => fold))];
  const color = { field: 'name', type: 'nominal', sort: null, scale: { domain: names, range: scored.map(({ family }) => familyColours[family] ?? colour.blue) }, legend: { title: null, orient: 'right', labelLimit: 200 } };
  const x = { field: 'fold', type: 'ordinal', sort: folds, axis: { title: text('head_nl_fold'), labelAngle: 0 } };
  const y = { field: 'rmse', type: 'quantitative', scale: { zero: true }, axis: { title: text('axis_fold_rmse') } };
  return simpleChart('nl_folds', `${stem}_fold_scores`, text('chart_nl_folds', { target }), [], {
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1.3, opacity: 0.7 }, encoding: { x, y, color } },
      { mark: { type: 'circle', size: 46, opacity: 1 }, encoding: { x, y, color, tooltip: [{ field: 'name', title: text('head_nl_model') }, { field: 'fold', title: text('head_nl_fold') }, { field: 'rmse', title: 'RMSE' }, { field: 'mae', title: 'MAE' }] } },
    ],
  }, { width: 820, height: 420 });
}

const levels = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Do intervals made of the errors of the other folds hold as many rows as they promise? */
export function coverageChart({ result, text, target, stem }: NonlinearChartContext): ChartSpec {
  const errors = result.observed.map((y, i) => Math.abs(y - (result.final.out_of_fold[i] as number)));
  const n = errors.length;
  const points = levels.flatMap((level) => {
    const share = coverage(errors, result.outer_fold, level);
    return share === null ? [] : [{ level, share, label: `${(100 * share).toFixed(1)}%` }];
  });
  const band = Array.from({ length: 46 }, (_, i) => 0.5 + 0.01 * i).map((level) => ({ level, low: level - 1.96 * Math.sqrt(level * (1 - level) / n), high: Math.min(1, level + 1.96 * Math.sqrt(level * (1 - level) / n)) }));
  const scale = { domain: [0.45, 1], nice: false };
  const x = { field: 'level', type: 'quantitative', scale, axis: { title: text('axis_nominal_coverage'), format: '.0%' } };
  return simpleChart('nl_coverage', `${stem}_interval_coverage`, text('chart_nl_coverage', { target }), [text('note_nl_coverage')], {
    layer: [
      { data: { values: band }, mark: { type: 'area', color: colour.blue, opacity: 0.15, clip: true }, encoding: { x, y: { field: 'low', type: 'quantitative', scale, axis: { title: text('axis_real_coverage'), format: '.0%' } }, y2: { field: 'high' } } },
      { data: { values: [{ level: 0.45 }, { level: 1 }] }, mark: { type: 'line', color: colour.red, strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { x, y: { field: 'level', type: 'quantitative', scale } } },
      { data: { values: points }, mark: { type: 'line', color: colour.blue, strokeWidth: 1.5 }, encoding: { x, y: { field: 'share', type: 'quantitative', scale } } },
      { data: { values: points }, mark: { type: 'circle', size: 60, color: colour.blue, opacity: 1 }, encoding: { x, y: { field: 'share', type: 'quantitative', scale } } },
      { data: { values: points }, mark: { type: 'text', dy: 16, dx: 10, align: 'left' }, encoding: { x, y: { field: 'share', type: 'quantitative', scale }, text: { field: 'label' } } },
    ],
  }, { width: 560, height: 480 });
}

/** @returns null where a fold leaves too few rows for the level */
function coverage(errors: readonly number[], fold: readonly number[], level: number): number | null {
  let inside = 0;
  for (const own of new Set(fold)) {
    const others = errors.filter((_, i) => fold[i] !== own).sort((a, b) => a - b);
    const rank = Math.ceil(level * (others.length + 1) - 1e-9);
    if (rank > others.length) return null;
    const half = others[rank - 1] as number;
    errors.forEach((error, i) => { if (fold[i] === own && error <= half) inside += 1; });
  }
  return inside / errors.length;
}
