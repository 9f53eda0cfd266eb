import type { BinaryView, LinearView } from '../../schemas/index.ts';
import { modelOf } from './model/probability.ts';
import type { ModelView } from './model/predictor.ts';
import { inverseFormula } from './workbook/inverse-formula.ts';

/** `prediction_formulas.json`: the original's fields; numbers in full, so that the formula gives the fitted values exactly. */
export function predictionFormulas(result: LinearView): Record<string, unknown> {
  const slopes = result.coefficients.filter(({ term }) => kindOf(result, term) !== 'intercept');
  return {
    [result.target]: {
      model_type: linearType(result),
      target_name: result.target,
      feature_names: result.features,
      formula_string: `${result.response.label} = ${result.model.equation}`,
      ...inverses(result),
      intercept: interceptOf(result),
      coefficients: Object.fromEntries(slopes.map(({ term, estimate }) => [term, estimate])),
      terms: result.model.terms,
    },
  };
}

/** The same for people: one term per line, level terms explained. */
export function readableFormulas(result: LinearView): string {
  const { inverse_string: inverse, mean_string: mean } = inverses(result);
  const back = inverse === undefined ? '' : `\n${inverse}    [median]\n${mean}    [mean]\n`;
  return `${readable(result, `【${result.target}】`, linearType(result), `${inverse === undefined ? '' : 'w = '}${result.response.label} =`)}${back}`;
}

function linearType({ penalty }: LinearView): string {
  return penalty?.predicts === true ? { ridge: 'Ridge', lasso: 'Lasso', elastic_net: 'ElasticNet' }[penalty.kind] : 'LinearRegression';
}

/** How a transformed prediction w comes back: the median, and the mean with which predictions are stored (see the workbook for residuals e). */
function inverses({ target, response }: LinearView): { inverse_string?: string; mean_string?: string } {
  const inverse = inverseFormula(response, 'w');
  if (inverse === undefined) return {};
  const { factor } = response.smearing;
  return {
    inverse_string: `${target} = ${inverse}`,
    mean_string: `${target} = ${factor === null ? `AVERAGE(${inverseFormula(response, '(w+e)')})` : `${inverse}*${factor}`}`,
  };
}

function readable(result: ModelView, title: string, kind: string, left: string): string {
  const lines = [title, kind, '', left];
  const intercept = interceptOf(result);
  if (intercept !== null) lines.push(`    ${intercept}`);
  for (const { term, estimate } of result.coefficients) {
    if (kindOf(result, term) === 'intercept' || estimate === null) continue;
    lines.push(`  ${estimate < 0 ? '-' : '+'} ${Math.abs(estimate)} × ${term}`);
  }
  const levels = result.model.terms.filter(({ kind }) => kind === 'level');
  if (levels.length > 0) lines.push('', ...levels.map(({ name, column, level, reference }) => `${name} = 1 (${column} = ${level}), 0 (≠)    [0 = ${reference}]`));
  return `${lines.join('\n')}\n`;
}

/** `preprocessing_params.json`: what was done to the table before the fit. Nothing is scaled, filled in or transformed. */
export function preprocessingParameters(result: LinearView): Record<string, unknown> {
  return {
    missing_value_treatment: 'drop_rows',
    rows_dropped: result.dataset.rows_missing,
    onehot_encoding: encodingOf(result),
    feature_selection: { method: 'none', selected_features: result.features, feature_scores: {}, representative_target: result.target, mandatory_features: [] },
    scaling_method: 'none',
    transformation_info: result.response.transform === 'none' ? {} : { [result.target]: { method: result.response.transform, lambda: result.response.lambda, smearing: result.response.smearing } },
  };
}

/** The same three files of a target of two values: the formula gives the linear predictor, the link the probability. */
export function binaryFormulas(view: BinaryView): Record<string, unknown> {
  const { binary, target, features, model } = view;
  const own = modelOf(view);
  return {
    [target]: {
      model_type: modelType(view), target_name: target, feature_names: features, link: binary.link, positive_label: binary.positive_label, negative_label: binary.negative_label, threshold: binary.threshold.value,
      formula_string: `${binary.link}(P[${target} = ${binary.positive_label}]) = ${model.equation}`,
      intercept: interceptOf(own),
      coefficients: Object.fromEntries(binary.coefficients.filter(({ term }) => kindOf(own, term) !== 'intercept').map(({ term, estimate }) => [term, estimate])),
      terms: model.terms,
    },
  };
}

export function readableBinaryFormulas(view: BinaryView): string {
  const { binary, target } = view;
  const inverse = { logit: 'P = 1 / (1 + EXP(-η))', probit: 'P = Φ(η)', cloglog: 'P = 1 - EXP(-EXP(η))' }[binary.link];
  return `${readable(modelOf(view), `【${target} = ${binary.positive_label}】`, modelType(view), 'η =')}\n${inverse}\n`;
}

export function binaryPreprocessing(view: BinaryView): Record<string, unknown> {
  return {
    missing_value_treatment: 'drop_rows', rows_dropped: view.dataset.rows_missing, onehot_encoding: encodingOf(modelOf(view)),
    feature_selection: { method: 'none', selected_features: view.features, feature_scores: {}, representative_target: view.target, mandatory_features: [] },
    scaling_method: 'none', transformation_info: {},
  };
}

function modelType({ binary: { link, method, penalty } }: BinaryView): string {
  if (penalty?.predicts === true) return `${{ logit: 'LogisticRegression', probit: 'ProbitRegression', cloglog: 'ComplementaryLogLogRegression' }[link]} (${penalty.kind})`;
  return `${{ logit: 'LogisticRegression', probit: 'ProbitRegression', cloglog: 'ComplementaryLogLogRegression' }[link]}${method === 'ml' ? '' : ` (${method})`}`;
}

function encodingOf(result: ModelView): Record<string, { reference: string | null; levels: (string | null)[] }> {
  const encoded = new Map<string, { reference: string | null; levels: (string | null)[] }>();
  for (const { kind, column, level, reference } of result.model.terms) {
    if (kind !== 'level' || column === null) continue;
    const entry = encoded.get(column) ?? { reference, levels: [reference] };
    entry.levels.push(level);
    encoded.set(column, entry);
  }
  return Object.fromEntries(encoded);
}

function kindOf(result: ModelView, term: string): string | undefined {
  return result.model.terms.find(({ name }) => name === term)?.kind;
}

function interceptOf(result: ModelView): number | null {
  return result.coefficients.find(({ term }) => kindOf(result, term) === 'intercept')?.estimate ?? null;
}
