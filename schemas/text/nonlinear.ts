import type { Catalogue } from './types.ts';

/** Faults and notices of nonlinear analyses. */
export const nonlinearText: Catalogue = {
  ja: {
    hyperparam_unknown: '「{field}」という設定はありません。使える名前：{names}',
    hyperparam_unknown_nearest: '「{field}」という設定はありません。「{nearest}」のことですか？ 使える名前：{names}',
    hyperparam_value: '「{field}」の値 {value} は使えません（{rule}）。',
    transform_domain: '「{name}」には {value} があるため、{transform} 変換できません。',
    too_few_conditions: '異なる条件が {conditions} 種類しかありません。二重交差検証には {needed} 種類以上が必要です。',
    constant_features_dropped: '値がすべて同じ列は説明変数に使いませんでした：{columns}',
  },
  en: {
    hyperparam_unknown: 'There is no setting {field}. Known: {names}',
    hyperparam_unknown_nearest: 'There is no setting {field}; did you mean {nearest}? Known: {names}',
    hyperparam_value: 'The value {value} of {field} cannot be used; it must be {rule}.',
    transform_domain: '{name} has the value {value}, which has no {transform}.',
    too_few_conditions: 'There are only {conditions} different conditions; a nested cross-validation needs at least {needed}.',
    constant_features_dropped: 'Columns with a single value were not used as features: {columns}',
  },
  es: {
    hyperparam_unknown: 'No existe el ajuste {field}. Conocidos: {names}',
    hyperparam_unknown_nearest: 'No existe el ajuste {field}; ¿quiso decir {nearest}? Conocidos: {names}',
    hyperparam_value: 'El valor {value} de {field} no es válido; debe ser {rule}.',
    transform_domain: '{name} tiene el valor {value}, que no admite {transform}.',
    too_few_conditions: 'Solo hay {conditions} condiciones distintas; la validación cruzada anidada necesita al menos {needed}.',
    constant_features_dropped: 'No se usaron como variables las columnas con un único valor: {columns}',
  },
};
