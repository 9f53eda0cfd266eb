import type { JobType } from '../../../schemas/index.ts';
import type { Field } from './schema.ts';

export interface Group { name: string; paths: readonly string[] }
export interface Tab { name: string; groups: readonly Group[] }

/** Tabs and groups of the settings dialogs, in the original's order. A parameter that is named nowhere stands under "more"; the last tab opens an earlier result. */
const layouts: Readonly<Record<JobType, readonly Tab[]>> = {
  linear_analysis: [
    { name: 'tab_columns', groups: [{ name: 'group_targets', paths: ['target_columns'] }, { name: 'group_features', paths: ['feature_columns'] }] },
    { name: 'tab_model', groups: [
      { name: 'group_model', paths: ['model', 'formula', 'standardize'] }, { name: 'group_transform', paths: ['transform'] },
      { name: 'group_selection', paths: ['selection.method', 'selection.criterion'] }, { name: 'group_penalty', paths: ['penalty.kind'] },
    ] },
    { name: 'tab_validation', groups: [{ name: 'group_cross_validation', paths: ['cv_splits', 'cv_groups', 'train_test_split', 'random_seed'] }, { name: 'group_data', paths: ['duplicates', 'confidence_level', 'covariance', 'robust', 'wild_bootstrap', 'tolerance_coverage', 'imputations'] }] },
  ],
  nonlinear_analysis: [
    { name: 'tab_model', groups: [{ name: 'group_models', paths: ['models_to_use'] }, { name: 'group_other', paths: ['n_trials', 'sampler', 'pruner', 'final_model'] }] },
    { name: 'tab_hyperparameters', groups: [{ name: 'group_hyperparameters', paths: ['hyperparams'] }] },
    { name: 'tab_columns', groups: [{ name: 'group_targets', paths: ['target_columns'] }, { name: 'group_features', paths: ['feature_columns'] }] },
    { name: 'tab_general', groups: [
      { name: 'group_transform', paths: ['target_transform'] }, { name: 'group_cross_validation', paths: ['outer_splits', 'inner_splits', 'cv_groups', 'group_column', 'fold_column', 'train_test_split', 'random_seed'] },
      { name: 'group_shap', paths: ['enable_shap', 'shap_max_samples'] }, { name: 'group_data', paths: ['duplicates', 'confidence_level', 'outputs'] },
    ] },
    { name: 'tab_pareto', groups: [{ name: 'group_targets', paths: ['enable_pareto', 'pareto_objectives', 'pareto_lexicographic', 'pareto_epsilon'] }, { name: 'group_constraints', paths: ['pareto_constraints', 'pareto_extrapolated'] }, { name: 'group_search', paths: ['pareto_evaluations', 'pareto_factors', 'pareto_tolerances', 'next_experiments'] }] },
  ],
  classification: [
    { name: 'tab_class_features', groups: [{ name: 'group_targets', paths: ['target_column', 'positive_label', 'negative_labels'] }, { name: 'group_features', paths: ['feature_columns'] }] },
    { name: 'tab_model', groups: [{ name: 'group_models', paths: ['models_to_use', 'final_model'] }, { name: 'group_hyperparameters', paths: ['hyperparams'] }] },
    { name: 'tab_dcv', groups: [{ name: 'group_cross_validation', paths: ['outer_splits', 'inner_splits', 'random_seed', 'cv_groups', 'group_column', 'fold_column', 'time_column', 'cv_repeats'] }, { name: 'group_optuna', paths: ['n_trials_inner'] }] },
    { name: 'tab_thresholds', groups: [
      { name: 'group_neyman_pearson', paths: ['false_positive_limit', 'false_negative_limit', 'decision_confidence', 'interval_method'] }, { name: 'group_calibration', paths: ['calibration'] },
      { name: 'group_costs', paths: ['costs.false_positive', 'costs.false_negative', 'costs.gray'] },
    ] },
    { name: 'tab_validation', groups: [{ name: 'group_hold_out', paths: ['train_test_split'] }, { name: 'group_data', paths: ['duplicates', 'all_labels', 'label_order', 'confidence_level', 'out_of_distribution_alarms', 'outputs'] }] },
    { name: 'tab_explanation', groups: [
      { name: 'group_explanation', paths: ['explanation.enabled', 'explanation.rows', 'explanation.learning_curve'] },
      { name: 'group_proposals', paths: ['explanation.map_factors', 'explanation.fixed_factors', 'explanation.counterfactuals', 'explanation.next_experiments'] },
    ] },
    { name: 'tab_prediction', groups: [{ name: 'group_prediction', paths: ['brush_type', 'material', 'wire_length', 'wire_count', 'tolerances', 'field_prevalence'] }] },
  ],
  optimization: [
    { name: 'tab_design', groups: [{ name: 'group_runs', paths: ['objective', 'num_points', 'design', 'starts'] }, { name: 'group_model', paths: ['model', 'formula'] }, { name: 'group_other', paths: ['replicates', 'centre_points', 'blocks', 'randomize', 'random_seed'] }] },
    { name: 'tab_columns', groups: [{ name: 'group_features', paths: ['factor_columns'] }] },
  ],
};

export function tabsOf(jobType: JobType, fields: readonly Field[]): Tab[] {
  const known = new Set(fields.map(({ path }) => path));
  const tabs = layouts[jobType].map((tab) => ({ ...tab, groups: tab.groups.map((group) => ({ ...group, paths: group.paths.filter((path) => known.has(path)) })).filter((group) => group.paths.length > 0) }));
  const placed = new Set(tabs.flatMap((tab) => tab.groups.flatMap((group) => group.paths)));
  // several targets cover the one
  if (placed.has('target_columns')) placed.add('target_column');
  const rest = fields.filter(({ path }) => !placed.has(path)).map(({ path }) => path);
  const all = rest.length === 0 ? tabs : [...tabs, { name: 'tab_more', groups: [{ name: 'group_other', paths: rest }] }];
  return jobType === 'optimization' ? all : [...all, { name: 'tab_existing', groups: [] }];
}
