import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { classificationModels, classificationParametersSchema, parseParameters } from '../../../schemas/index.ts';
import { sharedData } from '../../support/shared-data.ts';

// specification, classification.md §1.3: every control of the original, and the one of ours that does its work or why there is none
const gone = {
  files: 'inputs are uploaded with the job, outputs are artifacts of it under the original names',
  logs: 'the log of a job is the platform\'s, settings and versions stand in result.json',
  fixed: 'roles and kinds are read from the columns; a list of names that must be kept makes selection a no-op (D4)',
  noise: 'copies of training rows leak into the folds (D11): tolerances say what noise does to a decision',
  search: 'weights of an unused solution (§2.6): the front of limits and gray share is in the result',
  tuned: 'a fixed search space is the family\'s own; hyperparams fixes or moves it',
  pictures: 'one look of all charts, readable fonts everywhere',
  honest: 'a second evaluation on training rows (D7): the outer folds are the score, train_test_split the hold-out',
} as const;

type Ours = { parameter: string; value: unknown } | keyof typeof gone;
const works = (parameter: string, value: unknown): Ours => ({ parameter, value });

const controls: Record<string, Ours> = {
  INPUT_FILE: 'files', PREDICT_INPUT_FILE: 'files', DATA_FOLDER: 'files', PARENT_FOLDER_TEMPLATE: 'files', RESULT_FOLDER: 'files', RESULT_FOLDER_TEMPLATE: 'files', LOG_FOLDER: 'files', MODEL_FOLDER: 'files', EVALUATION_FOLDER: 'files', PREDICTION_FOLDER: 'files', DIAGNOSTIC_FOLDER: 'files',
  SAVE_EXECUTION_LOG: 'logs', EXECUTION_LOG_FILENAME: 'logs', MODEL_INFO_FILENAME: 'logs', SAVE_MODEL_INFO: works('outputs', ['data']),
  TARGET_COLUMN: works('target_column', 'y'), POSITIVE_LABELS: works('positive_label', 'OK'), NEGATIVE_LABELS: works('negative_labels', ['NG']),
  ID_COLUMNS_CANDIDATES: 'fixed', DATE_COLUMNS_CANDIDATES: works('time_column', 'date'), GROUP_COLUMN: works('group_column', 'day'), EXCLUDE_COLUMNS: works('feature_columns', ['a']), ALLOWED_FEATURES: works('feature_columns', ['a']), MUST_KEEP_FEATURES: 'fixed',
  CONTINUOUS_FEATURES: 'fixed', DISCRETE_FEATURES: 'fixed', BINARY_FEATURES: 'fixed', INTEGER_FEATURES: 'fixed',
  MODELS_TO_USE: works('models_to_use', ['lightgbm']), COMPARE_MODELS: works('final_model', 'best'), MODEL_COMPARISON_CV_SPLITS: works('inner_splits', 4), MODEL_COMPARISON_SCORING: 'honest',
  N_TRIALS_MULTI_OBJECTIVE: 'search', FP_WEIGHT: works('costs', { false_positive: 3 }), COVERAGE_WEIGHT: works('costs', { gray: 0.1 }), AUC_WEIGHT: 'search', NP_ALPHA_RANGE: 'search',
  OUTER_SPLITS: works('outer_splits', 5), INNER_SPLITS: works('inner_splits', 5), RANDOM_STATE: works('random_seed', 7), N_TRIALS_INNER: works('n_trials_inner', 20),
  USE_INNER_NOISE: 'noise', NOISE_PPM: works('tolerances', [{ column: 'a', plus_minus: 0.5 }]), NOISE_RATIO: 'noise',
  NP_ALPHA: works('false_positive_limit', 0.05), USE_UPPER_CI_ADJUST: works('decision_confidence', 0.9), CI_METHOD: works('interval_method', 'jeffreys'), CI_CONFIDENCE: works('confidence_level', 0.9),
  TAU_NEG_GRID: works('false_negative_limit', 0.05), TAU_NEG_FALLBACK_RATIO: works('false_negative_limit', 0.05),
  FINAL_EVALUATION_CV_SPLITS: works('outer_splits', 6), FINAL_EVALUATION_SHUFFLE: works('time_column', 'date'), FINAL_EVALUATION_RANDOM_STATE: works('random_seed', 8),
  HOLDOUT_TEST_SIZE: works('train_test_split', 0.3), HOLDOUT_STRATIFY: 'honest', HOLDOUT_RANDOM_STATE: works('random_seed', 9), GRAY_ZONE_MIN_WIDTH: 'search', GRAY_ZONE_MAX_WIDTH: 'search',
  PLOT: 'pictures', FIGSIZE: 'pictures', LAYOUT: 'pictures', DCV_PLOT_COLS: 'pictures', SAVE_FEATURE_IMPORTANCE: works('explanation', { enabled: false }), TOP_K: 'pictures',
  MODEL_CONFIGS: works('hyperparams', { lightgbm: { num_leaves: 7 } }), SELECT_TOP_K_RANGE: 'tuned', CORR_THRESHOLD_RANGE: 'tuned',
  CALIBRATION_CANDIDATES: works('calibration', 'isotonic'), CALIBRATION_SELECTION_METRIC_WEIGHTS: 'honest', USE_OOD: works('out_of_distribution_alarms', 0.0001), OOD_PERCENTILE: works('out_of_distribution_alarms', 0.05),
  brush_type: works('brush_type', 'A13'), material: works('material', 'Steel'), wire_length: works('wire_length', 60), wire_count: works('wire_count', 8),
};

/** Parameters that a test beside this one shows to change the result. */
const shown = readFileSync(join(import.meta.dirname, 'parameters.test.ts'), 'utf8');

for (const [control, ours] of Object.entries(controls)) {
  test(`${control}: ${typeof ours === 'string' ? `gone (${gone[ours]})` : `is ${ours.parameter}`}`, () => {
    if (typeof ours === 'string') {
      assert.ok(!Object.hasOwn(classificationParametersSchema.shape, control.toLowerCase()), 'a control that does nothing must not come back');
      return;
    }
    const { parameter, value } = ours;
    const set = parseParameters('classification', { target_column: 'y', [parameter]: value }) as unknown as Record<string, unknown>;
    const usual = parseParameters('classification', { target_column: 'x' }) as unknown as Record<string, unknown>;
    assert.notDeepEqual(set[parameter], usual[parameter]);
    // that it reaches the run is shown by changing it there
    assert.match(shown, new RegExp(`\\b${parameter}\\b`));
  });
}

test('models of the original are there under their names, and every control of the specification\'s table is in the table above', (t) => {
  for (const name of ['lightgbm', 'xgboost', 'random_forest', 'logistic']) assert.ok((classificationModels as readonly string[]).includes(name));
  let text: string;
  try {
    text = readFileSync(join(sharedData, '../spec/classification.md'), 'utf8');
  } catch {
    t.skip('the specification is absent: put the shared folder beside the project');
    return;
  }
  const table = text.slice(text.indexOf('### 1.3'), text.indexOf('## 2.')).split('\n').filter((line) => line.startsWith('| ')).slice(1).map((line) => line.split('|')[1]!);
  // abbreviations of the table (X_ / Y_Z, *_FIGSIZE) leave stems; each must be in a name of ours
  const named = table.flatMap((cell) => cell.match(/[A-Z][A-Z_]{3,}/g) ?? []).map((name) => name.replace(/^_|_$/g, ''));
  for (const name of named) assert.ok(Object.keys(controls).some((control) => control.includes(name) || name.includes(control)), name);
});
