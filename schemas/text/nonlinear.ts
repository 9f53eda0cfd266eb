import type { Catalogue } from './types.ts';

/** Faults and notices of nonlinear analyses. */
export const nonlinearText: Catalogue = {
  ja: {
    too_few_conditions: '異なる条件が {conditions} 種類しかありません。二重交差検証には {needed} 種類以上が必要です。',
    constant_features_dropped: '値がすべて同じ列は説明変数に使いませんでした：{columns}',
  },
  en: {
    too_few_conditions: 'There are only {conditions} different conditions; a nested cross-validation needs at least {needed}.',
    constant_features_dropped: 'Columns with a single value were not used as features: {columns}',
  },
  es: {
    too_few_conditions: 'Solo hay {conditions} condiciones distintas; la validación cruzada anidada necesita al menos {needed}.',
    constant_features_dropped: 'No se usaron como variables las columnas con un único valor: {columns}',
  },
};
