import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultList, nonlinearAnalysisParametersSchema, parseParameters } from '../../../schemas/index.ts';

/**
 * Settings of the original (specification §1.2 and §1.3) by the name that they have there, and where they went. A name that is ours changes the result (test/cluster/nonlinear); any other is
 * refused by name, never taken in silence.
 */
const original: Readonly<Record<string, string | null>> = {
  TARGET_COLUMNS: 'target_columns', FEATURE_COLUMNS: 'feature_columns', MODELS_TO_USE: 'models_to_use', OUTER_SPLITS: 'outer_splits', INNER_SPLITS: 'inner_splits', N_TRIALS: 'n_trials',
  RANDOM_STATE: 'random_seed', TRANSFORM_METHOD: 'target_transform', GROUP_COLUMN: 'cv_groups', SHAP_MODE: 'enable_shap', PARETO_OBJECTIVES: 'pareto_objectives', MODEL_CONFIGS: 'hyperparams',
  // dead, misleading or of the original's plumbing
  INPUT_FILE: null, MODEL_FOLDER: null, RUN_DATA_ANALYSIS: null, CPU_FRACTION: null, OPTUNA_JOBS_CAP: null, FALLBACK_MODEL_ORDER: null, FALLBACK_FINAL_MODEL: null, FALLBACK_DEFAULT_PARAMS: null,
  DEFAULT_MODEL: null, USE_MANDATORY_FEATURES: null, MANDATORY_FEATURES: null, USE_CORRELATION_REMOVAL: null, CORRELATION_THRESHOLD: null, DEFAULT_TOP_K: null, DEFAULT_USE_INTERACTIONS: null, PPM_LEVELS: null,
  AUGMENT_RATIO: null, USE_PPM_AUGMENTATION: null, OPTIMIZATION_METRIC: null, SHAP_MAX_SAMPLES: null, SHAP_TOP_FEATURES: null, VERBOSE_LOGGING: null, PARETO_EPSILON_REL: null, PARETO_CHUNK_SIZE: null,
  LEXI_CASES: null, CUTTING_DISTANCE_MM: null, top_k: null, corr_threshold: null, use_interactions: null, use_polynomial: null, fallback_model: null,
};

test('each setting of the original has a successor that exists, or is refused by its name', () => {
  const ours = Object.keys(nonlinearAnalysisParametersSchema.shape);
  for (const [name, successor] of Object.entries(original)) {
    if (successor !== null) assert.ok(ours.includes(successor), `${name} → ${successor}`);
    assert.throws(() => parseParameters('nonlinear_analysis', { [name]: 1 }), (error) => {
      assert.ok(error instanceof FaultList);
      assert.equal(error.faults[0]!.where?.['field'], `parameters.${name}`);
      assert.match(error.faults[0]!.code, /^unknown_name/);
      return true;
    }, name);
  }
});

test('the server\'s parameters keep their names and limits; values that the original swallowed are refused at their place', () => {
  const parsed = parseParameters('nonlinear_analysis', { target_columns: ['摩耗量'], models_to_use: ['ridge'], outer_splits: 20, n_trials: 500, train_test_split: 0.5, hyperparams: {}, enable_shap: false, enable_pareto: false });
  assert.equal(parsed.outer_splits, 20);
  const refused: readonly [string, unknown][] = [
    ['outer_splits', 1], ['outer_splits', 21], ['n_trials', 9], ['n_trials', 501], ['train_test_split', 0.51], ['models_to_use', []], ['models_to_use', ['catboost']], ['target_transform', 'yeo-johnson'], ['target_transform', 'quantile'],
    ['target_transform', 'robust'], ['inner_splits', 1], ['final_model', 'vote'], ['cv_groups', 'date'], ['confidence_level', 1], ['duplicates', 'merge'], ['outputs', ['pickle']],
  ];
  for (const [name, value] of refused) {
    assert.throws(() => parseParameters('nonlinear_analysis', { [name]: value }), (error) => error instanceof FaultList && String(error.faults[0]!.where?.['field']).startsWith(`parameters.${name}`), `${name} = ${JSON.stringify(value)}`);
  }
});
