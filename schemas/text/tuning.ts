import type { Catalogue } from './types.ts';

/** Faults of tuning studies. */
export const tuningText: Catalogue = {
  ja: {
    tuning_space: '調整するパラメータ「{parameter}」の指定に誤りがあります（{problem}）。',
    tuning_point: '調整するパラメータ「{parameter}」に値「{value}」は使えません。',
    tuning_objectives: 'サンプラー「{sampler}」の目的関数は 1 つだけです（指定：{objectives}）。',
    tuning_journal: 'チューニングの記録の {row} 行目を読めません。記録を消して最初からやり直してください。',
    tuning_journal_other: 'この記録は別のデータまたは設定のスタディ「{study}」のものです。記録を消して最初からやり直してください。',
  },
  en: {
    tuning_space: 'The tuning parameter "{parameter}" is wrong ({problem}).',
    tuning_point: 'The tuning parameter "{parameter}" cannot have the value "{value}".',
    tuning_objectives: 'The sampler {sampler} takes one objective ({objectives} given).',
    tuning_journal: 'Line {row} of the tuning journal cannot be read. Delete the journal and start again.',
    tuning_journal_other: 'The journal belongs to the study "{study}" with other data or settings. Delete it and start again.',
  },
  es: {
    tuning_space: 'El parámetro de ajuste «{parameter}» es incorrecto ({problem}).',
    tuning_point: 'El parámetro de ajuste «{parameter}» no puede valer «{value}».',
    tuning_objectives: 'El muestreador {sampler} admite un solo objetivo (se dieron {objectives}).',
    tuning_journal: 'No se puede leer la línea {row} del diario de ajuste. Bórrelo y empiece de nuevo.',
    tuning_journal_other: 'El diario pertenece al estudio «{study}», con otros datos o ajustes. Bórrelo y empiece de nuevo.',
  },
};
