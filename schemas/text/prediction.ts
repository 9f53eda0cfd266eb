import type { Catalogue } from './types.ts';

/** Columns and remarks of a table of predictions. */
export const predictionText: Catalogue = {
  ja: {
    prediction_grid_too_large: '因子表の組み合わせは {rows} 通りです（{levels}）。一度に予測できるのは {most} 行までです。間隔を広げてください。', prediction_grid_combined: '因子表の水準（{levels}）のすべての組み合わせ {rows} 行を予測しました。', prediction_workbook_left_out: '予測は {rows} 行あるため、Prediction_output.xlsx は作りませんでした（{most} 行まで）。CSV と Arrow には全行があります。',
    prediction_expected_low: '{name}_期待値信頼下限', prediction_expected_high: '{name}_期待値信頼上限', prediction_run_low: '{name}_予測下限（除去失敗込み）', prediction_run_high: '{name}_予測上限（除去失敗込み）',
    processing_time_derived: '「{name}」が空の {count} 行を {feed} から計算しました（100 ÷ 送り速度 × 60 秒）。', prediction_not_numeric: '予測する表の「{name}」に文字（{example} など）があります。モデルには数値が必要です。',
    prediction_probability: '{name}={label}の確率', prediction_expected: '{name}_期待値（除去確率込み）', prediction_mean_low: '{name}_平均信頼下限', prediction_mean_high: '{name}_平均信頼上限',
    prediction_low: '{name}_予測下限', prediction_high: '{name}_予測上限', prediction_outside: '{name}_外挿', prediction_remark: '{name}_備考', prediction_combination: '条件の組合せ', prediction_hull: 'データの凸包の外',
    prediction_missing: '欠測：{name}', prediction_unseen: '未知の水準：{name}={level}', prediction_undefined: '計算できない値', prediction_not_estimable: '推定できない組合せ：{name}',
    prediction_rows_without: '「{name}」は {count} 行で予測できませんでした（備考欄に理由を示します）。', prediction_rows_outside: '「{name}」の予測のうち {count} 行は学習範囲外（外挿）です。',
  },
  en: {
    prediction_grid_too_large: 'The factor file makes {rows} combinations ({levels}); at most {most} rows are predicted at once. Use larger steps.', prediction_grid_combined: 'All {rows} combinations of the levels of the factor file ({levels}) were predicted.', prediction_workbook_left_out: 'There are {rows} predicted rows: Prediction_output.xlsx is written up to {most}; the CSV and the Arrow file hold all of them.',
    prediction_expected_low: '{name}_expected_low', prediction_expected_high: '{name}_expected_high', prediction_run_low: '{name}_run_low (with failures)', prediction_run_high: '{name}_run_high (with failures)',
    processing_time_derived: '"{name}" was computed from {feed} in {count} rows (100 / feed × 60 s).', prediction_not_numeric: 'The column "{name}" of the table to predict holds text such as "{example}"; the model needs numbers.',
    prediction_probability: 'P({name}={label})', prediction_expected: '{name}_expected (with P of removal)', prediction_mean_low: '{name}_mean_low', prediction_mean_high: '{name}_mean_high',
    prediction_low: '{name}_low', prediction_high: '{name}_high', prediction_outside: '{name}_extrapolated', prediction_remark: '{name}_remark', prediction_combination: 'combination', prediction_hull: 'outside the convex hull',
    prediction_missing: 'missing: {name}', prediction_unseen: 'unknown level: {name}={level}', prediction_undefined: 'value not computable', prediction_not_estimable: 'combination not estimable: {name}',
    prediction_rows_without: '{count} rows have no prediction of "{name}"; the remark says why.', prediction_rows_outside: '{count} predictions of "{name}" are extrapolations.',
  },
  es: {
    prediction_grid_too_large: 'El archivo de factores da {rows} combinaciones ({levels}); se predicen como máximo {most} filas a la vez. Use pasos mayores.', prediction_grid_combined: 'Se predijeron las {rows} combinaciones de los niveles del archivo de factores ({levels}).', prediction_workbook_left_out: 'Hay {rows} filas predichas: Prediction_output.xlsx se escribe hasta {most}; el CSV y el archivo Arrow las tienen todas.',
    prediction_expected_low: '{name}_esperado_inf', prediction_expected_high: '{name}_esperado_sup', prediction_run_low: '{name}_ensayo_inf (con fallos)', prediction_run_high: '{name}_ensayo_sup (con fallos)',
    processing_time_derived: 'Se calculó «{name}» a partir de {feed} en {count} filas (100 / avance × 60 s).', prediction_not_numeric: 'La columna «{name}» de la tabla por predecir contiene texto como «{example}»; el modelo necesita números.',
    prediction_probability: 'P({name}={label})', prediction_expected: '{name}_esperado (con P de eliminación)', prediction_mean_low: '{name}_media_inf', prediction_mean_high: '{name}_media_sup',
    prediction_low: '{name}_inf', prediction_high: '{name}_sup', prediction_outside: '{name}_extrapolado', prediction_remark: '{name}_nota', prediction_combination: 'combinación', prediction_hull: 'fuera de la envolvente convexa',
    prediction_missing: 'falta: {name}', prediction_unseen: 'nivel desconocido: {name}={level}', prediction_undefined: 'valor no calculable', prediction_not_estimable: 'combinación no estimable: {name}',
    prediction_rows_without: '{count} filas no tienen predicción de "{name}"; la nota dice por qué.', prediction_rows_outside: '{count} predicciones de "{name}" son extrapolaciones.',
  },
};
