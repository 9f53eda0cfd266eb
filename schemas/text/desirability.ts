import type { Catalogue } from './types.ts';

/** Faults, notices, sheet and chart of the search for best conditions. */
export const desirabilityText: Catalogue = {
  ja: {
    desirability_target: '「{name}」はこの解析で推定された目的変数ではありません。目的変数：{known}',
    desirability_goal: '望ましさの範囲が正しくありません（下限 {low}、上限 {high}、目標 {aim}）。下限 < 上限、目標はその間にしてください。',
    desirability_factor: '「{name}」はモデルの因子ではありません。因子：{known}', desirability_factor_nearest: '「{name}」はモデルの因子ではありません。「{nearest}」ではありませんか？',
    desirability_limits: '因子「{name}」の範囲（{low}～{high}）では条件を選べません。', desirability_level: '因子「{name}」に水準「{level}」はありません。水準：{known}',
    desirability_date: '日付「{name}」は条件として選べません。', desirability_constraint: '「{name}」は数値ではないため、制約式に使えません。',
    desirability_infeasible: '制約をすべて満たす条件がありません。',
    desirability_zero: '許容範囲をすべて満たす条件は見つかりませんでした（満たせない目的変数：{names}）。最も近い条件を示します。',
    desirability_outside: '最適条件は学習範囲の外です（{names}）。', desirability_combination: '最適条件の因子の組合せは学習データから離れています。',
    sheet_desirability: '最適条件', head_condition: '条件', head_best: '最適', head_alternative: '候補 {number}', head_desirability: '望ましさ', item_overall: '総合の望ましさ', head_goal: '目標',
    goal_maximum: '最大化', goal_minimum: '最小化', goal_target: '目標値', goal_range: '範囲内', head_value: '予測値', head_limits: '許容範囲',
    chart_desirability: '最適条件のまわりの望ましさ', note_desirability: '他の因子は最適条件に固定；赤線は最適条件', axis_desirability: '総合の望ましさ', head_outside: '外挿',
  },
  en: {
    desirability_target: '"{name}" is not a target that was fitted in this run. Targets: {known}',
    desirability_goal: 'The limits of a goal are wrong (low {low}, high {high}, aim {aim}): low has to be below high and the aim between them.',
    desirability_factor: '"{name}" is not a factor of the models. Factors: {known}', desirability_factor_nearest: '"{name}" is not a factor of the models. Did you mean "{nearest}"?',
    desirability_limits: 'The limits of "{name}" ({low} to {high}) leave nothing to choose.', desirability_level: '"{name}" has no level "{level}". Levels: {known}',
    desirability_date: 'The date "{name}" cannot be chosen as a condition.', desirability_constraint: '"{name}" is not numeric and cannot be part of a constraint.',
    desirability_infeasible: 'No conditions satisfy all constraints.',
    desirability_zero: 'No conditions satisfy every goal (missed: {names}). The nearest ones are shown.',
    desirability_outside: 'The best conditions leave the data ({names}).', desirability_combination: 'The best conditions are a combination far from the data.',
    sheet_desirability: 'Best conditions', head_condition: 'Condition', head_best: 'Best', head_alternative: 'Alternative {number}', head_desirability: 'Desirability', item_overall: 'Overall desirability', head_goal: 'Goal',
    goal_maximum: 'maximise', goal_minimum: 'minimise', goal_target: 'on target', goal_range: 'in range', head_value: 'Prediction', head_limits: 'Acceptable',
    chart_desirability: 'Desirability around the best conditions', note_desirability: 'Other factors at the best conditions; red: the best', axis_desirability: 'Overall desirability', head_outside: 'Extrapolated',
  },
  es: {
    desirability_target: '«{name}» no es un objetivo ajustado en este análisis. Objetivos: {known}',
    desirability_goal: 'Los límites de un objetivo son incorrectos (inferior {low}, superior {high}, meta {aim}): el inferior debe ser menor y la meta estar entre ambos.',
    desirability_factor: '«{name}» no es un factor de los modelos. Factores: {known}', desirability_factor_nearest: '«{name}» no es un factor de los modelos. ¿Quiso decir «{nearest}»?',
    desirability_limits: 'Los límites de «{name}» ({low} a {high}) no dejan nada que elegir.', desirability_level: '«{name}» no tiene el nivel «{level}». Niveles: {known}',
    desirability_date: 'La fecha «{name}» no puede elegirse como condición.', desirability_constraint: '«{name}» no es numérico y no puede formar parte de una restricción.',
    desirability_infeasible: 'Ninguna condición cumple todas las restricciones.',
    desirability_zero: 'Ninguna condición cumple todos los objetivos (no alcanzados: {names}). Se muestran las más cercanas.',
    desirability_outside: 'Las mejores condiciones salen de los datos ({names}).', desirability_combination: 'Las mejores condiciones son una combinación lejana de los datos.',
    sheet_desirability: 'Condiciones óptimas', head_condition: 'Condición', head_best: 'Óptimo', head_alternative: 'Alternativa {number}', head_desirability: 'Deseabilidad', item_overall: 'Deseabilidad global', head_goal: 'Meta',
    goal_maximum: 'maximizar', goal_minimum: 'minimizar', goal_target: 'valor meta', goal_range: 'en rango', head_value: 'Predicción', head_limits: 'Aceptable',
    chart_desirability: 'Deseabilidad alrededor del óptimo', note_desirability: 'Los demás factores en el óptimo; rojo: el óptimo', axis_desirability: 'Deseabilidad global', head_outside: 'Extrapolado',
  },
};
