import type { Catalogue } from './types.ts';

/** Faults and notices of nonlinear analyses. */
export const nonlinearText: Catalogue = {
  ja: {
    prediction_deviation: '{name}_標準偏差（GP）',
    pareto_too_few_objectives: '目的が {count} つしかないため、パレート解析は行いませんでした。',
    pareto_no_candidates: '{rows} 行のうち制約を満たす条件がないため、パレート解析は行いませんでした。',
    pareto_one_objective: '目的が1つではパレート解析になりません。',
    pareto_limits: '「{name}」の範囲 {low} ～ {high} は上下が逆です。',
    hyperparam_unknown: '「{field}」という設定はありません。使える名前：{names}',
    hyperparam_unknown_nearest: '「{field}」という設定はありません。「{nearest}」のことですか？ 使える名前：{names}',
    hyperparam_value: '「{field}」の値 {value} は使えません（{rule}）。',
    transform_domain: '「{name}」には {value} があるため、{transform} 変換できません。',
    too_few_conditions: '異なる条件が {conditions} 種類しかありません。二重交差検証には {needed} 種類以上が必要です。',
    constant_features_dropped: '値がすべて同じ列は説明変数に使いませんでした：{columns}',
  },
  en: {
    prediction_deviation: '{name}_deviation (GP)',
    pareto_too_few_objectives: 'There is no trade-off: only {count} objective(s).',
    pareto_no_candidates: 'No trade-off: none of the {rows} rows keeps the constraints.',
    pareto_one_objective: 'One objective is no trade-off; name two or more.',
    pareto_limits: 'The limits {low} to {high} of {name} are out of order.',
    hyperparam_unknown: 'There is no setting {field}. Known: {names}',
    hyperparam_unknown_nearest: 'There is no setting {field}; did you mean {nearest}? Known: {names}',
    hyperparam_value: 'The value {value} of {field} cannot be used; it must be {rule}.',
    transform_domain: '{name} has the value {value}, which has no {transform}.',
    too_few_conditions: 'There are only {conditions} different conditions; a nested cross-validation needs at least {needed}.',
    constant_features_dropped: 'Columns with a single value were not used as features: {columns}',
  },
  es: {
    prediction_deviation: '{name}_desviación (GP)',
    pareto_too_few_objectives: 'No hay compromiso que estudiar: solo {count} objetivo(s).',
    pareto_no_candidates: 'Sin frente de Pareto: ninguna de las {rows} filas cumple las restricciones.',
    pareto_one_objective: 'Con un solo objetivo no hay compromiso; indique dos o más.',
    pareto_limits: 'Los límites {low} a {high} de {name} están invertidos.',
    hyperparam_unknown: 'No existe el ajuste {field}. Conocidos: {names}',
    hyperparam_unknown_nearest: 'No existe el ajuste {field}; ¿quiso decir {nearest}? Conocidos: {names}',
    hyperparam_value: 'El valor {value} de {field} no es válido; debe ser {rule}.',
    transform_domain: '{name} tiene el valor {value}, que no admite {transform}.',
    too_few_conditions: 'Solo hay {conditions} condiciones distintas; la validación cruzada anidada necesita al menos {needed}.',
    constant_features_dropped: 'No se usaron como variables las columnas con un único valor: {columns}',
  },
};
